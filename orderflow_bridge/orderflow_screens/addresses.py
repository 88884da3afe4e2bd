"""The addresses of OrderFlow's own screens, and who may follow them.

Only http(s) leads anywhere; nothing does with Admin Information off, or without the right.
"""

from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.utils.html import format_html
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.configuration.selectors import admin_info, by_website
from orderflow_bridge.console.grids.columns import Shown, plain_value
from orderflow_bridge.console.reader import has_right

OPEN_IN_ORDERFLOW = "exports.open_orderflow"
_ORDER = "despatch/order/referenceDetail.htm"
_INVENTORY = "inventory/inventory/referenceDetail.htm"
_PRODUCT = "inventory/product/referenceDetail.htm"
_IMPORTS = "import/view/dashboard.htm"


def is_there(export_state: ExportState) -> bool:
    """Tell whether OrderFlow has got this: it has fetched it once, or taken the document."""
    has_fetched = export_state.orderflow_export_date is not None
    return has_fetched or export_state.orderflow_export_status == ExportStatus.EXPORTED


def order_url(website_id: int | None, increment_id: str) -> str:
    """Return the address of an order's page in a website's OrderFlow, "" if there is none."""
    return _detail(website_id, _ORDER, increment_id)


def inventory_url(website_id: int | None, sku: str) -> str:
    """Return the address of a product's stock page in a website's OrderFlow."""
    return _detail(website_id, _INVENTORY, sku)


def product_url(website_id: int | None, sku: str) -> str:
    """Return the address of a product's page in a website's OrderFlow."""
    return _detail(website_id, _PRODUCT, sku)


def imports_url(website_id: int) -> str:
    """Return the address of the page that lists OrderFlow's imports."""
    return _url(website_id, _IMPORTS, {"menu": "import"})


def are_offered() -> bool:
    """Tell whether there is any address that the reader may follow."""
    return admin_info().is_enabled and has_right(OPEN_IN_ORDERFLOW)


def new_window(url: str) -> Any:
    """Return a link that shows its address and opens beside the shop; "" for no address."""
    if not url:
        return ""
    return format_html(
        '<a class="bridge-link" href="{}" target="_blank" rel="noopener noreferrer">{}</a>',
        url,
        url,
    )


def arrow(url: str, subject: str) -> Any:
    """Return a small link to a screen of OrderFlow's, which opens beside the shop; "" for none."""
    if not url:
        return ""
    markup = (
        '<a class="bridge-link" href="{}" target="_blank" rel="noopener noreferrer"'
        ' title="{}" aria-label="{}">↗</a>'
    )
    label = _("Open %(subject)s in OrderFlow") % {"subject": subject}
    return Shown(format_html(markup, url, _("Open in OrderFlow"), label), url)


def with_arrow(cell: Any, url: str, subject: str) -> Any:
    """Return a cell with such a link behind it; a file has the cell alone."""
    if not url:
        return cell
    markup = format_html('<span class="bridge-unbroken">{} {}</span>', cell, arrow(url, subject))
    return Shown(markup, plain_value(cell))


def _detail(website_id: int | None, page: str, reference: str) -> str:
    account = by_website(Api).get(website_id or 0)
    if account is None or not reference:
        return ""
    query = {"externalReference": reference, "channel": account.channel}
    return _url(website_id, page, query)


def _url(website_id: int | None, page: str, query: dict[str, str]) -> str:
    account = by_website(Api).get(website_id or 0)
    endpoint = account.endpoint.strip() if account else ""
    if not are_offered() or not _is_web_address(endpoint):
        return ""
    return f"{endpoint.rstrip('/')}/{page}?{urlencode(query, quote_via=quote)}"


def _is_web_address(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
