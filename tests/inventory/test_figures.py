"""Stock figures from REST and files: judged one by one, written together."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.inventory.figures import (
    Change,
    Figure,
    judge_figures,
    remove_items,
    save_figures,
)
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_source, make_source_item

pytestmark = pytest.mark.django_db


def figure(sku, quantity=1, source="default", status=None):
    """Return a figure."""
    return Figure(sku, source, Decimal(str(quantity)), status)


def test_figures_make_and_change_source_items():
    make_source_item("A-1", 3)
    make_product("A-2")

    verdicts = save_figures([figure("A-1", 7), figure("A-2", "0.5", status=0)])

    assert [verdict.change for verdict in verdicts] == [Change.UPDATED, Change.CREATED]
    items = SourceItem.objects.order_by("product__sku")
    assert [(item.quantity, item.status) for item in items] == [(7, 1), (Decimal("0.5"), 0)]


def test_the_memory_of_orderflows_figures_stays():
    make_source_item("A-1", 3, last_sequence_id=507)

    save_figures([figure("A-1", 7)])

    assert SourceItem.objects.get().last_sequence_id == 507


def test_of_two_figures_for_one_place_the_last_counts():
    make_product("A-1")

    save_figures([figure("A-1", 7), figure("A-1", 9)])

    assert SourceItem.objects.get().quantity == 9


def test_a_figure_that_says_what_is_there_writes_nothing():
    before = make_source_item("A-1", 3).updated_at

    [verdict] = save_figures([figure("A-1", 3)])

    assert verdict.change == Change.UNCHANGED
    assert SourceItem.objects.get().updated_at == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (figure("nope"), 'Product with requested "sku": "nope" was not found.'),
        (figure("B-1"), 'Product type "bundle" does not hold stock.'),
        (figure("A-1", source="mars"), 'Source with code "mars" does not exist.'),
        (figure(""), '"sku" can not be empty.'),
        (figure("A-1", source=""), '"source_code" can not be empty.'),
        (figure("A-1", "100000000"), '"quantity" is out of range.'),
    ],
)
def test_a_figure_that_cannot_be_written_says_why_and_the_others_are_written(given, said):
    make_product("A-1")
    make_product("A-2")
    make_product("B-1", type_id="bundle")

    bad, good = save_figures([given, figure("A-2", 4)])

    assert bad.complaint.text == said
    assert good.change == Change.CREATED
    assert SourceItem.objects.get().quantity == 4


def test_judging_writes_nothing():
    make_product("A-1")

    [verdict] = judge_figures([figure("A-1", 4)])

    assert verdict.change == Change.CREATED
    assert not SourceItem.objects.exists()


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_statements_does_not_depend_on_the_number_of_figures(count):
    for number in range(count):
        make_source_item(f"A-{number}", 1)
        make_product(f"B-{number}")
    figures = [figure(f"{letter}-{n}", 5) for n in range(count) for letter in "AB"]

    with CaptureQueriesContext(connection) as queries:
        save_figures(figures)

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
