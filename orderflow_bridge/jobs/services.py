"""The minute tick: finds what is due, and leaves the running to its caller.

The rows decide, not the callers: two beats, a beat beside a crontab, or a repeated message from the
broker start every run once (docs/decisions/celery-and-cron.md).
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from orderflow_bridge.common import clock
from orderflow_bridge.jobs.due import minute_of, minutes_to_check, newest_due, set_back_by
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.selectors import abandoned_run_ids, last_slot, pending_runs, shop_zone
from orderflow_bridge.jobs.set_back import turn_back
from orderflow_bridge.jobs.table import JOBS, Job

ABANDONED = "The worker stopped before it finished."

log = structlog.get_logger(__name__)


def tick(
    now: datetime, *, start: Callable[[int], object], jobs: Sequence[Job] = JOBS
) -> list[JobRun]:
    """Fill the slots that are due at `now` (aware), and start every run that is waiting.

    `start` gets the id of a run: it wakes a worker (beat) or does the work in this process
    (crontab). It may fail or lose the run: the next tick starts it again. Returns the runs handed
    to `start`.
    """
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
        turn_back(now, back)


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
