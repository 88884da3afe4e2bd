"""The rules of docs/contract/shop-rules.md, row by row, on orders that exist in memory only."""

from decimal import Decimal
from typing import Any

import pytest

from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.stores.order_statuses import DEFAULTS

State = Order.State


def an_order(state: str = State.PROCESSING, **values: Any) -> Order:
    return Order(increment_id="000000005", state=state, status=state, **values)


def a_row(pk: int = 1, ordered: Any = 2, **values: Any) -> OrderItem:
    quantities = {
        name: Decimal(str(values.pop(name, 0)))
        for name in ("qty_invoiced", "qty_shipped", "qty_refunded", "qty_canceled")
    }
    values.setdefault("sku", f"S-{pk}")
    return OrderItem(pk=pk, qty_ordered=Decimal(str(ordered)), **quantities, **values)


def a_variant(**values: Any) -> list[OrderItem]:
    """The two rows of a configurable: the parent carries, the child is a dummy."""
    return [a_row(1, product_type="configurable", **values), a_row(2, parent_item_id=1)]


def a_bundle(*, ship_separately: bool, **values: Any) -> list[OrderItem]:
    parent = a_row(1, 1, product_type="bundle", ship_separately=ship_separately, **values)
    return [parent, a_row(2, 1, parent_item_id=1), a_row(3, 2, parent_item_id=1)]


def test_the_table_of_default_statuses_knows_every_state() -> None:
    assert set(DEFAULTS) == set(State)


@pytest.mark.parametrize(
    ("quantities", "to_ship", "to_invoice", "to_cancel", "to_refund"),
    [
        ({}, 5, 5, 5, 0),
        ({"qty_invoiced": 5}, 5, 0, 0, 5),
        ({"qty_shipped": 5}, 0, 5, 0, 0),
        ({"qty_invoiced": 2, "qty_shipped": 1}, 4, 3, 3, 2),
        ({"qty_canceled": 2}, 3, 3, 3, 0),
        ({"qty_invoiced": 5, "qty_refunded": 2}, 3, 0, 0, 3),
        ({"qty_invoiced": 5, "qty_shipped": 5, "qty_refunded": 5}, 0, 0, 0, 0),
        ({"qty_canceled": 6}, 0, 0, 0, 0),
    ],
)
def test_open_quantities_follow_from_what_was_done(
    quantities: dict[str, int], to_ship: int, to_invoice: int, to_cancel: int, to_refund: int
) -> None:
    row = a_row(ordered=5, **quantities)

    found = [
        rule(row)
        for rule in (states.to_ship, states.to_invoice, states.to_cancel, states.to_refund)
    ]

    assert found == [to_ship, to_invoice, to_cancel, to_refund]


@pytest.mark.parametrize(
    ("rows", "carriers"),
    [
        ([a_row(1), a_row(2)], [1, 2]),
        ([a_row(1), a_row(2, is_virtual=True)], [1]),
        (a_variant(), [1]),
        (a_bundle(ship_separately=False), [1]),
        (a_bundle(ship_separately=True), [2, 3]),
    ],
)
def test_shipped_quantities_are_carried_by_the_right_rows(
    rows: list[OrderItem], carriers: list[int]
) -> None:
    assert [row.pk for row in states.shipping_rows(rows)] == carriers


@pytest.mark.parametrize("state", list(State))
def test_the_state_decides_what_is_allowed(state: str) -> None:
    order, rows = an_order(state), [a_row()]

    allowed = {
        name
        for name, answer in {
            "ship": not states.why_not_shippable(order, rows),
            "invoice": states.can_invoice(order, rows),
            "cancel": states.can_cancel(order, rows),
            "hold": states.can_hold(order),
            "unhold": states.can_unhold(order),
        }.items()
        if answer
    }

    alive = {"ship", "invoice", "cancel", "hold"}
    expected = {
        State.NEW: alive,
        State.PENDING_PAYMENT: alive,
        State.PROCESSING: alive,
        State.COMPLETE: {"ship"},
        State.CLOSED: {"ship"},
        State.CANCELED: set(),
        State.HOLDED: {"unhold"},
        State.PAYMENT_REVIEW: set(),
    }
    assert allowed == expected[State(state)]


