"""Writing events into the outbox with the change they tell of, and giving them another try."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson
from django.db.models import Exists, OuterRef, QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.tracing import spans

Status = WebhookEvent.Status


@dataclass(frozen=True)
class Draft:
    """An event that is still to be written: for which website, about what, and what is told.

    `traceparent` is that of the message that led to it; "" for the call that is being answered.
    """

    website_id: int
    reference: str
    topic: str
    data: dict[str, Any]
    traceparent: str = ""


@dataclass(frozen=True)
class StockEvent:
    """A source item's new figure, for one website's receiver."""

    website_id: int
    sku: str
    source_code: str
    quantity: Decimal
    is_in_stock: bool
    sequence_id: int | None


def announce(kind: Kind, drafts: Sequence[Draft], *, at: datetime) -> int:
    """Write events for those websites that want them, in the caller's transaction.

    One statement, and none if nobody listens. Returns how many were written. Stock has ways of
    its own: an import's figures never leave the database, others take `announce_stock`.
    """
    websites = listening_to(kind)
    events = [_event(kind, draft, at) for draft in drafts if draft.website_id in websites]
    WebhookEvent.objects.bulk_create(events)
    return len(events)


def announce_stock(events: Sequence[StockEvent], *, at: datetime) -> int:
    """Write events of stock that was written row by row, for the websites that want them.

    One statement; returns how many. While an event of the same SKU, source and website waits, the
    new figure takes its place. An import tells in its own SQL, with this shape.
    """
    websites = listening_to(Kind.STOCK_CHANGED)
    rows = [_stock_event(each, at) for each in events if each.website_id in websites]
    WebhookEvent.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["collapse_key"],
        update_fields=["event_id", "body", "attempts", "traceparent", "created_at"],
    )
    return len(rows)


def requeue(events: QuerySet[WebhookEvent]) -> int:
    """Make events that were given up due again, with all their attempts; return how many.

    A stock figure stays given up when a newer one has been told of since.
    """
    newer = WebhookEvent.objects.filter(
        website=OuterRef("website"), topic=OuterRef("topic"), id__gt=OuterRef("id")
    )
    outdated = Exists(newer.filter(kind=Kind.STOCK_CHANGED))
    given_up = WebhookEvent.objects.filter(
        ~outdated, pk__in=events.order_by().values("pk"), status=Status.GIVEN_UP
    )
    return given_up.update(status=Status.WAITING, attempts=0, due_at=clock.now())


def datetime_text(when: datetime) -> str:
    """Return a moment as events show it: UTC, to the second."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def collapse_key_of(event: WebhookEvent) -> str:
    """Return the key by which a newer stock figure finds the one that waits (as in the import)."""
    return f"{event.website_id} {event.topic}"


def _stock_event(event: StockEvent, at: datetime) -> WebhookEvent:
    quantity = event.quantity
    data = {
        "sku": event.sku,
        "source_code": event.source_code,
        "quantity": int(quantity) if quantity == int(quantity) else float(quantity),
        "is_in_stock": event.is_in_stock,
        "sequence_id": event.sequence_id,
    }
    topic = f"stock {event.source_code}/{event.sku}"
    row = _event(Kind.STOCK_CHANGED, Draft(event.website_id, event.sku, topic, data), at)
    row.collapse_key = collapse_key_of(row)
    return row


def _event(kind: Kind, draft: Draft, at: datetime) -> WebhookEvent:
    body = {"type": kind.value, "timestamp": datetime_text(at), "data": draft.data}
    return WebhookEvent(
        event_id=f"msg_{uuid4().hex}",
        kind=kind,
        website_id=draft.website_id,
        reference=draft.reference,
        topic=draft.topic,
        body=orjson.dumps(body).decode(),
        traceparent=draft.traceparent or spans.current().traceparent,
        due_at=at,
        created_at=at,
    )
