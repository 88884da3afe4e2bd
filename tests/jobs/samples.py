"""Jobs and runs for the scheduler's tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import Job

TEN = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Return a moment so many minutes after ten o'clock (UTC)."""
    return TEN + timedelta(minutes=minutes)


def make_job(
    name: str = "probe",
    *,
    expression: str = "* * * * *",
    run: Callable[[], str] = lambda: "Done.",
    is_enabled: bool = True,
) -> Job:
    """Make a job that is due every minute unless an expression is given."""
    return Job(
        name=name,
        title=name.title(),
        run=run,
        cron_expression=lambda: expression,
        is_enabled=lambda: is_enabled,
        switch=f"{name}/settings/is_enabled",
    )


def make_run(job: str = "probe", **values: Any) -> JobRun:
    """Make a pending run of ten o'clock."""
    return JobRun.objects.create(job=job, **{"scheduled_for": TEN, **values})


def slots(job: str = "probe") -> list[tuple[datetime, str]]:
    """Return time and status of a job's runs, oldest first."""
    runs = JobRun.objects.filter(job=job).order_by("scheduled_for", "pk")
    return [(run.scheduled_for, run.status) for run in runs]
