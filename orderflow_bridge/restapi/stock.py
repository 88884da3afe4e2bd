"""How much there is: source items, stock items, and what can be sold (docs/rest.md, "Stock")."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from rest_framework import status

from orderflow_bridge.access.rights import (
    CATALOG_INVENTORY,
    SALABLE_QUANTITIES,
    SOURCE_ITEMS,
    SOURCES_VIEW,
    STOCK_ITEMS_VIEW,
)
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.common.exceptions import (
    BridgeError,
    InputRefused,
    ItemError,
    empty,
    not_numeric,
)
from orderflow_bridge.documents.product_records import STOCK_ITEM
from orderflow_bridge.documents.products import stock_change
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    floats,
    given,
    ints,
    number,
    record,
    texts,
)
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.documents.stock import (
    SOURCE_ITEM,
    SOURCE_ITEM_COLUMNS,
    STOCK,
    source_item_documents,
    stock_documents,
    stock_items,
)
from orderflow_bridge.inventory.arrangement import is_salable, resolve_stock, salable_quantity_of
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.quantities import (
    StockQuantity,
    place_quantities,
    remove_items,
    write_quantities,
)
from orderflow_bridge.inventory.stock_items import save_stock
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

NOTHING = Many(Kind.ANY)
SOURCE_ITEMS_GIVEN = record(
    "SourceItemsGiven", {"source_items": Many(given(SOURCE_ITEM))}, required="source_items"
)
SOURCE_ITEM_PLACES = record(
    "SourceItemPlaces",
    {"source_items": Many(record("SourceItemPlace", texts("sku source_code")))},
    required="source_items",
)
_RESULTS = results_of(SOURCE_ITEM, "InventoryApiDataSourceItemSearchResultsInterface")
_STATUSES = (0, 1)
_BLANK = re.compile(r"\s")


class InputEmpty(BridgeError):
    """A list that must have entries has none."""


class SourceItemsView(RestView):
    """Quantities of products at sources (inventoryApiSourceItemRepositoryV1)."""

    @operation(right=SOURCES_VIEW, is_search=True, returns=_RESULTS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search source items."""
        page = call.page(SourceItem.objects.select_related("product"), SOURCE_ITEM_COLUMNS)
        return page.answer(source_item_documents(page.rows))

    @operation(right=SOURCE_ITEMS, takes=SOURCE_ITEMS_GIVEN, returns=NOTHING)
    def post(self, call: Call) -> None:
        """Write quantities; all of them, or none if one of them cannot be written."""
        save_all(call.body["source_items"])


class SourceItemsDeleteView(RestView):
    """Source items that go (inventoryApiSourceItemsDeleteV1)."""

    @operation(right=SOURCE_ITEMS, takes=SOURCE_ITEM_PLACES, returns=NOTHING)
    def post(self, call: Call) -> None:
        """Take products off sources. A row that OrderFlow has counted is emptied and stays."""
        items = _some(call.body["source_items"])
        remove_items([(item.get("sku") or "", item.get("source_code") or "") for item in items])


class SalableQuantityView(RestView):
    """What a stock can still sell (inventorySalesApiGetProductSalableQtyV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=Kind.FLOAT)
    def get(self, call: Call, sku: str, stock_id: int) -> int | float | None:
        """Tell how many units of a product can be sold."""
        return number(salable_quantity_of(sku, stock_id))


class IsSalableView(RestView):
    """Whether a stock can sell something (inventorySalesApiIsProductSalableV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=Kind.FLAG)
    def get(self, call: Call, sku: str, stock_id: int) -> bool:
        """Tell whether a product can be sold."""
        return is_salable(sku, stock_id)


class StockResolverView(RestView):
    """Who sells from where (inventorySalesApiStockResolverV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=STOCK)
    def get(self, call: Call, kind: str, code: str) -> Document:
        """Find the stock of a sales channel: `website` and its code."""
        return stock_documents([resolve_stock(kind, code)])[0]


@transaction.atomic
def save_all(items: Sequence[Mapping[str, Any]]) -> None:
    """Write source items as callers give them, or none of them.

    Raises InputRefused with an error for each that cannot be written, InputEmpty for no items.
    """
    read = [stock_quantity_of(item) for item in _some(items)]
    quantities = [each for each in read if isinstance(each, StockQuantity)]
    keys = iter(place_quantities(quantities))
    found = [each if isinstance(each, ItemError) else next(keys) for each in read]
    item_errors = [each.at(at) for at, each in enumerate(found) if isinstance(each, ItemError)]
    if item_errors:
        raise InputRefused(item_errors)
    write_quantities(
        {
            key: stock_quantity
            for key, stock_quantity in zip(found, quantities, strict=True)
            if not isinstance(key, ItemError)
        }
    )


def stock_quantity_of(item: Mapping[str, Any]) -> StockQuantity | ItemError:
    """Return a source item as a figure, or what is wrong with it by itself."""
    quantity, status = item.get("quantity"), item.get("status")
    for field in ("sku", "source_code"):
        text = item.get(field) or ""
        if not text.strip():
            return empty(field)
        if field == "source_code" and _BLANK.search(text.strip()):
            return ItemError('"%field" can not contain whitespaces.', {"field": field})
    if not isinstance(quantity, Decimal):
        return not_numeric("quantity")
    if status not in _STATUSES:
        return ItemError('"%field" should be a known status.', {"field": "status"})
    return StockQuantity(item["sku"], item["source_code"], quantity, status)


def _some(items: Sequence[Any]) -> Sequence[Any]:
    if not items:
        raise InputEmpty("Input data is empty")
    return items


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

    changes = StockItemView

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
    Route("inventory/source-items", SourceItemsView),
    Route("inventory/source-items-delete", SourceItemsDeleteView),
    Route("inventory/get-product-salable-quantity/<sku>/<stock_id>", SalableQuantityView),
    Route("inventory/is-product-salable/<sku>/<stock_id>", IsSalableView),
    Route("inventory/stock-resolver/<kind>/<code>", StockResolverView),
    Route("stockItems/<sku>", StockItemView),
    Route("stockStatuses/<sku>", StockStatusView),
    Route("products/<sku>/stockItems/<item_id>", ProductStockItemView),
]
