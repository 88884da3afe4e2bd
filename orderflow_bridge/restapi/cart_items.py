"""carts/<id>/items/…: what is in a cart (quoteCartItemRepositoryV1)."""

from decimal import Decimal

from orderflow_bridge.access.rights import QUOTES, QUOTES_VIEW
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.documents.records import Document, Kind, Many
from orderflow_bridge.inventory.cart_filling import add_to_cart, change_in_cart
from orderflow_bridge.restapi.carts import find_cart
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.order_records import CART_ITEM_BODY
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.api.quotes import CART_ITEM, cart_item
from orderflow_bridge.sales.cart_totals import parent_rows

_PLACES = 4


class CartItemsView(RestView):
    """The rows of a cart."""

    @operation(right=QUOTES_VIEW, returns=Many(CART_ITEM))
    def get(self, call: Call, cart_id: int) -> list[Document]:
        """List the rows of a cart."""
        return [cart_item(row) for row in parent_rows(find_cart(cart_id).items.all())]

    @operation(right=QUOTES, takes=CART_ITEM_BODY, returns=CART_ITEM)
    def post(self, call: Call, cart_id: int) -> Document:
        """Put units of a product into a cart; they are added to those that are there.

        A configurable product's variant is named by its own SKU, or chosen by the values of
        `product_option.extension_attributes.configurable_item_options`.
        """
        item = call.body["cart_item"]
        if not item.get("sku"):
            raise OrderRefused("Please name the product to add by its sku.")
        row = add_to_cart(cart_id, sku=item["sku"], qty=_qty(item), options=_options(item))
        return cart_item(row)


class CartItemView(RestView):
    """One row of a cart."""

    @operation(right=QUOTES, takes=CART_ITEM_BODY, returns=CART_ITEM)
    def put(self, call: Call, cart_id: int, item_id: int) -> Document:
        """Set the quantity of a row."""
        return cart_item(change_in_cart(cart_id, item_id, qty=_qty(call.body["cart_item"])))

    @operation(right=QUOTES, returns=Kind.FLAG)
    def delete(self, call: Call, cart_id: int, item_id: int) -> bool:
        """Take a row out of a cart."""
        carts.remove_item(cart_id, item_id)
        return True


def _qty(item: Document) -> Decimal:
    return round(Decimal(item["qty"]), _PLACES)


def _options(item: Document) -> list[str]:
    extension = (item.get("product_option") or {}).get("extension_attributes") or {}
    chosen = extension.get("configurable_item_options") or []
    return [option["option_value"] for option in chosen if option.get("option_value")]


routes = [
    route("carts/<cart_id>/items", CartItemsView),
    route("carts/<cart_id>/items/<item_id>", CartItemView),
]
