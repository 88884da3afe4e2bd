"""Safety stock: what is kept back of OrderFlow's figures, and of which."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import Import, ImportLine, MassChange
from orderflow_bridge.catalog.models import Category, Product
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.rules.models import SafetyStock
from orderflow_bridge.rules.services import see_that_it_is_kept
from tests.factories import make_order, make_product, make_source, make_website
from tests.imports.stock import Kept, Oracle, apply, kept_back, process, queue, stock

pytestmark = pytest.mark.django_db

SKUS = ("A", "B", "C")
SOURCES = ("default", "eu")


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    for code in SOURCES:
        make_source(code)
    for sku in SKUS:
        make_product(sku)


def keep(amount: Any, **values: Any) -> SafetyStock:
    """Keep stock back, units unless said otherwise."""
    safety = SafetyStock.objects.create(amount=amount, **values)
    see_that_it_is_kept(safety)
    return safety


def figures(line: ImportLine) -> tuple[Any, ...]:
    return (line.units_received, line.units_safety, line.units_applied)


def test_five_units_are_kept_back() -> None:
    keep(5)

    [one, two] = apply(("A", 12, 1), ("B", 4, 2))

    assert figures(one) == (12, 5, 7)
    assert figures(two) == (4, 4, 0)
    assert stock() == {("A", "default"): (7, 1, 1), ("B", "default"): (0, 0, 2)}
    assert SourceItem.objects.get(product__sku="A").last_received == 12


@pytest.mark.parametrize(
    ("kind", "amount", "received", "applied"),
    [
        ("units", "2.5", 10, "7.5"),
        ("percent", 10, 100, 90),
        ("percent", 5, 7, 6),
        ("percent", 100, 7, 0),
        ("most", 5, 7, 5),
        ("most", 5, 3, 3),
        ("most", 0, 3, 0),
        ("units", 5, -3, 0),
    ],
)
def test_units_a_share_or_what_is_above_a_most(kind, amount, received, applied) -> None:
    keep(Decimal(str(amount)), kind=kind)

    [line] = apply(("A", received, 1))

    assert line.units_applied == Decimal(str(applied))


def test_it_counts_for_what_fits_all_that_is_filled_in() -> None:
    website, other = make_website(), make_website()
    category = Category.objects.create(name="Glass")
    product = Product.objects.get(sku="A")
    product.custom_attributes = {"fragile": "yes", "size": 7}
    product.save()
    product.categories.add(category)
    product.websites.add(website)
    fitting: list[dict[str, Any]] = [
        {"sku": "a"},
        {"source_id": "default"},
        {"attribute_code": "fragile", "attribute_value": "yes"},
        {"attribute_code": "size", "attribute_value": "7"},
        {"category": category},
        {"website": website},
        {"sku": "A", "website": website, "category": category, "source_id": "default"},
    ]
    missing: list[dict[str, Any]] = [
        {"sku": "B"},
        {"source_id": "eu"},
        {"attribute_code": "fragile", "attribute_value": "no"},
        {"website": other},
        {"sku": "A", "website": other},
        {"category": Category.objects.create(name="Wood")},
    ]
    for number, (values, kept) in enumerate(
        [*((each, 3) for each in fitting), *((each, 0) for each in missing)], start=1
    ):
        SafetyStock.objects.all().delete()
        keep(3, **values)
        [line] = apply(("A", 10, number))
        assert figures(line) == (10, kept, 10 - kept), values


def test_one_that_has_ended_or_is_not_enabled_keeps_nothing() -> None:
    now = timezone.now()
    keep(1, ends_at=now + timedelta(hours=1))
    keep(5, ends_at=now - timedelta(seconds=1))
    keep(7, is_enabled=False)

    [line] = apply(("A", 10, 1))

    assert figures(line) == (10, 1, 9)


def test_it_comes_after_unsent_orders_and_makes_no_figure_negative() -> None:
    write_settings(
        InventoryImport,
        {
            "adjust_inventory": Adjustment.UNSENT_ORDERS,
            "valid_unsent_order_statuses": ("processing",),
            "negative_qtys_enabled": True,
        },
    )
    make_order(items=[("A", 3), ("B", 12)])
    keep(5)

    [one, two] = apply(("A", 10, 1), ("B", 10, 2))

    assert (one.units_unsent, *figures(one)) == (3, 10, 5, 2)
    assert (two.units_unsent, *figures(two)) == (12, 10, 0, -2)


def test_what_safety_stock_takes_away_is_no_mass_change() -> None:
    write_settings(InventoryImport, {"mass_change_at_least": 1, "mass_change_share": 1})
    apply(("A", 4, 1), ("B", 4, 2), ("C", 4, 3))
    keep(5)

    apply(("A", 4, 4), ("B", 4, 5), ("C", 4, 6))

    assert not MassChange.objects.exists()
    assert {quantity for quantity, _, _ in stock().values()} == {Decimal(0)}

    apply(("A", 0, 7))
    assert not MassChange.objects.exists(), "it was out of stock before"


def test_where_none_is_set_no_statement_is_added_and_the_line_says_nothing() -> None:
    apply(("A", 1, 1))
    with CaptureQueriesContext(connection) as without:
        [line] = apply(("A", 2, 2))
    assert line.units_safety is None
    assert not [each for each in without if "safetystock" in each["sql"]]

    keep(5)
    apply(("A", 3, 3))
    with CaptureQueriesContext(connection) as with_one:
        apply(("A", 4, 4))
    # On PostgreSQL one statement finds, judges and writes where nothing is taken off.
    more = 2 if connection.vendor == "postgresql" else 1
    assert len(with_one) == len(without) + more


KEPT = st.lists(
    st.builds(
        Kept,
        st.sampled_from(["units", "percent", "most"]),
        st.sampled_from([Decimal(0), Decimal("2.5"), Decimal(7), Decimal("33.3333")]),
        st.none() | st.sampled_from(SKUS),
        st.none() | st.sampled_from(SOURCES),
    ),
    max_size=4,
)
MESSAGES = st.lists(
    st.lists(
        st.tuples(st.sampled_from(SKUS), st.integers(-3, 40), st.sampled_from(SOURCES)),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=5,
)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(safety=KEPT, ended=KEPT, messages=MESSAGES, data=st.data())
def test_any_delivery_ends_in_the_stock_of_the_plain_rule(safety, ended, messages, data) -> None:
    for model in (ImportLine, Import, Request, SourceItem, SafetyStock):
        model.objects.all().delete()
    ago = timezone.now() - timedelta(minutes=1)
    for each, ends_at in [*((each, None) for each in safety), *((each, ago) for each in ended)]:
        values = {"kind": each.kind, "sku": each.sku or "", "source_id": each.source}
        keep(each.amount, ends_at=ends_at, **values)
    sequence = iter(range(1, 1000))
    made = [[(sku, qty, next(sequence), source) for sku, qty, source in m] for m in messages]
    arriving = data.draw(st.permutations([*made, *made[:2]]))
    oracle = Oracle(safety)
    oracle.apply([line for message in arriving for line in message], known=SKUS)

    for number, message in enumerate(arriving, start=1):
        queue(*message, message_id=number)
    while process(limit=2).requests:
        pass

    assert stock() == oracle.stock
    for line in ImportLine.objects.filter(result=1):
        key = (line.reference, line.source_code)
        kept = kept_back(safety, key, line.units_received, line.units_received)
        assert (line.units_safety or 0) == kept
