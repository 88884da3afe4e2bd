"""What has become of products and orders that were on their way to OrderFlow, for open pages."""

from collections.abc import Mapping

from django.db.models import QuerySet

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.translation import gettext_lazy as _
from orderflow_bridge.console.live import Become
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.sales.models import Order

_STATUS = "orderflow_export_status"
_PRODUCT = {
    ExportStatus.EXPORTED: _("Product %(reference)s was exported"),
    ExportStatus.FAILED: _("Product %(reference)s could not be exported"),
}
_ORDER = {
    ExportStatus.EXPORTED: _("Order %(reference)s was exported"),
    ExportStatus.FAILED: _("Order %(reference)s could not be exported"),
}


def followed_products(products: QuerySet[Product]) -> Mapping[int, Become]:
    """Return how these products stand."""
    rows = products.order_by().values_list("pk", "sku", _STATUS)
    page = "catalog_product_change"
    return {pk: _become(_PRODUCT, sku, status, page, pk) for pk, sku, status in rows}


def followed_orders(orders: QuerySet[Order]) -> Mapping[int, Become]:
    """Return how these orders stand."""
    rows = orders.order_by().values_list("pk", "increment_id", _STATUS)
    page = "sales_order_change"
    return {pk: _become(_ORDER, number, status, page, pk) for pk, number, status in rows}


def _become(
    texts: Mapping[ExportStatus, str], reference: str, status: str, page: str, pk: int
) -> Become:
    known = ExportStatus(status or ExportStatus.PENDING)
    text = texts.get(known)
    if text is None:
        return Become(known.value)
    return Become(known.value, text % {"reference": reference}, f"{admin_url(page, pk)}#orderflow")
