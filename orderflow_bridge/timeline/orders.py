"""An order's story, page by page, and the sources of it."""

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.inventory.models import Reservation
from orderflow_bridge.inventory.placing import PLACED
from orderflow_bridge.inventory.services import CANCELED, REFUNDED, SHIPPED
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.sales.models import (
    CreditMemo,
    DeletedOrder,
    Order,
    OrderStatusHistory,
    Shipment,
    ShipmentItem,
    ShipmentTrack,
)
from orderflow_bridge.stores.order_statuses import label_of
from orderflow_bridge.timeline import messages
from orderflow_bridge.timeline.admin_actions import action_step, actions_on_order
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

_STATUSES = {
    "order": gettext_lazy("Order: status %(status)s"),
    "invoice": gettext_lazy("Invoice: status %(status)s"),
    "shipment": gettext_lazy("Shipment: status %(status)s"),
    "creditmemo": gettext_lazy("Credit memo: status %(status)s"),
}
_EVENTS = {
    PLACED: gettext_lazy("Order placed"),
    CANCELED: gettext_lazy("Order canceled"),
    SHIPPED: gettext_lazy("Shipment created"),
    REFUNDED: gettext_lazy("Creditmemo created"),
}
_WEBHOOKS = tuple(kind for kind in Kind if kind.family in ("order", "shipment"))
_MAIL_TONES = {"sent": "success", "failed": "danger"}


def order_subject(increment_id: str) -> Subject:
    """Return whom an order's story is about; the order may be gone, or never have existed."""
    order = Order.objects.filter(increment_id=increment_id).select_related("website").first()
    if order is None:
        return Subject(increment_id)
    return Subject(increment_id, order.pk, (_placed(order),))


def order_story(subject: Subject, before: Cursor | None = None) -> Story:
    """Return the newest steps of an order's story, or those before a cursor."""
    return story_of(subject, _SOURCES, before)


def _placed(order: Order) -> Step:
    """Tell of an order's beginning."""
    return Step(
        at=order.created_at,
        pk=order.pk,
        channel=Channel.SHOP,
        title=_("Order placed"),
        facts=((_("Website"), order.website.name),),
    )


def _deleted(order: DeletedOrder) -> Step:
    return Step(
        at=order.deleted_at,
        pk=order.pk,
        channel=Channel.SHOP,
        title=_("Order deleted"),
        text=_("By %(user)s. OrderFlow was not told.") % {"user": order.deleted_by},
    )


def _history(entry: OrderStatusHistory) -> Step:
    other = _("%(entity)s: status %(status)s")
    title = _STATUSES.get(entry.entity_name, other)
    return Step(
        at=entry.created_at,
        pk=entry.pk,
        channel=Channel.SHOP,
        title=title % {"entity": entry.entity_name, "status": label_of(entry.status)},
        text=entry.comment,
        facts=((_("Customer notified"), _("Yes")),) if entry.is_customer_notified else (),
    )


def _credit_memo(memo: CreditMemo) -> Step:
    return Step(
        at=memo.created_at,
        pk=memo.pk,
        channel=Channel.SHOP,
        title=_("Credit memo %(number)s made") % {"number": memo.increment_id},
        text=_("OrderFlow is not told of refunds."),
        facts=((_("Units"), plain(memo.total_qty)),),
        places=(Place(_("Credit Memo"), "sales_creditmemo", memo.pk),),
    )


def shipment_step(shipment: Any) -> Step:
    """Tell of a shipment, and of the message that made it."""
    facts = [(_("Source"), shipment.source_code), (_("Tracking"), shipment.tracking or "")]
    return Step(
        at=shipment.created_at,
        pk=shipment.pk,
        channel=Channel.SHOP,
        title=_("Shipment %(number)s made") % {"number": shipment.increment_id},
        text=_contents(shipment),
        facts=tuple(fact for fact in facts if fact[1]),
        places=(
            Place(_("Shipment"), "sales_shipment", shipment.pk),
            *messages.despatch_message(shipment.despatch),
        ),
    )


