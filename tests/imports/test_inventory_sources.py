"""Multi-source stock: figures are corrected by what OrderFlow already knows."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import Sum

from imports.models import ImportLine
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import Reservation, Source, SourceItem, Stock
from orderflow_bridge.sales.models import Order
from tests.factories import (
    make_order,
    make_product,
    make_quote,
    make_reservation,
    make_source,
    make_stock,
)
from tests.imports.stock import apply, stock

pytestmark = pytest.mark.django_db

KNOWN = datetime.fromisoformat("2017-03-22T12:00:00Z")
BEFORE, AFTER = "2017-03-22 11:59:59", "2017-03-22 12:00:00"


@pytest.fixture(autouse=True)
def _multi_source() -> None:
    write_settings(InventoryImport, {"multi_source_enabled": True})
    Stock.objects.all().delete()
    for code in ("default", "eu", "us"):
        make_source(code)
    make_product("A")


def known_order(**values: Any) -> Order:
    return make_order(items=[("A", 3)], orderflow_export_date=KNOWN, **values)


def reserve(stock: Stock, units: int, order: Order | None) -> None:
    make_reservation("A", -units, stock=stock, order=order)


def corrections(*lines: tuple[Any, ...]) -> list[Any]:
    return [line.units_reserved for line in apply(*lines)]


def test_units_reserved_by_known_orders_are_given_back() -> None:
    reserve(make_stock(), 3, known_order())

    [line] = apply(("A", 7, 1))

    assert (line.units_received, line.units_reserved, line.units_applied) == (7, 3, 10)
    assert stock()["A", "default"] == (10, 1, 1)
    salable = (
        SourceItem.objects.get().quantity
        + Reservation.objects.aggregate(units=Sum("quantity"))["units"]
    )
    assert salable == 7


def test_an_order_that_orderflow_does_not_know_keeps_its_units_reserved() -> None:
    reserve(make_stock(), 3, make_order(items=[("A", 3)]))

    assert corrections(("A", 7, 1)) == [0]


def test_the_last_order_of_the_figure_decides_which_orders_are_known() -> None:
    reserve(make_stock(), 3, known_order())

    assert corrections(("A", 7, 1, None, BEFORE), ("A", 7, 2, None, AFTER), ("A", 7, 3)) == [
        0,
        3,
        3,
    ]


def test_a_shipped_order_needs_no_correction() -> None:
    warehouse, order = make_stock(), known_order()
    reserve(warehouse, 3, order)
    reserve(warehouse, -3, order)

    assert corrections(("A", 7, 1)) == [0]


def test_a_reservation_without_an_order_stays() -> None:
    reserve(make_stock(), 3, None)

    assert corrections(("A", 7, 1)) == [0]


def test_only_the_first_enabled_source_of_a_stock_is_corrected() -> None:
    Source.objects.filter(pk="default").update(enabled=False)
    reserve(make_stock(sources=["default", "eu", "us"]), 3, known_order())

    assert corrections(("A", 7, 1), ("A", 7, 1, "eu"), ("A", 7, 1, "us")) == [0, 3, 0]


def test_a_source_of_two_stocks_takes_the_smaller_correction() -> None:
    order = known_order()
    reserve(make_stock(), 3, order)
    reserve(make_stock(), 5, order)

    assert corrections(("A", 7, 1)) == [3]


def test_a_source_that_serves_a_second_stock_is_not_raised_for_the_first() -> None:
    reserve(make_stock(sources=["default"]), 3, known_order())
    make_stock(sources=["eu", "default"])

    assert corrections(("A", 7, 1)) == [0]


def test_a_source_without_a_stock_is_taken_as_it_is() -> None:
    reserve(make_stock(sources=["eu"]), 3, known_order())

    assert corrections(("A", 7, 1, "us")) == [0]


def test_other_products_reservations_do_not_matter() -> None:
    make_product("B")
    reserve(make_stock(), 3, known_order())

    assert corrections(("B", 7, 1), ("A", 7, 1)) == [0, 3]


def test_unsent_orders_and_quotes_are_not_taken_off_as_well() -> None:
    write_settings(
        InventoryImport,
        {
            "adjust_inventory": Adjustment.UNSENT_ORDERS_AND_QUOTES,
            "valid_unsent_order_statuses": ("processing",),
        },
    )
    make_order(items=[("A", 3)])
    make_quote(items=[("A", 2)])

    [line] = apply(("A", 7, 1))

    assert (line.units_unsent, line.units_quoted, line.units_applied) == (0, 0, 7)


def test_a_negative_figure_can_be_lifted_above_zero() -> None:
    reserve(make_stock(), 3, known_order())

    [line] = apply(("A", "-1.5", 1))

    assert line.units_applied == Decimal("1.5")


def test_lines_that_are_not_applied_show_no_correction() -> None:
    reserve(make_stock(), 3, known_order())

    assert corrections(("A", 7, 2), ("A", 7, 2), ("A", 7, 1), ("B", 7, 1)) == [3, 0, 0, 0]


def test_the_column_is_empty_in_classic_mode() -> None:
    write_settings(InventoryImport, {"multi_source_enabled": False})
    reserve(make_stock(), 3, known_order())

    apply(("A", 7, 2), ("A", 7, 2))

    assert set(ImportLine.objects.values_list("units_reserved", flat=True)) == {None}
