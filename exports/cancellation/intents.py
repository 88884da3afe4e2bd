"""What is under way: announcements and cancellations that are written down and not yet settled."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from exports.cancellation.routes import Facts
from exports.models import Export, ExportLine
from exports.outcomes import shortened
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, Operation, RequestType, Result
from orderflow_bridge.configuration.selectors import api, order_export
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import close_abandoned, write_claimed_request
from orderflow_bridge.sales.models import Order

INTERRUPTED = (
    "The bridge stopped before OrderFlow's answer was recorded. Please cancel the order again."
)
_SPARE_SECONDS = 30


@dataclass(frozen=True)
class Intent:
    """A cancellation that OrderFlow is being asked for: its request, and the order as it stood.

    `was_due` is when the order would have been announced, `held_until` when it may be again.
    """

    request: Request
    order: Order
    was_due: datetime | None
    held_until: datetime


def facts_of(order: Order) -> Facts:
    """Return what a cancellation must know about a locked order."""
    now = clock.now()
    waiting = [request for request in _unsettled() if _concerns(request, order)]
    live = [request for request in waiting if request.claimed_until and request.claimed_until > now]
    return Facts(
        settings=order_export(order.website),
        is_busy=any(_is_open(request, order) for request in live),
        was_sent=order.orderflow_queued_at is not None or bool(waiting) or _has_lines(order),
    )


def being_cancelled(references: Collection[str]) -> set[str]:
    """Return those of these order numbers that OrderFlow is being asked to cancel right now."""
    asked = _unsettled().filter(operation=Operation.CANCEL, claimed_until__gt=clock.now())
    numbers = {
        line["increment_id"] for lines in asked.values_list("lines", flat=True) for line in lines
    }
    return numbers.intersection(references)


def write_intent(order: Order, *, by: str) -> Intent:
    """Write down that OrderFlow is asked to cancel a locked order, and hold announcements off."""
    account, now = api(order.website), clock.now()
    calls = 2  # the cancellation, and the question how the order stands
    longest = calls * (2 * account.connect_timeout + account.total_timeout) + _SPARE_SECONDS
    held_until = now + timedelta(seconds=longest)
    request = write_claimed_request(
        entity=Entity.ORDER,
        operation=Operation.CANCEL,
        website=order.website,
        lines=[{"increment_id": order.increment_id}],
        by=by,
        at=now,
        until=held_until,
    )
    intent = Intent(request, order, order.orderflow_due_at, held_until)
    if order.orderflow_due_at is not None:
        Order.objects.filter(pk=order.pk).update(orderflow_due_at=held_until)
    return intent


def give_turn_back(intent: Intent) -> None:
    """Let the order be announced when it would have been, unless something has happened to it."""
    Order.objects.filter(
        pk=intent.order.pk,
        orderflow_due_at=intent.held_until,
        orderflow_revision=intent.order.orderflow_revision,
    ).update(orderflow_due_at=intent.was_due)


def record(
    request: Request, result: Result, text: str, *, call: str = "", received: bytes = b""
) -> ExportLine:
    """Close a cancellation's request and write its report of one line."""
    now = clock.now()
    Request.objects.filter(pk=request.pk).update(
        processed_at=now,
        claimed_until=None,
        response_body=received or text.encode(),
    )
    export = Export.objects.create(
        request=request,
        message_id=request.message_id,
        entity=Entity.ORDER,
        operation=Operation.CANCEL,
        website_id=request.website_id,
        successes=int(result == Result.SUCCESS),
        failures=int(result == Result.FAILURE),
        created_at=now,
    )
    return ExportLine.objects.create(
        parent=export,
        result=result,
        reference=request.lines[0]["increment_id"],
        reason=text[:500],
        call=call,
        answer=shortened(received),
        created_at=now,
    )


def recover_cancellations() -> int:
    """Close the cancellations that a crash has left open; return how many.

    The orders are as they were, and nobody knows whether OrderFlow has acted.
    """
    return close_abandoned(
        _unsettled().filter(operation=Operation.CANCEL),
        lambda request: record(request, Result.FAILURE, INTERRUPTED),
    )


def _unsettled() -> QuerySet[Request]:
    """Select the export requests for orders that are not settled: few, by an index."""
    return Request.objects.filter(
        type=RequestType.EXPORT,
        entity=Entity.ORDER,
        operation__in=(Operation.CREATE, Operation.UPDATE, Operation.CANCEL),
        processed_at__isnull=True,
    ).defer("request_body", "response_body")


def _concerns(request: Request, order: Order) -> bool:
    lines: Iterable[dict[str, Any]] = request.lines
    return any(line.get("increment_id") == order.increment_id for line in lines)


def _is_open(request: Request, order: Order) -> bool:
    """Tell whether a request's call about the order may still be under way.

    The lines of a batch are settled one by one; what is settled shows on the order itself.
    """
    if request.operation == Operation.CANCEL:
        return True
    datetimes = (order.orderflow_queued_at, order.orderflow_export_date)
    return not any(at and at >= request.created_at for at in datetimes)


def _has_lines(order: Order) -> bool:
    return ExportLine.objects.filter(
        reference=order.increment_id, parent__entity=Entity.ORDER
    ).exists()
