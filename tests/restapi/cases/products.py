"""Products: made, read, changed, deleted; what cannot be one; websites, pictures, stock items."""

from typing import Any

from tests.carts import make_sold
from tests.factories import make_product, make_store
from tests.restapi.cases.case import (
    Family,
    Step,
    begins,
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

_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."
_PICTURE = {
    "entry": {
        "media_type": "image",
        "label": "Front",
        "position": 1,
        "disabled": False,
        "types": ["image"],
        "content": {"base64_encoded_data": _PIXEL, "type": "image/png", "name": "front.png"},
    }
}
_PICTURED = [Step("picture", "POST", "products/A/media", _PICTURE)]


def fill(script: Script) -> dict[str, Any]:
    """Make two products on a website, and a second website."""
    a = make_sold("A", 10, price=10, weight=1, custom_attributes={"meta_title": "Bag"})
    other = make_store()
    make_product("B", price=20)
    website = a.websites.get().pk
    return {"a": a.pk, "website": website, "other": other.website_id}


def _new(**values: Any) -> dict[str, Any]:
    document = {
        "sku": "N",
        "name": "New",
        "attribute_set_id": 4,
        "type_id": "simple",
        "price": 3.62,
        "status": 1,
        "visibility": 4,
    }
    return {"product": document | values}


def _with(code: str, value: Any) -> dict[str, Any]:
    return _new(custom_attributes=[{"attribute_code": code, "value": value}])


def _stocked(**item: Any) -> dict[str, Any]:
    return _new(extension_attributes={"stock_item": item})


_TIERS = [
    {"customer_group_id": 0, "qty": 3, "value": 9.5},
    {"customer_group_id": 1, "qty": 5, "value": 8},
]
CASES = (
    get("a product", "products/A", {"id": "{a}", "sku": "A", "price": 10, "status": 1}),
    get(
        "with its attributes",
        "products/A",
        {"custom_attributes": has({"attribute_code": "meta_title", "value": "Bag"})},
    ),
    get(
        "with its stock item",
        "products/A",
        {"extension_attributes": {"stock_item": {"qty": 10, "is_in_stock": True}}},
    ),
    missing("no such product", "GET", "products/nowhere", _NO_PRODUCT),
    get("in another case of letters", "products/a", {"sku": "A"}),
    get(
        "only these fields",
        "products/A?fields=sku,name",
        lambda found: set(found) <= {"sku", "name"},
    ),
    post("a new product", "products", _new(), {"id": int, "sku": "N", "price": 3.62}),
    *(
        post(f"a new {kind} product", "products", _new(type_id=kind), {"type_id": kind})
        for kind in ("virtual", "downloadable", "configurable", "bundle", "grouped")
    ),
    post("an invisible one", "products", _new(visibility=1), {"visibility": 1}),
    post("a disabled one", "products", _new(status=2), {"status": 2}),
    post(
        "with attributes",
        "products",
        _with("short_description", "Soft"),
        {"custom_attributes": has({"attribute_code": "short_description", "value": "Soft"})},
    ),
    post(
        "with attributes that are columns here",
        "products",
        _with("description", "Long"),
        {"custom_attributes": has({"attribute_code": "description", "value": "Long"})},
    ),
    post(
        "with a list of values",
        "products",
        _with("sizes", ["S", "L"]),
        {"custom_attributes": has({"attribute_code": "sizes", "value": ["S", "L"]})},
    ),
    post(
        "with websites",
        "products",
        _new(extension_attributes={"website_ids": ["{website}", "{other}"]}),
        {"extension_attributes": {"website_ids": size(2)}},
    ),
    post(
        "without a website",
        "products",
        _new(extension_attributes={"website_ids": []}),
        {"extension_attributes": lambda found: not found.get("website_ids")},
    ),
    refused(
        "with an unknown website",
        "POST",
        "products",
        "The website with id %id that was requested wasn't found.",
        _new(extension_attributes={"website_ids": [999]}),
        differs="the text has the id as a parameter; Magento's says *No such entity with …*",
    ),
    post("with tier prices", "products", _new(tier_prices=_TIERS), {"tier_prices": size(2)}),
    post(
        "with stock",
        "products",
        _stocked(qty=7, is_in_stock=True),
        {"extension_attributes": {"stock_item": {"qty": 7, "is_in_stock": True}}},
    ),
    post(
        "that is out of stock",
        "products",
        _stocked(qty=7, is_in_stock=False),
        {"extension_attributes": {"stock_item": {"is_in_stock": False}}},
    ),
    post(
        "whose stock is not kept",
        "products",
        _stocked(manage_stock=False, use_config_manage_stock=False),
        {"extension_attributes": {"stock_item": {"manage_stock": False, "is_in_stock": True}}},
    ),
    post(
        "with a custom option",
        "products",
        _new(options=[{"product_sku": "N", "title": "T", "type": "field", "is_require": True}]),
        {"options": [{"title": "T", "type": "field"}]},
    ),
    post(
        "with a picture",
        "products",
        _new(media_gallery_entries=[_PICTURE["entry"]]),
        {"media_gallery_entries": [{"id": int, "label": "Front", "types": ["image"]}]},
    ),
    post("that is there already, which changes it", "products", _new(sku="A"), {"id": "{a}"}),
    refused(
        "without a name",
        "POST",
        "products",
        '"%field" can not be empty.',
        _new(name=None),
        differs="the name of the attribute is a parameter; Magento has it in the text",
    ),
    refused("without a product", "POST", "products", '"%fieldName" is required.', {}),
    refused("with a SKU that is too long", "POST", "products", "", _new(sku="x" * 65)),
    refused(
        "with a price that is none",
        "POST",
        "products",
        "Error occurred during",
        _new(price="free"),
        differs="names the path in the body; Magento repeats the value and names the last member",
    ),
    refused("with a negative price", "POST", "products", "Invalid value of", _new(price=-1)),
    refused("of no type", "POST", "products", "Invalid value of", _new(type_id="wheel")),
    refused(
        "with an id that is no number",
        "POST",
        "products",
        "Error occurred",
        _new(attribute_set_id="x"),
    ),
    put("a new price", "products/A", {"product": {"price": 12.5}}, {"price": 12.5, "name": ...}),
    put(
        "a new name", "products/A", {"product": {"name": "Duffle"}}, {"name": "Duffle", "price": 10}
    ),
    put("nothing at all", "products/A", {"product": {}}, {"price": 10}),
    put("a product that is new", "products/N", _new(), {"sku": "N"}),
    put(
        "a store view's own value away, which leaves everybody's",
        "products/A",
        {"product": {"custom_attributes": [{"attribute_code": "meta_title", "value": None}]}},
        {"custom_attributes": has({"attribute_code": "meta_title", "value": "Bag"})},
    ),
    put(
        "in camelCase",
        "products/A",
        {"product": {"customAttributes": [{"attributeCode": "meta_title", "value": "Sack"}]}},
        {"custom_attributes": has({"attribute_code": "meta_title", "value": "Sack"})},
    ),
    put(
        "where the address counts",
        "products/A",
        {"product": {"sku": "B", "name": "Other"}},
        {"sku": "A", "name": "Other"},
    ),
    delete("a product", "products/A", read=("products?searchCriteria", {"items": size(1)})),
    missing("delete no such product", "DELETE", "products/nowhere", _NO_PRODUCT),
    post(
        "another website",
        "products/A/websites",
        {"productWebsiteLink": {"sku": "A", "website_id": "{other}"}},
        True,
        read=("products/A", {"extension_attributes": {"website_ids": size(2)}}),
    ),
    put(
        "another website again",
        "products/A/websites",
        {"productWebsiteLink": {"sku": "A", "website_id": "{other}"}},
        True,
    ),
    refused(
        "no such website",
        "POST",
        "products/A/websites",
        'Could not assign product "%1" to websites "%2"',
        {"productWebsiteLink": {"sku": "A", "website_id": 999}},
    ),
    delete("a website away", "products/A/websites/{website}"),
    get("no pictures", "products/A/media", []),
    post("a picture", "products/A/media", _PICTURE, lambda found: int(found) > 0),
    get("pictures", "products/A/media", [{"label": "Front", "disabled": False}], before=_PICTURED),
    get(
        "one picture",
        "products/A/media/{picture}",
        {"file": begins("/f/r/front")},
        before=_PICTURED,
    ),
    put(
        "a picture's label",
        "products/A/media/{picture}",
        {
            "entry": {
                "id": "{picture}",
                "label": "Back",
                "media_type": "image",
                "position": 2,
                "disabled": True,
                "types": [],
            }
        },
        True,
        before=_PICTURED,
        read=("products/A/media", [{"label": "Back", "disabled": True, "position": 2}]),
    ),
    delete(
        "a picture away",
        "products/A/media/{picture}",
        before=_PICTURED,
        read=("products/A/media", []),
    ),
    missing("no such picture", "GET", "products/A/media/999", ""),
    missing("a picture of no product", "POST", "products/nowhere/media", _NO_PRODUCT, _PICTURE),
    refused(
        "a picture that is none",
        "POST",
        "products/A/media",
        "The image content must be valid base64 encoded data.",
        {
            "entry": _PICTURE["entry"]
            | {"content": {"base64_encoded_data": "?", "type": "image/png", "name": "x"}}
        },
    ),
    get("types of products", "products/types", has({"name": "simple", "label": "Simple Product"})),
    get("a stock item", "stockItems/A", {"qty": 10, "is_in_stock": True, "product_id": "{a}"}),
    missing("a stock item of no product", "GET", "stockItems/nowhere", _NO_PRODUCT),
    put(
        "a stock item",
        "products/A/stockItems/{a}",
        {"stockItem": {"qty": 99, "is_in_stock": True}},
        int,
        read=("stockItems/A", {"qty": 99}),
    ),
    get("a stock status", "stockStatuses/A", {"product_id": "{a}", "stock_status": 1, "qty": 10}),
)
FAMILY = Family("products", fill, CASES)
