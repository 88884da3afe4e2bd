"""What is done with a file: check it, confirm it, stop it."""

from django.db.models import F
from django.utils import timezone

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.file_transfer import orders, products, running, stock
from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.file_transfer.transfers import Importer

Status = FileImport.Status

IMPORTERS: dict[str, Importer] = {
    Kind.PRODUCTS: products.IMPORTER,
    Kind.STOCK: stock.IMPORTER,
    Kind.ORDERS: orders.IMPORTER,
}


def work_off_files(ids: list[int] | None = None) -> list[int]:
    """Check and import what waits, or exactly these; return the ids of what was worked on.

    Must not be called inside a transaction.
    """
    return running.work_off(IMPORTERS, ids=ids)


def unfinished(stored: FileImport) -> FileImport | None:
    """Return an import of the same file that was interrupted, the newest; None if there is none."""
    return (
        FileImport.objects.filter(
            kind=stored.kind,
            digest=stored.digest,
            website=stored.website,
            is_enclosed=stored.is_enclosed,
            status=Status.IMPORTING,
        )
        .exclude(pk=stored.pk)
        .order_by("-id")
        .first()
    )


def confirm(file_import: FileImport) -> None:
    """Have a checked file imported. Raises ActionNotAvailable if it does not wait for that."""
    started = FileImport.objects.filter(pk=file_import.pk, status=Status.CHECKED).update(
        status=Status.IMPORTING,
        confirmed_at=timezone.now(),
        records_done=0,
        bytes_done=0,
        attempts=0,
        claimed_until=None,
        retry_at=None,
        last_error="",
    )
    if not started:
        raise ActionNotAvailable("This file does not wait for a confirmation any more.")
    file_import.refresh_from_db()


def cancel(file_import: FileImport) -> None:
    """Stop a file that is not done; what was imported stays. Raises ActionNotAvailable.

    The raised fence keeps the worker that has borrowed it from writing anything more.
    """
    open_ones = (Status.CHECKING, Status.CHECKED, Status.IMPORTING)
    stopped = FileImport.objects.filter(pk=file_import.pk, status__in=open_ones).update(
        status=Status.CANCELED,
        fence=F("fence") + 1,
        claimed_until=None,
        finished_at=timezone.now(),
    )
    if not stopped:
        raise ActionNotAvailable("This file is done already.")
    file_import.refresh_from_db()
