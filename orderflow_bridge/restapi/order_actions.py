"""orders/<id>/…: what is done to an order, and its history (salesOrderManagementV1)."""

from exports.cancellation import cancel_order
from exports.cancellation.services import IMPOSSIBLE
from orderflow_bridge.access.rights import (
    ORDERS_CANCEL,
    ORDERS_COMMENT,
    ORDERS_EMAILS,
    ORDERS_HOLD,
    ORDERS_UNHOLD,
    ORDERS_VIEW,
)
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.documents.records import Document, Kind
from orderflow_bridge.documents.search_records import results_of
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.order_records import ORDER_COMMENT_BODY
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView
from orderflow_bridge.sales import services
from orderflow_bridge.sales.api.orders import history_fields
from orderflow_bridge.sales.api.records import STATUS_HISTORY
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.order_statuses import LONGEST_CODE

_HISTORY = results_of(STATUS_HISTORY, "SalesDataOrderStatusHistorySearchResultInterface")


def find_order(order_id: int) -> Order:
    """Return an order. Raises NoSuchEntity."""
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NoSuchEntity.any()
    return order


class OrderStatusView(RestView):
    """The status of an order."""

    @operation(right=ORDERS_VIEW, returns=Kind.TEXT)
    def get(self, call: Call, order_id: int) -> str:
        """Read an order's status."""
        return find_order(order_id).status


class OrderCommentsView(RestView):
    """The history of an order."""

    @operation(right=ORDERS_VIEW, returns=_HISTORY)
    def get(self, call: Call, order_id: int) -> dict[str, object]:
        """List an order's history, the newest entry first."""
        entries = find_order(order_id).status_histories.all()
        return whole_list([history_fields(entry) for entry in entries])

    @operation(right=ORDERS_COMMENT, takes=ORDER_COMMENT_BODY, returns=Kind.FLAG)
    def post(self, call: Call, order_id: int) -> bool:
        """Comment on an order, and move it to a status if one is given."""
        order, comment = find_order(order_id), call.body["status_history"]
        status = (comment.get("status") or "").strip()
        if len(status) > LONGEST_CODE:
            raise OrderRefused(f"A status has at most {LONGEST_CODE} characters.")
        services.add_comment(
            order.pk,
            comment=comment["comment"],
            status=status,
            is_customer_notified=bool(comment.get("is_customer_notified")),
            is_visible_on_front=bool(comment.get("is_visible_on_front")),
        )
        return True


class OrderCancelView(RestView):
    """Cancelling an order."""

    @operation(right=ORDERS_CANCEL, returns=Kind.FLAG)
    def post(self, call: Call, order_id: int) -> bool:
        """Cancel an order, at OrderFlow first where OrderFlow has it.

        False if its state does not allow it. Refused, with OrderFlow's reason, if OrderFlow does
        not cancel it or cannot be asked.
        """
        outcome = cancel_order(find_order(order_id), by=call.caller.username)
        if not outcome.is_canceled and outcome.text != IMPOSSIBLE:
            raise OrderRefused(outcome.text)
        return outcome.is_canceled


class OrderHoldView(RestView):
    """Putting an order on hold."""

    @operation(right=ORDERS_HOLD, returns=Kind.FLAG)
    def post(self, call: Call, order_id: int) -> bool:
        """Put an order on hold."""
        services.hold(find_order(order_id).pk)
        return True


class OrderUnholdView(RestView):
    """Releasing an order from its hold."""

    @operation(right=ORDERS_UNHOLD, returns=Kind.FLAG)
    def post(self, call: Call, order_id: int) -> bool:
        """Release an order from its hold."""
        services.unhold(find_order(order_id).pk)
        return True


class OrderEmailsView(RestView):
    """The confirmation of an order."""

    @operation(right=ORDERS_EMAILS, returns=Kind.FLAG)
    def post(self, call: Call, order_id: int) -> bool:
        """Write the customer a confirmation; false if there is no address to write to."""
        return services.notify(find_order(order_id).pk)


def whole_list(documents: list[Document]) -> dict[str, object]:
    """Return Magento's answer for a list that is not searched: all of it."""
    return {
        "items": documents,
        "search_criteria": {"filter_groups": []},
        "total_count": len(documents),
    }


routes = [
    route("orders/<order_id>/statuses", OrderStatusView),
    route("orders/<order_id>/comments", OrderCommentsView),
    route("orders/<order_id>/cancel", OrderCancelView),
    route("orders/<order_id>/hold", OrderHoldView),
    route("orders/<order_id>/unhold", OrderUnholdView),
    route("orders/<order_id>/emails", OrderEmailsView),
]
