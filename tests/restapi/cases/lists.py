"""Lists: whole, in pages, sorted, filtered, and what cannot be asked of one."""

from typing import Any

from orderflow_bridge.catalog.models import Category
from orderflow_bridge.stores.models import Website
from tests.carts import make_sold
from tests.factories import make_source, make_stock
from tests.restapi.cases.case import Case, Family, get, refused, size
from tests.restapi.shop import ADDRESS, Script, an_order

# The list's address, a field to search by, a value that one row has, one that none has.
_LISTS = (
    ("products", "sku", "A", "nowhere"),
    ("orders", "increment_id", "{number}", "nowhere"),
    ("orders/items", "sku", "B", "nowhere"),
    ("invoices", "order_id", "{order}", "999999"),
    ("creditmemos", "order_id", "{order}", "999999"),
    ("shipments", "order_id", "{order}", "999999"),
    ("carts/search", "customer_email", "veronica.costello@example.com", "nobody@example.com"),
    ("customers/search", "email", "a@example.com", "nobody@example.com"),
    ("customerGroups/search", "code", "Wholesale", "Nobodies"),
    ("categories/list", "name", "Bags", "nowhere"),
    ("products/attributes", "attribute_code", "price", "nowhere"),
    ("products/attribute-sets/sets/list", "attribute_set_name", "Default", "nowhere"),
    ("eav/attribute-sets/list", "attribute_set_name", "Default", "nowhere"),
    ("inventory/sources", "source_code", "leeds", "nowhere"),
    ("inventory/source-items", "sku", "A", "nowhere"),
    ("inventory/stocks", "name", "North", "nowhere"),
    ("inventory/stock-source-links", "source_code", "leeds", "nowhere"),
    ("taxClasses/search", "class_name", "Taxable Goods", "nowhere"),
)
_FIELD = "searchCriteria[filter_groups][0][filters][0]"


def fill(script: Script) -> dict[str, Any]:
    """Make at least one row for every list, and an order with all that may hang on one."""
    make_source("leeds")
    make_stock("North", sources=["leeds"])
    for sku in "AB":
        make_sold(sku, 9)
    Category.objects.create(name="Bags")
    order = script.post(
        "orders", an_order({"sku": "A", "qty_ordered": 2}, {"sku": "B", "qty_ordered": 1})
    )
    script.post(f"order/{order['entity_id']}/invoice", {})
    script.post(f"order/{order['entity_id']}/ship", {})
    script.post(f"order/{order['entity_id']}/refund", {})
    website = Website.objects.earliest("pk").pk
    customer = {"email": "a@example.com", "firstname": "A", "lastname": "B", "website_id": website}
    script.post("customers", {"customer": customer})
    cart = script.post("carts/")
    script.post(f"carts/{cart}/items", {"cartItem": {"sku": "A", "qty": 1}})
    script.post(f"carts/{cart}/billing-address", {"address": ADDRESS, "useForShipping": True})
    return {"order": order["entity_id"], "number": order["increment_id"]}


def _query(**values: object) -> str:
    return "&".join(f"searchCriteria[{name}]={value}" for name, value in values.items())


def _filter(field: str, value: str, condition: str = "eq") -> str:
    return f"{_FIELD}[field]={field}&{_FIELD}[value]={value}&{_FIELD}[condition_type]={condition}"


def _cases(path: str, field: str, there: str, nowhere: str) -> list[Case]:
    about = f"{path}:"
    name = field
    return [
        get(
            f"{about} all of it, with the criteria and the count",
            f"{path}?searchCriteria",
            {"items": list, "search_criteria": dict, "total_count": lambda count: count > 0},
        ),
        get(
            f"{about} one row by {name}",
            f"{path}?{_filter(field, there)}",
            {"items": lambda rows: len(rows) >= 1, "total_count": lambda count: count >= 1},
        ),
        get(
            f"{about} nothing by {name}",
            f"{path}?{_filter(field, nowhere)}",
            {"items": [], "total_count": 0},
        ),
        get(
            f"{about} either of two values",
            f"{path}?{_filter(field, f'{there},{nowhere}', 'in')}",
            {"total_count": lambda count: count >= 1},
        ),
        get(
            f"{about} what has a value",
            f"{path}?{_filter(field, '1', 'notnull')}",
            {"total_count": lambda count: count >= 1},
        ),
        get(
            f"{about} a page of one, sorted",
            f"{path}?{_query(pageSize=1, currentPage=1)}"
            f"&searchCriteria[sortOrders][0][field]={field}"
            "&searchCriteria[sortOrders][0][direction]=ASC",
            {"items": size(1), "search_criteria": {"page_size": 1, "current_page": 1}},
        ),
        get(
            f"{about} a page beyond the end repeats the last one",
            f"{path}?{_query(pageSize=1, currentPage=99)}",
            {"items": size(1)},
        ),
        refused(
            f"{about} without criteria", "GET", path, '"%fieldName" is required. Enter and try'
        ),
    ]


FAMILY = Family("lists", fill, [case for listed in _LISTS for case in _cases(*listed)])
