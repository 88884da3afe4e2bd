"""Links from the shop's pages into OrderFlow's own (docs/contract/orderflow-http.md)."""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils.html import format_html

from orderflow_bridge.configuration.selectors import admin_info, api
from orderflow_bridge.stores.models import Website

_ORDER = "despatch/order/referenceDetail.htm"
_INVENTORY = "inventory/inventory/referenceDetail.htm"
_PRODUCT = "inventory/product/referenceDetail.htm"
_IMPORTS = "import/view/dashboard.htm"


def order_url(website: Website, increment_id: str) -> str:
    """Return the address of an order's page in a website's OrderFlow, "" if there is none."""
    return _detail(website, _ORDER, increment_id)


def inventory_url(website: Website, sku: str) -> str:
    """Return the address of a product's stock page in a website's OrderFlow."""
    return _detail(website, _INVENTORY, sku)


def product_url(website: Website, sku: str) -> str:
    """Return the address of a product's page in a website's OrderFlow."""
    return _detail(website, _PRODUCT, sku)


def imports_url(website: Website) -> str:
    """Return the address of the page that lists OrderFlow's imports."""
    return _url(website, _IMPORTS, {"menu": "import"})


def new_window(url: str) -> Any:
    """Return a link that shows its address and opens beside the shop; "" for no address."""
    if not url:
        return ""
    return format_html(
        '<a class="bridge-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
        url,
        url,
    )


def _detail(website: Website, page: str, reference: str) -> str:
    if not reference:
        return ""
    channel = api(website).channel
    return _url(website, page, {"externalReference": reference, "channel": channel})


def _url(website: Website, page: str, query: dict[str, str]) -> str:
    """Join the parts. Only http(s) leads anywhere, and nothing does with Admin Information off."""
    endpoint = api(website).endpoint.strip()
    if not admin_info().is_enabled or not _is_web_address(endpoint):
        return ""
    return f"{endpoint.rstrip('/')}/{page}?{urlencode(query, quote_via=quote)}"


def _is_web_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
