"""Remarks on invoices and credit memos, and the e-mails about them."""

from django.db import transaction

from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.sales.models import (
    CreditMemo,
    CreditMemoComment,
    Invoice,
    InvoiceComment,
    Order,
)
from orderflow_bridge.sales.notifications import comment_mail, creditmemo_mail


def find_invoice(invoice_id: int) -> Invoice:
    """Return an invoice with its order. Raises NoSuchEntity."""
    invoice = Invoice.objects.select_related("order__store").filter(pk=invoice_id).first()
    if invoice is None:
        raise NoSuchEntity.any()
    return invoice


def find_creditmemo(memo_id: int) -> CreditMemo:
    """Return a credit memo with its order. Raises NoSuchEntity."""
    memo = CreditMemo.objects.select_related("order__store").filter(pk=memo_id).first()
    if memo is None:
        raise NoSuchEntity.any()
    return memo


def tell_customer(order: Order, comment: str) -> bool:
    """Write a remark to the customer; return False if there is no address."""
    if not is_address(order.customer_email):
        return False
    write_mails([comment_mail(order, comment)])
    return True


@transaction.atomic
def comment_on_invoice(
    invoice_id: int,
    *,
    comment: str,
    is_customer_notified: bool = False,
    is_visible_on_front: bool = False,
) -> InvoiceComment:
    """Add a remark to an invoice, and write it to the customer if asked. Raises NoSuchEntity."""
    invoice = find_invoice(invoice_id)
    is_told = is_customer_notified and tell_customer(invoice.order, comment)
    return InvoiceComment.objects.create(
        invoice=invoice,
        comment=comment,
        is_customer_notified=is_told,
        is_visible_on_front=is_visible_on_front,
    )


@transaction.atomic
def comment_on_creditmemo(
    memo_id: int,
    *,
    comment: str,
    is_customer_notified: bool = False,
    is_visible_on_front: bool = False,
) -> CreditMemoComment:
    """Add a remark to a credit memo, and write it to the customer if asked. Raises NoSuchEntity."""
    memo = find_creditmemo(memo_id)
    is_told = is_customer_notified and tell_customer(memo.order, comment)
    return CreditMemoComment.objects.create(
        creditmemo=memo,
        comment=comment,
        is_customer_notified=is_told,
        is_visible_on_front=is_visible_on_front,
    )


@transaction.atomic
def notify_creditmemo(memo_id: int) -> bool:
    """Write the customer about a credit memo (again); return False if there is no address.

    Raises NoSuchEntity.
    """
    memo = find_creditmemo(memo_id)
    if not is_address(memo.order.customer_email):
        return False
    write_mails([creditmemo_mail(memo)])
    return True
