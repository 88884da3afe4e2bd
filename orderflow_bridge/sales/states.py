"""What may happen to an order and its rows: pure rules.

They are Magento's. Functions of an order take all of its rows, in any order, and only read them.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal

from django.db.models import Q

from orderflow_bridge.common.choices import OrderState
from orderflow_bridge.sales.models import Order, OrderItem

State = Order.State

NOTHING = Decimal(0)

CALLED_OFF = frozenset({State.CANCELED, State.CLOSED})
_FROZEN = frozenset({State.HOLDED, State.PAYMENT_REVIEW, State.CANCELED})
_FINISHED = frozenset({State.COMPLETE, State.CLOSED})


def to_ship(row: OrderItem) -> Decimal:
    """Return the units of a row that are still to be shipped."""
    open_units: Decimal = row.qty_ordered - row.qty_shipped - row.qty_refunded - row.qty_canceled
    return max(open_units, NOTHING)


def to_invoice(row: OrderItem) -> Decimal:
    """Return the units of a row that are still to be invoiced."""
    open_units: Decimal = row.qty_ordered - row.qty_invoiced - row.qty_canceled
    return max(open_units, NOTHING)


def to_cancel(row: OrderItem) -> Decimal:
    """Return the units of a row that may still be cancelled."""
    return min(to_invoice(row), to_ship(row))


def to_refund(row: OrderItem) -> Decimal:
    """Return the units of a row that may still be refunded."""
    billed: Decimal = row.qty_invoiced - row.qty_refunded
    return billed


def shipping_rows(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Return the rows that carry shipped quantities: no dummies, no virtual rows.

    The children of a parent that ships as one are dummies; of a bundle whose parts are shipped
    separately, the parent is.
    """
    rows = list(rows)
    by_id = {row.pk: row for row in rows}
    parents = {row.parent_item_id for row in rows if row.parent_item_id}

    def carries(row: OrderItem) -> bool:
        if row.parent_item_id:
            return by_id[row.parent_item_id].ship_separately
        return not (row.ship_separately and row.pk in parents)

    return [row for row in rows if not row.is_virtual and carries(row)]


