"""inventory/sources, …/stocks, …/stock-source-links: where stock lies (docs/rest.md, "Stock")."""

from collections.abc import Mapping
from typing import Any

from orderflow_bridge.access.rights import (
    SOURCES_EDIT,
    SOURCES_VIEW,
    STOCK_LINKS_VIEW,
    STOCKS_DELETE,
    STOCKS_EDIT,
    STOCKS_LINK,
    STOCKS_VIEW,
)
from orderflow_bridge.documents.records import Document, Kind, Many, given, ints, record, texts
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.documents.stock import (
    LINK,
    LINK_COLUMNS,
    SOURCE,
    SOURCE_COLUMNS,
    STOCK,
    STOCK_COLUMNS,
    link_documents,
    source_document,
    stock_documents,
)
from orderflow_bridge.inventory.arrangement import (
    Link,
    delete_links,
    delete_stock,
    find_source,
    find_stock,
    save_links,
    save_source,
    save_stock,
)
from orderflow_bridge.inventory.models import Source, Stock, StockSourceLink
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_NOTHING = Many(Kind.ANY)
_SOURCE = record("SourceBody", {"source": given(SOURCE)}, required="source")
_STOCK = record("StockBody", {"stock": given(STOCK)}, required="stock")
_LINKS = record(
    "LinksBody",
    {"links": Many(given(LINK, required="stock_id source_code"))},
    required="links",
)
_PLACES = record(
    "LinkPlacesBody",
    {
        "links": Many(
            record(
                "LinkPlace",
                ints("stock_id"),
                texts("source_code"),
                required="stock_id source_code",
            )
        )
    },
    required="links",
)


class SourcesView(RestView):
    """Sources (inventoryApiSourceRepositoryV1)."""

    @operation(
        right=SOURCES_VIEW,
        is_search=True,
        returns=results_of(SOURCE, "InventoryApiDataSourceSearchResultsInterface"),
    )
    def get(self, call: Call) -> dict[str, Any]:
        """Search sources."""
        page = call.page(Source.objects.all(), SOURCE_COLUMNS)
        return page.answer([source_document(source) for source in page.rows])

    @operation(right=SOURCES_EDIT, takes=_SOURCE, returns=_NOTHING)
    def post(self, call: Call) -> None:
        """Make a source, or change the one with this code."""
        source = call.body["source"]
        save_source((source.get("source_code") or "").strip(), _given(source))


class SourceView(RestView):
    """One source."""

    @operation(right=SOURCES_VIEW, returns=SOURCE)
    def get(self, call: Call, source_code: str) -> Document:
        """Read a source."""
        return source_document(find_source(source_code))

    @operation(right=SOURCES_EDIT, takes=_SOURCE, returns=_NOTHING)
    def put(self, call: Call, source_code: str) -> None:
        """Change a source, or make it."""
        save_source(source_code, _given(call.body["source"]))


class StocksView(RestView):
    """Stocks (inventoryApiStockRepositoryV1)."""

    @operation(
        right=STOCKS_VIEW,
        is_search=True,
        returns=results_of(STOCK, "InventoryApiDataStockSearchResultsInterface"),
    )
    def get(self, call: Call) -> dict[str, Any]:
        """Search stocks."""
        page = call.page(Stock.objects.prefetch_related("websites"), STOCK_COLUMNS)
        return page.answer(stock_documents(list(page.rows)))

    @operation(right=STOCKS_EDIT, takes=_STOCK, returns=Kind.INT)
    def post(self, call: Call) -> int:
        """Make a stock, or change the one with this id; answer its id."""
        return _save_stock(call.body["stock"].get("stock_id"), call.body["stock"])


class StockView(RestView):
    """One stock."""

    @operation(right=STOCKS_VIEW, returns=STOCK)
    def get(self, call: Call, stock_id: int) -> Document:
        """Read a stock."""
        return stock_documents([find_stock(stock_id)])[0]

    @operation(right=STOCKS_EDIT, takes=_STOCK, returns=Kind.INT)
    def put(self, call: Call, stock_id: int) -> int:
        """Change a stock."""
        return _save_stock(stock_id, call.body["stock"])

    @operation(right=STOCKS_DELETE, returns=_NOTHING)
    def delete(self, call: Call, stock_id: int) -> None:
        """Delete a stock that nobody sells from."""
        delete_stock(stock_id)


class LinksView(RestView):
    """Which stock draws from which source (inventoryApiGetStockSourceLinksV1)."""

    @operation(
        right=STOCK_LINKS_VIEW,
        is_search=True,
        returns=results_of(LINK, "InventoryApiDataStockSourceLinkSearchResultsInterface"),
    )
    def get(self, call: Call) -> dict[str, Any]:
        """Search links."""
        page = call.page(StockSourceLink.objects.all(), LINK_COLUMNS)
        return page.answer(link_documents(page.rows))

    @operation(right=STOCKS_LINK, takes=_LINKS, returns=_NOTHING)
    def post(self, call: Call) -> None:
        """Link sources to stocks."""
        save_links(
            [
                Link(link["stock_id"], link["source_code"], link.get("priority") or 1)
                for link in call.body["links"]
            ]
        )


class LinksDeleteView(RestView):
    """Links that go (inventoryApiStockSourceLinksDeleteV1)."""

    @operation(right=STOCKS_LINK, takes=_PLACES, returns=_NOTHING)
    def post(self, call: Call) -> None:
        """Unlink sources from stocks."""
        delete_links([(link["stock_id"], link["source_code"]) for link in call.body["links"]])


def _given(source: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a source says, ready for storing: numbers that are not our columns as numbers."""
    values = {name: value for name, value in source.items() if value is not None}
    for name in ("latitude", "longitude"):
        if name in values:
            values[name] = float(values[name])
    return values


def _save_stock(stock_id: int | None, stock: Mapping[str, Any]) -> int:
    extension = stock.get("extension_attributes") or {}
    channels = extension.get("sales_channels")
    codes = None if channels is None else [each.get("code") or "" for each in channels]
    return save_stock(stock_id, name=stock.get("name"), website_codes=codes).pk


routes = [
    Route("inventory/sources", SourcesView),
    Route("inventory/sources/<source_code>", SourceView),
    Route("inventory/stocks", StocksView),
    Route("inventory/stocks/<stock_id>", StockView),
    Route("inventory/stock-source-links", LinksView),
    Route("inventory/stock-source-links-delete", LinksDeleteView),
]
