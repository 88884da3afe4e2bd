"""What the routes of credit memos, invoices' remarks, transactions and the directory answer."""

from decimal import Decimal
from typing import Any

from orderflow_bridge.access.rights import (
    CREDIT_MEMOS,
    CREDIT_MEMOS_VIEW,
    INVOICES_VIEW,
    ORDERS_INVOICE,
    ORDERS_REFUND,
    TRANSACTIONS,
)
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import Invoice, OrderPayment
from orderflow_bridge.sales.refunding import Refund, refund_order
from tests.factories import make_order
from tests.restapi.expectations_orders import order
from tests.restapi.stating import LISTED, Sent, Stated

NO_MEMO = {"creditmemo_id": 999_999}
NO_INVOICE = {"invoice_id": 999_999}
COMMENT = {"entity": {"comment": "Paid back"}}


def invoice() -> Invoice:
    """Return the invoice of a new order."""
    return invoice_order(order(grand_total=30).pk)


def paid() -> int:
    """Return the id of an order that can be refunded."""
    worth = Decimal(20)
    return make_order(items=[("A", 2)], invoiced=True, grand_total=worth, total_paid=worth).pk


def _memo(body: Any = None) -> Sent:
    return Sent({"creditmemo_id": refund_order(paid(), Refund()).pk}, body)


def _invoice(body: Any = None) -> Sent:
    return Sent({"invoice_id": invoice().pk}, body)


def _comment() -> Sent:
    return Sent(body={"entity": {"comment": "Late", "parent_id": invoice().pk}})


def _payment() -> Sent:
    payment = OrderPayment.objects.create(order=order(), method="checkmo", last_trans_id="T1")
    return Sent({"transaction_id": payment.pk})


def _search(address: str, right: str) -> Stated:
    return Stated(
        "get", address, right, lambda: Sent(query=LISTED), missing=Sent(), missing_status=400
    )


def _new(address: str, name: str) -> Stated:
    return Stated(
        "post",
        address,
        CREDIT_MEMOS,
        lambda: Sent(body={name: {"order_id": paid()}}),
        missing=Sent(body={name: {"order_id": 999_999}}),
        malformed=400,
    )


def _of_memo(method: str, name: str, right: str, body: Any = None) -> Stated:
    return Stated(
        method,
        f"creditmemo/<creditmemo_id>{name}",
        right,
        lambda: _memo(body),
        missing=Sent(NO_MEMO, body),
        malformed=None if body is None else 400,
    )


def _of_invoice(
    method: str, address: str, right: str, *, status: int = 200, body: Any = None
) -> Stated:
    return Stated(
        method,
        address,
        right,
        lambda: _invoice(body),
        status=status,
        missing=Sent(NO_INVOICE, body),
        malformed=None if body is None else 400,
    )


STATED = [
    _search("creditmemos", CREDIT_MEMOS_VIEW),
    _new("creditmemo", "entity"),
    _new("creditmemo/refund", "creditmemo"),
    _of_memo("get", "", CREDIT_MEMOS_VIEW),
    Stated(
        "put",
        "creditmemo/<creditmemo_id>",
        CREDIT_MEMOS,
        _memo,
        status=400,
        missing=Sent(NO_MEMO),
    ),
    _of_memo("get", "/comments", CREDIT_MEMOS_VIEW),
    _of_memo("post", "/comments", CREDIT_MEMOS, COMMENT),
    _of_memo("post", "/emails", CREDIT_MEMOS),
    _of_invoice("post", "invoice/<invoice_id>/refund", ORDERS_REFUND, body={}),
    Stated(
        "post",
        "invoices",
        ORDERS_INVOICE,
        lambda: Sent(body={"entity": {"order_id": order().pk}}),
        missing=Sent(body={"entity": {"order_id": 999_999}}),
        malformed=400,
    ),
    Stated(
        "post",
        "invoices/comments",
        ORDERS_INVOICE,
        _comment,
        missing=Sent(body={"entity": {"comment": "Late", "parent_id": 999_999}}),
        malformed=400,
    ),
    _of_invoice("get", "invoices/<invoice_id>/comments", INVOICES_VIEW),
    _of_invoice("post", "invoices/<invoice_id>/capture", ORDERS_INVOICE),
    _of_invoice("post", "invoices/<invoice_id>/void", ORDERS_INVOICE, status=400),
    _search("transactions", TRANSACTIONS),
    Stated(
        "get",
        "transactions/<transaction_id>",
        TRANSACTIONS,
        _payment,
        missing=Sent({"transaction_id": 999_999}),
    ),
    Stated("get", "directory/countries", None, Sent),
    Stated(
        "get",
        "directory/countries/<country_id>",
        None,
        lambda: Sent({"country_id": "US"}),
        missing=Sent({"country_id": "XX"}),
    ),
    Stated("get", "directory/currency", None, Sent),
]
