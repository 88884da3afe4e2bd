"""What the scheduler has done and will do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Max
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.configuration.cron_expressions import describe, next_runs
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.jobs.table import JOBS, Job
from orderflow_bridge.request_queue.waiting import (
    LONGEST_SILENCE,
    Circumstances,
    remembered,
    why_waiting,
)

# Enough to hold a run of every minutely job, so that one query mostly finds them all.
RECENT_RUNS = 50


@dataclass(frozen=True)
class JobState:
    """A job as an operator sees it: its schedule in words, its last run and its next one.

    `next_run` is in the shop's zone; None when the job is switched off.
    """

    job: Job
    is_enabled: bool
    schedule: str
    last_run: JobRun | None
    next_run: datetime | None


def shop_zone() -> ZoneInfo:
    """Return the zone that cron expressions and dates are read in."""
    return ZoneInfo(general().timezone)


def last_slot() -> datetime | None:
    """Return the newest minute that a tick has filled; None before the first one."""
    scheduled = JobRun.objects.filter(scope=JobRun.Scope.SCHEDULE)
    newest: datetime | None = scheduled.aggregate(newest=Max("scheduled_for"))["newest"]
    return newest


def pending_runs() -> list[JobRun]:
    """Return the runs that nobody has started, newest slot first."""
    return list(JobRun.objects.filter(status=JobRun.Status.PENDING).order_by("-scheduled_for"))


def abandoned_run_ids(now: datetime) -> list[int]:
    """Return the running runs whose lease has run out: their worker is gone.

    Runs are read before leases: both are written in one transaction, so a run that is seen here has
    its lease in the second reading.
    """
    running = JobRun.objects.filter(status=JobRun.Status.RUNNING).values_list("pk", flat=True)
    seen = list(running)
    alive = set(JobLease.objects.filter(until__gt=now).values_list("holder", flat=True))
    return [pk for pk in seen if str(pk) not in alive]


def run_at_work(job_name: str) -> JobRun | None:
    """Return the run that holds the job's lease."""
    lease = JobLease.objects.filter(job=job_name).first()
    if lease is None or not lease.holder.isdigit():
        return None
    return JobRun.objects.filter(pk=int(lease.holder)).first()


def why_run_waits(run: JobRun) -> str:
    """Return why a run has not been started; "" if it has, or never will be."""
    if run.status != JobRun.Status.PENDING:
        return ""
    now = clock.now()
    job = next((job for job in JOBS if job.name == run.job), None)
    is_off = job is not None and not job.is_enabled()
    leases = JobLease.objects.filter(until__gt=now).exclude(holder="")
    at_work = remembered("jobs at work", lambda: set(leases.values_list("job", flat=True)))
    minutes = int((now - run.created_at).total_seconds() // 60)
    late = _("A worker: none has started it for %(minutes)s minutes") % {"minutes": minutes}
    return why_waiting(
        Circumstances(
            switched_off=_("%(job)s is switched off") % {"job": _(job.title)}
            if job and is_off
            else "",
            resting=_("The run before it is still at work") if run.job in at_work else "",
            otherwise=late if now - run.created_at > LONGEST_SILENCE else _("The next free worker"),
        ),
        now,
    )


def job_states(now: datetime, jobs: Sequence[Job] = JOBS) -> list[JobState]:
    """Return every job's state at `now` (aware), in the order of the table."""
    last = _last_runs(jobs)
    # Jobs that share a switch ask for it once.
    switches = {switch: switch() for switch in {job.is_enabled for job in jobs}}
    return [_job_state(job, switches[job.is_enabled], last.get(job.name), now) for job in jobs]


def _last_runs(jobs: Sequence[Job]) -> dict[str, JobRun | None]:
    """Return the last run of each job by its name; jobs that never ran may be missing."""
    recent = list(JobRun.objects.order_by("-id")[:RECENT_RUNS])
    last: dict[str, JobRun | None] = {run.job: run for run in reversed(recent)}
    if len(recent) == RECENT_RUNS:
        for job in jobs:
            if job.name not in last:
                last[job.name] = JobRun.objects.filter(job=job.name).order_by("-id").first()
    return last


def _job_state(job: Job, is_enabled: bool, last_run: JobRun | None, now: datetime) -> JobState:
    schedule, upcoming = _schedule(job.cron_expression(), now)
    return JobState(
        job=job,
        is_enabled=is_enabled,
        schedule=schedule,
        last_run=last_run,
        next_run=upcoming if is_enabled else None,
    )


def _schedule(expression: str, now: datetime) -> tuple[str, datetime | None]:
    """Return an expression in words, and when it fires next; a broken one hides no other job."""
    try:
        upcoming = next_runs(expression, now, 1, shop_zone())
        return describe(expression), upcoming[0] if upcoming else None
    except ValueError:
        text = _("%(expression)s (this cron expression cannot be read)")
        return text % {"expression": expression}, None
