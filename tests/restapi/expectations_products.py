"""What the routes of products, their pictures and their stock answer."""

import base64
from typing import Any

from orderflow_bridge.access.rights import (
    CATALOG_ATTRIBUTES,
    CATALOG_IMAGES,
    CATALOG_INVENTORY,
    CATALOG_PRODUCTS,
    IMAGES_VIEW,
    PRODUCTS_VIEW,
    STOCK_ITEMS_VIEW,
)
from tests.factories import make_product, make_source_item, make_website
from tests.restapi.stating import LISTED, Sent, Stated

PIXEL = base64.b64encode(
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90wS\xde"
).decode()
PICTURE = {"base64_encoded_data": PIXEL, "type": "image/png", "name": "24-MB01.png"}
SKU = "24/MB 01"


def _sent(body: Any = None, **parameters: Any) -> Sent:
    """Make a product with a picture, and send something about it."""
    product = make_product(SKU, image="/2/4/24-mb01.jpg")
    if "entry_id" in parameters:
        parameters["entry_id"] = product.pk
    return Sent({"sku": SKU, **parameters}, body)


def _on_website(body: Any = None) -> Sent:
    sent, website = _sent(body), make_website()
    website.product_links.create(product=make_product("other"))
    return Sent(sent.parameters, {"productWebsiteLink": {"sku": SKU, "website_id": website.pk}})


def _leaving() -> Sent:
    product, website = make_product(SKU), make_website()
    website.product_links.create(product=product)
    return Sent({"sku": SKU, "website_id": website.pk})


def _stocked() -> Sent:
    make_source_item(SKU, 5)
    return Sent({"sku": SKU})


def _nowhere(body: Any = None, **parameters: Any) -> Sent:
    return Sent({"sku": "nowhere", **parameters}, body)


_PRODUCT = {"product": {"sku": SKU, "name": "Joust", "price": 34}}
_LINK = {"productWebsiteLink": {"website_id": 1}}
_ENTRY = {"entry": {"media_type": "image", "label": "Front", "content": PICTURE}}
_STOCK = {"stockItem": {"qty": 5, "is_in_stock": True}}

STATED = [
    Stated(
        "get",
        "products",
        PRODUCTS_VIEW,
        lambda: Sent(query=LISTED),
        missing=Sent(),
        missing_status=400,
    ),
    Stated(
        "post",
        "products",
        CATALOG_PRODUCTS,
        lambda: Sent(body=_PRODUCT),
        missing=Sent(body={"product": {"sku": SKU}}),
        missing_status=400,
        malformed=400,
    ),
    Stated("get", "products/<sku>", PRODUCTS_VIEW, _sent, missing=_nowhere()),
    Stated(
        "put",
        "products/<sku>",
        CATALOG_PRODUCTS,
        lambda: _sent(_PRODUCT),
        missing=_nowhere({"product": {"price": 34}}),
        missing_status=400,
        malformed=400,
    ),
    Stated("delete", "products/<sku>", CATALOG_PRODUCTS, _sent, missing=_nowhere()),
    *(
        Stated(
            method,
            "products/<sku>/websites",
            CATALOG_PRODUCTS,
            _on_website,
            missing=_nowhere(_LINK),
            malformed=400,
        )
        for method in ("post", "put")
    ),
    Stated(
        "delete",
        "products/<sku>/websites/<website_id>",
        CATALOG_PRODUCTS,
        _leaving,
        missing=_nowhere(website_id=1),
    ),
    Stated("get", "products/<sku>/media", IMAGES_VIEW, _sent, missing=_nowhere()),
    Stated(
        "post",
        "products/<sku>/media",
        CATALOG_IMAGES,
        lambda: _sent(_ENTRY),
        missing=_nowhere(_ENTRY),
        malformed=400,
    ),
    Stated(
        "get",
        "products/<sku>/media/<entry_id>",
        CATALOG_ATTRIBUTES,
        lambda: _sent(entry_id=0),
        missing=_nowhere(entry_id=1),
    ),
    Stated(
        "put",
        "products/<sku>/media/<entry_id>",
        CATALOG_IMAGES,
        lambda: _sent(_ENTRY, entry_id=0),
        missing=_nowhere(_ENTRY, entry_id=1),
        malformed=400,
    ),
    Stated(
        "delete",
        "products/<sku>/media/<entry_id>",
        CATALOG_IMAGES,
        lambda: _sent(entry_id=0),
        missing=_nowhere(entry_id=1),
    ),
    Stated("get", "stockItems/<sku>", STOCK_ITEMS_VIEW, _stocked, missing=_nowhere()),
    Stated("get", "stockStatuses/<sku>", STOCK_ITEMS_VIEW, _stocked, missing=_nowhere()),
    Stated(
        "put",
        "products/<sku>/stockItems/<item_id>",
        CATALOG_INVENTORY,
        lambda: _sent(_STOCK, item_id=1),
        missing=_nowhere(_STOCK, item_id=1),
        malformed=400,
    ),
]
