"""Celery's entry: an upload, a confirmation or a list's Export wakes a worker at once."""

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from orderflow_bridge.file_transfer.list_exports import work_off_list_exports
from orderflow_bridge.file_transfer.services import work_off_files

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True, acks_late=True)
def work_off_file(file_import_id: int) -> None:
    """Check or import one file. Harmless when repeated: only one worker can borrow it."""
    work_off_files([file_import_id])


def wake(file_import_id: int) -> None:
    """Wake a worker for a file. Without a broker nothing is lost: the job finds it in a minute."""
    try:
        work_off_file.apply_async((file_import_id,))
    except OperationalError as error:
        log.warning("worker_not_woken", file_import=file_import_id, error=str(error))


@shared_task(ignore_result=True, acks_late=True)
def work_off_list_export(list_export_id: int) -> None:
    """Make one list's file. Harmless when repeated: only one worker can borrow it."""
    work_off_list_exports([list_export_id])


def wake_for_list(list_export_id: int) -> None:
    """Wake a worker for a list's file. Without a broker the job finds it in a minute."""
    try:
        work_off_list_export.apply_async((list_export_id,))
    except OperationalError as error:
        log.warning("worker_not_woken", list_export=list_export_id, error=str(error))
