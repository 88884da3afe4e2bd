"""Attributes with options and sets."""

from typing import Any

from orderflow_bridge.catalog.models import Category, ProductCategory
from tests.factories import make_product
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


def fill(script: Script) -> dict[str, Any]:
    """Make a product in a category below another one."""
    top = Category.objects.create(name="Gear")
    bags = Category.objects.create(name="Bags", parent=top)
    product = make_product("A", price=10, custom_attributes={"cost": "4", "special_price": "9"})
    ProductCategory.objects.create(product=product, category=bags, position=3)
    make_product("B", price=20)
    return {"top": top.pk, "bags": bags.pk}


def _prices(**row: Any) -> dict[str, Any]:
    return {"prices": [{"sku": "A", "store_id": 0} | row]}


def _tiers(**row: Any) -> dict[str, Any]:
    tier = {"price": 8, "price_type": "fixed", "website_id": 0, "sku": "A", "quantity": 3}
    return {"prices": [tier | {"customer_group": "ALL GROUPS"} | row]}


_TIER = [Step("tiers", "POST", "products/tier-prices", _tiers())]
CASES = (
    get(
        "an attribute",
        "products/attributes/price",
        {"attribute_code": "price", "frontend_input": "price"},
    ),
    missing("no such attribute", "GET", "products/attributes/nowhere", _NO_ATTRIBUTE),
    get(
        "kinds of attribute",
        "products/attributes/types",
        has({"value": "text", "label": "Text Field"}),
    ),
    get(
        "what can be chosen",
        "products/attributes/status/options",
        has({"label": "Enabled", "value": "1"}),
    ),
    missing(
        "what can be chosen of nothing", "GET", "products/attributes/nowhere/options", _NO_ATTRIBUTE
    ),
    post(
        "a new attribute",
        "products/attributes",
        _FABRIC,
        {
            "attribute_code": "fabric",
            "default_frontend_label": "Fabric",
            "is_required": True,
            "options": [{"label": " "}, {"label": "Silk"}, {"label": "Wool"}],
        },
    ),
    refused("one that is there", "POST", "products/attributes", "", _FABRIC, before=_DEFINED),
    put(
        "an attribute's label and one option more",
        "products/attributes/fabric",
        {"attribute": {"default_frontend_label": "Cloth", "options": [{"label": "Linen"}]}},
        {"default_frontend_label": "Cloth", "options": size(4)},
        before=_DEFINED,
    ),
    delete("an attribute", "products/attributes/fabric", before=_DEFINED),
    missing("delete no such attribute", "DELETE", "products/attributes/nowhere", _NO_ATTRIBUTE),
    post(
        "an option",
        "products/attributes/fabric/options",
        {"option": {"label": "Linen", "sort_order": 1}},
        str,
        before=_DEFINED,
        read=("products/attributes/fabric/options", has({"label": "Linen"})),
    ),
    delete(
        "an option",
        "products/attributes/fabric/options/Wool",
        before=_DEFINED,
        read=("products/attributes/fabric", {"options": size(2)}),
    ),
    missing(
        "no such option", "DELETE", "products/attributes/fabric/options/Tin", "", before=_DEFINED
    ),
    refused(
        "an option of a text",
        "POST",
        "products/attributes/name/options",
        "",
        {"option": {"label": "X"}},
    ),
    get("pictures of a set", "products/media/types/Default", has({"attribute_code": "image"})),
    get(
        "a set", "products/attribute-sets/4", {"attribute_set_name": "Default", "entity_type_id": 4}
    ),
    missing("no such set", "GET", "products/attribute-sets/9999", "No such entity with"),
    get(
        "a set's attributes", "products/attribute-sets/4/attributes", has({"attribute_code": "sku"})
    ),
    post(
        "a new set", "products/attribute-sets", _BAGS, {"attribute_set_id": int, "sort_order": 500}
    ),
    refused(
        "a set that has an id",
        "POST",
        "products/attribute-sets",
        "Invalid value",
        {**_BAGS, "attributeSet": {"attribute_set_id": 1, "attribute_set_name": "Bags"}},
    ),
    refused("a set like nothing", "POST", "products/attribute-sets", "", _BAGS | {"skeletonId": 0}),
    refused(
        "a set like no other",
        "POST",
        "products/attribute-sets",
        "The attribute set couldn't be created because it's based on a non-existing",
        _BAGS | {"skeletonId": 9999},
    ),
    refused(
        "a set without a name",
        "POST",
        "products/attribute-sets",
        "The attribute set name is empty.",
        {**_BAGS, "attributeSet": {"attribute_set_name": ""}},
    ),
    refused(
        "a set's name twice",
        "POST",
        "products/attribute-sets",
        'A "Default" attribute set name already exists.',
        {**_BAGS, "attributeSet": {"attribute_set_name": "Default"}},
    ),
    put(
        "a set's place",
        "products/attribute-sets/{set[attribute_set_id]}",
        {"attributeSet": {"attribute_set_name": "Bags", "sort_order": 700}},
        {"sort_order": 700},
        before=_SET,
    ),
    delete("a set", "products/attribute-sets/{set[attribute_set_id]}", before=_SET),
    missing("delete no such set", "DELETE", "products/attribute-sets/9999", "No such entity with"),
    post(
        "a set by the other address",
        "eav/attribute-sets",
        _BAGS | {"entityTypeCode": "catalog_product"},
        {"attribute_set_name": "Bags"},
    ),
)
FAMILY = Family("attributes", fill, CASES)
