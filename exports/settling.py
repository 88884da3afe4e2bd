"""Writing down what OrderFlow answered, in short transactions, as the answers arrive.

A settled outcome survives any crash. The export state of a product or order is written only
where it is still the one that was claimed: a change made during the call keeps it Pending, and a
fetch that came before the answer keeps it Exported.

After a crash the products and orders come up again by themselves when the dead run's lease ends.
Its request gets the lines that are missing, so that the history tells what is known and what not.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import OperationalError, transaction
from django.db.models import F

from exports.claims import Batch
from exports.events import tell_of_exported, tell_of_outcomes
from exports.models import Export, ExportLine
from exports.outcomes import Fate, Outcome, Target, not_fetched, shortened
from exports.selectors import EXPORT_STATES
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType, Result
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.common.leases import JITTER, LONGEST_DELAY, delay_after
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import close_abandoned
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import note_exported

RESULTS = {
    Fate.ANNOUNCED: Result.SUCCESS,
    Fate.TAKEN: Result.SUCCESS,
    Fate.KNOWN: Result.DUPLICATE,
    Fate.FAILED: Result.FAILURE,
}
DEADLOCKS = 3
INTERRUPTED = "The run stopped before OrderFlow's answer was recorded; it is announced again."
_REASON_LENGTH = 500
_ANNOUNCEMENTS = (Operation.CREATE, Operation.UPDATE)
_COLUMNS = (
    "orderflow_export_status",
    "orderflow_export_date",
    "orderflow_queued_at",
    "orderflow_due_at",
    "orderflow_attempts",
    "orderflow_last_error",
)


class ExportSettings(Protocol):
    """What the order export's and the product export's settings have in common."""

    @property
    def max_attempts(self) -> int: ...
    @property
    def retry_minutes(self) -> int: ...
    @property
    def stuck_minutes(self) -> int: ...


@dataclass(frozen=True)
class RetryPolicy:
    """How often and when to try again. `rest` is how long an endpoint is left alone."""

    max_attempts: int
    first_delay: timedelta
    stuck_after: timedelta
    rest: timedelta

    @classmethod
    def of(cls, settings: ExportSettings, *, rest: int) -> "RetryPolicy":
        """Read the policy from a section of the configuration; `rest` is in seconds."""
        return cls(
            max_attempts=settings.max_attempts,
            first_delay=timedelta(minutes=settings.retry_minutes),
            stuck_after=timedelta(minutes=settings.stuck_minutes),
            rest=timedelta(seconds=rest),
        )

    def delay_after(
        self, attempts: int, chance: Callable[[], float] = random.random
    ) -> timedelta | None:
        """Return how long to wait after the `attempts`-th failed attempt; None to give up."""
        if attempts >= self.max_attempts:
            return None
        return delay_after(
            attempts, first=self.first_delay, longest=LONGEST_DELAY, jitter=JITTER, chance=chance
        )


def settle(batch: Batch, outcomes: Sequence[Outcome], policy: RetryPolicy) -> None:
    """Commit these outcomes: history lines, counters and export states.

    Raises LeaseLost when the run was taken for dead and its request has been closed by another.
    """
    for _ in range(DEADLOCKS):
        with suppress(OperationalError):
            _settle(batch, outcomes, policy)
            return
    _settle(batch, outcomes, policy)


def close(batch: Batch, *, summary: bytes, document: bytes = b"") -> None:
    """Mark the batch's request processed, with the summary or the report as its answer."""
    Request.objects.filter(pk=batch.request_id, fence=batch.fence).update(
        processed_at=clock.now(),
        claimed_until=None,
        request_body=document or None,
        response_body=summary,
    )


def export_of(batch: Batch) -> Export:
    """Return the report on a batch, made when its first line is written."""
    return Export.objects.get_or_create(
        request_id=batch.request_id,
        defaults={
            "message_id": batch.message_id,
            "entity": batch.entity,
            "operation": batch.operation,
            "website": batch.website,
        },
    )[0]


def write_lines(export: Export, outcomes: Sequence[Outcome]) -> None:
    """Add lines to a report and count them."""
    lines = [_line(export, outcome) for outcome in outcomes]
    ExportLine.objects.bulk_create(lines)
    results = [line.result for line in lines]
    Export.objects.filter(pk=export.pk).update(
        successes=F("successes") + results.count(Result.SUCCESS),
        duplicates=F("duplicates") + results.count(Result.DUPLICATE),
        failures=F("failures") + results.count(Result.FAILURE),
    )


def recover_interrupted(entity: Entity, *, ids: Sequence[int] | None = None) -> int:
    """Close the requests of runs that died while announcing this entity; return how many.

    With `ids`, only those of them.
    """
    announcements = Request.objects.filter(
        type=RequestType.EXPORT, entity=entity, operation__in=_ANNOUNCEMENTS
    )
    if ids is not None:
        announcements = announcements.filter(pk__in=ids)
    return close_abandoned(announcements, _close_interrupted)


def _settle(batch: Batch, outcomes: Sequence[Outcome], policy: RetryPolicy) -> None:
    """Settle in one transaction. A bulk change of the same rows can make the database cancel it."""
    told = [outcome for outcome in outcomes if outcome.fate is not Fate.GIVEN_BACK]
    with transaction.atomic():
        _hold(batch)
        if told:
            write_lines(export_of(batch), told)
        tell_of_outcomes(batch.entity, told)
        _write_export_states(batch, outcomes, policy)