def _mail(mail: OutgoingMail) -> Step:
    return Step(
        at=mail.created_at,
        pk=mail.pk,
        channel=Channel.CUSTOMER,
        title=_("E-mail written"),
        text=f"{mail.subject} → {mail.recipient}",
        label=mail.get_status_display(),
        tone=_MAIL_TONES.get(mail.status, "warning"),
        places=(Place("E-mail", "mail_outgoingmail", mail.pk),),
    )


def reservation_step(reservation: Reservation) -> Step:
    """Tell of units that were promised, or given back."""
    is_promised = reservation.quantity < 0
    title = (
        _("%(units)s unit(s) of %(sku)s promised")
        if is_promised
        else _("%(units)s unit(s) of %(sku)s given back")
    )
    event = reservation.event
    return Step(
        at=reservation.created_at,
        pk=reservation.pk,
        channel=Channel.SHOP,
        title=title % {"units": plain(abs(reservation.quantity)), "sku": reservation.product.sku},
        text=_EVENTS.get(event) or event.replace("_", " ").capitalize(),
        facts=((_("Stock"), reservation.stock.name),),
        places=(Place(_("Reservation"), "inventory_reservation", reservation.pk),),
    )


def _contents(shipment: Any) -> str:
    """Say what is in a shipment: 2 × 24-MB01, and how many SKUs more."""
    total = plain(shipment.total_qty)
    if shipment.item_count == 1:
        return f"{total} × {shipment.first_sku}"
    return _("%(units)s units: %(sku)s and %(count)s SKU(s) more") % {
        "units": total,
        "sku": shipment.first_sku,
        "count": shipment.item_count - 1,
    }


def shipments_with_parts(shipments: QuerySet[Any]) -> QuerySet[Any]:
    """Read along what a step says of a shipment: of several parts the first one of each kind."""
    tracks = ShipmentTrack.objects.filter(shipment=OuterRef("pk")).order_by("id")
    items = ShipmentItem.objects.filter(shipment=OuterRef("pk")).order_by("id")
    read: QuerySet[Any] = shipments.select_related("despatch").annotate(
        tracking=Subquery(tracks.values("track_number")[:1]),
        first_sku=Subquery(items.values("sku")[:1]),
        item_count=Count("items"),
    )
    return read


def _of_order(model: Any) -> Any:
    """Return the rows of a model that hang on an order."""
    return lambda subject: model.objects.filter(order=subject.pk)


def _reservations(subject: Subject) -> QuerySet[Reservation]:
    return Reservation.objects.filter(order_id=subject.pk).select_related("product", "stock")


_SOURCES = (
    Source(
        lambda subject: DeletedOrder.objects.filter(increment_id=subject.reference),
        _deleted,
        at="deleted_at",
        is_for_gone=True,
    ),
    Source(_reservations, reservation_step),
    Source(_of_order(OrderStatusHistory), _history),
    Source(_of_order(CreditMemo), _credit_memo),
    Source(
        lambda subject: shipments_with_parts(Shipment.objects.filter(order=subject.pk)),
        shipment_step,
    ),
    Source(
        lambda subject: messages.export_lines(subject.reference, Entity.ORDER),
        messages.export_step,
    ),
    Source(
        lambda subject: messages.import_lines(subject.reference, Entity.SHIPMENT),
        messages.import_step,
    ),
    Source(
        lambda subject: messages.waiting_requests(subject.reference, Entity.SHIPMENT),
        messages.waiting_step,
    ),
    Source(lambda subject: OutgoingMail.objects.filter(reference=subject.reference), _mail),
    Source(lambda subject: messages.webhooks(subject.reference, *_WEBHOOKS), messages.webhook_step),
    Source(actions_on_order, action_step, at="action_time"),
)
