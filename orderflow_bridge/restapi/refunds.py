"""order/<id>/refund, invoice/<id>/refund: money that was given back (docs/rest-sales.md)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.access.rights import ORDERS_REFUND
from orderflow_bridge.common.exceptions import ActionNotAvailable, OrderRefused
from orderflow_bridge.documents.records import Kind
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.restapi.order_records import REFUND_BODY
from orderflow_bridge.restapi.orders import find_order
from orderflow_bridge.restapi.shipments import units_in
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales.refunding import Refund, refundable_of_invoice
from orderflow_bridge.sales.remarks import find_invoice

REFUSED = "Creditmemo Document Validation Error(s):"


class RefundOrderView(RestView):
    """Refunding an order (salesRefundOrderV1)."""

    @operation(right=ORDERS_REFUND, takes=REFUND_BODY, returns=Kind.INT)
    def post(self, call: Call, order_id: int) -> int:
        """Refund what is named of an order, or everything that was invoiced; the credit memo's id.

        No money is moved here: the credit memo says that it was. Without a shipping amount it is
        what is left of it. OrderFlow is not told.
        """
        order = find_order(order_id)
        return _refund(call, order.pk, units_in(call.body.get("items")))


class RefundInvoiceView(RestView):
    """Refunding an invoice (salesRefundInvoiceV1)."""

    @operation(right=ORDERS_REFUND, takes=REFUND_BODY, returns=Kind.INT)
    def post(self, call: Call, invoice_id: int) -> int:
        """Refund what is named of an invoice, or what is left of it; the credit memo's id."""
        invoice = find_invoice(invoice_id)
        units = units_in(call.body.get("items"))
        left = refundable_of_invoice(invoice)
        for order_item_id in (units or {}).keys() - left.keys():
            raise OrderRefused(
                f"{REFUSED}\nThe creditmemo contains product SKU that is not part of the original"
                f" invoice: order item {order_item_id}."
            )
        return _refund(call, invoice.order_id, left if units is None else units)


def _refund(call: Call, order_id: int, units: Mapping[int, Decimal] | None) -> int:
    comment = call.body.get("comment") or {}
    arguments = call.body.get("arguments") or {}
    refund = Refund(
        quantities=units,
        shipping_amount=arguments.get("shipping_amount"),
        adjustment_positive=amount_in(arguments, "adjustment_positive"),
        adjustment_negative=amount_in(arguments, "adjustment_negative"),
        comment=comment.get("comment") or "",
        notify=bool(call.body.get("notify")),
    )
    return refunded(order_id, refund)


def refunded(order_id: int, refund: Refund) -> int:
    """Refund, and return the credit memo's id. Refusals are worded as Magento's validator does."""
    try:
        return refund_and_release(order_id, refund).pk
    except ActionNotAvailable as refusal:
        raise OrderRefused(f"{REFUSED}\n{refusal}") from None


def amount_in(values: Mapping[str, Any], name: str) -> Decimal:
    """Return an amount that was given, else nothing."""
    return values.get(name) or Decimal(0)


routes = [
    Route("order/<order_id>/refund", RefundOrderView),
    Route("invoice/<invoice_id>/refund", RefundInvoiceView),
]
