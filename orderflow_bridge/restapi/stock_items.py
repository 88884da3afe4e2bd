"""stockItems/<sku>, stockStatuses/<sku>, products/<sku>/stockItems/<item_id> (docs/rest.md).

Magento's one stock item per product: the sum of all sources to read, the default source to write.
"""

from rest_framework import status

from orderflow_bridge.access.rights import CATALOG_INVENTORY, STOCK_ITEMS_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.product_records import STOCK_ITEM
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.documents.input_errors import ItemError
from orderflow_bridge.documents.records import Document, Kind, floats, ints, record
from orderflow_bridge.inventory.api import stock_items
from orderflow_bridge.inventory.stocked_products import save_stock, stock_change
from orderflow_bridge.restapi.bodies import given
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.views import RestView

_BODY = record("StockItemBody", {"stock_item": given(STOCK_ITEM)}, required="stock_item")
_STATUS = record(
    "CatalogInventoryDataStockStatusInterface",
    ints("product_id stock_id"),
    floats("qty"),
    ints("stock_status"),
    {"stock_item": STOCK_ITEM},
    required="product_id stock_id qty stock_status stock_item",
)


class StockItemView(RestView):
    """A product's stock item (catalogInventoryStockRegistryV1)."""

    @operation(right=STOCK_ITEMS_VIEW, returns=STOCK_ITEM)
    def get(self, call: Call, sku: str) -> Document:
        """Read how much there is, at all sources together."""
        return _stock_item(product_by_sku(sku))


class StockStatusView(RestView):
    """Whether a product is in stock."""

    @operation(right=STOCK_ITEMS_VIEW, returns=_STATUS)
    def get(self, call: Call, sku: str) -> Document:
        """Read whether a product is in stock, and its stock item."""
        item = _stock_item(product_by_sku(sku))
        shared = {name: item[name] for name in ("product_id", "stock_id", "qty")}
        return _STATUS.of(shared | {"stock_status": item["is_in_stock"], "stock_item": item})


class ProductStockItemView(RestView):
    """Writing a product's stock item."""

    @operation(right=CATALOG_INVENTORY, takes=_BODY, returns=Kind.INT)
    def put(self, call: Call, sku: str, item_id: int) -> int:
        """Write the quantity of the default source, and whether the product is in stock.

        Without `is_in_stock` that follows from the quantity. Settings (`manage_stock`, `min_qty`,
        `backorders`…) that are given without their `use_config_…` count. A stock item belongs to
        its product: the SKU counts, the id does not. The product does not become Pending.
        """
        product = product_by_sku(sku)
        change = stock_change(product.sku, call.body["stock_item"])
        if isinstance(change, ItemError):
            raise Refusal(status.HTTP_400_BAD_REQUEST, change.message, dict(change.parameters))
        if change.is_empty:
            raise Refusal(status.HTTP_400_BAD_REQUEST, "The stock item says nothing.")
        save_stock([change])
        return product.pk


def _stock_item(product: Product) -> Document:
    return stock_items([product])[product.pk]


routes = [
    route("stockItems/<sku>", StockItemView),
    route("stockStatuses/<sku>", StockStatusView),
    route("products/<sku>/stockItems/<item_id>", ProductStockItemView),
]
