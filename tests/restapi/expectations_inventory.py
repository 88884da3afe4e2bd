"""What the routes of sources, stocks, links and source items answer."""

from collections.abc import Callable

from orderflow_bridge.access.rights import (
    SALABLE_QUANTITIES,
    SOURCE_ITEMS,
    SOURCES_EDIT,
    SOURCES_VIEW,
    STOCK_LINKS_VIEW,
    STOCKS_DELETE,
    STOCKS_EDIT,
    STOCKS_LINK,
    STOCKS_VIEW,
)
from orderflow_bridge.inventory.models import Stock
from tests.factories import make_source, make_source_item, make_stock, make_website
from tests.restapi.stating import LISTED, Sent, Stated

NO_SOURCE = Sent({"source_code": "mars"})
NO_STOCK = Sent({"stock_id": 999_999})
_PLACE = {"sku": "24/MB 01", "source_code": "default"}
_SOURCE = {"name": "Leeds", "enabled": True, "country_id": "GB", "postcode": "LS1 4AB"}


def _item(**values: object) -> dict[str, object]:
    return {"sourceItems": [{**_PLACE, "quantity": 7, "status": 1, **values}]}


def _source_item() -> Sent:
    make_source_item("24/MB 01", 3)
    return Sent(body=_item())


def _places() -> Sent:
    make_source_item("24/MB 01", 3)
    return Sent(body={"sourceItems": [_PLACE]})


def _source(**values: object) -> Callable[[], Sent]:
    def found() -> Sent:
        body = {"source": {**_SOURCE, **values}} if values else None
        return Sent({"source_code": make_source("leeds").pk}, body)

    return found


def _stock(**values: object) -> Callable[[], Sent]:
    def found() -> Sent:
        return Sent({"stock_id": make_stock("Old").pk}, {"stock": values} if values else None)

    return found


def _link() -> Sent:
    make_source("leeds")
    stock = make_stock("North", sources=[])
    return Sent(body={"links": [{"stock_id": stock.pk, "source_code": "leeds", "priority": 2}]})


def _salable() -> Sent:
    make_source_item("24/MB 01", 3)
    return Sent({"sku": "24/MB 01", "stock_id": Stock.objects.get().pk})


def _website() -> Sent:
    return Sent({"kind": "website", "code": make_website(code="uk").code})


def _listed(address: str, right: str) -> Stated:
    return Stated(
        "get", address, right, lambda: Sent(query=LISTED), missing=Sent(), missing_status=400
    )


STATED = [
    _listed("inventory/source-items", SOURCES_VIEW),
    Stated(
        "post",
        "inventory/source-items",
        SOURCE_ITEMS,
        _source_item,
        missing=Sent(body=_item(sku="nowhere")),
        missing_status=400,
        malformed=400,
    ),
    Stated(
        "post",
        "inventory/source-items-delete",
        SOURCE_ITEMS,
        _places,
        missing=Sent(body={"sourceItems": []}),
        missing_status=400,
        malformed=400,
    ),
    _listed("inventory/sources", SOURCES_VIEW),
    Stated(
        "post",
        "inventory/sources",
        SOURCES_EDIT,
        lambda: Sent(body={"source": {**_SOURCE, "source_code": "leeds"}}),
        missing=Sent(body={"source": {}}),
        missing_status=400,
        malformed=400,
    ),
    Stated("get", "inventory/sources/<source_code>", SOURCES_VIEW, _source(), missing=NO_SOURCE),
    Stated(
        "put",
        "inventory/sources/<source_code>",
        SOURCES_EDIT,
        _source(name="Leeds North"),
        missing=Sent({"source_code": "mars"}, {"source": {"name": "Mars"}}),
        missing_status=400,
        malformed=400,
    ),
    _listed("inventory/stocks", STOCKS_VIEW),
    Stated(
        "post",
        "inventory/stocks",
        STOCKS_EDIT,
        lambda: Sent(body={"stock": {"name": "New"}}),
        missing=Sent(body={"stock": {"stock_id": 999_999, "name": "New"}}),
        malformed=400,
    ),
    Stated("get", "inventory/stocks/<stock_id>", STOCKS_VIEW, _stock(), missing=NO_STOCK),
    Stated(
        "put",
        "inventory/stocks/<stock_id>",
        STOCKS_EDIT,
        _stock(name="New"),
        missing=Sent({"stock_id": 999_999}, {"stock": {"name": "New"}}),
        malformed=400,
    ),
    Stated("delete", "inventory/stocks/<stock_id>", STOCKS_DELETE, _stock(), missing=NO_STOCK),
    _listed("inventory/stock-source-links", STOCK_LINKS_VIEW),
    Stated(
        "post",
        "inventory/stock-source-links",
        STOCKS_LINK,
        _link,
        missing=Sent(body={"links": [{"stock_id": 999_999, "source_code": "default"}]}),
        missing_status=400,
        malformed=400,
    ),
    Stated("post", "inventory/stock-source-links-delete", STOCKS_LINK, _link, malformed=400),
    Stated(
        "get",
        "inventory/get-product-salable-quantity/<sku>/<stock_id>",
        SALABLE_QUANTITIES,
        _salable,
        missing=Sent({"sku": "nowhere", "stock_id": 1}),
    ),
    Stated(
        "get",
        "inventory/is-product-salable/<sku>/<stock_id>",
        SALABLE_QUANTITIES,
        _salable,
        missing=Sent({"sku": "nowhere", "stock_id": 1}),
    ),
    Stated(
        "get",
        "inventory/stock-resolver/<kind>/<code>",
        SALABLE_QUANTITIES,
        _website,
        missing=Sent({"kind": "website", "code": "mars"}),
    ),
]
