"""Products of others: variants, bundles and groups, in the catalogue and in carts."""

from typing import Any

from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.stores.models import Website
from tests.carts import make_sold
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
from tests.restapi.expectations_variants import BLUE, PARENT, RED, make_hoodie, option
from tests.restapi.made_of_others import (
    BALL,
    BRICK,
    BUNDLE,
    GROUP,
    STRAP,
    bundle,
    chosen,
    group,
    link,
    make_parts,
)
from tests.restapi.shop import Script

_KIT, _HOODIE = f"bundle-products/{BUNDLE}", f"configurable-products/{PARENT}"
_NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."
_NO_OPTION = "The option that was requested doesn't exist. Verify the entity and try again."
_ONE = {"sku": BUNDLE, "title": "Mat", "required": False, "type": "multi", "position": 4}
_RELATED = {"link_type": "related", "linked_product_sku": BALL, "position": 1}
_ENGRAVING = {"product_sku": BRICK, "title": "Engraving", "type": "field", "price": 3}
_ENGRAVED = [Step("engraving", "POST", "products/options", {"option": _ENGRAVING})]


def fill(script: Script) -> dict[str, Any]:
    """Make a bundle, a group, a configurable product with a variant, and a cart."""
    make_sold("plain", 5, price=1)
    make_parts()
    make_hoodie()
    ProductWebsite.objects.create(
        product=Product.objects.get(sku=PARENT), website=Website.objects.get()
    )
    make_product("nest", type_id="bundle")
    script.post("products", bundle())
    script.post("products", group())
    return {"cart": script.post("carts")}


def _in_cart(sku: str, **values: Any) -> dict[str, Any]:
    return {"cartItem": {"sku": sku, "qty": 1} | values}


_DROP = {
    "title": "Size",
    "type": "drop_down",
    "values": [{"title": "L", "price": 1, "price_type": "fixed"}],
}
CASES = (
    get(
        "a bundle's options",
        f"{_KIT}/options/all",
        [{"title": "Ball", "option_id": 1}, {"title": "More"}],
    ),
    get(
        "one option",
        f"{_KIT}/options/2",
        {"type": "checkbox", "required": False, "product_links": size(2)},
    ),
    get("its links", f"{_KIT}/children", [{"sku": BALL}, {"sku": STRAP, "qty": 2}, {"sku": BRICK}]),
    get(
        "types of options",
        "bundle-products/options/types",
        has({"label": "Drop-down", "code": "select"}),
    ),
    missing("no such option", "GET", f"{_KIT}/options/9", _NO_OPTION),
    refused(
        "options of no bundle",
        "GET",
        "bundle-products/plain/options/all",
        "This is implemented for bundle products only.",
    ),
    missing("options of no product", "GET", "bundle-products/nowhere/options/all", _NO_PRODUCT),
    post(
        "another option",
        "bundle-products/options/add",
        {"option": _ONE},
        int,
        read=(f"{_KIT}/options/all", size(3)),
    ),
    refused(
        "another option of no bundle",
        "POST",
        "bundle-products/options/add",
        "This is implemented for bundle products only.",
        {"option": _ONE | {"sku": "plain"}},
    ),
    put(
        "an option's title",
        "bundle-products/options/1",
        {"option": {"sku": BUNDLE, "title": "Globe"}},
        1,
        read=(f"{_KIT}/options/1", {"title": "Globe", "product_links": size(1)}),
    ),
    delete("an option away", f"{_KIT}/options/2", read=(f"{_KIT}/options/all", size(1))),
    post(
        "another link",
        f"{_KIT}/links/1",
        {"linkedProduct": link(BRICK)},
        int,
        read=(f"{_KIT}/options/1", {"product_links": size(2)}),
    ),
    put(
        "a link's units",
        f"{_KIT}/links/1",
        {"linkedProduct": {"sku": BALL, "qty": 3}},
        True,
        read=(f"{_KIT}/options/1", {"product_links": [{"qty": 3}]}),
    ),
    delete(
        "a link away",
        f"{_KIT}/options/2/children/{STRAP}",
        read=(f"{_KIT}/options/2", {"product_links": size(1)}),
    ),
    refused(
        "a link that is there",
        "POST",
        f"{_KIT}/links/1",
        "Child with specified sku",
        {"linkedProduct": link(BALL)},
    ),
    refused(
        "a link to a bundle",
        "POST",
        f"{_KIT}/links/1",
        "The bundle product can't contain another composite product.",
        {"linkedProduct": link("nest")},
    ),
    refused(
        "a link of no option",
        "POST",
        f"{_KIT}/links/9",
        "Product with specified sku",
        {"linkedProduct": link(BALL)},
    ),
    post(
        "a bundle in a cart",
        "carts/{cart}/items",
        _in_cart(BUNDLE, **chosen((1, [1]))),
        {"sku": BUNDLE, "price": 7, "product_type": "bundle"},
    ),
    refused(
        "a bundle without what is required",
        "POST",
        "carts/{cart}/items",
        "Please select all required options.",
        _in_cart(BUNDLE, **chosen((2, [2]))),
    ),
    refused(
        "a bundle of nothing",
        "POST",
        "carts/{cart}/items",
        "Please specify product option(s).",
        _in_cart(BUNDLE),
    ),
    get(
        "a group's products",
        f"products/{GROUP}",
        {"product_links": has({"linked_product_sku": BALL, "extension_attributes": {"qty": 2}})},
    ),
    post(
        "a group in a cart",
        "carts/{cart}/items",
        _in_cart(GROUP),
        {"product_type": "grouped"},
        read=("carts/{cart}/items", [{"sku": STRAP, "qty": 1}, {"sku": BALL, "qty": 2}]),
    ),
    get("a hoodie's variants", f"{_HOODIE}/children", [{"sku": RED}]),
    get("a hoodie's options", f"{_HOODIE}/options/all", [{"label": "Color"}]),
    get("its one option", f"{_HOODIE}/options/1", {"label": "Color"}),
    missing(
        "no such option of a hoodie",
        "GET",
        f"{_HOODIE}/options/9",
        'The "%1" entity that was requested',
    ),
    post(
        "another variant",
        f"{_HOODIE}/child",
        {"childSku": BLUE},
        True,
        read=(f"{_HOODIE}/children", size(2)),
    ),
    refused(
        "a variant that is one",
        "POST",
        f"{_HOODIE}/child",
        "The product is already attached.",
        {"childSku": RED},
    ),
    missing(
        "a variant that is none", "POST", f"{_HOODIE}/child", _NO_PRODUCT, {"childSku": "nowhere"}
    ),
    refused(
        "a variant without a color",
        "POST",
        f"{_HOODIE}/child",
        "The child product doesn't have the",
        {"childSku": "plain"},
    ),
    delete("a variant away", f"{_HOODIE}/children/{RED}", read=(f"{_HOODIE}/children", [])),
    post(
        "an option of a hoodie",
        f"{_HOODIE}/options",
        {"option": option() | {"label": "Shade"}},
        int,
    ),
    put("an option's label", f"{_HOODIE}/options/1", {"option": {"label": "Colour"}}, int),
    delete("an option of a hoodie away", f"{_HOODIE}/options/1"),
    refused(
        "a hoodie of no color",
        "POST",
        "carts/{cart}/items",
        "You need to choose options for your item.",
        _in_cart(PARENT),
    ),
)
FAMILY = Family("parts", fill, CASES)
