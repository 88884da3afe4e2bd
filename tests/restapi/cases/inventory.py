"""Stock: sources, stocks, source items, what can be sold, what is low."""

from typing import Any

from orderflow_bridge.customers.services import save_customer
from orderflow_bridge.stores.models import Store
from tests.carts import make_sold
from tests.factories import make_product, make_source, make_stock
from tests.restapi.cases.case import (
    Family,
    Step,
    delete,
    get,
    has,
    missing,
    post,
    put,
    refused,
    size,
)
from tests.restapi.shop import Script

_NO_SUCH = "No such entity with %fieldName = %fieldValue"
_ADDRESS = {
    "firstname": "A",
    "lastname": "B",
    "city": "Leeds",
    "country_id": "GB",
    "postcode": "LS1",
    "street": ["Main Street 1"],
    "telephone": "1",
    "default_billing": True,
}
_PERSON = {"email": "new@example.com", "firstname": "N", "lastname": "W"}
_LEEDS = {"sourceItems": [{"sku": "A", "source_code": "leeds", "quantity": 7, "status": 1}]}
_IN_LEEDS = [Step("item", "POST", "inventory/source-items", _LEEDS)]
_LOW = {
    "sourceItemConfigurations": [{"sku": "A", "source_code": "default", "notify_stock_qty": 5.6}]
}
_SOURCE = {
    "source_code": "york",
    "name": "York",
    "enabled": True,
    "country_id": "GB",
    "postcode": "YO1",
}
_ROUTE = "Request does not match any route."


def fill(script: Script) -> dict[str, Any]:
    """Make a product with stock, a source, a stock, and a customer with an address."""
    make_sold("A", 10)
    make_product("Z")
    make_source("leeds")
    stock = make_stock("North", sources=["leeds"])
    store = Store.objects.get()
    person = {"email": "a@example.com", "firstname": "A", "lastname": "B", "group_id": 1}
    customer = save_customer({**person, "website_id": store.website_id, "addresses": [_ADDRESS]})
    return {
        "stock": stock.pk,
        "customer": customer.pk,
        "address": customer.addresses[0]["id"],
        "website": store.website_id,
        "store": store.pk,
        "code": store.website.code,
    }


CASES = (
    get("a source", "inventory/sources/leeds", {"source_code": "leeds", "enabled": True}),
    missing("no such source", "GET", "inventory/sources/nowhere", "Source with code"),
    post(
        "a new source",
        "inventory/sources",
        {"source": _SOURCE},
        [],
        read=("inventory/sources/york", {"name": "York", "country_id": "GB"}),
    ),
    put("a source's name", "inventory/sources/leeds", {"source": {"name": "Leeds 2"}}, []),
    refused(
        "a source without a name",
        "POST",
        "inventory/sources",
        "Validation Failed",
        {"source": _SOURCE | {"name": ""}},
    ),
    refused(
        "a source without a country",
        "POST",
        "inventory/sources",
        "Validation Failed",
        {"source": _SOURCE | {"country_id": ""}},
    ),
    get("a stock", "inventory/stocks/{stock}", {"name": "North", "stock_id": "{stock}"}),
    missing("no such stock", "GET", "inventory/stocks/999", "Stock with id"),
    post("a new stock", "inventory/stocks", {"stock": {"name": "South"}}, int),
    put("a stock's name", "inventory/stocks/{stock}", {"stock": {"name": "West"}}, "{stock}"),
    delete("a stock away", "inventory/stocks/{stock}", []),
    post(
        "a source item",
        "inventory/source-items",
        _LEEDS,
        [],
        read=(
            "inventory/source-items?searchCriteria",
            {"items": has({"source_code": "leeds", "quantity": 7})},
        ),
    ),
    refused(
        "one of no source",
        "POST",
        "inventory/source-items",
        "Validation Failed",
        {"sourceItems": [{"sku": "A", "source_code": "nowhere", "quantity": 7, "status": 1}]},
    ),
    refused(
        "one without a status",
        "POST",
        "inventory/source-items",
        "Validation Failed",
        {"sourceItems": [{"sku": "A", "source_code": "leeds", "quantity": 7}]},
    ),
    refused(
        "no source items",
        "POST",
        "inventory/source-items",
        "Input data is empty",
        {"sourceItems": []},
    ),
    post(
        "a source item away",
        "inventory/source-items-delete",
        {"sourceItems": [{"sku": "A", "source_code": "leeds"}]},
        [],
        before=_IN_LEEDS,
    ),
    post(
        "a link",
        "inventory/stock-source-links",
        {"links": [{"stock_id": "{stock}", "source_code": "leeds", "priority": 2}]},
        [],
    ),
    refused(
        "a link of the default stock",
        "POST",
        "inventory/stock-source-links",
        "Validation Failed",
        {"links": [{"stock_id": 1, "source_code": "leeds", "priority": 1}]},
    ),
    post(
        "a link away",
        "inventory/stock-source-links-delete",
        {"links": [{"stock_id": "{stock}", "source_code": "leeds"}]},
        [],
    ),
    get("what can be sold", "inventory/get-product-salable-quantity/A/1", 10),
    get("whether it can be sold", "inventory/is-product-salable/A/1", True),
    get(
        "whether so much can be sold",
        "inventory/is-product-salable-for-requested-qty/A/1/99",
        {"salable": False},
    ),
    get("the stock of a website", "inventory/stock-resolver/website/{code}", {"stock_id": int}),
    post(
        "when it is low",
        "inventory/low-quantity-notification",
        _LOW,
        [],
        read=("inventory/low-quantity-notification/default/A", {"notify_stock_qty": 5.6}),
    ),
    get(
        "when it is low by default",
        "inventory/low-quantity-notification/default/A",
        {"notify_stock_qty": 1},
    ),
    refused(
        "when nothing is low",
        "GET",
        "inventory/low-quantity-notification/default/nowhere",
        "Wrong input data",
    ),
    refused(
        "when it is low nowhere",
        "GET",
        "inventory/low-quantity-notification/nowhere/A",
        "Wrong input data",
    ),
    post(
        "no longer",
        "inventory/low-quantity-notifications-delete",
        {"sourceItems": [{"sku": "A", "source_code": "default"}]},
        [],
        before=[Step("low", "POST", "inventory/low-quantity-notification", _LOW)],
        read=("inventory/low-quantity-notification/default/A", {"notify_stock_qty": 1}),
    ),
    get(
        "low stock",
        "stockItems/lowStock?scopeId=0&qty=10&currentPage=1&pageSize=5",
        {"items": size(1)},
    ),
)
FAMILY = Family("inventory", fill, CASES)
