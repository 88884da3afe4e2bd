"""What the routes of attributes, their sets, categories and modules answer."""

from typing import Any

from orderflow_bridge.access.rights import (
    ANY_RIGHT,
    ATTRIBUTE_SETS,
    CATALOG_ATTRIBUTES,
    CATEGORIES,
    CATEGORIES_VIEW,
    PRODUCTS_VIEW,
)
from orderflow_bridge.catalog.models import Category
from tests.factories import make_product
from tests.restapi.stating import LISTED, Sent, Stated

NOWHERE = {"category_id": 999_999}
SKU = "24/MB 01"
_SET = {"attribute_set_id": 4}
_NO_SET = Sent({"attribute_set_id": 999})
_CODE = {"attribute_code": "color"}
_NO_CODE = Sent({"attribute_code": "nothing"})
_BODY = {"category": {"name": "Gear", "is_active": True}}
_UNNAMED = {"category": {"is_active": True}}
_LINK = {"productLink": {"sku": SKU, "position": 1, "category_id": "1"}}


def _category(body: Any = None, **parameters: Any) -> Sent:
    """Make a category with a product, and send something about it."""
    category = Category.objects.create(name="Gear")
    category.product_links.create(product=make_product(SKU))
    return Sent({"category_id": category.pk, **parameters}, body)


def _moved() -> Sent:
    return _category({"parentId": Category.objects.create(name="Sale").pk})


STATED = [
    Stated("get", "modules", ANY_RIGHT, Sent),
    Stated("get", "products/types", PRODUCTS_VIEW, Sent),
    Stated("get", "products/attributes/types", CATALOG_ATTRIBUTES, Sent),
    *(
        Stated(
            "get",
            address,
            right,
            lambda: Sent(query=LISTED),
            missing=Sent(),
            missing_status=400,
        )
        for address, right in (
            ("products/attributes", CATALOG_ATTRIBUTES),
            ("products/attribute-sets/sets/list", ATTRIBUTE_SETS),
            ("categories/list", CATEGORIES_VIEW),
        )
    ),
    *(
        Stated("get", address, CATALOG_ATTRIBUTES, lambda: Sent(_CODE), missing=_NO_CODE)
        for address in (
            "products/attributes/<attribute_code>",
            "products/attributes/<attribute_code>/options",
        )
    ),
    *(
        Stated("get", address, ATTRIBUTE_SETS, lambda: Sent(_SET), missing=_NO_SET)
        for address in (
            "products/attribute-sets/<attribute_set_id>",
            "products/attribute-sets/<attribute_set_id>/attributes",
        )
    ),
    Stated(
        "get", "categories", CATEGORIES_VIEW, Sent, missing=Sent(query="?rootCategoryId=999999")
    ),
    Stated(
        "post",
        "categories",
        CATEGORIES,
        lambda: Sent(body=_BODY),
        missing=Sent(body=_UNNAMED),
        missing_status=400,
        malformed=400,
    ),
    Stated("get", "categories/<category_id>", CATEGORIES_VIEW, _category, missing=Sent(NOWHERE)),
    Stated(
        "put",
        "categories/<category_id>",
        CATEGORIES,
        lambda: _category(_BODY),
        missing=Sent(NOWHERE, _BODY),
        malformed=400,
    ),
    Stated("delete", "categories/<category_id>", CATEGORIES, _category, missing=Sent(NOWHERE)),
    Stated(
        "put",
        "categories/<category_id>/move",
        CATEGORIES,
        _moved,
        missing=Sent(NOWHERE, {"parentId": 0}),
        malformed=400,
    ),
    Stated(
        "get",
        "categories/<category_id>/products",
        CATEGORIES_VIEW,
        _category,
        missing=Sent(NOWHERE),
    ),
    *(
        Stated(
            method,
            "categories/<category_id>/products",
            CATEGORIES,
            lambda: _category(_LINK),
            missing=Sent(NOWHERE, _LINK),
            malformed=400,
        )
        for method in ("post", "put")
    ),
    Stated(
        "delete",
        "categories/<category_id>/products/<sku>",
        CATEGORIES,
        lambda: _category(sku=SKU),
        missing=Sent({**NOWHERE, "sku": SKU}),
    ),
]
