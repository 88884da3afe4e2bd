"""Links of products and custom options, one by one."""

from typing import Any

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
)
from tests.restapi.cases.parts import fill
from tests.restapi.expectations_variants import PARENT
from tests.restapi.made_of_others import (
    BALL,
    BRICK,
    BUNDLE,
)

_KIT, _HOODIE = f"bundle-products/{BUNDLE}", f"configurable-products/{PARENT}"
_NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."
_NO_OPTION = "The option that was requested doesn't exist. Verify the entity and try again."
_ONE = {"sku": BUNDLE, "title": "Mat", "required": False, "type": "multi", "position": 4}
_RELATED = {"link_type": "related", "linked_product_sku": BALL, "position": 1}
_ENGRAVING = {"product_sku": BRICK, "title": "Engraving", "type": "field", "price": 3}
_ENGRAVED = [Step("engraving", "POST", "products/options", {"option": _ENGRAVING})]


def _in_cart(sku: str, **values: Any) -> dict[str, Any]:
    return {"cartItem": {"sku": sku, "qty": 1} | values}


_DROP = {
    "title": "Size",
    "type": "drop_down",
    "values": [{"title": "L", "price": 1, "price_type": "fixed"}],
}
CASES = (
    get("types of links", "products/links/types", has({"code": 1, "name": "related"})),
    get(
        "what a link says",
        "products/links/related/attributes",
        [{"code": "position", "type": "int"}],
    ),
    post(
        "a link",
        f"products/{BRICK}/links",
        {"items": [_RELATED]},
        True,
        read=(
            f"products/{BRICK}/links/related",
            [{"linked_product_sku": BALL, "linked_product_type": "simple"}],
        ),
    ),
    put("a link by itself", f"products/{BRICK}/links", {"entity": _RELATED}, True),
    delete(
        "a link to a product away",
        f"products/{BRICK}/links/related/{BALL}",
        before=[Step("linked", "PUT", f"products/{BRICK}/links", {"entity": _RELATED})],
        read=(f"products/{BRICK}/links/related", []),
    ),
    missing(
        "no such link",
        "DELETE",
        f"products/{BRICK}/links/related/{BALL}",
        "Product %1 doesn't have linked",
    ),
    missing(
        "no such type of links", "GET", f"products/{BRICK}/links/cousin", "Unknown link type: %1"
    ),
    get(
        "types of custom options", "products/options/types", has({"code": "field", "group": "Text"})
    ),
    post(
        "a custom option",
        "products/options",
        {"option": _ENGRAVING},
        {"title": "Engraving", "option_id": int},
    ),
    post(
        "one with values",
        "products/options",
        {"option": _ENGRAVING | _DROP},
        {"values": [{"title": "L", "price": 1}]},
    ),
    get("custom options", f"products/{BRICK}/options", [{"title": "Engraving"}], before=_ENGRAVED),
    get(
        "a custom option by itself",
        f"products/{BRICK}/options/{{engraving[option_id]}}",
        {"price": 3},
        before=_ENGRAVED,
    ),
    put(
        "its title",
        "products/options/{engraving[option_id]}",
        {"option": _ENGRAVING | {"title": "Name"}},
        {"title": "Name", "option_id": "{engraving[option_id]}"},
        before=_ENGRAVED,
    ),
    delete(
        "a custom option away",
        f"products/{BRICK}/options/{{engraving[option_id]}}",
        before=_ENGRAVED,
        read=(f"products/{BRICK}/options", []),
    ),
    missing("no such custom option", "GET", f"products/{BRICK}/options/99", _NO_OPTION),
    *(
        refused(
            f"a custom option: {name}",
            "POST",
            "products/options",
            "",
            {"option": _ENGRAVING | values},
        )
        for name, values in (
            ("no title", {"title": None}),
            ("no such type", {"type": "multiple_some_value"}),
            ("nothing to choose", {"type": "drop_down"}),
            (
                "no title to choose",
                {"type": "radio", "values": [{"price": 1, "price_type": "fixed"}]},
            ),
            (
                "no such type of price",
                {"type": "checkbox", "values": [{"title": "X", "price_type": "one"}]},
            ),
            ("a negative picture", {"type": "file", "image_size_x": -10}),
        )
    ),
)
FAMILY = Family("links", fill, CASES)
