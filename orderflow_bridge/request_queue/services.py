"""The queue's verbs: enqueue, claim, settle. The row is the queue; a claim is a lease on it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from django.db import connection, transaction
from django.db.models import Case, DateTimeField, F, QuerySet, TextField, Value, When

from orderflow_bridge.common import clock, leases
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.common.fields import storable
from orderflow_bridge.common.masking import masked_body
from orderflow_bridge.common.numbers import sequence_or_none
from orderflow_bridge.common.statements import execute_planned
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.stores.models import Website
from orderflow_bridge.tracing import spans
from orderflow_bridge.tracing.ids import current_id

_INSERT = """
INSERT INTO request_queue_request (
    message_id, message_number, type, entity, operation, lines, line_count, request_body,
    response_body, received_by, correlation_id, traceparent, created_at, fence, attempts, last_error
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0, 0, '')
RETURNING id
"""


@dataclass(frozen=True)
class Claim:
    """A request on loan to this worker.

    `lines` are the message's parts as received, `operation` what it asks for. `attempts` counts the
    claims so far, this one included. `correlation_id` and `traceparent` are the message's.
    """

    id: int
    message_id: str
    fence: int
    lines: list[Any] = field(repr=False)
    created_at: datetime
    attempts: int = 1
    operation: int = Operation.UPDATE
    correlation_id: str = ""
    traceparent: str = ""


@dataclass(frozen=True)
class Wait:
    """A claimed request that waits for something of the shop: why, and when it is tried again."""

    claim: Claim
    why: str
    retry_at: datetime


def enqueue_request(
    *,
    type: RequestType,
    entity: Entity,
    operation: Operation,
    message_id: str,
    lines: list[Any],
    body: bytes,
    response: bytes,
    received_by: str,
    correlation_id: str = "",
) -> int:
    """Store a message with one INSERT and return its id. Whoever calls commits, then acknowledges.

    `lines` are texts (or None) as received, `body` and `response` the raw XML of both directions;
    tokens and passwords in the body are masked. `received_by` is the API user's name. A message id
    that is a number also decides the order of work. A part of a message that came before keeps its
    `correlation_id`; else it is that of the call being answered.
    """
    values = (
        storable(message_id),
        sequence_or_none(message_id),
        int(type),
        int(entity),
        int(operation),
        _as_json(lines),
        len(lines),
        masked_body(body),
        response,
        storable(received_by),
        correlation_id or current_id(),
        spans.current().traceparent,
        connection.ops.adapt_datetimefield_value(clock.now()),
    )
    with connection.cursor() as cursor:
        execute_planned(cursor, _INSERT, values)
        return int(cursor.fetchone()[0])


def write_claimed_request(
    *,
    entity: Entity,
    operation: Operation,
    website: Website,
    lines: list[Any],
    by: str,
    at: datetime,
    until: datetime,
) -> Request:
    """Write down, at `at`, what is about to be sent to OrderFlow: it is this worker's till `until`.

    `by` is the user who asked for it, "" for a job.
    """
    correlation_id = current_id()
    with spans.span(f"claim {entity.name.lower()} exports", trace_id=correlation_id) as span:
        traceparent = span.traceparent
    return Request.objects.create(
        message_id=uuid4().hex,
        type=RequestType.EXPORT,
        entity=entity,
        operation=operation,
        website=website,
        lines=lines,
        line_count=len(lines),
        received_by=by,
        correlation_id=correlation_id,
        traceparent=traceparent,
        created_at=at,
        fence=1,
        attempts=1,
        claimed_until=until,
    )


def mark_processed(claims: Sequence[Claim]) -> None:
    """Settle claimed requests, inside the transaction that holds their effect.

    Raises LeaseLost when one of them is not ours any more; the caller's transaction must then be
    rolled back, which undoes the effect.
    """
    if not claims:
        return
    settled = leases.ours(*claims, table=unprocessed()).update(
        processed_at=clock.now(), claimed_until=None, retry_at=None, last_error=""
    )
    if settled != len(claims):
        raise LeaseLost(
            f"Another worker has taken over {len(claims) - settled} of {len(claims)} requests."
        )


def hold_claims(claims: Sequence[Claim]) -> None:
    """Let claimed requests wait for a person. They keep their place, and all of their kind wait.

    Raises LeaseLost as `mark_processed` does.
    """
    held = leases.ours(*claims, table=unprocessed()).update(
        held_at=clock.now(), claimed_until=None, attempts=F("attempts") - 1
    )
    if held != len(claims):
        raise LeaseLost(f"Another worker has taken over {len(claims) - held} of {len(claims)}.")


def let_go(ids: Sequence[int]) -> int:
    """Hold requests no longer; return how many were held."""
    return held_requests().filter(pk__in=ids).update(held_at=None)


def held_requests() -> QuerySet[Request]:
    """Return the requests that wait for a person."""
    return Request.objects.filter(held_at__isnull=False, processed_at__isnull=True)


def give_back_claims(claims: Sequence[Claim]) -> None:
    """Give claimed requests back as if they had not been taken."""
    leases.ours(*claims, table=unprocessed()).update(claimed_until=None, attempts=F("attempts") - 1)


def release_claims(claims: Sequence[Claim], *, error: str) -> None:
    """Give claimed requests back with the reason, to be tried again after a growing delay.

    The delay is 1, 2, 4 … minutes by the number of attempts, an hour at most. Requests that another
    worker has taken over are left alone.
    """
    for claim in claims:
        leases.put_off(claim, error=error, table=unprocessed())


def close_abandoned(requests: QuerySet[Request], close: Callable[[Request], object]) -> int:
    """Close those of some requests whose worker is gone, each in a transaction; return how many.

    `close` gets the locked request. One that another worker is just closing is left to it.
    """
    count = 0
    stale = requests.filter(processed_at__isnull=True, claimed_until__lte=clock.now())
    for pk in list(stale.order_by("id").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = stale.select_for_update(no_key=True, skip_locked=True).filter(pk=pk).first()
            if locked is not None:
                close(locked)
                count += 1
    return count


def let_wait(waits: Sequence[Wait]) -> None:
    """Give back claimed requests that wait for something of the shop, inside the transaction that
    judged them, in one statement.

    Nothing has failed, so they have no attempts, by which `waits_for_the_shop` knows them. Raises
    LeaseLost as `mark_processed` does.
    """
    if not waits:
        return
    whys = (When(pk=each.claim.id, then=Value(each.why)) for each in waits)
    times = (When(pk=each.claim.id, then=Value(each.retry_at)) for each in waits)
    claims = [each.claim for each in waits]
    waiting = leases.ours(*claims, table=unprocessed()).update(
        claimed_until=None,
        attempts=0,
        last_error=Case(*whys, output_field=TextField()),
        retry_at=Case(*times, output_field=DateTimeField()),
    )
    if waiting != len(waits):
        raise LeaseLost(f"Another worker has taken over {len(waits) - waiting} requests.")


def unprocessed() -> QuerySet[Request]:
    """Return the requests whose effect is still to come."""
    return Request.objects.filter(processed_at__isnull=True)


def _as_json(lines: list[Any]) -> str:
    """Write lines as JSON that PostgreSQL accepts.

    REST callers can send escaped NULs and halves of surrogate pairs; XML cannot. Neither can be
    stored as text, so they become replacement characters rather than a refusal of the message.
    """
    try:
        payload = orjson.dumps(lines)
    except orjson.JSONEncodeError:
        payload = orjson.dumps(_scrubbed(lines))
    if b"\\u0000" in payload:
        payload = orjson.dumps(_scrubbed(lines))
    return payload.decode()


def _scrubbed(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(entry) for entry in value]
    return value
