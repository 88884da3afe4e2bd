"""Why it is nobody's turn: what the pages say of a standing, an order or a product's row."""

from exports.instances import credentials_of
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.common.export_standing import ExportStanding
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

GIVEN_UP = "Never: given up"
_SETTLED = (ExportStatus.EXPORTED, ExportStatus.CANCELLED)


def why_not_due(standing: ExportStanding) -> str:
    """Return why no run of the export announces this as it stands, however long one waits.

    "" if a run will, now or later, and if there is nothing to announce. It says what
    `selectors.due_queues` does.
    """
    if standing.orderflow_export_status in _SETTLED:
        return ""
    if why := why_never(standing):
        return f"Never: {why}."
    if why := _why_not_yet(standing):
        return why
    if standing.orderflow_due_at is not None:
        return ""
    return GIVEN_UP if standing.orderflow_last_error else "Not until it is changed or requeued."


def why_never(standing: ExportStanding) -> str:
    """Return why OrderFlow does not get this at all, as the end of a sentence; "" if it may."""
    if isinstance(standing, Order):
        return states.why_not_for_warehouse(standing)
    if isinstance(standing, ProductWebsite) and standing.product.type_id != Product.Type.SIMPLE:
        return "OrderFlow only supports simple products"
    return ""


def is_there(standing: ExportStanding) -> bool:
    """Tell whether OrderFlow has got this: it has fetched it once, or taken the document."""
    has_fetched = standing.orderflow_export_date is not None
    return has_fetched or standing.orderflow_export_status == ExportStatus.EXPORTED


def _why_not_yet(standing: ExportStanding) -> str:
    """Return which setting, or which status of the order, stands in the way."""
    if isinstance(standing, Order):
        return _why_order_waits(standing)
    if isinstance(standing, ProductWebsite):
        is_enabled = product_export(standing.website).is_enabled
        return _why_website_waits(Entity.PRODUCT, standing.website, is_enabled=is_enabled)
    return ""


def _why_order_waits(order: Order) -> str:
    settings = order_export(order.website)
    if settings.min_order_datetime and order.created_at <= settings.min_order_datetime:
        return "Never: it was placed before the Earliest Order To Export."
    if why := _why_website_waits(Entity.ORDER, order.website, is_enabled=settings.is_enabled):
        return why
    if order.status in settings.exportable_status:
        return ""
    if order.state == Order.State.HOLDED:
        return "Not while it is on hold."
    return f"Not while its status is {order.status_label}, which is no Exportable Order Status."


def _why_website_waits(entity: Entity, website: Website, *, is_enabled: bool) -> str:
    if not is_enabled:
        return f"Not while {entity.label.lower()} export is switched off for {website.name}."
    try:
        credentials_of(website)
    except ExportNotConfigured as error:
        return f"Not yet: {error}"
    return ""
