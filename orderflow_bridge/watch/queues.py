"""Messages that wait: for a job that is switched off, or for too long."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse

from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType
from orderflow_bridge.configuration.changes import switched_off_by
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.selectors import inventory_import, shipment_import, watch
from orderflow_bridge.problems.kinds import IMPORT_OFF, QUEUE_OLD
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.selectors import waits_for_the_shop
from orderflow_bridge.watch.wording import clock_time

_IMPORTS = (
    (Entity.INVENTORY, "stock", InventoryImport, inventory_import),
    (Entity.SHIPMENT, "despatch", ShipmentImport, shipment_import),
)


def subjects_of_queue(entity: Entity) -> dict[str, str]:
    """Return what problems of an import's queue are about, by what their kinds call it."""
    for each, noun, section, _ in _IMPORTS:
        if each == entity:
            return {"job": section.title, "queue": f"{noun} messages"}
    return {}


def look_for_switched_off_imports(now: datetime) -> None:
    """Find messages that wait for an import that is switched off; it ends when either does."""
    waiting = _waiting()
    settle(
        IMPORT_OFF,
        [
            Finding(
                IMPORT_OFF,
                section.title,
                f"{count} {noun} message{'s wait' if count > 1 else ' waits'} and"
                f" {section.title} is switched off{_switched_off(section, now)}.",
                f"Switch {section.title} on, or leave it: messages wait without loss.",
                section_url(section),
                count=count,
            )
            for entity, noun, section, settings in _IMPORTS
            if (count := waiting.get(entity, (0, now))[0]) and not settings().is_enabled
        ],
        now=now,
    )


def look_for_old_queues(now: datetime) -> None:
    """Find imports that are switched on and whose oldest message waits for too long.

    The queue is not to blame for a despatch that waits for its order.
    """
    waiting = _waiting(but=waits_for_the_shop())
    allowed = timedelta(minutes=watch().queue_minutes)
    settle(
        QUEUE_OLD,
        [
            Finding(
                QUEUE_OLD,
                f"{noun} messages",
                f"The oldest of {count} {noun} message{'s' if count > 1 else ''} has waited for"
                f" {int((now - oldest).total_seconds() // 60)} minutes.",
                "See what holds it, or process it by hand.",
                reverse("admin:imports_importrequest_changelist"),
                count=count,
            )
            for entity, noun, _, settings in _IMPORTS
            if allowed and settings().is_enabled
            for count, oldest in [waiting.get(entity, (0, now))]
            if now - oldest > allowed
        ],
        now=now,
    )


def _switched_off(section: type[Section], now: datetime) -> str:
    """Return who switched an import off, and when, in brackets; "" if no change says so."""
    change = switched_off_by(section)
    if change is None:
        return ""
    return f" ({change.by or 'from the command line'}, {clock_time(change.at, now)})"


def _waiting(but: Q | None = None) -> dict[Entity, tuple[int, datetime]]:
    """Return how many import messages wait, and when the oldest arrived, by entity.

    Without those that the condition `but` names.
    """
    rows = (
        Request.objects.filter(processed_at__isnull=True, type=RequestType.IMPORT)
        .exclude(received_by=SELF_TEST)
        .exclude(but or Q(pk__in=()))
        .order_by()
        .values_list("entity")
        .annotate(Count("id"), Min("created_at"))
    )
    return {Entity(entity): (count, oldest) for entity, count, oldest in rows}
