"""orders, orders/create, orders/<id>, orders/items: reading and saving orders (docs/rest-sales.md).

Reading changes nothing: only OrderFlow's own fetch by SOAP makes an order Exported.
"""

from orderflow_bridge.access.rights import ORDERS_CREATE, ORDERS_SAVE, ORDERS_VIEW
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.search_records import results_of
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.order_records import ORDER_ADDRESS_BODY, ORDER_BODY
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView
from orderflow_bridge.sales.api import ORDER, ORDER_COLUMNS, order_list
from orderflow_bridge.sales.api.order_reading import read_order
from orderflow_bridge.sales.api.orders import ITEM_COLUMNS, item_list
from orderflow_bridge.sales.api.records import ADDRESS, ITEM
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.order_saving import change_address_by_document, change_order
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


routes = [
    route("orders", OrdersView),
    route("orders/create", OrderCreateView),
    route("orders/items", OrderItemsView),
    route("orders/items/<item_id>", OrderItemView),
    route("orders/<order_id>", OrderView),
]
