"""Celery's door to the scheduler: beat calls `tick`, and a tick wakes workers with `run_job`."""

import structlog
from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from orderflow_bridge.scheduler import runs, services

# A message is only a wake-up. When nobody has taken it after a minute, the next tick sends another.
_WAKE_UP_SECONDS = 55

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def tick() -> None:
    """Find what is due this minute and wake workers for it."""
    services.tick(timezone.now(), start=wake)


@shared_task(ignore_result=True, acks_late=True, expires=_WAKE_UP_SECONDS)
def run_job(run_id: int) -> None:
    """Do one run. Harmless when repeated: only the first worker can claim it."""
    runs.run_job(run_id)


def wake(run_id: int) -> None:
    """Wake a worker for a run. Without a broker nothing is lost: the next tick starts the run."""
    try:
        run_job.apply_async((run_id,))
    except OperationalError as error:
        log.warning("worker_not_woken", run=run_id, error=str(error))
