"""The machinery: runs that nobody starts, runs that fail, hosts whose clock is wrong."""

from datetime import datetime, timedelta

from django.urls import reverse

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
from orderflow_bridge.watch.wording import clock_time, counted, listed

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
    titles = list(dict.fromkeys(title_of(job) for job, _, _ in rows))
    oldest = min(created for _, created, _ in rows)
    are_woken = all(woken for _, _, woken in rows)
    return Finding(
        NOTHING_RUNS,
        "workers",
        f"{counted(len(rows), 'run')} that {'was due has' if len(rows) == 1 else 'were due have'}"
        " not been started since"
        f" {clock_time(oldest, now)}: {listed(titles)}.",
        "Workers were waked and did not start them: see that they run, in this version, with the"
        " same broker, and that not all of them are at work on something long."
        if are_woken
        else "Start a worker.",
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
        f"The last run of the job {title} failed: {summary.rstrip('.')}.",
        "Mend what the sentence names; the log has the details. The job runs again by itself.",
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
                f"The clock of the host {each.host} is {abs(each.offset_seconds):,.0f} seconds"
                f" {'ahead of' if each.offset_seconds > 0 else 'behind'} the database's.",
                f"Set the clock of {each.host}, and let it be kept by NTP.",
                reverse("admin:scheduler_jobrun_changelist"),
                count=int(abs(each.offset_seconds)),
            )
            for each in clocks[:MOST_RUNS]
            if abs(each.offset_seconds) > LARGEST_OFFSET_SECONDS
        ],
        now=now,
    )
