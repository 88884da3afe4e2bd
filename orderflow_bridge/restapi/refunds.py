"""order/<id>/refund: money that was given back (docs/rest-sales.md)."""

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
from orderflow_bridge.sales.refunding import Refund

REFUSED = "Creditmemo Document Validation Error(s):"


class RefundOrderView(RestView):
    """Refunding an order (salesRefundOrderV1)."""

    @operation(right=ORDERS_REFUND, takes=REFUND_BODY, returns=Kind.INT)
    def post(self, call: Call, order_id: int) -> int:
        """Refund what is named of an order, or everything that was invoiced; the credit memo's id.

        No money is moved here: the credit memo says that it was. Without a shipping amount it is
        what is left of it. OrderFlow is not told.
        """
        comment = call.body.get("comment") or {}
        arguments = call.body.get("arguments") or {}
        refund = Refund(
            quantities=units_in(call.body.get("items")),
            shipping_amount=arguments.get("shipping_amount"),
            adjustment_positive=_amount(arguments, "adjustment_positive"),
            adjustment_negative=_amount(arguments, "adjustment_negative"),
            comment=comment.get("comment") or "",
            notify=bool(call.body.get("notify")),
        )
        try:
            return refund_and_release(find_order(order_id).pk, refund).pk
        except ActionNotAvailable as refusal:
            raise OrderRefused(f"{REFUSED}\n{refusal}") from None


def _amount(arguments: Any, name: str) -> Decimal:
    return arguments.get(name) or Decimal(0)


routes = [Route("order/<order_id>/refund", RefundOrderView)]
