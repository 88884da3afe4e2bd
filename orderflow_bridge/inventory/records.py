"""Sources, stocks and source items as documents on the wire (docs/rest.md, "Stock")."""

from collections.abc import Iterable, Sequence

from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.records import Document, Many, flags, floats, ints, record, texts
from orderflow_bridge.documents.search import Columns, columns_of
from orderflow_bridge.inventory.models import Source, SourceItem, Stock, StockSourceLink

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

_SOURCE_CODE = Column("source_id", ColumnKind.TEXT)
SOURCE_ITEM_COLUMNS: Columns = {
    "source_item_id": Column("id", ColumnKind.WHOLE),
    "sku": Column("product__sku_key", ColumnKind.TEXT),
    "source_code": _SOURCE_CODE,
    "quantity": Column("quantity", ColumnKind.NUMBER),
    "status": Column("status", ColumnKind.WHOLE),
    "updated_at": Column("updated_at", ColumnKind.DATETIME),
}
SOURCE_COLUMNS: Columns = {
    "source_code": Column("source_code", ColumnKind.TEXT),
    **columns_of(Source),
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
