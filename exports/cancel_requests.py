"""Requests to cancel an order: which way one goes, and what is written down and not yet settled.

The way is chosen purely, from facts about an order (docs/contract/shop-rules.md, "Cancelling").
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db.models import QuerySet

from exports.models import Export, ExportLine
from exports.outcomes import shortened
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType, Result
from orderflow_bridge.configuration.sections import ExportMode, OrderExport
from orderflow_bridge.configuration.selectors import api, order_export
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import close_abandoned, write_claimed_request
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.notifications import is_known_to_orderflow

INTERRUPTED = (
    "The bridge stopped before OrderFlow's answer was recorded. Please cancel the order again."
)
_SPARE_SECONDS = 30


class Route(Enum):
    """What has to be done to cancel an order."""

    IMPOSSIBLE = auto()  # its state does not allow it
    PART = auto()  # some of it is invoiced: the order lives on, and OrderFlow cannot cancel a part
    LOCAL = auto()  # OrderFlow has nothing to cancel
    BUSY = auto()  # it is just being announced, or cancelled: nobody knows what OrderFlow will have
    BLOCKED = auto()  # OrderFlow has it, but is not to be called
    ASK = auto()  # OrderFlow decides


@dataclass(frozen=True)
class Facts:
    """What is known about an order besides its own columns.

    `is_busy`: a call about it is under way. `was_sent`: some call about it has been made before.
    """

    settings: OrderExport
    is_busy: bool = False
    was_sent: bool = False


@dataclass(frozen=True)
class Intent:
    """A cancellation that OrderFlow is being asked for: its request, and the order as it stood.

    `was_due` is when the order would have been announced, `held_until` when it may be again.
    """

    request: Request
    order: Order
    was_due: datetime | None
    held_until: datetime


def route_of(order: Order, rows: Sequence[OrderItem], facts: Facts) -> Route:
    """Return the way the cancellation of an order goes; `rows` are all of its items."""
    if not states.can_cancel(order, rows):
        return Route.IMPOSSIBLE
    if states.state_after_canceling(rows) != Order.State.CANCELED:
        return Route.PART
    if facts.is_busy:
        return Route.BUSY
    if order.is_virtual or not _may_be_there(order, facts):
        return Route.LOCAL
    return Route.ASK if facts.settings.is_enabled else Route.BLOCKED


def may_be_unknown(order: Order) -> bool:
    """Tell whether it is no surprise if OrderFlow does not know the order: it never fetched it."""
    return (
        order.orderflow_export_status != ExportStatus.EXPORTED
        and order.orderflow_export_date is None
    )


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


def _may_be_there(order: Order, facts: Facts) -> bool:
    """Tell whether OrderFlow has the order, or may have it.

    When OrderFlow fetches by itself, a failed notification has left nothing there. A pushed
    document may have been imported although its answer was lost.
    """
    if is_known_to_orderflow(order):
        return True
    if order.orderflow_export_status == ExportStatus.CANCELLED:
        return False
    return facts.settings.mode == ExportMode.PUSH and facts.was_sent


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
