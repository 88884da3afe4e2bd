"""Which rows a despatch books, on rows that exist in memory only."""

from decimal import Decimal
from typing import Any

import pytest

from orderflow_bridge.common.exceptions import NotShippable
from orderflow_bridge.inventory.order_units import stocked_units
from orderflow_bridge.sales.despatch_allocation import Line, Units, allocate, everything_open
from orderflow_bridge.sales.models import OrderItem


def a_row(pk: int, sku: str, ordered: Any = 1, **values: Any) -> OrderItem:
    shipped = Decimal(str(values.pop("qty_shipped", 0)))
    values.setdefault("product_id", pk * 10)
    return OrderItem(
        pk=pk, sku=sku, qty_ordered=Decimal(str(ordered)), qty_shipped=shipped, **values
    )


def lines(*pairs: tuple[str, Any], source: str = "") -> list[Line]:
    return [Line(sku, Decimal(str(qty)), source) for sku, qty in pairs]


def booked(rows: list[OrderItem], wanted: list[Line]) -> list[tuple[int, Decimal, str]]:
    return [(units.row.pk, units.qty, units.source_code) for units in allocate(rows, wanted)]


def refusal(rows: list[OrderItem], wanted: list[Line]) -> str:
    with pytest.raises(NotShippable) as raised:
        allocate(rows, wanted)
    return str(raised.value)


OVER = 'The quantity to ship must not be greater than the unshipped quantity for product SKU "A".'


def test_units_are_booked_on_the_row_of_their_sku() -> None:
    rows = [a_row(1, "A", 5), a_row(2, "B", 5)]

    assert booked(rows, lines(("B", 2))) == [(2, Decimal(2), "")]


def test_several_rows_of_a_sku_are_filled_in_turn() -> None:
    rows = [a_row(1, "A", 2, qty_shipped=1), a_row(2, "B"), a_row(3, "A", 2)]

    assert booked(rows, lines(("A", 2))) == [(1, Decimal(1), ""), (3, Decimal(1), "")]


def test_lines_of_one_sku_add_up() -> None:
    rows = [a_row(1, "A", 3)]

    assert booked(rows, lines(("A", 1), ("A", 2))) == [(1, Decimal(3), "")]


def test_lines_of_one_sku_from_several_sources_are_booked_apart() -> None:
    rows = [a_row(1, "A", 3)]

    found = booked(rows, [*lines(("A", 1), source="eu"), *lines(("A", 2), source="us")])

    assert found == [(1, Decimal(1), "eu"), (1, Decimal(2), "us")]


def test_parts_of_a_unit_can_be_shipped() -> None:
    assert booked([a_row(1, "A", "1.5")], lines(("A", "0.25"))) == [(1, Decimal("0.25"), "")]


def test_a_variant_books_its_parent_row() -> None:
    rows = [a_row(1, "A", 2), a_row(2, "A", 2, parent_item_id=1)]

    assert booked(rows, lines(("A", 2))) == [(1, Decimal(2), "")]


def test_a_variant_whose_parent_row_has_a_sku_of_its_own_books_that_row() -> None:
    rows = [a_row(1, "A-conf", 2), a_row(2, "A", 2, parent_item_id=1)]

    assert booked(rows, lines(("A", 1))) == [(1, Decimal(1), "")]


def test_parts_that_ship_separately_book_themselves() -> None:
    rows = [
        a_row(1, "SET", 1, ship_separately=True),
        a_row(2, "A", 1, parent_item_id=1),
        a_row(3, "B", 2, parent_item_id=1),
    ]

    assert booked(rows, lines(("B", 1))) == [(3, Decimal(1), "")]


BUNDLE = [
    a_row(1, "SET", 2),
    a_row(2, "A", 2, parent_item_id=1),
    a_row(3, "B", 4, parent_item_id=1),
]


def test_parts_of_a_bundle_that_ships_as_one_book_whole_bundles() -> None:
    assert booked(BUNDLE, lines(("A", 1), ("B", 2))) == [(1, Decimal(1), "")]


def test_a_bundle_can_be_named_by_its_own_sku() -> None:
    assert booked(BUNDLE, lines(("SET", 2))) == [(1, Decimal(2), "")]


def test_a_lone_part_of_a_bundle_that_ships_as_one_is_booked_on_itself() -> None:
    assert booked(BUNDLE, lines(("A", 1))) == [(2, Decimal(1), "")]
    assert booked(BUNDLE, lines(("A", 1), ("B", 3))) == [
        (1, Decimal(1), ""),
        (3, Decimal(1), ""),
    ]


