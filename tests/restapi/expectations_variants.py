"""What the routes of configurable products answer."""

from typing import Any

from orderflow_bridge.access.rights import CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.attributes import KNOWN
from orderflow_bridge.catalog.models import ProductRelation
from orderflow_bridge.catalog.variants import save_option
from tests.factories import make_product
from tests.restapi.stating import Sent, Stated

PARENT, RED, BLUE = "MH01", "MH01-Red", "MH01-Blue"
_ROUTE = "configurable-products/<sku>"


def color_id() -> str:
    """Return the number of the attribute color."""
    [color] = [each for each in KNOWN if each.code == "color"]
    return str(color.attribute_id)


def option() -> dict[str, Any]:
    """Return the document of an option by color."""
    values = [{"value_index": "Red"}, {"value_index": "Blue"}]
    return {"attribute_id": color_id(), "label": "Color", "position": 0, "values": values}


def make_hoodie() -> None:
    """Make a configurable product with an option; red is a variant, blue could be."""
    parent = make_product(PARENT, type_id="configurable")
    red, _ = (
        make_product(sku, custom_attributes={"color": sku.rpartition("-")[2]})
        for sku in (RED, BLUE)
    )
    ProductRelation.objects.create(parent=parent, child=red)
    save_option(PARENT, option() | {"values": ["Red", "Blue"]})


def _hoodie(body: Any = None, **parameters: Any) -> Sent:
    make_hoodie()
    return Sent({"sku": PARENT, **parameters}, body)


def _stated(method: str, address: str, right: str, body: Any = None, **parameters: Any) -> Stated:
    return Stated(
        method,
        f"{_ROUTE}/{address}",
        right,
        lambda: _hoodie(body, **parameters),
        missing=Sent({"sku": "nowhere", **parameters}, body),
        malformed=None if body is None else 400,
    )


STATED = [
    _stated("get", "children", PRODUCTS_VIEW),
    _stated("post", "child", CATALOG_PRODUCTS, {"childSku": BLUE}),
    _stated("delete", "children/<child_sku>", CATALOG_PRODUCTS, child_sku=RED),
    _stated("get", "options/all", PRODUCTS_VIEW),
    _stated("post", "options", CATALOG_PRODUCTS, {"option": option()}),
    _stated("get", "options/<option_id>", PRODUCTS_VIEW, option_id=1),
    _stated(
        "put",
        "options/<option_id>",
        CATALOG_PRODUCTS,
        {"option": {"label": "Colour"}},
        option_id=1,
    ),
    _stated("delete", "options/<option_id>", CATALOG_PRODUCTS, option_id=1),
]
