"""Telling of stock that was written row by row. An import tells in its own SQL, with this shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import orjson

from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.outbox.webhooks.services import datetime_text


@dataclass(frozen=True)
class StockEvent:
    """A source item's new figure, for one website's receiver."""

    website_id: int
    sku: str
    source_code: str
    quantity: Decimal
    is_in_stock: bool
    sequence_id: int | None


def announce_stock(events: Sequence[StockEvent], *, at: datetime) -> int:
    """Write events for the websites that want them; return how many: one statement.

    While an event of the same SKU, source and website waits, the new figure takes its place.
    """
    websites = listening_to(Kind.STOCK_CHANGED)
    rows = [_row(each, at) for each in events if each.website_id in websites]
    WebhookEvent.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["collapse_key"],
        update_fields=["event_id", "body", "attempts", "created_at"],
    )
    return len(rows)


def _row(event: StockEvent, at: datetime) -> WebhookEvent:
    topic = f"stock {event.source_code}/{event.sku}"
    data: dict[str, Any] = {
        "sku": event.sku,
        "source_code": event.source_code,
        "quantity": _number(event.quantity),
        "is_in_stock": event.is_in_stock,
        "sequence_id": event.sequence_id,
    }
    body = {"type": Kind.STOCK_CHANGED.value, "timestamp": datetime_text(at), "data": data}
    return WebhookEvent(
        event_id=f"msg_{uuid4().hex}",
        kind=Kind.STOCK_CHANGED,
        website_id=event.website_id,
        reference=event.sku,
        topic=topic,
        collapse_key=f"{event.website_id} {topic}",
        body=orjson.dumps(body).decode(),
        due_at=at,
        created_at=at,
    )


def _number(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)
