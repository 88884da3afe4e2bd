"""What the routes of carts answer."""

from typing import Any

from orderflow_bridge.access.rights import QUOTES, QUOTES_VIEW
from orderflow_bridge.sales.models import Quote
from tests.carts import make_cart, make_sold
from tests.factories import make_store
from tests.restapi.shop import ADDRESS
from tests.restapi.stating import LISTED, Sent, Stated

NOWHERE = {"cart_id": 999_999}
ITEM = {"cartItem": {"sku": "A", "qty": 1}}
ORDERED = {"paymentMethod": {"method": "checkmo"}}
BILLED = {"address": ADDRESS}
SENT = {
    "addressInformation": {
        "shipping_address": ADDRESS,
        "shipping_carrier_code": "flatrate",
        "shipping_method_code": "flatrate",
    }
}


def _cart() -> Quote:
    return make_cart((make_sold("A", 10), 2))


def _found(body: Any = None) -> Sent:
    return Sent({"cart_id": _cart().pk}, body)


def _row(body: Any = None) -> Sent:
    cart = _cart()
    return Sent({"cart_id": cart.pk, "item_id": cart.items.get().pk}, body)


def _listed() -> Sent:
    _cart()
    return Sent(query=LISTED)


def _new() -> Sent:
    make_store()
    return Sent()


def _on_cart(method: str, name: str, body: Any = None) -> Stated:
    return Stated(
        method,
        f"carts/<cart_id>/{name}",
        QUOTES_VIEW if method == "get" else QUOTES,
        lambda: _found(body),
        missing=Sent(NOWHERE, body),
        malformed=None if body is None else 400,
    )


def _on_row(method: str, body: Any = None) -> Stated:
    return Stated(
        method,
        "carts/<cart_id>/items/<item_id>",
        QUOTES,
        lambda: _row(body),
        missing=Sent({"cart_id": 999_999, "item_id": 1}, body),
        malformed=None if body is None else 400,
    )


STATED = [
    Stated("post", "carts", QUOTES, _new),
    Stated("get", "carts/search", QUOTES_VIEW, _listed, missing=Sent(), missing_status=400),
    Stated("get", "carts/<cart_id>", QUOTES_VIEW, _found, missing=Sent(NOWHERE)),
    _on_cart("get", "items"),
    _on_cart("post", "items", ITEM),
    _on_row("put", ITEM),
    _on_row("delete"),
    _on_cart("get", "billing-address"),
    _on_cart("post", "billing-address", BILLED),
    _on_cart("post", "shipping-information", SENT),
    _on_cart("get", "shipping-methods"),
    _on_cart("get", "payment-methods"),
    _on_cart("get", "totals"),
    _on_cart("put", "order", ORDERED),
]
