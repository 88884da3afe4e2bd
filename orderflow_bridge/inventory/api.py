"""Stock as documents on the wire, and products with their stock (wire.md §7)."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.db.models import Max, Sum

from orderflow_bridge.catalog.api import StockItems, WebsiteIds, product_list
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.product_records import STOCK_ITEM
from orderflow_bridge.common.records import Document
from orderflow_bridge.inventory.models import SourceItem

# What Magento answers for a product that follows its shop's configuration throughout.
_AS_CONFIGURED = {
    "stock_id": 1,
    "is_qty_decimal": False,
    "show_default_notification_message": False,
    "use_config_min_qty": True,
    "min_qty": 0,
    "use_config_min_sale_qty": 1,
    "min_sale_qty": 1,
    "use_config_max_sale_qty": True,
    "max_sale_qty": 10_000,
    "use_config_backorders": True,
    "backorders": 0,
    "use_config_notify_stock_qty": True,
    "notify_stock_qty": 1,
    "use_config_qty_increments": True,
    "qty_increments": 0,
    "use_config_enable_qty_inc": True,
    "enable_qty_increments": False,
    "use_config_manage_stock": True,
    "manage_stock": True,
    "low_stock_date": None,
    "is_decimal_divided": False,
    "stock_status_changed_auto": 0,
}


def stock_items(product_ids: Collection[int]) -> dict[int, Document]:
    """Return the stock item of every product, by product id: one query, however many.

    Its quantity is the sum over the enabled sources; it is in stock when one of them says so.
    """
    rows = (
        SourceItem.objects.filter(product__in=product_ids, source__enabled=True)
        .order_by()
        .values_list("product_id")
        .annotate(Sum("quantity"), Max("status"))
    )
    found = {product_id: (quantity, status) for product_id, quantity, status in rows}
    return {
        product_id: _stock_item(product_id, *found.get(product_id, (Decimal(0), 0)))
        for product_id in product_ids
    }


def product_documents(
    products: Sequence[Product], *, with_stock: bool, website_ids: WebsiteIds | None = None
) -> list[Document]:
    """Return the documents of products, in their order: three queries, however many.

    `with_stock` is whether the caller may see stock (access.product_stock). `website_ids`, by
    product id, are read here unless the caller has done so.
    """
    stock: StockItems = stock_items([product.pk for product in products]) if with_stock else {}
    return product_list(products, stock_items=stock, website_ids=website_ids)


def _stock_item(product_id: int, quantity: Decimal, status: int) -> Document:
    return STOCK_ITEM.of(
        _AS_CONFIGURED
        | {
            "item_id": product_id,
            "product_id": product_id,
            "qty": quantity,
            "is_in_stock": status == SourceItem.Status.IN_STOCK,
        }
    )