def shippable_rows(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Return the rows of which something can be shipped now."""
    return [row for row in shipping_rows(rows) if to_ship(row) > 0 and not row.locked_do_ship]


def invoicing_rows(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Return the rows that carry invoiced quantities: children follow their parents."""
    return [row for row in rows if not row.parent_item_id]


def invoiceable_rows(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Return the rows of which something can be invoiced now."""
    return [
        row for row in invoicing_rows(rows) if to_invoice(row) > 0 and not row.locked_do_invoice
    ]


def why_not_shippable(order: Order, rows: Sequence[OrderItem]) -> str:
    """Return why nothing of the order can be shipped, as the end of a sentence; "" if it can.

    Payment and invoices do not matter, nor does a complete or closed state by itself.
    """
    reasons = {
        State.HOLDED: "it is on hold",
        State.PAYMENT_REVIEW: "its payment is under review",
        State.CANCELED: "it is canceled",
    }
    if order.state in reasons:
        return reasons[State(order.state)]
    if order.is_virtual:
        return "nothing in it is physical"
    return "" if shippable_rows(rows) else "nothing in it is left to ship"


def why_not_for_warehouse(order: Order) -> str:
    """Return why a warehouse is never told of the order, as the end of a sentence; "" if it may."""
    if order.state in CALLED_OFF:
        return f"the order is {order.state}"
    return "nothing in the order is physical" if order.is_virtual else ""


def not_for_warehouse() -> Q:
    """Return the condition of the orders that a warehouse is never told of."""
    return Q(state__in=CALLED_OFF) | Q(is_virtual=True)


def for_warehouse() -> Q:
    """Return the opposite, in the parts that the partial indexes of orders are made of."""
    return Q(is_virtual=False) & ~Q(state__in=CALLED_OFF)


def can_invoice(order: Order, rows: Sequence[OrderItem]) -> bool:
    """Tell whether something of the order can be invoiced."""
    return order.state not in _FROZEN | _FINISHED and bool(invoiceable_rows(rows))


def can_cancel(order: Order, rows: Sequence[OrderItem]) -> bool:
    """Tell whether the rest of the order can be cancelled: not when all of it is invoiced."""
    unbilled = any(to_invoice(row) > 0 for row in invoicing_rows(rows))
    return order.state not in _FROZEN | _FINISHED and unbilled


def refundable_rows(rows: Iterable[OrderItem]) -> list[OrderItem]:
    """Return the rows of which something can be refunded now."""
    return [row for row in invoicing_rows(rows) if to_refund(row) > 0]


def can_refund(order: Order, rows: Sequence[OrderItem]) -> bool:
    """Tell whether something of the order can be refunded: what has been invoiced."""
    return order.state not in _FROZEN | {State.CLOSED} and bool(refundable_rows(rows))


def can_hold(order: Order) -> bool:
    """Tell whether the order can be put on hold."""
    return order.state not in _FROZEN | _FINISHED


def can_unhold(order: Order) -> bool:
    """Tell whether the order's hold can be removed."""
    return order.state == State.HOLDED


def state_after_booking(
    order: Order, rows: Sequence[OrderItem], *, has_open_invoice: bool = False
) -> OrderState:
    """Return the state of an order of which something has just been shipped or invoiced.

    Whichever comes last, shipping or invoicing, completes the order; an invoice that is still open
    holds that back. When nothing is left to refund either, the order is closed.
    """
    state = State.PROCESSING if order.state == State.NEW else State(order.state)
    if state not in {State.PROCESSING, State.COMPLETE}:
        return state
    if has_open_invoice or any(to_invoice(row) > 0 for row in invoicing_rows(rows)):
        return state
    if not order.is_virtual and shippable_rows(rows):
        return state
    return State.COMPLETE if refundable_rows(rows) else State.CLOSED


def state_after_canceling(rows: Sequence[OrderItem]) -> OrderState:
    """Return the state of an order whose open units are about to be cancelled.

    What has been invoiced cannot be taken back: such an order lives on, as processing while some of
    it is still to be shipped, otherwise as complete.
    """
    billed = [row for row in invoicing_rows(rows) if to_refund(row) > 0]
    if not billed:
        return State.CANCELED
    left = any(to_ship(row) > to_cancel(row) for row in shipping_rows(rows))
    return State.PROCESSING if left else State.COMPLETE


SMALLEST = Decimal("0.0001")  # what a quantity column can hold
_ONE = Decimal(1)


def parts_of(rows: Iterable[OrderItem], row: OrderItem) -> list[OrderItem]:
    """Return the rows of a row's parts; none if they ship separately and carry themselves.

    Those that a warehouse sent by themselves are counted on their own rows (`assembled`)."""
    if row.ship_separately:
        return []
    return [part for part in rows if part.parent_item_id == row.pk]


def per_unit(part: OrderItem, row: OrderItem) -> Decimal:
    """Return how many units of a part make one unit of its row; 1 for the row itself."""
    if part is row or not row.qty_ordered:
        return _ONE
    return Decimal(part.qty_ordered / row.qty_ordered)


def sent_parts(row: OrderItem, parts: Iterable[OrderItem]) -> list[OrderItem]:
    """Return those of a row's parts that are sent in parcels."""
    return [part for part in parts if not part.is_virtual and per_unit(part, row)]


def assembled(row: OrderItem, parts: Sequence[OrderItem]) -> Decimal:
    """Return how many units of a row the parts make up that left by themselves."""
    sent = sent_parts(row, parts)
    units = min((part.qty_shipped / per_unit(part, row) for part in sent), default=NOTHING)
    if len(sent) == 1 and per_unit(sent[0], row) == _ONE:
        return units
    return units.quantize(SMALLEST).to_integral_value(rounding=ROUND_FLOOR)


def ahead(part: OrderItem, row: OrderItem, parts: Sequence[OrderItem]) -> Decimal:
    """Return the units of a part that have left while others of its row's unit have not."""
    if part is row or part.is_virtual or not part.qty_shipped:
        return NOTHING
    loose: Decimal = part.qty_shipped - assembled(row, parts) * per_unit(part, row)
    return max(loose.quantize(SMALLEST), NOTHING)


def add_units(rows: Sequence[OrderItem], units: Mapping[int, Decimal], column: str) -> None:
    """Add units to a column of their rows; a child goes with its parent, share by share."""
    parents = {row.pk: row for row in rows if not row.parent_item_id}
    for row in rows:
        parent = parents.get(row.parent_item_id or 0)
        if parent is None:
            added = units.get(row.pk, NOTHING)
        elif parent.qty_ordered:
            added = units.get(parent.pk, NOTHING) * (row.qty_ordered / parent.qty_ordered)
        else:
            continue
        setattr(row, column, getattr(row, column) + added)
