"""Who wants to hear of what, and what is due. Reading only."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from orderflow_bridge.configuration.sections import Webhooks
from orderflow_bridge.configuration.selectors import by_website
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent

Status = WebhookEvent.Status


def listening_to(kind: Kind) -> frozenset[int]:
    """Return the ids of the websites whose receivers want events of this kind.

    Read from memory, as all configuration is: it costs no statement per event.
    """
    return frozenset(
        website_id
        for website_id, settings in by_website(Webhooks).items()
        if settings.is_enabled and kind in settings.events
    )


def is_anybody_listening() -> bool:
    """Tell whether webhooks are switched on for any website."""
    return any(settings.is_enabled for settings in by_website(Webhooks).values())


def due_events(website_id: int, *, now: datetime) -> QuerySet[WebhookEvent]:
    """Return what may be delivered to a website's receiver now, longest due first.

    An event waits until everything before it on its topic is settled.
    """
    waiting = WebhookEvent.objects.filter(website=website_id, status=Status.WAITING)
    before = waiting.filter(topic=OuterRef("topic"), id__lt=OuterRef("id"))
    return waiting.filter(~Exists(before), due_at__lte=now).order_by("due_at", "id")
