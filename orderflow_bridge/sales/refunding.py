"""Refunding orders: credit memos. Money is not moved here: a memo says that it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.numbers import cents, share
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import (
    CreditMemo,
    CreditMemoComment,
    CreditMemoItem,
    Invoice,
    Order,
    OrderItem,
    OrderStatusHistory,
)
from orderflow_bridge.sales.models import (
    Sequence as Counters,
)
from orderflow_bridge.sales.notifications import REFUNDED, creditmemo_mail, note_unannounced
from orderflow_bridge.sales.numbering import next_increment_ids
from orderflow_bridge.sales.selectors import LockedOrder, lock_order
from orderflow_bridge.stores.order_statuses import default_status

REFUNDED_MEANWHILE = (
    "Somebody else has refunded units of this order meanwhile: nothing was refunded now."
    " Please look at the order again."
)
_CENT = Decimal("0.01")
# Amounts of a row that a memo has its share of.
_SHARED = ("row_total", "tax_amount", "discount_amount")


@dataclass(frozen=True)
class Refund:
    """What is asked for: units by order item id of parent rows (None: all that were invoiced),
    the share of the shipping amount, a further refund and a fee, and a comment.

    Without a shipping amount (None) it is what is left of it. `notify` writes the customer.
    `seen_creditmemos` is how many credit memos the person had before their eyes; None: not told.
    """

    quantities: Mapping[int, Decimal] | None = None
    shipping_amount: Decimal | None = states.NOTHING
    adjustment_positive: Decimal = states.NOTHING
    adjustment_negative: Decimal = states.NOTHING
    comment: str = ""
    notify: bool = False
    seen_creditmemos: int | None = None

    def check(self) -> None:
        """Raise ActionNotAvailable for an amount below zero."""
        amounts = (self.shipping_amount or 0, self.adjustment_positive, self.adjustment_negative)
        if min(amounts) < 0:
            raise ActionNotAvailable("An amount must not be less than zero.")


@transaction.atomic
def refund_order(order_id: int, refund: Refund) -> CreditMemo:
    """Refund units of invoiced rows and return the credit memo; the order may be closed by it.

    OrderFlow is not told. If units that were still to be shipped are refunded and OrderFlow has the
    order, it gets a notice. In multi-source mode the caller gives back what was promised to them
    (inventory.services.refund_and_release). Raises ActionNotAvailable, in Magento's words.
    """
    refund.check()
    locked = lock_order(order_id)
    if (
        refund.seen_creditmemos is not None
        and locked.order.creditmemos.count() != refund.seen_creditmemos
    ):
        raise ActionNotAvailable(REFUNDED_MEANWHILE)
    if not states.can_refund(locked.order, locked.rows):
        raise ActionNotAvailable("The order does not allow a credit memo to be created.")
    if refund.shipping_amount is None:
        refund = replace(refund, shipping_amount=refundable_shipping(locked.order))
    units = _wanted(locked.rows, refund)
    memo = _drafted(locked.order, refund, items := _items(locked.rows, units))
    _check_amounts(locked.order, memo)
    unsent_before = _still_to_ship(locked.rows)
    states.add_units(locked.rows, units, "qty_refunded")
    _write(memo, items, refund.comment)
    OrderItem.objects.bulk_update(locked.rows, ("qty_refunded",))
    _move_on(locked, memo, refund.comment)
    if _still_to_ship(locked.rows) < unsent_before:
        note_unannounced(locked.order, REFUNDED)
    if refund.notify and is_address(locked.order.customer_email):
        write_mails([creditmemo_mail(memo, refund.comment)])
    return memo


def refundable_shipping(order: Order) -> Decimal:
    """Return what of the shipping amount has not been refunded yet."""
    refunded = sum((memo.shipping_amount for memo in order.creditmemos.all()), Decimal(0))
    left: Decimal = order.shipping_amount - refunded
    return max(left, states.NOTHING)


def refundable_of_invoice(invoice: Invoice) -> dict[int, Decimal]:
    """Return the units of an invoice that can still be refunded, by order item id."""
    units: dict[int, Decimal] = {}
    for item in invoice.items.select_related("order_item"):
        left = min(item.qty, states.to_refund(item.order_item))
        if left > 0:
            units[item.order_item_id] = left
    return units


def refundable_amount(order: Order) -> Decimal:
    """Return the most that can be refunded: what was paid, or at least billed, and not refunded."""
    paid = order.total_paid or order.total_invoiced or order.grand_total
    left: Decimal = paid - order.total_refunded
    return max(left, states.NOTHING)


def _wanted(rows: Sequence[OrderItem], refund: Refund) -> dict[int, Decimal]:
    """Return units by row id, checked against what was invoiced."""
    refundable = {row.pk: row for row in states.refundable_rows(rows)}
    if refund.quantities is None:
        return {pk: states.to_refund(row) for pk, row in refundable.items()}
    wanted = {pk: qty for pk, qty in refund.quantities.items() if qty}
    for pk, qty in wanted.items():
        if pk not in refundable:
            raise ActionNotAvailable(f'The order item "{pk}" cannot be refunded.')
        if qty < 0 or qty > states.to_refund(refundable[pk]):
            raise ActionNotAvailable(
                "The quantity to refund must not be greater than the unrefunded quantity"
                f' for product SKU "{refundable[pk].sku}".'
            )
    return wanted


def _items(rows: Sequence[OrderItem], units: Mapping[int, Decimal]) -> list[CreditMemoItem]:
    """Return the rows of the memo, each with its share of price, tax and discount."""
    refunded = _refunded([row for row in rows if units.get(row.pk)])
    return [
        CreditMemoItem(
            order_item=row,
            sku=row.sku,
            name=row.name,
            qty=units[row.pk],
            price=row.price,
            **{
                name: share(
                    abs(getattr(row, name)),
                    qty=units[row.pk],
                    of=row.qty_ordered,
                    done=before,
                    done_qty=row.qty_refunded,
                )
                for name, before in zip(_SHARED, refunded[row.pk], strict=True)
            },
        )
        for row in rows
        if row.pk in refunded
    ]


def _refunded(rows: Sequence[OrderItem]) -> dict[int, tuple[Decimal, ...]]:
    """Return the `_SHARED` amounts of each of these rows that earlier memos gave back."""
    sums: Any = CreditMemoItem.objects.filter(order_item__in=rows).order_by().values("order_item")
    found = {
        row["order_item"]: tuple(row[f"{name}__sum"] for name in _SHARED)
        for row in sums.annotate(*map(Sum, _SHARED))
    }
    return {row.pk: found.get(row.pk, (states.NOTHING,) * len(_SHARED)) for row in rows}


def _drafted(order: Order, refund: Refund, items: Sequence[CreditMemoItem]) -> CreditMemo:
    """Return the memo, not saved yet, with its amounts added up; shipping brings its tax along."""
    memo = CreditMemo(
        order=order,
        shipping_amount=refund.shipping_amount or states.NOTHING,
        adjustment_positive=refund.adjustment_positive,
        adjustment_negative=refund.adjustment_negative,
    )
    memo.total_qty = sum((item.qty for item in items), Decimal(0))
    memo.subtotal = sum((item.row_total for item in items), Decimal(0))
    memo.discount_amount = sum((item.discount_amount for item in items), Decimal(0))
    shipping_tax = states.NOTHING
    if order.shipping_amount:
        per_unit = order.shipping_tax_amount / order.shipping_amount
        shipping_tax = cents(refund.shipping_amount * per_unit)
    memo.tax_amount = sum((item.tax_amount for item in items), shipping_tax)
    gross = memo.subtotal - memo.discount_amount + memo.tax_amount + memo.shipping_amount
    memo.grand_total = gross + memo.adjustment_positive - memo.adjustment_negative
    return memo


def _check_amounts(order: Order, memo: CreditMemo) -> None:
    """Raise ActionNotAvailable if the memo gives back nothing, or more than there is."""
    if memo.grand_total < 0 or not (memo.total_qty or memo.grand_total):
        raise ActionNotAvailable("The credit memo's total must be positive.")
    if memo.shipping_amount > refundable_shipping(order):
        raise ActionNotAvailable(
            f"Maximum shipping amount allowed to refund is: {refundable_shipping(order):.2f}"
        )
    most = refundable_amount(order)
    if memo.grand_total - most >= _CENT:
        raise ActionNotAvailable(f"The most money available to refund is {most:.2f}.")
    memo.grand_total = min(memo.grand_total, most)  # shares that were rounded up


def _still_to_ship(rows: Sequence[OrderItem]) -> Decimal:
    return sum((states.to_ship(row) for row in states.shipping_rows(rows)), Decimal(0))


def _write(memo: CreditMemo, items: Sequence[CreditMemoItem], comment: str) -> None:
    document, store_id = Counters.Document.CREDIT_MEMO, memo.order.store_id
    memo.increment_id = next_increment_ids(document, store_id, 1)[0]
    memo.save()
    for item in items:
        item.creditmemo = memo
    CreditMemoItem.objects.bulk_create(items)
    if comment:
        CreditMemoComment.objects.create(creditmemo=memo, comment=comment)


def _move_on(locked: LockedOrder, memo: CreditMemo, comment: str) -> None:
    """Add the memo to the order's totals, move the order on and put that into its history."""
    order = locked.order
    order.total_refunded += memo.grand_total
    before = order.state
    order.state = states.state_after_booking(
        order, locked.rows, has_open_invoice=locked.has_open_invoice
    )
    if order.state != before:
        order.status = default_status(order.state)
    order.save()
    OrderStatusHistory.objects.create(
        order=order, status=order.status, comment=comment, entity_name="creditmemo"
    )
