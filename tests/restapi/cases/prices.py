"""Categories, prices and costs."""

from typing import Any

from tests.restapi.cases.attributes import fill
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

_NO_ATTRIBUTE = 'The attribute with a "%1" attributeCode doesn\'t exist.'
_FABRIC = {
    "attribute": {
        "attribute_code": "fabric",
        "frontend_labels": [{"store_id": 0, "label": "Fabric"}],
        "frontend_input": "select",
        "is_required": True,
        "options": [{"label": "Wool", "sort_order": 100}, {"label": "Silk", "sort_order": 0}],
    }
}
_DEFINED = [Step("fabric", "POST", "products/attributes", _FABRIC)]
_BAGS = {"attributeSet": {"attribute_set_name": "Bags", "sort_order": 500}, "skeletonId": 4}
_SET = [Step("set", "POST", "products/attribute-sets", _BAGS)]
_NO_ROW = "Invalid attribute %fieldName = %fieldValue."


def _prices(**row: Any) -> dict[str, Any]:
    return {"prices": [{"sku": "A", "store_id": 0} | row]}


def _tiers(**row: Any) -> dict[str, Any]:
    tier = {"price": 8, "price_type": "fixed", "website_id": 0, "sku": "A", "quantity": 3}
    return {"prices": [tier | {"customer_group": "ALL GROUPS"} | row]}


_TIER = [Step("tiers", "POST", "products/tier-prices", _tiers())]
CASES = (
    get("a category", "categories/{bags}", {"name": "Bags", "parent_id": "{top}", "level": int}),
    missing("no such category", "GET", "categories/9999", "No such entity with"),
    get("the tree", "categories", {"children_data": list}),
    get(
        "the tree below one",
        "categories?rootCategoryId={top}",
        {"children_data": [{"name": "Bags"}]},
    ),
    post(
        "a new category",
        "categories",
        {"category": {"name": "Hats", "parent_id": "{top}", "is_active": True}},
        {"name": "Hats", "parent_id": "{top}"},
    ),
    refused(
        "one without a name",
        "POST",
        "categories",
        "Could not save category",
        {"category": {"parent_id": "{top}"}},
    ),
    put("its name", "categories/{bags}", {"category": {"name": "Sacks"}}, {"name": "Sacks"}),
    put("its place", "categories/{bags}/move", {"parentId": "{top}"}, True),
    refused(
        "below itself",
        "PUT",
        "categories/{top}/move",
        "Operation do not allow to move",
        {"parentId": "{bags}"},
    ),
    delete("a category away", "categories/{bags}"),
    get("products of one", "categories/{bags}/products", [{"sku": "A", "position": 3}]),
    post(
        "a product more",
        "categories/{bags}/products",
        {"productLink": {"sku": "B", "position": 1, "category_id": "{bags}"}},
        True,
        read=("categories/{bags}/products", size(2)),
    ),
    missing(
        "no such product in one",
        "POST",
        "categories/{bags}/products",
        "The product that was",
        {"productLink": {"sku": "?", "category_id": "{bags}"}},
    ),
    delete("a product out", "categories/{bags}/products/A"),
    refused(
        "one that is not in it",
        "DELETE",
        "categories/{bags}/products/B",
        "The category doesn't contain",
    ),
    post(
        "prices",
        "products/base-prices-information",
        {"skus": ["A", "?"]},
        [{"sku": "A", "price": 10, "store_id": 0}],
    ),
    post(
        "a price", "products/base-prices", _prices(price=12), [], read=("products/A", {"price": 12})
    ),
    post(
        "a price of nothing",
        "products/base-prices",
        _prices(price=12, sku="?"),
        [{"message": _NO_ROW, "parameters": ["SKU", "?"]}],
    ),
    post(
        "a negative price",
        "products/base-prices",
        _prices(price=-1),
        [{"message": _NO_ROW, "parameters": ["Price", "-1"]}],
    ),
    post("a price of no store", "products/base-prices", _prices(price=1, store_id=999), size(1)),
    post("special prices", "products/special-price-information", {"skus": ["A"]}, [{"price": 9}]),
    post(
        "a special price",
        "products/special-price",
        _prices(price=7, price_from="2037-01-01 00:00:00", price_to="2037-02-01 00:00:00"),
        [],
    ),
    post(
        "a special price of nothing", "products/special-price", _prices(price=7, sku="?"), size(1)
    ),
    post(
        "a special price from no date",
        "products/special-price",
        _prices(price=7, price_from="soon"),
        size(1),
    ),
    post(
        "a special price away",
        "products/special-price-delete",
        _prices(price=9),
        [],
        read=("products/A", {"custom_attributes": lambda found: "special_price" not in str(found)}),
    ),
    post(
        "a tier price",
        "products/tier-prices",
        _tiers(),
        [],
        read=("products/A", {"tier_prices": size(1)}),
    ),
    post(
        "tier prices",
        "products/tier-prices-information",
        {"skus": ["A"]},
        [{"quantity": 3, "price": 8}],
        before=_TIER,
    ),
    put(
        "other tier prices",
        "products/tier-prices",
        _tiers(quantity=9),
        [],
        before=_TIER,
        read=("products/A", {"tier_prices": [{"qty": 9}]}),
    ),
    post(
        "a tier price away",
        "products/tier-prices-delete",
        _tiers(),
        [],
        before=_TIER,
        read=("products/A", {"tier_prices": []}),
    ),
    post("a tier price of no unit", "products/tier-prices", _tiers(quantity=0), size(1)),
    get(
        "tiers of everybody",
        "products/A/group-prices/all/tiers",
        [{"qty": 3, "value": 8}],
        before=_TIER,
    ),
    post(
        "a tier of a group",
        "products/A/group-prices/1/tiers/5/price/6",
        None,
        True,
        read=("products/A/group-prices/1/tiers", [{"qty": 5, "value": 6}]),
    ),
    delete("a tier of everybody", "products/A/group-prices/all/tiers/3", before=_TIER),
    post(
        "costs",
        "products/cost-information",
        {"skus": ["A", "B"]},
        [{"sku": "A", "cost": 4, "store_id": 0}],
    ),
    post(
        "a cost",
        "products/cost",
        _prices(cost=31337),
        [],
        read=(
            "products/A",
            {"custom_attributes": has({"attribute_code": "cost", "value": "31337"})},
        ),
    ),
    post(
        "a cost of nothing",
        "products/cost",
        _prices(cost=5, sku="?"),
        [{"message": _NO_ROW, "parameters": ["SKU", "?"]}],
    ),
    post("a negative cost", "products/cost", _prices(cost=-9999), size(1)),
    post(
        "costs away",
        "products/cost-delete",
        {"skus": ["A"]},
        True,
        read=("products/A", {"custom_attributes": lambda found: "'cost'" not in str(found)}),
    ),
)
FAMILY = Family("prices", fill, CASES)
