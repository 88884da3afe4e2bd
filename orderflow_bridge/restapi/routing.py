"""How the address of a route is written: `products/<sku>/media/<entry_id>`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, include, re_path

from orderflow_bridge.restapi.views import RestView

_PARAMETER = re.compile(r"<(\w+)>")
# A SKU may have slashes in it, which arrive here unquoted.
_PATTERNS = {"sku": r"[\s\S]+?"}
_ANYTHING = "[^/]+?"


@dataclass(frozen=True)
class Route:
    """An address below an endpoint, and the view that answers there."""

    address: str
    view: type[RestView]
    prefix: str = "V1"

    @property
    def documented_path(self) -> str:
        """The address as OpenAPI writes it: /rest/V1/products/{sku}."""
        return f"/rest/{self.prefix}/" + _PARAMETER.sub(r"{\1}", self.address)

    def pattern(self) -> URLPattern:
        """Return Django's pattern; a trailing slash is welcome but not needed."""
        expression = "/".join(_segment(part) for part in self.address.split("/"))
        return re_path(f"^{expression}/?$", self.view.as_view())


def route(address: str, view: type[RestView], *, prefix: str = "V1") -> Route:
    """Return a route; its view's methods get the parameters of the address by name.

    `endpoint` is what stands between /rest/<store>/ and the address.
    """
    return Route(address, view, prefix)


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
            include([each.pattern() for each in found]),
        )
        # The longest first: "async" before V1 is no store's code.
        for prefix, found in sorted(by_prefix.items(), key=lambda each: -len(each[0]))
    ]


def _precedence(each: Route) -> tuple[int, list[bool], str]:
    parts = each.address.split("/")
    return -len(parts), [part.startswith("<") for part in parts], each.address


def _segment(part: str) -> str:
    parameter = _PARAMETER.fullmatch(part)
    if parameter is None:
        return re.escape(part)
    return f"(?P<{parameter[1]}>{_PATTERNS.get(parameter[1], _ANYTHING)})"
