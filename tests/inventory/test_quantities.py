"""Stock figures from REST and files: judged one by one, written together."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.quantities import (
    Change,
    StockQuantity,
    check_quantities,
    remove_items,
    save_quantities,
)
from tests.factories import make_product, make_source, make_source_item

pytestmark = pytest.mark.django_db


def stock_quantity(sku, quantity=1, source="default", status=None):
    """Return a figure."""
    return StockQuantity(sku, source, Decimal(str(quantity)), status)


def test_figures_make_and_change_source_items():
    make_source_item("A-1", 3)
    make_product("A-2")

    verdicts = save_quantities([stock_quantity("A-1", 7), stock_quantity("A-2", "0.5", status=0)])

    assert [verdict.change for verdict in verdicts] == [Change.UPDATED, Change.CREATED]
    items = SourceItem.objects.order_by("product__sku")
    assert [(item.quantity, item.status) for item in items] == [(7, 1), (Decimal("0.5"), 0)]


def test_the_memory_of_orderflows_figures_stays():
    make_source_item("A-1", 3, last_sequence_id=507)

    save_quantities([stock_quantity("A-1", 7)])

    assert SourceItem.objects.get().last_sequence_id == 507


def test_of_two_figures_for_one_place_the_last_counts():
    make_product("A-1")

    save_quantities([stock_quantity("A-1", 7), stock_quantity("A-1", 9)])

    assert SourceItem.objects.get().quantity == 9


def test_a_figure_that_says_what_is_there_writes_nothing():
    before = make_source_item("A-1", 3).updated_at

    [verdict] = save_quantities([stock_quantity("A-1", 3)])

    assert verdict.change == Change.UNCHANGED
    assert SourceItem.objects.get().updated_at == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (stock_quantity("nope"), 'Product with requested "sku": "nope" was not found.'),
        (stock_quantity("B-1"), 'Product type "bundle" does not hold stock.'),
        (stock_quantity("A-1", source="mars"), 'Source with code "mars" does not exist.'),
        (stock_quantity(""), '"sku" can not be empty.'),
        (stock_quantity("A-1", source=""), '"source_code" can not be empty.'),
        (stock_quantity("A-1", "100000000"), '"quantity" is out of range.'),
    ],
)
def test_a_figure_that_cannot_be_written_says_why_and_the_others_are_written(given, said):
    make_product("A-1")
    make_product("A-2")
    make_product("B-1", type_id="bundle")

    bad, good = save_quantities([given, stock_quantity("A-2", 4)])

    assert bad.item_error.text == said
    assert good.change == Change.CREATED
    assert SourceItem.objects.get().quantity == 4


def test_judging_writes_nothing():
    make_product("A-1")

    [verdict] = check_quantities([stock_quantity("A-1", 4)])

    assert verdict.change == Change.CREATED
    assert not SourceItem.objects.exists()


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_statements_does_not_depend_on_the_number_of_figures(count):
    for number in range(count):
        make_source_item(f"A-{number}", 1)
        make_product(f"B-{number}")
    quantities = [
        stock_quantity(f"{shop_message}-{n}", 5) for n in range(count) for shop_message in "AB"
    ]

    with CaptureQueriesContext(connection) as queries:
        save_quantities(quantities)

    texts = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(texts) == 5


def test_a_row_that_remembers_orderflows_figure_is_emptied_and_others_are_deleted():
    make_source("leeds")
    make_source_item("A-1", 3, last_sequence_id=507)
    make_source_item("A-1", 3, source="leeds")
    make_source_item("A-2", 3)

    removed = remove_items([("A-1", "default"), ("A-1", "leeds"), ("nope", "default")])

    assert removed == 2
    rows = SourceItem.objects.order_by("product__sku").values_list("product__sku", "quantity")
    assert list(rows) == [("A-1", 0), ("A-2", 3)]
