"""A SKU's story, page by page, and the sources of it."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import is_not_for_warehouse
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.inventory.models import Reservation
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.sales.models import ShipmentItem
from orderflow_bridge.timeline import messages
from orderflow_bridge.timeline.admin_actions import action_step, actions_on_product
from orderflow_bridge.timeline.orders import reservation_step
from orderflow_bridge.timeline.steps import (
    Channel,
    Cursor,
    Place,
    Source,
    Step,
    Story,
    Subject,
    story_of,
)

_AT_ONCE = timedelta(seconds=1)
_WEBHOOKS = tuple(kind for kind in Kind if kind.family in ("stock", "product"))


def product_subject(sku: str) -> Subject:
    """Return whom a SKU's story is about; there may be no such product."""
    columns = ("sku", "created_at", "updated_at", "orderflow_export_status", "type_id")
    product = Product.objects.filter(sku_key=sku).only(*columns).first()
    if product is None:
        return Subject(sku)
    return Subject(product.sku, product.pk, _known(product))


def product_story(subject: Subject, before: Cursor | None = None) -> Story:
    """Return the newest steps of a SKU's story, or those before a cursor."""
    return story_of(subject, _SOURCES, before)


def _known(product: Product) -> tuple[Step, ...]:
    """Tell when a product was made and, if it was, when it was last edited, by any way."""
    made = Step(product.created_at, product.pk, Channel.SHOP, _("Product created"))
    if product.updated_at - product.created_at < _AT_ONCE:
        return (made,)
    is_pending = product.orderflow_export_status == ExportStatus.PENDING
    is_pending = is_pending and not is_not_for_warehouse(product)
    text = _("It is Pending: OrderFlow has yet to be told.") if is_pending else ""
    edited = Step(product.updated_at, product.pk, Channel.SHOP, _("Product last edited"), text)
    return made, edited


def _shipped(item: ShipmentItem) -> Step:
    shipment, order = item.shipment, item.shipment.order
    return Step(
        at=shipment.created_at,
        pk=item.pk,
        channel=Channel.SHOP,
        title=_("%(units)s unit(s) shipped for order %(number)s")
        % {"units": plain(item.qty), "number": order.increment_id},
        facts=((_("Source"), shipment.source_code),),
        places=(
            Place(_("Shipment"), "sales_shipment", shipment.pk),
            Place(_("Order"), "sales_order", order.pk),
            *messages.despatch_message(shipment.despatch),
        ),
    )


def _shipped_items(subject: Subject) -> QuerySet[ShipmentItem]:
    items = ShipmentItem.objects.filter(order_item__product=subject.pk)
    return items.select_related("shipment__order", "shipment__despatch")


def _reservations(subject: Subject) -> QuerySet[Reservation]:
    return Reservation.objects.filter(product=subject.pk).select_related("product", "stock")


_SOURCES = (
    Source(_reservations, reservation_step),
    Source(_shipped_items, _shipped, at="shipment__created_at"),
    Source(
        lambda subject: messages.export_lines(subject.reference, Entity.PRODUCT),
        messages.export_step,
    ),
    Source(
        lambda subject: messages.import_lines(subject.reference, Entity.INVENTORY),
        messages.import_step,
    ),
    Source(
        lambda subject: messages.waiting_requests(subject.reference, Entity.INVENTORY),
        messages.waiting_step,
    ),
    Source(
        lambda subject: messages.webhooks(subject.reference, *_WEBHOOKS),
        messages.webhook_step,
    ),
    Source(actions_on_product, action_step, at="action_time"),
)
