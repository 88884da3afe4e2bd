"""The minute tick: finds what is due, and leaves the running to its caller.

The rows decide, not the callers: two beats, a beat beside a crontab, or a repeated message from the
broker start every run once (docs/decisions/celery-and-cron.md).

A clock that was ahead and has been set right takes back with it what it wrote. Otherwise everything
that was written meanwhile would wait until the wrong time comes: slots that are filled already,
leases of dead workers, orders that are due tomorrow; and OrderFlow would not be missed until then.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from axes.models import AccessAttempt
from django.apps import apps
from django.db import transaction
from django.db.models import DateTimeField, F, Max, Model, Value
from django.db.models.functions import Greatest

from imports.models import StockWatch
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.configuration.cron_expressions import matches
from orderflow_bridge.file_transfer.models import FileImport, ListExport
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.jobs.runs import note_host_clock
from orderflow_bridge.jobs.selectors import abandoned_run_ids, last_slot, pending_runs, shop_zone
from orderflow_bridge.jobs.table import JOBS, Job
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.models import ChatMessage, Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.sales.models import Order

log = structlog.get_logger(__name__)

ABANDONED = "The worker stopped before it finished."

_LOOK_BACK = timedelta(minutes=10)
# A clock that is corrected by less has not been wrong: no minute is done twice for its sake.
_CORRECTION = timedelta(minutes=2)
_MINUTE = timedelta(minutes=1)
# Every time that something waits for, or is judged by.
_AWAITED: tuple[tuple[type[Model] | str, str], ...] = (
    (JobLease, "until"),
    *(
        (queue, column)
        for queue in (Request, Bulk, FileImport, ListExport, OutgoingMail)
        for column in ("claimed_until", "retry_at")
    ),
    (WebhookEvent, "due_at"),
    (Order, "orderflow_due_at"),
    (ProductWebsite, "orderflow_due_at"),
    (ChatMessage, "due_at"),
    # Until then mass changes are not held.
    (StockWatch, "approved_until"),
    *((Problem, column) for column in ("first_seen", "last_seen", "told_at", "reminded_at")),
    *((RefusedCall, column) for column in ("first_at", "last_at")),
    (AccessAttempt, "attempt_time"),
    # Of the rooms above this one.
    ("watch.Heard", "last_at"),
    ("watch.OrderAnswer", "tried_at"),
)


def tick(
    now: datetime, *, start: Callable[[int], object], jobs: Sequence[Job] = JOBS
) -> list[JobRun]:
    """Fill the slots that are due at `now` (aware), and start every run that is waiting.

    `start` gets the id of a run: it wakes a worker (beat) or does the work in this process
    (crontab). It may fail or lose the run: the next tick starts it again. Returns the runs handed
    to `start`.
    """
    note_host_clock()
    _notice_set_back()
    _close_abandoned_runs()
    _fill_slots(now, minutes_to_check(minute_of(now), last_slot()), jobs)
    waiting = _newest_of_each(pending_runs())
    for run in waiting:
        try:
            start(run.pk)
        except Exception:
            log.exception("job_not_started", job=run.job, run=run.pk)
    return waiting


def order_run(job: Job, *, now: datetime) -> JobRun:
    """Write down a run by hand, at `now`. Whoever claims it first does it; at latest a tick."""
    return JobRun.objects.create(
        job=job.name, scope=JobRun.Scope.MANUAL, scheduled_for=now, created_at=now
    )


def _notice_set_back() -> None:
    """Move back what a clock that was ahead has written.

    By the real clock, not by the minute the tick is for: one that comes late has not gone back.
    """
    now = clock.now()
    if back := set_back_by(minute_of(now), last_slot()):
        _turn_back(now, back)


def _close_abandoned_runs() -> None:
    """Mark runs failed whose worker was killed. A run never stays Running forever.

    Leases run by the real clock, whatever minute the tick is for.
    """
    now = clock.now()
    abandoned = JobRun.objects.filter(pk__in=abandoned_run_ids(now), status=JobRun.Status.RUNNING)
    closed = abandoned.update(status=JobRun.Status.FAILED, summary=ABANDONED, finished_at=now)
    if closed:
        log.warning("jobs_abandoned", runs=closed)


def _fill_slots(now: datetime, minutes: Sequence[datetime], jobs: Sequence[Job]) -> None:
    """Insert the newest due run of each job, in one statement: other callers see all or none."""
    slots = ((job.name, _newest_slot(job, minutes)) for job in jobs)
    runs = [
        JobRun(job=name, scheduled_for=slot, created_at=now)
        for name, slot in slots
        if slot is not None
    ]
    JobRun.objects.bulk_create(runs, ignore_conflicts=True)


def _newest_slot(job: Job, minutes: Sequence[datetime]) -> datetime | None:
    """Return the slot that is due. A job with an unreadable setting does not hold up the others."""
    try:
        if not job.is_enabled():
            return None
        return newest_due(job.cron_expression(), minutes, shop_zone())
    except Exception:
        log.exception("job_not_judged", job=job.name)
        return None


def _newest_of_each(waiting: Sequence[JobRun]) -> list[JobRun]:
    """Return one run per job and scope, the newest; skip older ones: no backlog is worked off."""
    newest: dict[tuple[str, str], JobRun] = {}
    for run in waiting:
        successor = newest.setdefault((run.job, run.scope), run)
        if successor is not run:
            JobRun.objects.filter(pk=run.pk, status=JobRun.Status.PENDING).update(
                status=JobRun.Status.SKIPPED,
                summary="A newer run has taken its place.",
                finished_at=clock.now(),
            )
    return list(newest.values())


def minute_of(at: datetime) -> datetime:
    """Return the minute that `at` (aware) lies in."""
    return at.replace(second=0, microsecond=0)


def minutes_to_check(minute: datetime, last_slot: datetime | None) -> list[datetime]:
    """Return this minute and those that no tick has seen, newest first, at most _LOOK_BACK old.

    `last_slot` is the newest slot any tick has filled; None, on a new installation, owes nothing,
    and neither does one in the future.
    """
    if last_slot is None:
        return [minute]
    oldest = max(last_slot + _MINUTE, minute - _LOOK_BACK)
    missed = max((minute - oldest) // _MINUTE, 0)
    return [minute - ago * _MINUTE for ago in range(missed + 1)]


def set_back_by(minute: datetime, last_slot: datetime | None) -> timedelta:
    """Return by how much the clock has been set back since the newest slot, to the minute; or 0."""
    if last_slot is None or last_slot - minute < _CORRECTION:
        return timedelta()
    return last_slot - minute


def newest_due(expression: str, minutes: Sequence[datetime], zone: ZoneInfo) -> datetime | None:
    """Return the first of `minutes` (newest first) at which the expression is due, if any.

    The expression is read in the shop's zone; `matches` knows what to do when its clocks change.
    Raises ValueError if the expression is not valid.
    """
    return next(
        (minute for minute in minutes if matches(expression, minute.astimezone(zone))), None
    )


def _turn_back(now: datetime, back: timedelta) -> None:
    """Move what lies in the future back by as much as the clock was, but not before `now`.

    The slots that were filled ahead are kept as a record and make room: their minutes come again.
    What was written before the clock went wrong may come up earlier than planned, which does no
    harm. Of several callers one does the work.
    """
    with transaction.atomic():
        ahead = JobRun.objects.filter(scope=JobRun.Scope.SCHEDULE, scheduled_for__gt=now)
        newest = ahead.aggregate(newest=Max("pk"))["newest"]
        if newest is None or not ahead.update(scope=f"clock ahead {newest}"):
            return
        for table, column in _AWAITED:
            _move(table, column, now, back)
    log.warning("clock_set_back", minutes=int(back.total_seconds() // 60))


def _move(table: type[Model] | str, column: str, now: datetime, back: timedelta) -> None:
    model = apps.get_model(table) if isinstance(table, str) else table
    earlier = Greatest(
        Value(now, output_field=DateTimeField()), F(column) - back, output_field=DateTimeField()
    )
    model._default_manager.filter(**{f"{column}__gt": now}).update(**{column: earlier})