def _hold(batch: Batch) -> None:
    """Lock the batch's request; it must still be ours."""
    ours = Request.objects.select_for_update(no_key=True).filter(
        pk=batch.request_id, fence=batch.fence, processed_at__isnull=True
    )
    if not ours.values_list("pk", flat=True):
        raise LeaseLost("The run took longer than its lease, and another one has closed it.")


def _line(export: Export, outcome: Outcome) -> ExportLine:
    return ExportLine(
        parent=export,
        result=RESULTS[outcome.fate],
        reference=outcome.target.reference,
        reason=shortened(outcome.text, _REASON_LENGTH),
        call=shortened(outcome.call),
        answer=shortened(outcome.answer),
    )


def _write_export_states(batch: Batch, outcomes: Sequence[Outcome], policy: RetryPolicy) -> None:
    """Write where the settled products or orders stand now."""
    now = clock.now()
    by_row = {row: outcome for outcome in outcomes for row in outcome.target.revisions}
    columns = ("id", "orderflow_revision", *_COLUMNS)
    rows: Iterable[Any] = (
        EXPORT_STATES[batch.entity]
        ._default_manager.filter(pk__in=by_row)
        .select_for_update(no_key=True)
        .order_by("pk")
        .only(*columns)
    )
    ours = [row for row in rows if _is_as_claimed(row, by_row[row.pk].target, batch)]
    for row in ours:
        _decide(row, by_row[row.pk], policy, now)
    update_rows(ours, *_COLUMNS)
    exported = [row.pk for row in ours if row.orderflow_export_status == ExportStatus.EXPORTED]
    if batch.entity == Entity.PRODUCT:
        refresh_export_status(outcome.target.entity_id for outcome in outcomes)
        tell_of_exported(exported, at=now)
    else:
        _note_exported(exported, now)


def _is_as_claimed(row: Any, target: Target, batch: Batch) -> bool:
    """Tell whether nothing has happened to the row since: no change, no fetch, no cancellation.

    An order that OrderFlow has fetched stays Exported, though it may be announced by hand.
    """
    fetched = row.orderflow_export_date
    final = {ExportStatus.CANCELLED}
    if batch.entity == Entity.ORDER:
        final.add(ExportStatus.EXPORTED)
    return (
        row.orderflow_revision == target.revisions[row.pk]
        and row.orderflow_export_status not in final
        and not (fetched and fetched >= batch.claimed_at)
    )


def _decide(row: Any, outcome: Outcome, policy: RetryPolicy, now: datetime) -> None:
    """Set the columns of a row to what its outcome means (docs/contract/shop-rules.md)."""
    if outcome.fate is Fate.GIVEN_BACK:
        row.orderflow_due_at = now + policy.rest
        return
    was_not_fetched = _was_not_fetched(row, policy, now)
    row.orderflow_attempts = outcome.target.attempts + 1
    row.orderflow_last_error = ""
    row.orderflow_queued_at = now
    if outcome.fate is Fate.ANNOUNCED:
        row.orderflow_export_status = ExportStatus.QUEUED
        row.orderflow_due_at = now + policy.stuck_after
        if was_not_fetched:  # the watch goes on to tell of it until it is
            row.orderflow_last_error = not_fetched(row.orderflow_attempts)
    elif outcome.fate is Fate.FAILED:
        delay = policy.delay_after(row.orderflow_attempts)
        row.orderflow_export_status = ExportStatus.FAILED
        row.orderflow_due_at = None if delay is None else now + delay
        row.orderflow_last_error = shortened(outcome.text, _REASON_LENGTH)
    else:
        row.orderflow_export_status = ExportStatus.EXPORTED
        row.orderflow_export_date = now
        row.orderflow_attempts = 0
        row.orderflow_due_at = None


def _was_not_fetched(row: Any, policy: RetryPolicy, now: datetime) -> bool:
    """Tell whether OrderFlow was told before, and has not come for it in time."""
    told_at = row.orderflow_queued_at
    return row.orderflow_export_status == ExportStatus.QUEUED and bool(
        row.orderflow_last_error or (told_at and told_at <= now - policy.stuck_after)
    )


def _note_exported(order_ids: Sequence[int], now: datetime) -> None:
    """Tell people and the shop's own system of orders that a pushed document has brought over."""
    if order_ids:
        note_exported(list(Order.objects.filter(pk__in=order_ids)), at=now)


def _close_interrupted(request: Request) -> None:
    """Record the lines whose answer nobody knows, and close the request."""
    # The raised fence keeps out the dead run, should it only have been very slow.
    Request.objects.filter(pk=request.pk).update(fence=F("fence") + 1)
    batch = _batch_of(request)
    export = export_of(batch)
    known = set(ExportLine.objects.filter(parent=export).values_list("reference", flat=True))
    unknown = [target for target in batch.targets if target.reference not in known]
    write_lines(export, [Outcome(target, Fate.FAILED, INTERRUPTED) for target in unknown])
    close(batch, summary=INTERRUPTED.encode())


def _batch_of(request: Request) -> Batch:
    """Read a batch back from its request; its rows are no longer held."""
    lines = [line.get("increment_id") or line.get("sku") or "" for line in request.lines]
    return Batch(
        entity=Entity(request.entity),
        operation=Operation(request.operation),
        group=(request.website,) if request.website else (),
        targets=tuple(Target(0, reference) for reference in lines),
        claimed_at=request.created_at,
        request_id=request.pk,
        message_id=request.message_id,
        fence=request.fence + 1,
    )
