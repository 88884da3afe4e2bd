"""Addresses in which a SKU with slashes and a longer route look alike (docs/contract/rest.md).

A server hands on `products/A%2FB` and `products/A/B` as one. Most keep the address as it was sent
beside it; where that shows no quoted slash, or is not there, a SKU is one only if there is such a
product, or the body brings it. Anything else is a route that does not exist.
"""

from rest_framework.request import Request

from orderflow_bridge.catalog.models import Product

_AS_SENT = ("RAW_URI", "REQUEST_URI")


def is_sku(request: Request, sku: str) -> bool:
    """Tell whether what stands in an address as a SKU was meant to be one."""
    if "/" not in sku or "\0" in sku or _is_quoted(request):
        return True
    if Product.objects.filter(sku_key=sku).exists():
        return True
    return request.method == "PUT" and b'"product"' in request._request.body


def _is_quoted(request: Request) -> bool:
    sent = next((request.META[name] for name in _AS_SENT if request.META.get(name)), "")
    return "%2f" in sent.partition("?")[0].lower()
