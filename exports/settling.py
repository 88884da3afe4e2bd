"""Writing down what OrderFlow answered, in short transactions, as the answers arrive.

A settled outcome survives any crash. The export state of a product or order is written only
where it is still the one that was claimed: a change made during the call keeps it Pending, and a
fetch that came before the answer keeps it Exported.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F

from exports.claims import Batch
from exports.models import Export, ExportLine
from exports.outcomes import Fate, Outcome, Target, shortened
from exports.retries import RetryPolicy
from exports.selectors import EXPORT_STATES
from exports.texts import not_fetched
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Result
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import note_exported

RESULTS = {
    Fate.ANNOUNCED: Result.SUCCESS,
    Fate.TAKEN: Result.SUCCESS,
    Fate.KNOWN: Result.DUPLICATE,
    Fate.FAILED: Result.FAILURE,
}
DEADLOCKS = 3
_REASON_LENGTH = 500
_COLUMNS = (
    "orderflow_export_status",
    "orderflow_export_date",
    "orderflow_queued_at",
    "orderflow_due_at",
    "orderflow_attempts",
    "orderflow_last_error",
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


def _settle(batch: Batch, outcomes: Sequence[Outcome], policy: RetryPolicy) -> None:
    """Settle in one transaction. A bulk change of the same rows can make the database cancel it."""
    told = [outcome for outcome in outcomes if outcome.fate is not Fate.GIVEN_BACK]
    with transaction.atomic():
        _hold(batch)
        if told:
            write_lines(export_of(batch), told)
        _write_export_states(batch, outcomes, policy)


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


def _line(export: Export, outcome: Outcome) -> ExportLine:
    return ExportLine(
        parent=export,
        result=RESULTS[outcome.fate],
        reference=outcome.target.reference,
        reason=shortened(outcome.text, _REASON_LENGTH),
        call=shortened(outcome.call),
        answer=shortened(outcome.answer),
    )


def _hold(batch: Batch) -> None:
    """Lock the batch's request; it must still be ours."""
    ours = Request.objects.select_for_update(no_key=True).filter(
        pk=batch.request_id, fence=batch.fence, processed_at__isnull=True
    )
    if not ours.values_list("pk", flat=True):
        raise LeaseLost("The run took longer than its lease, and another one has closed it.")


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
    if batch.entity == Entity.PRODUCT:
        refresh_export_status(outcome.target.entity_id for outcome in outcomes)
    else:
        exported = [row.pk for row in ours if row.orderflow_export_status == ExportStatus.EXPORTED]
        _note_exported(exported, now)


def _note_exported(order_ids: Sequence[int], now: datetime) -> None:
    """Tell people and the shop's own system of orders that a pushed document has brought over."""
    if order_ids:
        note_exported(list(Order.objects.filter(pk__in=order_ids)), at=now)


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


def _was_not_fetched(row: Any, policy: RetryPolicy, now: datetime) -> bool:
    """Tell whether OrderFlow was told before, and has not come for it in time."""
    told_at = row.orderflow_queued_at
    return row.orderflow_export_status == ExportStatus.QUEUED and bool(
        row.orderflow_last_error or (told_at and told_at <= now - policy.stuck_after)
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
