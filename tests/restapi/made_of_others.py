"""A bundle and a group, as a shop writes them by REST."""

from typing import Any

from orderflow_bridge.stores.models import Store
from tests.carts import make_sold
from tests.restapi.shop import Script

BUNDLE, GROUP = "24-WG080", "24-WG085"
STRAP, BALL, BRICK = "24-WG081", "24-WG082", "24-WG083"


def make_parts(store: Store | None = None) -> None:
    """Make three products with ten units each, at 5, 7 and 3."""
    for sku, price in ((STRAP, 5), (BALL, 7), (BRICK, 3)):
        make_sold(sku, 10, price=price, weight=1, store=store)


def link(sku: str, **values: Any) -> dict[str, Any]:
    """Return a link of a bundle's option."""
    return {"sku": sku, "qty": 1, "position": 1, "is_default": False, "price": 0} | values


def options() -> list[dict[str, Any]]:
    """Return two options: a ball that has to be, two straps or a brick that may be."""
    ball = link(BALL, can_change_quantity=0, price_type=0)
    return [
        {
            "title": "Ball",
            "required": True,
            "type": "select",
            "position": 1,
            "product_links": [ball],
        },
        {
            "title": "More",
            "required": False,
            "type": "checkbox",
            "position": 2,
            "product_links": [link(STRAP, qty=2, can_change_quantity=1), link(BRICK, position=2)],
        },
    ]


def bundle(shipment_type: str = "0", price_type: str = "0", **values: Any) -> dict[str, Any]:
    """Return the body that makes a bundle."""
    attributes = {"shipment_type": shipment_type, "price_type": price_type, "sku_type": "1"}
    return {
        "product": {
            "sku": BUNDLE,
            "name": "Sprite Yoga Companion Kit",
            "type_id": "bundle",
            "price": 20,
            "extension_attributes": {"bundle_product_options": options()},
            "custom_attributes": [
                {"attribute_code": code, "value": value} for code, value in attributes.items()
            ],
            **values,
        }
    }


def group(**units: int) -> dict[str, Any]:
    """Return the body that makes a group of a strap and two balls."""
    wanted = {STRAP: 1, BALL: 2} | units
    return {
        "product": {
            "sku": GROUP,
            "name": "Set of Sprite Yoga Straps",
            "type_id": "grouped",
            "product_links": [
                {
                    "sku": GROUP,
                    "link_type": "associated",
                    "linked_product_sku": sku,
                    "linked_product_type": "simple",
                    "position": place,
                    "extension_attributes": {"qty": qty},
                }
                for place, (sku, qty) in enumerate(wanted.items())
            ],
        }
    }


def chosen(*picks: tuple[int, list[int]], **units: Any) -> dict[str, Any]:
    """Return what is chosen of a bundle: options by id, with the ids of their links."""
    told = [
        {"option_id": option_id, "option_qty": 1, "option_selections": selections} | units
        for option_id, selections in picks
    ]
    return {"product_option": {"extension_attributes": {"bundle_options": told}}}


def cart_with(script: Script, sku: str, qty: int = 1, **values: Any) -> tuple[int, dict[str, Any]]:
    """Put something into a new cart; return the cart's id and the row that is answered."""
    cart_id = script.post("carts")
    row = script.post(f"carts/{cart_id}/items", {"cartItem": {"sku": sku, "qty": qty} | values})
    return cart_id, row