@pytest.mark.parametrize(
    ("order", "rows", "why"),
    [
        (an_order("holded"), [a_row()], "it is on hold"),
        (an_order("payment_review"), [a_row()], "its payment is under review"),
        (an_order("canceled"), [a_row()], "it is canceled"),
        (an_order(is_virtual=True), [a_row(is_virtual=True)], "nothing in it is physical"),
        (an_order(), [a_row(qty_shipped=2)], "nothing in it is left to ship"),
        (an_order(), [a_row(locked_do_ship=True)], "nothing in it is left to ship"),
        (an_order(), [a_row(qty_shipped=1)], ""),
        (an_order("new"), [a_row()], ""),
        (an_order("complete"), [a_row()], ""),
    ],
)
def test_an_order_that_cannot_be_shipped_says_why(
    order: Order, rows: list[OrderItem], why: str
) -> None:
    assert states.why_not_shippable(order, rows) == why


@pytest.mark.parametrize(
    ("rows", "can_invoice", "can_cancel"),
    [
        ([a_row()], True, True),
        ([a_row(qty_invoiced=1)], True, True),
        ([a_row(qty_invoiced=2)], False, False),
        ([a_row(qty_canceled=2)], False, False),
        ([a_row(locked_do_invoice=True)], False, True),
        (a_variant(qty_invoiced=2), False, False),
    ],
)
def test_invoicing_and_canceling_need_something_that_is_not_invoiced(
    rows: list[OrderItem], can_invoice: bool, can_cancel: bool
) -> None:
    order = an_order()

    found = states.can_invoice(order, rows), states.can_cancel(order, rows)

    assert found == (can_invoice, can_cancel)


BILLED_AND_SHIPPED = {"qty_invoiced": 2, "qty_shipped": 2}


@pytest.mark.parametrize(
    ("before", "rows", "open_invoice", "after"),
    [
        ("new", [a_row(qty_shipped=1)], False, "processing"),
        ("new", [a_row(qty_invoiced=1)], False, "processing"),
        ("new", [a_row(**BILLED_AND_SHIPPED)], False, "complete"),
        ("processing", [a_row(qty_shipped=2)], False, "processing"),
        ("processing", [a_row(qty_invoiced=2, qty_shipped=1)], False, "processing"),
        ("processing", [a_row(**BILLED_AND_SHIPPED)], False, "complete"),
        ("processing", [a_row(**BILLED_AND_SHIPPED)], True, "processing"),
        ("processing", [a_row(**BILLED_AND_SHIPPED), a_row(2)], False, "processing"),
        ("processing", a_variant(**BILLED_AND_SHIPPED), False, "complete"),
        ("processing", [a_row(qty_invoiced=2, qty_refunded=2)], False, "closed"),
        ("complete", [a_row(**BILLED_AND_SHIPPED, qty_refunded=2)], False, "closed"),
        ("complete", [a_row(**BILLED_AND_SHIPPED)], False, "complete"),
        ("pending_payment", [a_row(**BILLED_AND_SHIPPED)], False, "pending_payment"),
        ("canceled", [a_row(**BILLED_AND_SHIPPED)], False, "canceled"),
        ("holded", [a_row(**BILLED_AND_SHIPPED)], False, "holded"),
    ],
)
def test_shipping_and_invoicing_move_the_order_on(
    before: str, rows: list[OrderItem], open_invoice: bool, after: str
) -> None:
    state = states.state_after_booking(an_order(before), rows, has_open_invoice=open_invoice)

    assert state == after


def test_a_virtual_order_is_complete_once_it_is_invoiced() -> None:
    rows = [a_row(is_virtual=True, qty_invoiced=2)]

    state = states.state_after_booking(an_order(is_virtual=True), rows)

    assert state == State.COMPLETE


@pytest.mark.parametrize(
    ("rows", "after"),
    [
        ([a_row()], "canceled"),
        ([a_row(qty_shipped=2)], "canceled"),
        ([a_row(qty_invoiced=1)], "processing"),
        ([a_row(qty_invoiced=1, qty_shipped=1)], "complete"),
        ([a_row(qty_invoiced=2, qty_refunded=2), a_row(2)], "canceled"),
    ],
)
def test_what_has_been_invoiced_outlives_a_cancellation(rows: list[OrderItem], after: str) -> None:
    assert states.state_after_canceling(rows) == after
