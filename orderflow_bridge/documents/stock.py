"""Stock as documents, and products with their stock (docs/contract/documents.md)."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.store_values import in_view
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.kept_columns import YES, kept_columns
from orderflow_bridge.documents.product_records import STOCK_ITEM
from orderflow_bridge.documents.products import StockItems, WebsiteIds, product_list
from orderflow_bridge.documents.records import Document, Many, flags, floats, ints, record, texts
from orderflow_bridge.documents.search import Columns, columns_of
from orderflow_bridge.inventory.models import Source, SourceItem, Stock, StockSourceLink
from orderflow_bridge.inventory.selectors import Availability
from orderflow_bridge.inventory.stock_items import settings_fields

SOURCE_ITEM = record(
    "InventoryApiDataSourceItemInterface",
    texts("sku source_code"),
    floats("quantity"),
    ints("status"),
    required="sku source_code quantity status",
)
SOURCE = record(
    "InventoryApiDataSourceInterface",
    texts("source_code name"),
    flags("enabled"),
    texts("description"),
    floats("latitude longitude"),
    texts("country_id"),
    ints("region_id"),
    texts("region city street postcode contact_name email phone fax"),
    flags("use_default_carrier_config"),
    {"carrier_links": Many(record("InventoryApiDataSourceCarrierLinkInterface"))},
    required="source_code name enabled use_default_carrier_config carrier_links",
)
SALES_CHANNEL = record(
    "InventorySalesApiDataSalesChannelInterface", texts("type code"), required="type code"
)
STOCK_EXTENSION = record(
    "InventoryApiDataStockExtensionInterface",
    {"sales_channels": Many(SALES_CHANNEL)},
    required="sales_channels",
)
STOCK = record(
    "InventoryApiDataStockInterface",
    ints("stock_id"),
    texts("name"),
    {"extension_attributes": STOCK_EXTENSION},
    required="stock_id name",
)
LINK = record(
    "InventoryApiDataStockSourceLinkInterface",
    ints("stock_id"),
    texts("source_code"),
    ints("priority"),
    required="stock_id source_code priority",
)

_SOURCE_CODE = Column("source__source_code", ColumnKind.TEXT)
SOURCE_ITEM_COLUMNS: Columns = {
    "source_item_id": Column("id", ColumnKind.WHOLE),
    "sku": Column("product__sku_key", ColumnKind.TEXT),
    "source_code": _SOURCE_CODE,
    "quantity": Column("quantity", ColumnKind.NUMBER),
    "status": Column("status", ColumnKind.WHOLE),
    "updated_at": Column("updated_at", ColumnKind.DATETIME),
}
_PLAIN_SOURCE: Columns = {
    "source_code": Column("source_code", ColumnKind.TEXT),
    **columns_of(Source),
}
SOURCE_COLUMNS: Columns = {
    **_PLAIN_SOURCE,
    **kept_columns(SOURCE, _PLAIN_SOURCE, follows={"use_default_carrier_config": YES}),
}
STOCK_COLUMNS: Columns = columns_of(Stock, stock_id="id")
LINK_COLUMNS: Columns = {
    "link_id": Column("id", ColumnKind.WHOLE),
    "stock_id": Column("stock_id", ColumnKind.WHOLE),
    "source_code": _SOURCE_CODE,
    "priority": Column("priority", ColumnKind.WHOLE),
}


def source_item_documents(items: Iterable[SourceItem]) -> list[Document]:
    """Return source items whose product has been read along."""
    return [
        SOURCE_ITEM.of(
            {
                "sku": item.product.sku,
                "source_code": item.source_id,
                "quantity": item.quantity,
                "status": item.status,
            }
        )
        for item in items
    ]


def source_document(source: Source) -> Document:
    """Return a source, with what the bridge only keeps for others."""
    own = {
        name: getattr(source, name)
        for name in ("source_code", "name", "enabled", "country_id", "postcode")
    }
    carriers = {"use_default_carrier_config": True, "carrier_links": []}
    return SOURCE.of({**source.extra, **carriers, **own})


def stock_documents(stocks: Sequence[Stock]) -> list[Document]:
    """Return stocks whose websites have been read along."""
    return [
        STOCK.of(
            {
                "stock_id": stock.pk,
                "name": stock.name,
                "extension_attributes": {
                    "sales_channels": [
                        {"type": "website", "code": website.code}
                        for website in stock.websites.all()
                    ]
                },
            }
        )
        for stock in stocks
    ]


def link_documents(links: Iterable[StockSourceLink]) -> list[Document]:
    """Return the links of stocks and sources."""
    return [
        LINK.of(
            {
                "stock_id": link.stock_id,
                "source_code": link.source_id,
                "priority": link.priority,
            }
        )
        for link in links
    ]


_ENABLED = Q(source_items__source__enabled=True)
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
    settings = [f"stock_settings__{name}" for name in ("min_qty", "backorders", "others")]
    rows = (
        Product.objects.filter(pk__in=[product.pk for product in products])
        .order_by()
        .values_list("pk", *settings)
        .annotate(
            quantity=Coalesce(Sum("source_items__quantity", filter=_ENABLED), _NONE),
            status=Coalesce(Max("source_items__status", filter=_ENABLED), 0),
        )
    )
    found = {pk: values for pk, *values in rows}
    return {
        product.pk: _stock_item(product, *found[product.pk])
        for product in products
        if product.pk in found
    }


def low_stock(most: Decimal) -> QuerySet[Product]:
    """Return the products that have stock, and at most so much of it at all enabled sources."""
    total = Coalesce(Sum("source_items__quantity", filter=_ENABLED), _NONE)
    found = Product.objects.filter(Exists(SourceItem.objects.filter(product=OuterRef("pk"))))
    low: QuerySet[Product] = found.annotate(total=total).filter(total__lte=most)
    return low.order_by("pk")


def product_documents(
    products: Sequence[Product],
    *,
    with_stock: bool,
    website_ids: WebsiteIds | None = None,
    store_id: int | None = None,
) -> list[Document]:
    """Return the documents of products, in their order: three queries, however many.

    With a store view's id they show that view's values, by one query more. `with_stock` is whether
    the caller may see stock (access.product_stock). `website_ids`, by product id, are read here
    unless the caller has done so.
    """
    stock: StockItems = stock_items(products) if with_stock else {}
    shown = in_view(products, store_id)
    return product_list(shown, stock_items=stock, website_ids=website_ids)


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
