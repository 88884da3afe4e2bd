"""Who wants to hear of what, what is due, and how receivers stand. Reading only."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import OperationalError, ProgrammingError
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from orderflow_bridge.configuration.selectors import says_table_is_missing, sections_read
from orderflow_bridge.outbox.webhooks.filters import Filter, Listener
from orderflow_bridge.outbox.webhooks.models import (
    NEWEST_COUNTS,
    Kind,
    WebhookEvent,
    WebhookReceiver,
)
from orderflow_bridge.stores.models import Store

Status = WebhookEvent.Status

_KEY = "who listens"
_CODES = "codes of store views, for who listens"


def listening_to(kind: Kind) -> tuple[Listener, ...]:
    """Return the active receivers that want events of this kind.

    Read from memory, as all configuration is: it costs no statement per event.
    """
    return tuple(each for each in _listeners() if kind in each.events)


def is_anybody_listening() -> bool:
    """Tell whether any receiver is active."""
    return bool(_listeners())


def _listeners() -> tuple[Listener, ...]:
    known: tuple[Listener, ...] | None = sections_read.get(_KEY)
    if known is None:
        try:
            known = _read_listeners()
        except (OperationalError, ProgrammingError) as error:
            if not says_table_is_missing(error):
                raise
            return ()  # `migrate` has not come this far yet
        sections_read.keep(_KEY, known)
        if known:
            _read_codes()
    return known


def codes_of_stores(ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the codes of store views and of their websites; from memory, where they are there."""
    known: dict[int, tuple[str, str]] | None = sections_read.get(_CODES)
    return known if known is not None and known.keys() >= {*ids} else _read_codes()


def _read_codes() -> dict[int, tuple[str, str]]:
    stores = Store.objects.order_by().values_list("pk", "code", "website__code")
    found = {pk: (code, website) for pk, code, website in stores}
    sections_read.keep(_CODES, found)
    return found


def _read_listeners() -> tuple[Listener, ...]:
    rows = WebhookReceiver.objects.filter(is_active=True).order_by("pk")
    websites: dict[int, set[int]] = {}
    receivers: dict[int, tuple[bool, Any, Any]] = {}
    for pk, for_all, events, stored, website in rows.values_list(
        "pk", "for_all_websites", "events", "filter", "websites"
    ):
        receivers[pk] = (for_all, events, stored)
        websites.setdefault(pk, set()).update({website} - {None})
    return tuple(
        Listener(
            pk,
            None if for_all else frozenset(websites[pk]),
            frozenset(events),
            Filter.of(stored),
        )
        for pk, (for_all, events, stored) in receivers.items()
    )


def due_events(receiver_id: int, *, now: datetime) -> QuerySet[WebhookEvent]:
    """Return what may be delivered to a receiver now, longest due first.

    An event waits until everything before it on its topic is settled.
    """
    waiting = WebhookEvent.objects.filter(receiver=receiver_id, status=Status.WAITING)
    before = waiting.filter(topic=OuterRef("topic"), id__lt=OuterRef("id"))
    return waiting.filter(~Exists(before), due_at__lte=now).order_by("due_at", "id")


def overtaken() -> Exists:
    """Return the condition of events of which a newer one was told, where the newest counts."""
    newer = WebhookEvent.objects.filter(
        reference=OuterRef("reference"),
        receiver=OuterRef("receiver"),
        topic=OuterRef("topic"),
        id__gt=OuterRef("id"),
        kind__in=NEWEST_COUNTS,
    )
    return Exists(newer.order_by())


def replayable(events: QuerySet[WebhookEvent]) -> QuerySet[WebhookEvent]:
    """Return those of these events that a replay posts again: settled, and not overtaken."""
    settled = Q(status__in=(Status.DELIVERED, Status.GIVEN_UP))
    return WebhookEvent.objects.filter(
        settled, ~overtaken(), pk__in=events.order_by().values("pk")
    ).exclude(kind=Kind.TEST)


def events_of_a_time(
    receiver: WebhookReceiver, *, since: datetime, until: datetime, kinds: list[str]
) -> QuerySet[WebhookEvent]:
    """Return a receiver's events of these kinds that happened in a time (aware, both included)."""
    return WebhookEvent.objects.filter(
        receiver=receiver, created_at__gte=since, created_at__lte=until, kind__in=kinds
    )


def with_waiting(receivers: QuerySet[WebhookReceiver]) -> QuerySet[WebhookReceiver]:
    """Add `waiting` to receivers: how many events they have not got yet."""
    events = WebhookEvent.objects.filter(receiver=OuterRef("pk"), status=Status.WAITING)
    counts = events.order_by().values("receiver").annotate(n=Count("pk")).values("n")
    return receivers.annotate(waiting=Coalesce(Subquery(counts, output_field=IntegerField()), 0))
