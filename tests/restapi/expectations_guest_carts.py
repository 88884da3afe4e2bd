"""What the routes of carts' choices answer, and those of guest carts: the same, by a mask."""

from dataclasses import replace
from typing import Any

from orderflow_bridge.access.rights import QUOTES, QUOTES_VIEW
from orderflow_bridge.customers.services import save_customer
from orderflow_bridge.restapi.guest_carts import masked
from orderflow_bridge.sales.models import Quote
from tests.carts import make_cart, make_sold
from tests.factories import make_store
from tests.restapi import expectations_carts
from tests.restapi.expectations_customers import NAMED
from tests.restapi.shop import ADDRESS
from tests.restapi.stating import Sent, Stated

NOWHERE = expectations_carts.NOWHERE
PAID = {"paymentMethod": {"method": "checkmo"}}
ESTIMATE = {"address": ADDRESS}


def _cart() -> Quote:
    return make_cart((make_sold("A", 10), 2))


def _assigned() -> Sent:
    cart = _cart()
    customer = save_customer({**NAMED, "website_id": cart.store.website_id})
    return Sent({"cart_id": cart.pk}, {"customerId": customer.pk, "storeId": cart.store_id})


def _on_cart(method: str, name: str, body: Any = None, right: str = QUOTES) -> Stated:
    return Stated(
        method,
        f"carts/<cart_id>/{name}",
        right,
        lambda: Sent({"cart_id": _cart().pk}, body),
        missing=Sent(NOWHERE, body),
        malformed=None if body is None else 400,
    )


def _new() -> Sent:
    make_store()
    return Sent()


_OWN = [
    Stated(
        "put",
        "carts/<cart_id>",
        QUOTES,
        _assigned,
        missing=Sent(NOWHERE, {"customerId": 1}),
        malformed=400,
    ),
    _on_cart("get", "selected-payment-method", right=QUOTES_VIEW),
    _on_cart("put", "selected-payment-method", {"method": {"method": "checkmo"}}),
    _on_cart("post", "estimate-shipping-methods", ESTIMATE, QUOTES_VIEW),
    _on_cart("get", "payment-information", right=QUOTES_VIEW),
    _on_cart("post", "payment-information", PAID),
    _on_cart("post", "set-payment-information", PAID),
]


def _masked(stated: Stated) -> Stated:
    """Return what the twin of a cart's route states."""

    def found() -> Sent:
        sent = stated.found()
        return replace(
            sent, parameters={**sent.parameters, "cart_id": masked(sent.parameters["cart_id"])}
        )

    missing = stated.missing and replace(
        stated.missing, parameters={**stated.missing.parameters, "cart_id": "f" * 32}
    )
    return replace(stated, address=f"guest-{stated.address}", found=found, missing=missing)


STATED = [
    *_OWN,
    Stated("post", "guest-carts", QUOTES, _new),
    *(_masked(each) for each in (*expectations_carts.STATED, *_OWN) if "<cart_id>" in each.address),
]
