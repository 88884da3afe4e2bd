"""The addresses under /rest: /rest/V1/…, /rest/<store>/V1/…, /rest/all/V1/…

Each module of this room lists its own in `routes`.
"""

import re
from collections.abc import Iterable
from itertools import chain

from django.urls import URLPattern, URLResolver, include, re_path

from orderflow_bridge.restapi import (
    attribute_sets,
    attributes,
    bundle_products,
    cart_choices,
    carts,
    categories,
    configurable_products,
    coupons,
    creditmemos,
    custom_options,
    customer_addresses,
    customers,
    directory,
    guest_carts,
    inventory,
    invoice_actions,
    invoices,
    low_quantity,
    modules,
    orderflow,
    orders,
    prices,
    problems,
    product_links,
    products,
    refunds,
    salability,
    shipments,
    stock,
    stores,
    taxes,
    tokens,
    transactions,
)
from orderflow_bridge.restapi.bulk import views as bulk
from orderflow_bridge.restapi.views import PARAMETER, Route

# A SKU may have slashes in it, which arrive here unquoted.
# `customers/me` and `carts/mine` are a customer's own, who cannot sign in here: no such routes.
_PATTERNS = {
    "sku": r"[\s\S]+?",
    "customer_id": r"(?!me(?:/|$))[^/]+?",
    "cart_id": r"(?!mine(?:/|$))[^/]+?",
}
_ANYTHING = "[^/]+?"
_MODULES = (
    *(tokens, orderflow, problems, products, orders, shipments, invoices, refunds, carts),
    *(stores, inventory, stock, bulk),
    *(modules, attributes, categories, customers, prices),
    *(creditmemos, invoice_actions, transactions, directory, salability),
    *(cart_choices, coupons, guest_carts, configurable_products, bundle_products),
    *(attribute_sets, product_links, custom_options, taxes, low_quantity, customer_addresses),
)
ROUTES: list[Route] = list(chain.from_iterable(module.routes for module in _MODULES))


def add_routes(*routes: Route) -> None:
    """Add the routes of a plugin, while it is loaded. Raises ValueError for an address in use."""
    for route in routes:
        if route.documented_path in {each.documented_path for each in ROUTES}:
            raise ValueError(f"There is a route {route.documented_path} already.")
        ROUTES.append(route)


def patterns_of(routes: Iterable[Route]) -> list[URLPattern | URLResolver]:
    """Return the patterns of routes, whose order does not matter.

    Long addresses are tried before short ones, words before parameters, so that `orders/items` is
    not taken for an order. `index.php/` may come first, as in Magento.
    """
    by_prefix: dict[str, list[Route]] = {}
    for each in sorted(routes, key=_precedence):
        by_prefix.setdefault(each.prefix, []).append(each)
    return [
        re_path(
            rf"^(?:index\.php/)?rest/(?:(?P<store>\w+)/)?{re.escape(prefix)}/",
            include([_pattern(each) for each in found]),
        )
        # The longest first: "async" before V1 is no store's code.
        for prefix, found in sorted(by_prefix.items(), key=lambda each: -len(each[0]))
    ]


def _precedence(each: Route) -> tuple[int, list[bool], str]:
    parts = each.address.split("/")
    return -len(parts), [part.startswith("<") for part in parts], each.address


def _pattern(each: Route) -> URLPattern:
    """Return Django's pattern; a trailing slash is welcome but not needed."""
    expression = "/".join(_segment(part) for part in each.address.split("/"))
    return re_path(f"^{expression}/?$", each.view.as_view())


def _segment(part: str) -> str:
    parameter = PARAMETER.fullmatch(part)
    if parameter is None:
        return re.escape(part)
    return f"(?P<{parameter[1]}>{_PATTERNS.get(parameter[1], _ANYTHING)})"