def test_parts_of_a_bundle_may_leave_from_several_sources() -> None:
    wanted = [*lines(("A", 2), source="eu"), *lines(("B", 4), source="us")]

    assert booked(BUNDLE, wanted) == [(2, Decimal(2), "eu"), (3, Decimal(4), "us")]


def test_more_parts_than_the_bundles_need_are_refused() -> None:
    assert refusal(BUNDLE, lines(("A", 3))) == OVER
    assert refusal(BUNDLE, lines(("SET", 2), ("A", 1))) == OVER


def test_what_was_begun_is_finished_by_its_missing_parts() -> None:
    begun = [a_row(1, "SET", 2), *BUNDLE[1:2], a_row(3, "B", 4, parent_item_id=1, qty_shipped=1)]

    assert booked(begun, lines(("A", 1), ("B", 1))) == [
        (2, Decimal(1), ""),
        (3, Decimal(1), ""),
    ]
    assert booked(begun, lines(("SET", 1))) == [(1, Decimal(1), "")]
    assert refusal(begun, lines(("A", 2), ("B", 4))) == OVER.replace('"A"', '"B"')
    assert [(units.row.pk, units.qty) for units in everything_open(begun)] == [
        (1, Decimal(1)),
        (2, Decimal(1)),
        (3, Decimal(1)),
    ]


def test_a_lone_part_goes_to_a_row_of_its_own_beside_the_bundle() -> None:
    rows = [*BUNDLE, a_row(4, "A", 1)]

    assert booked(rows, lines(("A", 1))) == [(4, Decimal(1), "")]
    assert booked(rows, lines(("A", 2), ("B", 2))) == [(1, Decimal(1), ""), (4, Decimal(1), "")]


def test_more_than_is_open_is_refused_whatever_else_fits() -> None:
    assert refusal([a_row(1, "A", 2, qty_shipped=1), a_row(2, "B")], lines(("B", 1), ("A", 2))) == (
        OVER
    )


def test_more_than_is_open_is_refused_over_all_sources_together() -> None:
    wanted = [*lines(("A", 1), source="eu"), *lines(("A", 2), source="us")]

    assert refusal([a_row(1, "A", 2)], wanted) == OVER


def test_canceled_and_refunded_units_are_not_shipped() -> None:
    rows = [a_row(1, "A", 3, qty_canceled=Decimal(1), qty_refunded=Decimal(1))]

    assert booked(rows, lines(("A", 1))) == [(1, Decimal(1), "")]
    assert refusal(rows, lines(("A", 2))) == OVER


def test_a_locked_row_is_not_shipped() -> None:
    assert refusal([a_row(1, "A", locked_do_ship=True), a_row(2, "B")], lines(("A", 1))) == OVER


def test_an_unknown_sku_is_refused_by_name() -> None:
    expected = 'Order Item with SKU: "X" does not exist.'

    assert refusal([a_row(1, "A")], lines(("A", 1), ("X", 1))) == expected


def test_a_virtual_row_is_refused_by_name() -> None:
    rows = [a_row(1, "A"), a_row(2, "CARD", is_virtual=True)]

    assert refusal(rows, lines(("CARD", 1))) == (
        'Product SKU "CARD" is virtual and is not shipped.'
    )


def test_everything_open_leaves_out_what_has_been_shipped() -> None:
    rows = [a_row(1, "A", 2, qty_shipped=2), a_row(2, "B", 3, qty_shipped=1)]

    assert [(units.row.pk, units.qty) for units in everything_open(rows)] == [(2, Decimal(2))]


def test_a_variant_takes_its_own_product_off_the_shelf() -> None:
    rows = [a_row(1, "A", 2), a_row(2, "A", 2, parent_item_id=1)]

    assert stocked_units(rows, Units(rows[0], Decimal(2))) == {20: Decimal(2)}


def test_a_bundle_takes_its_parts_off_the_shelf() -> None:
    assert stocked_units(BUNDLE, Units(BUNDLE[0], Decimal(1))) == {20: Decimal(1), 30: Decimal(2)}


def test_a_deleted_product_takes_nothing_off_the_shelf() -> None:
    row = a_row(1, "A", product_id=None)

    assert stocked_units([row], Units(row, Decimal(1))) == {}
