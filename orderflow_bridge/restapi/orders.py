"""orders, orders/<id>, orders/items and what is done with an order (docs/rest-sales.md).

Reading changes nothing: only OrderFlow's own fetch by SOAP makes an order Exported."""

from exports.cancelling import IMPOSSIBLE, cancel_order
from orderflow_bridge.access.rights import (
    ORDERS_CANCEL,
    ORDERS_COMMENT,
    ORDERS_CREATE,
    ORDERS_EMAILS,
    ORDERS_HOLD,
    ORDERS_SAVE,
    ORDERS_UNHOLD,
    ORDERS_VIEW,
)
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.documents.order_changes import change_address_by_document, change_order
from orderflow_bridge.documents.order_columns import ITEM_COLUMNS, ORDER_COLUMNS
from orderflow_bridge.documents.order_reading import read_order
from orderflow_bridge.documents.order_records import ADDRESS, ITEM, ORDER, STATUS_HISTORY
from orderflow_bridge.documents.orders import history_fields, item_list, order_list
from orderflow_bridge.documents.records import Document, Kind
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.restapi.order_records import (
    ORDER_ADDRESS_BODY,
    ORDER_BODY,
    ORDER_COMMENT_BODY,
)
from orderflow_bridge.restapi.views import Call, RestView, Route, operation
from orderflow_bridge.sales import services
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.selectors import store_by_code

_ORDERS = results_of(ORDER, "SalesDataOrderSearchResultInterface")
_ITEMS = results_of(ITEM, "SalesDataOrderItemSearchResultInterface")


class OrdersView(RestView):
    """Orders (salesOrderRepositoryV1)."""

    @operation(right=ORDERS_VIEW, is_search=True, returns=_ORDERS)
    def get(self, call: Call) -> Document | dict[str, object]:
        """Search orders."""
        page = call.page(Order.objects.all(), ORDER_COLUMNS)
        return page.answer(order_list(page.rows))

    @operation(right=ORDERS_SAVE, takes=ORDER_BODY, returns=ORDER)
    def post(self, call: Call) -> Document:
        """Place an order, or change the one with this entity_id.

        A new order holds the stock it still has to ship; docs/stock.md says which do not.
        Quantities and states of an order that was placed have calls of their own.
        """
        return _save(call)


class OrderCreateView(RestView):
    """New orders (salesOrderRepositoryV1)."""

    @operation(right=ORDERS_CREATE, takes=ORDER_BODY, returns=ORDER)
    def put(self, call: Call) -> Document:
        """Place an order; the same as POST orders."""
        return _save(call)


class OrderView(RestView):
    """One order (salesOrderRepositoryV1)."""

    @operation(right=ORDERS_VIEW, returns=ORDER)
    def get(self, call: Call, order_id: int) -> Document:
        """Read an order; where it stands with OrderFlow stays as it is."""
        return _document(order_id)

    @operation(right=ORDERS_SAVE, takes=ORDER_ADDRESS_BODY, returns=ADDRESS)
    def put(self, call: Call, order_id: int) -> Document:
        """Change an address of an order: the one of this entity_id, else of this address_type.

        The salesOrderAddressRepositoryV1 of Magento. If OrderFlow has the order, it gets a notice.
        """
        return change_address_by_document(order_id, call.body["entity"])


class OrderItemsView(RestView):
    """The rows of orders (salesOrderItemRepositoryV1)."""

    @operation(right=ORDERS_VIEW, is_search=True, returns=_ITEMS)
    def get(self, call: Call) -> Document | dict[str, object]:
        """Search the rows of all orders."""
        page = call.page(OrderItem.objects.all(), ITEM_COLUMNS)
        return page.answer(item_list(page.rows))


class OrderItemView(RestView):
    """One row of an order (salesOrderItemRepositoryV1)."""

    @operation(right=ORDERS_VIEW, returns=ITEM)
    def get(self, call: Call, item_id: int) -> Document:
        """Read a row of an order."""
        for document in item_list(OrderItem.objects.filter(pk=item_id)):
            return document
        raise NoSuchEntity.any()


def save_order(entity: Document, store_code: str | None) -> int:
    """Place the order of a document, or change the one it names; return its id.

    `store_code` is the address's. Raises NoSuchEntity, NotSalable, and OrderRefused.
    """
    order_id: int | None = entity.get("entity_id")
    if order_id:
        change_order(order_id, entity)
        return order_id
    return place_order(read_order(entity, _store(entity.get("store_id"), store_code))).pk


def _save(call: Call) -> Document:
    return _document(save_order(call.body["entity"], call.store))


def _store(store_id: int | None, store_code: str | None) -> Store:
    """Return the store view an order belongs to: the one it names, else the address's."""
    if store_id is None:
        store = store_by_code(store_code)
    else:
        store = Store.objects.select_related("website").filter(pk=store_id).first()
    if store is None:
        raise OrderRefused(f'Store view "{store_id or store_code}" does not exist.')
    return store


def _document(order_id: int) -> Document:
    for document in order_list(Order.objects.filter(pk=order_id)):
        return document
    raise NoSuchEntity.any()


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
        comment_as_asked(find_order(order_id), call.body["status_history"])
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


def comment_as_asked(order: Order, comment: Document) -> None:
    """Comment on an order as a body of ORDER_COMMENT_BODY says."""
    services.add_comment(
        order.pk,
        comment=comment["comment"],
        status=comment.get("status") or "",
        is_customer_notified=bool(comment.get("is_customer_notified")),
        is_visible_on_front=bool(comment.get("is_visible_on_front")),
    )


def whole_list(documents: list[Document]) -> dict[str, object]:
    """Return Magento's answer for a list that is not searched: all of it."""
    return {
        "items": documents,
        "search_criteria": {"filter_groups": []},
        "total_count": len(documents),
    }


routes = [
    Route("orders", OrdersView),
    Route("orders/create", OrderCreateView),
    Route("orders/items", OrderItemsView),
    Route("orders/items/<item_id>", OrderItemView),
    Route("orders/<order_id>", OrderView),
    Route("orders/<order_id>/statuses", OrderStatusView),
    Route("orders/<order_id>/comments", OrderCommentsView),
    Route("orders/<order_id>/cancel", OrderCancelView),
    Route("orders/<order_id>/hold", OrderHoldView),
    Route("orders/<order_id>/unhold", OrderUnholdView),
    Route("orders/<order_id>/emails", OrderEmailsView),
]
