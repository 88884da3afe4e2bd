"""What the routes of bundles answer."""

from typing import Any

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.bundles import save_bundle_option
from tests.factories import make_product
from tests.restapi.stating import Sent, Stated

BUNDLE, BALL, STRAP = "24-WG080", "24-WG082", "24-WG081"
_OPTION = {"sku": BUNDLE, "title": "Ball", "type": "select", "required": True, "position": 1}


def make_kit() -> None:
    """Make a bundle with one option, for which a ball can be chosen; a strap could be."""
    make_product(BUNDLE, type_id="bundle")
    for sku in (BALL, STRAP):
        make_product(sku)
    save_bundle_option(BUNDLE, _OPTION | {"product_links": [{"sku": BALL, "qty": 1}]})


def _kit(body: Any = None, **parameters: Any) -> Sent:
    make_kit()
    return Sent(parameters, body)


def _stated(
    method: str, address: str, right: str, body: Any = None, missing: Any = None, **parameters: Any
) -> Stated:
    is_of_sku = "<sku>" in address
    there = ({"sku": BUNDLE} if is_of_sku else {}) | parameters
    away = ({"sku": "nowhere"} if is_of_sku else {}) | parameters
    return Stated(
        method,
        f"bundle-products/{address}",
        right,
        lambda: _kit(body, **there),
        missing=Sent(away, missing or body) if is_of_sku or missing else None,
        malformed=None if body is None else 400,
    )


_ELSEWHERE = {"option": _OPTION | {"sku": "nowhere"}}
STATED = [
    _stated("get", "<sku>/children", PRODUCTS_VIEW),
    _stated(
        "post",
        "<sku>/links/<link_or_option_id>",
        CATALOG_PRODUCTS,
        {"linkedProduct": {"sku": STRAP, "qty": 2}},
        link_or_option_id=1,
    ),
    _stated(
        "put",
        "<sku>/links/<link_or_option_id>",
        CATALOG_PRODUCTS,
        {"linkedProduct": {"sku": BALL, "qty": 2}},
        link_or_option_id=1,
    ),
    _stated(
        "delete",
        "<sku>/options/<option_id>/children/<child_sku>",
        CATALOG_PRODUCTS,
        option_id=1,
        child_sku=BALL,
    ),
    _stated("get", "<sku>/options/all", PRODUCTS_VIEW),
    _stated("get", "options/types", PRODUCTS_VIEW),
    _stated("get", "<sku>/options/<option_id>", PRODUCTS_VIEW, option_id=1),
    _stated("delete", "<sku>/options/<option_id>", CATALOG_PRODUCTS, option_id=1),
    _stated("post", "options/add", CATALOG_PRODUCTS, {"option": _OPTION}, _ELSEWHERE),
    _stated(
        "put", "options/<option_id>", CATALOG_PRODUCTS, {"option": _OPTION}, _ELSEWHERE, option_id=1
    ),
]
