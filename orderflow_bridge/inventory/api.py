"""Stock as documents on the wire, and products with their stock (docs/contract/documents.md)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Max, Q, Sum, Value
from django.db.models.functions import Coalesce

from orderflow_bridge.catalog.api import StockItems, WebsiteIds, product_list
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.product_records import STOCK_ITEM
from orderflow_bridge.documents.records import Document
from orderflow_bridge.inventory.availability import Availability
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.inventory.stock_settings import settings_fields

_NONE = Value(Decimal(0), output_field=DecimalField(max_digits=16, decimal_places=4))

# What Magento answers beside the settings, and keeps itself.
_KEPT_BY_MAGENTO = {
    "stock_id": 1,
    "show_default_notification_message": False,
    "low_stock_date": None,
    "stock_status_changed_auto": 0,
}


def stock_items(products: Sequence[Product]) -> dict[int, Document]:
    """Return the stock item of every product, by product id: one query, however many.

    Its quantity is the sum over the enabled sources; it is in stock when one of them says so, and
    more is there than has to stay. What stock is not kept of is always in stock.
    """
    enabled = Q(source_items__source__enabled=True)
    settings = [f"stock_settings__{name}" for name in ("min_qty", "backorders", "others")]
    rows = (
        Product.objects.filter(pk__in=[product.pk for product in products])
        .order_by()
        .values_list("pk", *settings)
        .annotate(
            quantity=Coalesce(Sum("source_items__quantity", filter=enabled), _NONE),
            status=Coalesce(Max("source_items__status", filter=enabled), 0),
        )
    )
    found = {pk: values for pk, *values in rows}
    return {
        product.pk: _stock_item(product, *found[product.pk])
        for product in products
        if product.pk in found
    }


def product_documents(
    products: Sequence[Product], *, with_stock: bool, website_ids: WebsiteIds | None = None
) -> list[Document]:
    """Return the documents of products, in their order: three queries, however many.

    `with_stock` is whether the caller may see stock (access.product_stock). `website_ids`, by
    product id, are read here unless the caller has done so.
    """
    stock: StockItems = stock_items(products) if with_stock else {}
    return product_list(products, stock_items=stock, website_ids=website_ids)


def _stock_item(
    product: Product,
    min_qty: Decimal | None,
    backorders: int | None,
    others: Mapping[str, Any] | None,
    quantity: Decimal,
    status: int,
) -> Document:
    stored = {**(others or {}), "min_qty": min_qty, "backorders": backorders}
    settings = settings_fields(product.custom_attributes, stored)
    limit = Availability(settings["min_qty"], settings["backorders"]).limit
    is_there = status == SourceItem.Status.IN_STOCK and quantity > limit
    return STOCK_ITEM.of(
        _KEPT_BY_MAGENTO
        | settings
        | {
            "item_id": product.pk,
            "product_id": product.pk,
            "qty": quantity,
            "is_in_stock": is_there or not settings["manage_stock"],
        }
    )
