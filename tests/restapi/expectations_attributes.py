"""What the routes answer that write attributes and their sets, and those of links and options."""

from typing import Any

from orderflow_bridge.access.rights import (
    ATTRIBUTE_SETS,
    ATTRIBUTE_SETS_EDIT,
    ATTRIBUTES_EDIT,
    CATALOG_ATTRIBUTES,
    CATALOG_PRODUCTS,
    PRODUCTS_VIEW,
)
from orderflow_bridge.catalog.custom_options import save_custom_option
from orderflow_bridge.catalog.defining import add_option, define, save_set
from orderflow_bridge.catalog.links import save_link
from tests.factories import make_product
from tests.restapi.stating import LISTED, Sent, Stated

_CODE = "fabric"
_ATTRIBUTE = {
    "attribute": {
        "attribute_code": _CODE,
        "default_frontend_label": "Fabric",
        "frontend_input": "select",
    }
}
_OPTION = {"option": {"label": "Silk"}}
_SET = {"attributeSet": {"attribute_set_name": "Bags", "sort_order": 7}}
_LINK = {"link_type": "related", "linked_product_sku": "B", "position": 1}
_CHOICE = {"product_sku": "A", "title": "Engraving", "type": "field", "price": 3}


def _fabric(body: Any = None, **parameters: Any) -> Sent:
    define(
        {"code": _CODE, "label": "Fabric", "frontend_input": "select", "options": []},
        is_known=False,
    )
    add_option(_CODE, "select", {"label": "Wool"})
    return Sent({"attribute_code": _CODE, **parameters}, body)


def _set(body: Any = None, query: str = "") -> Sent:
    return Sent({"attribute_set_id": save_set(None, "Boots")}, body, query)


def _linked(body: Any = None, **parameters: Any) -> Sent:
    for sku in "AB":
        make_product(sku)
    save_link("A", _LINK)
    save_custom_option("A", {"title": "Engraving", "type": "field"})
    return Sent({"sku": "A", **parameters}, body)


def _of_attribute(method: str, address: str, body: Any = None, **parameters: Any) -> Stated:
    return Stated(
        method,
        f"products/attributes/<attribute_code>{address}",
        ATTRIBUTES_EDIT,
        lambda: _fabric(body, **parameters),
        missing=Sent({"attribute_code": "nowhere", **parameters}, body),
        malformed=None if body is None else 400,
    )


def _of_product(
    method: str, address: str, right: str, body: Any = None, **parameters: Any
) -> Stated:
    return Stated(
        method,
        f"products/<sku>/{address}",
        right,
        lambda: _linked(body, **parameters),
        missing=Sent({"sku": "nowhere", **parameters}, body),
        malformed=None if body is None else 400,
    )


def _of_set(method: str, right: str, body: Any = None, stem: str = "eav") -> Stated:
    return Stated(
        method,
        f"{stem}/attribute-sets/<attribute_set_id>",
        right,
        lambda: _set(body),
        missing=Sent({"attribute_set_id": 9999}, body),
        malformed=None if body is None else 400,
    )


_NEW_SET = _SET | {"skeletonId": 4}
_ELSEWHERE = {"option": _CHOICE | {"product_sku": "nowhere"}}
STATED = [
    Stated(
        "post",
        "products/attributes",
        ATTRIBUTES_EDIT,
        lambda: Sent(body=_ATTRIBUTE),
        malformed=400,
    ),
    _of_attribute("put", "", {"attribute": {"default_frontend_label": "Cloth"}}),
    _of_attribute("delete", ""),
    _of_attribute("post", "/options", _OPTION),
    _of_attribute("put", "/options/<option_id>", _OPTION, option_id="Wool"),
    _of_attribute("delete", "/options/<option_id>", option_id="Wool"),
    Stated(
        "get",
        "products/media/types/<attribute_set_name>",
        CATALOG_ATTRIBUTES,
        lambda: Sent({"attribute_set_name": "Default"}),
    ),
    *(
        Stated(
            "post",
            f"{stem}/attribute-sets",
            ATTRIBUTE_SETS_EDIT,
            lambda: Sent(body=_NEW_SET),
            malformed=400,
        )
        for stem in ("products", "eav")
    ),
    _of_set("put", ATTRIBUTE_SETS_EDIT, _SET, "products"),
    _of_set("delete", ATTRIBUTE_SETS_EDIT, stem="products"),
    _of_set("get", ATTRIBUTE_SETS),
    _of_set("put", ATTRIBUTE_SETS_EDIT, _SET),
    _of_set("delete", ATTRIBUTE_SETS_EDIT),
    Stated("get", "eav/attribute-sets/list", ATTRIBUTE_SETS, lambda: Sent(query=LISTED)),
    Stated("get", "products/links/types", PRODUCTS_VIEW, Sent),
    Stated(
        "get",
        "products/links/<link_type>/attributes",
        PRODUCTS_VIEW,
        lambda: Sent({"link_type": "associated"}),
    ),
    _of_product("get", "links/<link_type>", PRODUCTS_VIEW, link_type="related"),
    _of_product("post", "links", CATALOG_PRODUCTS, {"items": [_LINK]}),
    _of_product("put", "links", CATALOG_PRODUCTS, {"entity": _LINK}),
    _of_product(
        "delete",
        "links/<link_type>/<linked_sku>",
        CATALOG_PRODUCTS,
        link_type="related",
        linked_sku="B",
    ),
    Stated("get", "products/options/types", PRODUCTS_VIEW, Sent),
    Stated(
        "post",
        "products/options",
        CATALOG_PRODUCTS,
        lambda: Sent(body=_linked({"option": _CHOICE}).body),
        missing=Sent(body=_ELSEWHERE),
        malformed=400,
    ),
    Stated(
        "put",
        "products/options/<option_id>",
        CATALOG_PRODUCTS,
        lambda: Sent({"option_id": 1}, _linked({"option": _CHOICE}).body),
        missing=Sent({"option_id": 1}, _ELSEWHERE),
        malformed=400,
    ),
    _of_product("get", "options", PRODUCTS_VIEW),
    _of_product("get", "options/<option_id>", PRODUCTS_VIEW, option_id=1),
    _of_product("delete", "options/<option_id>", CATALOG_PRODUCTS, option_id=1),
]
