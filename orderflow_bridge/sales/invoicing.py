"""Invoicing orders. Payment is not taken here: an invoice says that it was."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_noop

from orderflow_bridge.common.exceptions import ActionNotAvailable, NoSuchEntity
from orderflow_bridge.common.numbers import share
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import (
    Invoice,
    InvoiceComment,
    InvoiceItem,
    Order,
    OrderItem,
    OrderStatusHistory,
)
from orderflow_bridge.sales.models import (
    Sequence as Counters,
)
from orderflow_bridge.sales.notifications import invoice_mail
from orderflow_bridge.sales.numbering import next_increment_ids
from orderflow_bridge.sales.selectors import LockedOrder, lock_order
from orderflow_bridge.stores.order_statuses import default_status

# Amounts of a row that an invoice has its share of.
_SHARED = ("row_total", "tax_amount", "discount_amount")
NOT_INVOICEABLE = gettext_noop("The order does not allow an invoice to be created.")


@transaction.atomic
def invoice_order(
    order_id: int,
    *,
    quantities: Mapping[int, Decimal] | None = None,
    is_paid: bool = True,
    comment: str = "",
) -> Invoice:
    """Invoice an order and return the invoice; the order moves on as `states` says.

    `quantities` are units by order item id of parent rows; without them everything open is
    invoiced. Raises ActionNotAvailable, in Magento's words, if the order or a quantity does not
    allow it.
    """
    locked = lock_order(order_id)
    if not states.can_invoice(locked.order, locked.rows):
        raise ActionNotAvailable(NOT_INVOICEABLE)
    units = _wanted(locked.rows, quantities)
    invoice = _write(locked.order, units, is_paid=is_paid)
    if comment:
        InvoiceComment.objects.create(invoice=invoice, comment=comment)
    states.add_units(locked.rows, units, "qty_invoiced")
    OrderItem.objects.bulk_update(locked.rows, ("qty_invoiced",))
    _move_on(locked, invoice, comment)
    return invoice


@transaction.atomic
def notify_invoice(invoice_id: int) -> bool:
    """Write the customer about an invoice (again); return False if there is no address.

    Raises NoSuchEntity.
    """
    invoice = Invoice.objects.select_related("order__store").filter(pk=invoice_id).first()
    if invoice is None:
        raise NoSuchEntity.any()
    if not is_address(invoice.order.customer_email):
        return False
    write_mails([invoice_mail(invoice)])
    Invoice.objects.filter(pk=invoice_id).update(email_sent=True)
    return True


@transaction.atomic
def capture_invoice(invoice_id: int) -> None:
    """Say of an open invoice that it was paid; of one that was, nothing changes.

    Raises NoSuchEntity, and ActionNotAvailable for one that was cancelled.
    """
    order_id = Invoice.objects.filter(pk=invoice_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise NoSuchEntity.any()
    locked = lock_order(order_id)
    invoice = Invoice.objects.get(pk=invoice_id)
    if invoice.state == Invoice.State.PAID:
        return
    if invoice.state != Invoice.State.OPEN:
        raise ActionNotAvailable("The capture action is not available.")
    invoice.state = Invoice.State.PAID
    invoice.save(update_fields=("state",))
    order = locked.order
    order.total_paid += invoice.grand_total
    others = order.invoices.filter(state=Invoice.State.OPEN)
    before = order.state
    order.state = states.state_after_booking(order, locked.rows, has_open_invoice=others.exists())
    if order.state != before:
        order.status = default_status(order.state)
    order.save()


def _wanted(
    rows: Sequence[OrderItem], quantities: Mapping[int, Decimal] | None
) -> dict[int, Decimal]:
    """Return units by row id, checked against what is open."""
    open_rows = {row.pk: row for row in states.invoiceable_rows(rows)}
    if quantities is None:
        return {pk: states.to_invoice(row) for pk, row in open_rows.items()}
    wanted = {pk: qty for pk, qty in quantities.items() if qty > 0}
    if not wanted:
        raise ActionNotAvailable(
            "The invoice can't be created without products. Add products and try again."
        )
    for pk, qty in wanted.items():
        if pk not in open_rows:
            raise ActionNotAvailable(f'The order item "{pk}" cannot be invoiced.')
        if qty > states.to_invoice(open_rows[pk]):
            raise ActionNotAvailable(
                "The quantity to invoice must not be greater than the uninvoiced quantity"
                f' for product SKU "{open_rows[pk].sku}".'
            )
    return wanted


def _write(order: Order, units: Mapping[int, Decimal], *, is_paid: bool) -> Invoice:
    """Write the invoice. The first one bears the shipping, the last what is left of the total."""
    invoice = Invoice(
        order=order,
        state=Invoice.State.PAID if is_paid else Invoice.State.OPEN,
        total_qty=sum(units.values(), Decimal(0)),
    )
    items = _items(invoice, units)
    if not order.invoices.exists():
        invoice.shipping_amount = order.shipping_amount
        invoice.shipping_tax_amount = order.shipping_tax_amount
    invoice.subtotal = sum((item.row_total for item in items), Decimal(0))
    invoice.discount_amount = -sum((item.discount_amount for item in items), Decimal(0))
    invoice.tax_amount = sum((item.tax_amount for item in items), invoice.shipping_tax_amount)
    gross = invoice.subtotal + invoice.tax_amount + invoice.shipping_amount
    invoice.grand_total = gross + invoice.discount_amount
    document = Counters.Document.INVOICE
    invoice.increment_id = next_increment_ids(document, order.store_id, 1)[0]
    invoice.save()
    InvoiceItem.objects.bulk_create(items)
    return invoice


def _items(invoice: Invoice, units: Mapping[int, Decimal]) -> list[InvoiceItem]:
    """Return the rows of the invoice, each with its share of price, tax and discount."""
    billed = {f"billed_{name}": Sum(f"invoice_items__{name}") for name in _SHARED}
    rows: Mapping[int, Any] = OrderItem.objects.annotate(**billed).in_bulk(units)
    return [
        InvoiceItem(
            invoice=invoice,
            order_item=rows[pk],
            sku=rows[pk].sku,
            name=rows[pk].name,
            qty=qty,
            **{
                name: share(
                    abs(getattr(rows[pk], name)),
                    qty=qty,
                    of=rows[pk].qty_ordered,
                    done=getattr(rows[pk], f"billed_{name}") or Decimal(0),
                    done_qty=rows[pk].qty_invoiced,
                )
                for name in _SHARED
            },
        )
        for pk, qty in units.items()
    ]


def _move_on(locked: LockedOrder, invoice: Invoice, comment: str) -> None:
    """Move the order on, add the invoice to its totals and put both into its history."""
    order, is_open = locked.order, invoice.state == Invoice.State.OPEN
    is_last = not any(states.to_invoice(row) for row in states.invoicing_rows(locked.rows))
    if is_last:
        invoice.grand_total = max(order.grand_total - order.total_invoiced, Decimal(0))
        invoice.save(update_fields=("grand_total",))
    order.total_invoiced += invoice.grand_total
    order.total_paid += Decimal(0) if is_open else invoice.grand_total
    before = order.state
    order.state = states.state_after_booking(
        order, locked.rows, has_open_invoice=locked.has_open_invoice or is_open
    )
    if order.state != before:
        order.status = default_status(order.state)
    order.save()
    OrderStatusHistory.objects.create(
        order=order, status=order.status, comment=comment, entity_name="invoice"
    )
