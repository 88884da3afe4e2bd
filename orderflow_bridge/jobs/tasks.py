"""The scheduler's entry for Celery: beat calls `tick`, and a tick wakes workers with `run_job`.

No message expires: the hosts' clocks would decide whether a run takes place. What nobody takes
stays few, because a run is waked for once a minute at most.
"""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.signals import before_task_publish
from django.db import Error, close_old_connections
from django.db.models import Q
from kombu.exceptions import OperationalError

from orderflow_bridge.common import clock
from orderflow_bridge.jobs import runs, services
from orderflow_bridge.jobs.models import JobRun

# A message is only a wake-up. When nobody has taken it after a minute, the next tick sends another.
_WAKE_UP = timedelta(seconds=55)

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def tick() -> None:
    """Find what is due this minute and wake workers for it."""
    services.tick(clock.now(), start=wake)


@before_task_publish.connect(sender=tick.name)
def note_clock_of_beat(**_: Any) -> None:
    """Note the clock of beat's host: the tick is done by a worker, maybe on another."""
    close_old_connections()
    try:
        runs.note_host_clock()
    except Error as error:  # beat goes on without the database
        log.warning("clock_not_noted", error=str(error))
    finally:
        close_old_connections()


@shared_task(ignore_result=True, acks_late=True)
def run_job(run_id: int) -> None:
    """Do one run. Harmless when repeated: only the first worker can claim it."""
    runs.run_job(run_id)


def wake(run_id: int) -> None:
    """Wake a worker for a run, unless one was waked for it just now.

    Without a broker nothing is lost: a later tick starts the run.
    """
    if not _is_due(run_id):
        return
    try:
        run_job.apply_async((run_id,))
    except OperationalError as error:
        log.warning("worker_not_woken", run=run_id, error=str(error))


def _is_due(run_id: int) -> bool:
    """Write down that a worker is waked; tell whether the last time is long enough ago.

    After hours without a worker many ticks are worked off at once, and each finds the same runs.
    """
    now = clock.now()
    long_ago = Q(woken_at=None) | Q(woken_at__lte=now - _WAKE_UP) | Q(woken_at__gt=now)
    due = JobRun.objects.filter(long_ago, pk=run_id, status=JobRun.Status.PENDING)
    return bool(due.update(woken_at=now))
