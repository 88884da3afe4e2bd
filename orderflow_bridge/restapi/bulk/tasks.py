"""Celery's entry: an accepted bulk call wakes a worker at once."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from orderflow_bridge.restapi.bulk.services import process_bulks
from orderflow_bridge.restapi.bulk.topics import KINDS

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True, acks_late=True)
def carry_out_bulk(bulk_id: int) -> None:
    """Carry out one bulk call. Harmless when repeated: only one worker can borrow it."""
    process_bulks(KINDS, ids=[bulk_id])


def wake(bulk_id: int) -> None:
    """Wake a worker for a bulk. Without a broker nothing is lost: the job finds it in a minute."""
    try:
        carry_out_bulk.apply_async((bulk_id,))
    except OperationalError as error:
        log.warning("worker_not_woken", bulk=bulk_id, error=str(error))
