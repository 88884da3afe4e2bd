"""Writing events into the outbox with the change they tell of, and giving them another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson
from django.db.models import QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.common.datetimes import utc_text
from orderflow_bridge.outbox.webhooks.filters import Facts
from orderflow_bridge.outbox.webhooks.models import NEWEST_COUNTS, Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.selectors import listening_to, overtaken, replayable
from orderflow_bridge.tracing import spans

Status = WebhookEvent.Status


@dataclass(frozen=True)
class Draft:
    """An event that is still to be written: about what, what filters ask of it, what is told.

    `traceparent` is that of the message that led to it; "" for the call that is being answered.
    """

    facts: Facts
    reference: str
    topic: str
    data: dict[str, Any]
    traceparent: str = ""


@dataclass(frozen=True)
class StockEvent:
    """A source item's new figure, and the websites that sell it."""

    websites: frozenset[int]
    sku: str
    source_code: str
    quantity: Decimal
    is_in_stock: bool
    sequence_id: int | None


def announce(kind: Kind, drafts: Sequence[Draft], *, at: datetime) -> int:
    """Write an event for each receiver that wants one of these, in the caller's transaction.

    One statement, and none if nobody listens. Returns how many were written. While an event waits
    of which only the newest counts, the new one takes its place. An import tells of stock in its
    own SQL, with this shape.
    """
    listeners = listening_to(kind)
    events = [
        _event(kind, each.id, draft, at)
        for draft in drafts
        for each in listeners
        if each.wants(kind, draft.facts)
    ]
    if kind not in NEWEST_COUNTS:
        WebhookEvent.objects.bulk_create(events)
        return len(events)
    newest = {event.collapse_key: event for event in events}
    WebhookEvent.objects.bulk_create(
        newest.values(),
        update_conflicts=True,
        unique_fields=["collapse_key"],
        update_fields=["event_id", "reference", "body", "attempts", "traceparent", "created_at"],
    )
    return len(newest)


def announce_stock(events: Sequence[StockEvent], *, at: datetime) -> int:
    """Write events of stock that was written row by row; return how many."""
    return announce(Kind.STOCK_CHANGED, [_of_stock(each) for each in events], at=at)


def requeue(events: QuerySet[WebhookEvent]) -> int:
    """Make events that were given up due again, with all their attempts; return how many.

    A stock figure stays given up when a newer one has been told of since.
    """
    given_up = WebhookEvent.objects.filter(
        ~overtaken(), pk__in=events.order_by().values("pk"), status=Status.GIVEN_UP
    ).exclude(kind=Kind.TEST)
    return _post_again(given_up)


def replay(events: QuerySet[WebhookEvent]) -> int:
    """Post events once more that were delivered or given up; return how many.

    They keep their ids, by which a receiver knows them, and come in their order. What a newer one
    has overtaken stays where it is.
    """
    return _post_again(replayable(events))


def collapse_key_of(event: WebhookEvent) -> str | None:
    """Return the key by which a newer event finds the one that waits (as in the import)."""
    if event.kind not in NEWEST_COUNTS:
        return None
    return f"r{event.receiver_id} {event.kind} {event.topic}"


def new_event(kind: Kind, receiver_id: int, reference: str, **values: Any) -> WebhookEvent:
    """Return an event under a new id; it is not saved."""
    return WebhookEvent(
        event_id=f"msg_{uuid4().hex}",
        kind=kind,
        receiver_id=receiver_id,
        reference=reference,
        **values,
    )


def body_of(kind: Kind, data: dict[str, Any], at: datetime) -> str:
    """Return what is posted of an event."""
    body = {"type": kind.value, "timestamp": utc_text(at), "data": data}
    return orjson.dumps(body).decode()


def _post_again(events: QuerySet[WebhookEvent]) -> int:
    return events.update(status=Status.WAITING, attempts=0, due_at=clock.now())


def _of_stock(event: StockEvent) -> Draft:
    quantity = event.quantity
    data = {
        "sku": event.sku,
        "source_code": event.source_code,
        "quantity": int(quantity) if quantity == int(quantity) else float(quantity),
        "is_in_stock": event.is_in_stock,
        "sequence_id": event.sequence_id,
    }
    facts = Facts(event.websites, sku=event.sku, source_code=event.source_code)
    return Draft(facts, event.sku, f"stock {event.source_code}/{event.sku}", data)


def _event(kind: Kind, receiver_id: int, draft: Draft, at: datetime) -> WebhookEvent:
    event = new_event(
        kind,
        receiver_id,
        draft.reference,
        topic=draft.topic,
        body=body_of(kind, draft.data, at),
        traceparent=draft.traceparent or spans.current().traceparent,
        due_at=at,
        created_at=at,
    )
    event.collapse_key = collapse_key_of(event)
    return event
