"""Claiming requests: which, in which order, and how many a transaction carries."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

import orjson
from django.db.models import Exists, F, QuerySet, TextField
from django.db.models.functions import Cast

from orderflow_bridge.common import clock, leases
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import Claim, held_requests, unprocessed

MOST_LINES = 50_000
_ADVISORY_LOCK = 270_403
_MEMBERS = ("created_at", "attempts", "operation", "correlation_id", "traceparent")
# What the lines of a message are about, where messages about the same thing keep their order.
Subject = Callable[[list[Any]], str]


def claim_requests(
    *,
    type: RequestType,
    entity: Entity,
    limit: int,
    ids: Sequence[int] | None = None,
    subject: Subject | None = None,
) -> list[Claim]:
    """Borrow up to `limit` waiting requests for five minutes, smallest message number first.

    Requests that another worker holds are passed over, not waited for. `ids` restricts the choice
    and ignores the delay after an error, because a person asked. Fewer than `limit` may come back
    when their lines add up to more than a transaction should carry; none means nothing is waiting.
    While a request of this kind is held there is nothing to borrow: what came later waits in order.
    With `subject` a message waits while another worker has one about the same thing.
    The claim is committed at once, so this must not be called inside a transaction.
    """
    needed = ("fence", "attempts", "line_count", *(("lines",) if subject else ()))
    due = _claimable(type, entity, ids).order_by(F("message_number").asc(nulls_last=True), "id")
    rows = leases.claim(
        due.only(*needed),
        limit=limit,
        choose=partial(_chosen, type=type, entity=entity, subject=subject),
        one_by_one=_ADVISORY_LOCK + entity if subject else None,
    )
    # The lines as text, because orjson is the faster parser.
    lines_text, rest = Cast("lines", TextField()), _MEMBERS
    messages = Request.objects.filter(id__in=[row.id for row in rows])
    found = messages.values_list("id", "message_id", "fence", lines_text, *rest)
    claims = {
        id: Claim(id, message_id, fence, orjson.loads(lines), *rest)
        for id, message_id, fence, lines, *rest in found
    }
    return [claims[row.id] for row in rows]


def count_claimable(type: RequestType, entity: Entity, *, most: int) -> int:
    """Return how many requests could be claimed now, counted up to `most`."""
    return _claimable(type, entity, None)[:most].count()


def _claimable(type: RequestType, entity: Entity, ids: Sequence[int] | None) -> "QuerySet[Request]":
    held = Exists(held_requests().filter(type=type, entity=entity))
    waiting = unprocessed().filter(~held, type=type, entity=entity)
    if ids is not None:
        waiting = waiting.filter(id__in=ids)
    return leases.free(waiting, ignoring_delay=ids is not None)


def _chosen(
    rows: list[Request], *, type: RequestType, entity: Entity, subject: Subject | None
) -> list[Request]:
    if subject is not None:
        at_work = unprocessed().filter(type=type, entity=entity, claimed_until__gt=clock.now())
        taken = {subject(lines) for lines in at_work.values_list("lines", flat=True)}
        rows = [row for row in rows if subject(row.lines) not in taken]
    totals = accumulate(row.line_count for row in rows)
    fitting = sum(1 for total in totals if total <= MOST_LINES)
    return rows[: max(fitting, 1)]
