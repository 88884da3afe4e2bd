"""The machinery: runs that nobody starts, runs that fail, hosts whose clock is wrong."""

from datetime import datetime, timedelta

from django.urls import reverse

from orderflow_bridge.common.worded import Worded, named, nworded, worded
from orderflow_bridge.jobs.models import HostClock, JobRun
from orderflow_bridge.jobs.table import JOBS, title_of
from orderflow_bridge.problems.kinds import JOB_FAILED, NOTHING_RUNS, WRONG_CLOCK
from orderflow_bridge.problems.services import (
    Finding,
    end_problems,
    open_problems,
    raise_problems,
    settle,
)
from orderflow_bridge.watch.wording import clock_time, listed

NOT_STARTED = timedelta(minutes=3)
MOST_RUNS = 100
# Enough for some minutes of all jobs.
RECENT_RUNS = 200
LARGEST_OFFSET_SECONDS = 5.0
# A host that has not worked for so long says nothing of its clock.
HEARD_OF = timedelta(hours=1)


def look_for_runs_not_started(now: datetime) -> None:
    """Find runs that have been due for minutes and that no worker has started."""
    late = JobRun.objects.filter(status=JobRun.Status.PENDING, created_at__lte=now - NOT_STARTED)
    rows = list(late.order_by("id").values_list("job", "created_at", "woken_at")[:MOST_RUNS])
    settle(NOTHING_RUNS, [_not_started(rows, now)] if rows else [], now=now)


def _not_started(rows: list[tuple[str, datetime, datetime | None]], now: datetime) -> Finding:
    titles = [named(title) for title in dict.fromkeys(title_of(job) for job, _, _ in rows)]
    oldest = min(created for _, created, _ in rows)
    are_woken = all(woken for _, _, woken in rows)
    return Finding(
        NOTHING_RUNS,
        "workers",
        nworded(
            "%(count)s run that was due has not been started since %(time)s: %(jobs)s.",
            "%(count)s runs that were due have not been started since %(time)s: %(jobs)s.",
            len(rows),
            time=clock_time(oldest, now),
            jobs=listed(titles),
        ),
        worded(
            "Workers were waked and did not start them: see that they run, in this version, with"
            " the same broker, and that not all of them are at work on something long."
        )
        if are_woken
        else worded("Start a worker."),
        reverse("admin:scheduler_jobrun_changelist", query={"status": JobRun.Status.PENDING}),
        count=len(rows),
    )


def look_for_failed_jobs(now: datetime) -> None:
    """Find jobs whose last run has failed; it ends with the next good one. Skipped says nothing.

    Of a job that has not run lately, what was found before stands.
    """
    decided = (JobRun.Status.SUCCESS, JobRun.Status.FAILED)
    newest = JobRun.objects.order_by("-id").values_list("job", "status", "summary", "pk")
    last: dict[str, tuple[str, str, int]] = {}
    for job, status, summary, pk in newest[:RECENT_RUNS]:
        if status in decided:
            last.setdefault(job, (status, summary, pk))
    failed = {job: run for job, run in last.items() if run[0] == JobRun.Status.FAILED}
    raise_problems([_failed(job, *run[1:]) for job, run in failed.items()], now=now)
    told = set(open_problems(JOB_FAILED).values_list("subject", flat=True))
    if gone := [title for title in told if _is_mended(title, last, failed)]:
        end_problems(JOB_FAILED, gone, now=now)


def _is_mended(
    title: str, last: dict[str, tuple[str, str, int]], failed: dict[str, tuple[str, str, int]]
) -> bool:
    """Tell whether a job's last run was good, or the job is off or gone."""
    job = next((job for job in JOBS if job.title == title), None)
    if job is None or not job.is_enabled():
        return True
    return job.name in last and job.name not in failed


def _failed(job: str, summary: str, run_id: int) -> Finding:
    title = title_of(job)
    return Finding(
        JOB_FAILED,
        title,
        worded(
            "The last run of the job %(job)s failed: %(reason)s.",
            job=named(title),
            reason=summary.rstrip("."),
        ),
        worded(
            "Mend what the sentence names; the log has the details. The job runs again by itself."
        ),
        reverse("admin:scheduler_jobrun_changelist", query={"job": job}),
        evidence={"run": run_id},
    )


def look_for_wrong_clocks(now: datetime) -> None:
    """Find hosts of workers, beat and cron whose clock differs from the database's."""
    clocks = HostClock.objects.filter(noted_at__gte=now - HEARD_OF)
    settle(
        WRONG_CLOCK,
        [
            Finding(
                WRONG_CLOCK,
                each.host,
                _wrong(each.host, each.offset_seconds),
                worded("Set the clock of %(host)s, and let it be kept by NTP.", host=each.host),
                reverse("admin:scheduler_jobrun_changelist"),
                count=int(abs(each.offset_seconds)),
            )
            for each in clocks[:MOST_RUNS]
            if abs(each.offset_seconds) > LARGEST_OFFSET_SECONDS
        ],
        now=now,
    )


def _wrong(host: str, offset: float) -> Worded:
    seconds = round(abs(offset))
    if offset > 0:
        return worded(
            "The clock of the host %(host)s is %(seconds)s seconds ahead of the database's.",
            host=host,
            seconds=seconds,
        )
    return worded(
        "The clock of the host %(host)s is %(seconds)s seconds behind the database's.",
        host=host,
        seconds=seconds,
    )
