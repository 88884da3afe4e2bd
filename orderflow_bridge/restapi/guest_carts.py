"""guest-carts/…: carts by a masked id that cannot be guessed (docs/rest-sales.md, "Guest carts").

The same views as those of carts/…, which get the cart's own id. Unlike in Magento they take a
token with the rights to carts: browsers never come here.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework.request import Request
from rest_framework.response import Response

from orderflow_bridge.access.rights import QUOTES
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.documents.records import Kind
from orderflow_bridge.restapi import cart_choices, carts, coupons
from orderflow_bridge.restapi.views import Call, RestView, Route, operation, operation_of
from orderflow_bridge.sales.carts import open_cart
from orderflow_bridge.stores.selectors import store_by_code

_MASK = re.compile(r"([0-9a-f]{20})([0-9a-f]{12})")
_SALT = "guest-cart"
_SIGNED = 20
_METHODS = ("get", "post", "put", "delete")


class GuestCartsView(RestView):
    """New guest carts (quoteGuestCartManagementV1)."""

    @operation(right=QUOTES, returns=Kind.TEXT)
    def post(self, call: Call) -> str:
        """Make an empty cart in the address's store view; its masked id."""
        store = store_by_code(call.store)
        if store is None:
            raise OrderRefused("There is no store view yet.")
        return masked(open_cart(store).pk)


def masked(cart_id: int) -> str:
    """Return the masked id of a cart: 32 signs, of which the secret key makes twenty."""
    return f"{_signature(cart_id)}{cart_id:012x}"


def unmasked(mask: str) -> int:
    """Return the id behind a mask. Raises NoSuchEntity for what is none."""
    found = _MASK.fullmatch(mask)
    if found is None or not constant_time_compare(found[1], _signature(int(found[2], 16))):
        raise NoSuchEntity.field("cartId", mask)
    return int(found[2], 16)


def _signature(cart_id: int) -> str:
    return salted_hmac(_SALT, str(cart_id), algorithm="sha256").hexdigest()[:_SIGNED]


def _for_guests(view: type[RestView]) -> type[RestView]:
    """Return the twin of a view whose `cart_id` is a mask."""
    methods: dict[str, Any] = {
        method: _unmasking(getattr(view, method))
        for method in _METHODS
        if operation_of(view, method) is not None
    }
    return type(f"Guest{view.__name__}", (view,), {"__doc__": view.__doc__, **methods})


def _unmasking(method: Callable[..., Response]) -> Callable[..., Response]:
    @wraps(method)
    def handle(view: Any, request: Request, **address: Any) -> Response:
        return method(view, request, **address | {"cart_id": str(unmasked(address["cart_id"]))})

    declared = handle.operation  # type: ignore[attr-defined]
    parameters = {**declared.parameters, "cart_id": str}
    handle.operation = replace(declared, parameters=parameters)  # type: ignore[attr-defined]
    return handle


routes = [
    Route("guest-carts", GuestCartsView),
    *(
        Route(f"guest-{route.address}", _for_guests(route.view))
        for route in (*carts.routes, *cart_choices.routes, *coupons.routes)
        if "<cart_id>" in route.address
    ),
]
