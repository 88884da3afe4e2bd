"""Unsent orders and active quotes: what is taken off a received figure.

The set-based SQL is held against the plain selectors of the sales room.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import ImportLine
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order, OrderItem, Quote
from tests.factories import make_order, make_product, make_quote, make_source
from tests.imports.plain_demand import quoted_units, unsent_units
from tests.imports.stock import apply, stock

pytestmark = pytest.mark.django_db

NOW = timezone.now()
EXPORTED = "2017-03-22 15:25:16"
STATUSES = ("pending", "processing")


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_source()
    make_product("A")


def adjust(choice: Adjustment, **values: Any) -> None:
    write_settings(
        InventoryImport,
        {"adjust_inventory": choice, "valid_unsent_order_statuses": STATUSES, **values},
    )


def quantities(line: ImportLine) -> tuple[Any, ...]:
    return (line.units_received, line.units_unsent, line.units_quoted, line.units_applied)


def test_nothing_is_taken_off_by_default() -> None:
    make_order(items=[("A", 3)])
    make_quote(items=[("A", 2)])

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 0, 0, 10)


def test_units_on_unsent_orders_are_taken_off() -> None:
    adjust(Adjustment.UNSENT_ORDERS)
    make_order(items=[("A", 3)])
    make_quote(items=[("A", 2)])

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 3, 0, 7)
    assert line.message == "Product Quantity Successfully Updated to 7"
    assert stock()["A", "default"] == (7, 1, 1)


def test_units_in_baskets_are_taken_off_too_when_so_configured() -> None:
    adjust(Adjustment.UNSENT_ORDERS_AND_QUOTES)
    make_order(items=[("A", 3)])
    make_quote(items=[("A", 2)])

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 3, 2, 5)


def test_orders_in_a_status_of_the_shops_own_are_unsent_where_it_is_chosen() -> None:
    adjust(Adjustment.UNSENT_ORDERS, valid_unsent_order_statuses=("awaiting „wms“", "processing"))
    make_order(items=[("A", 3)], status="awaiting „wms“")
    make_order(items=[("A", 1)], status="awaiting")

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 3, 0, 7)


def test_what_is_spoken_for_can_leave_nothing() -> None:
    adjust(Adjustment.UNSENT_ORDERS)
    make_order(items=[("A", 30)])

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 30, 0, 0)
    assert stock()["A", "default"] == (0, 0, 1)


def test_a_shortage_is_kept_when_negative_figures_are_allowed() -> None:
    adjust(Adjustment.UNSENT_ORDERS, negative_qtys_enabled=True)
    make_order(items=[("A", 30)])

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 30, 0, -20)
    assert stock()["A", "default"] == (-20, 0, 1)


@pytest.mark.parametrize(
    ("order", "unsent"),
    [
        ({}, 3),
        ({"status": "pending"}, 3),
        ({"status": "holded"}, 0),
        ({"is_virtual": True}, 0),
        ({"created_at": NOW - timedelta(hours=23)}, 3),
        ({"created_at": NOW - timedelta(hours=25)}, 0),
        ({"orderflow_export_date": datetime.fromisoformat("2017-03-22T15:25:15Z")}, 0),
        ({"orderflow_export_date": datetime.fromisoformat("2017-03-22T15:25:16Z")}, 0),
        ({"orderflow_export_date": datetime.fromisoformat("2017-03-22T15:25:17Z")}, 3),
    ],
)
def test_which_orders_are_unsent(order: dict[str, Any], unsent: int) -> None:
    adjust(Adjustment.UNSENT_ORDERS)
    make_order(items=[("A", 3)], **order)

    [line] = apply(("A", 10, 1, None, EXPORTED))

    assert line.units_unsent == unsent


def test_without_a_last_order_every_exported_order_is_known_to_orderflow() -> None:
    adjust(Adjustment.UNSENT_ORDERS)
    make_order(items=[("A", 3)], orderflow_export_date=NOW)
    make_order(items=[("A", 4)])

    [line] = apply(("A", 10, 1))

    assert line.units_unsent == 4


def test_each_line_is_judged_by_its_own_last_order() -> None:
    adjust(Adjustment.UNSENT_ORDERS)
    make_order(
        items=[("A", 3)], orderflow_export_date=datetime.fromisoformat("2017-03-22T12:00:00Z")
    )

    lines = apply(
        ("A", 10, 1, None, "2017-03-22 11:00:00"), ("A", 10, 2, None, "2017-03-22 13:00:00")
    )

    assert [line.units_unsent for line in lines] == [3, 0]


def test_cancelled_units_are_not_wanted_any_more() -> None:
    adjust(Adjustment.UNSENT_ORDERS)
    make_order(items=[("A", 3)])
    OrderItem.objects.update(qty_canceled=1)

    [line] = apply(("A", 10, 1))

    assert line.units_unsent == 2


def test_a_variant_counts_once_on_orders_and_per_parent_unit_in_baskets() -> None:
    adjust(Adjustment.UNSENT_ORDERS_AND_QUOTES)
    make_order(configurables=[("A", 2)])
    make_quote(configurables=[("A", 4)])

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 2, 4, 4)


def test_old_and_closed_baskets_do_not_count() -> None:
    adjust(Adjustment.UNSENT_ORDERS_AND_QUOTES)
    make_quote(items=[("A", 1)], created_at=NOW - timedelta(hours=25))
    make_quote(items=[("A", 2)], is_active=False)
    make_quote(items=[("A", 4)], created_at=NOW - timedelta(hours=23))

    [line] = apply(("A", 10, 1))

    assert line.units_quoted == 4


def test_the_cutoffs_are_days_and_configurable() -> None:
    adjust(Adjustment.UNSENT_ORDERS_AND_QUOTES, unsent_order_cutoff=3, active_quote_cutoff=2)
    make_order(items=[("A", 1)], created_at=NOW - timedelta(hours=71))
    make_quote(items=[("A", 2)], created_at=NOW - timedelta(hours=47))

    [line] = apply(("A", 10, 1))

    assert quantities(line) == (10, 1, 2, 7)


def test_lines_that_are_not_applied_show_no_figures() -> None:
    adjust(Adjustment.UNSENT_ORDERS_AND_QUOTES)
    make_order(items=[("A", 3)])
    make_quote(items=[("A", 2)])

    success, duplicate, superseded = apply(("A", 10, 2), ("A", 10, 2), ("A", 9, 1))

    assert quantities(success) == (10, 3, 2, 5)
    assert quantities(duplicate) == (0, 0, 0, 0)
    assert quantities(superseded) == (9, 0, 0, 0)


def test_absurd_demand_does_not_block_the_queue() -> None:
    adjust(Adjustment.UNSENT_ORDERS, negative_qtys_enabled=True)
    for _ in range(2):
        make_order(items=[("A", 99_999_999)])

    [line] = apply(("A", -99_999_999, 1))

    assert line.units_applied == Decimal("-99999999.9999")


DATETIMES = [None, NOW - timedelta(hours=1), NOW - timedelta(hours=3), NOW - timedelta(days=2)]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    orders=st.lists(
        st.tuples(
            st.sampled_from(["pending", "processing", "holded"]),
            st.booleans(),
            st.sampled_from(DATETIMES),
            st.sampled_from(DATETIMES[1:]),
            st.integers(1, 9),
        ),
        max_size=8,
    ),
    quotes=st.lists(
        st.tuples(st.booleans(), st.sampled_from(DATETIMES[1:]), st.integers(1, 9), st.booleans()),
        max_size=5,
    ),
    cutoff=st.integers(1, 3),
)
def test_the_figures_are_those_of_the_plain_rule(
    orders: list[Any], quotes: list[Any], cutoff: int
) -> None:
    for model in (Order, Quote):
        model.objects.all().delete()
    adjust(
        Adjustment.UNSENT_ORDERS_AND_QUOTES,
        unsent_order_cutoff=cutoff,
        active_quote_cutoff=cutoff,
    )
    product = make_product()
    for status, is_virtual, exported, created, qty in orders:
        make_order(
            items=[(product, qty)],
            status=status,
            is_virtual=is_virtual,
            orderflow_export_date=exported,
            created_at=created - timedelta(minutes=1),
        )
    for is_active, created, qty, is_variant in quotes:
        rows: dict[str, Any] = {"configurables" if is_variant else "items": [(product, qty)]}
        make_quote(is_active=is_active, created_at=created, **rows)

    for seq, at in enumerate(DATETIMES, start=1):
        exported = at and at.isoformat()
        [line] = apply((product.sku, 500, seq, None, exported))
        unsent = unsent_units(
            [product.pk], statuses=STATUSES, cutoff_days=cutoff, last_order_exported=at
        ).get(product.pk, Decimal(0))
        quoted = quoted_units([product.pk], cutoff_days=cutoff).get(product.pk, Decimal(0))
        assert quantities(line) == (500, unsent, quoted, 500 - unsent - quoted)
