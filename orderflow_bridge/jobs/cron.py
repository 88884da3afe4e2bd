"""The scheduler's entry for django-crontab, or any cron that calls it once a minute."""

from django.db import close_old_connections

from orderflow_bridge.common import clock
from orderflow_bridge.jobs import services
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job


def tick() -> list[JobRun]:
    """Find what is due this minute and do it in this process, one job after the other.

    A job that fails or takes long holds up nobody: the next minute's process starts what waits.
    """
    try:
        return services.tick(clock.now(), start=_run)
    finally:
        close_old_connections()


def _run(run_id: int) -> None:
    """Do one run; a connection that the job before has broken is replaced."""
    close_old_connections()
    run_job(run_id)
