"""What is done with a file: check it, confirm it, stop it.

A worker borrows the file and goes through it batch by batch, each with its progress in one
transaction. When it is killed, its lease ends and the next one reads past the records that are
done; what was not committed has no effect (docs/decisions/queue-in-the-database.md).
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from django.db import OperationalError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from orderflow_bridge.common import leases
from orderflow_bridge.common.exceptions import ActionNotAvailable, BridgeError, LeaseLost
from orderflow_bridge.common.fields import storable
from orderflow_bridge.common.leases import together_or_each
from orderflow_bridge.file_transfer import orders, products, stock
from orderflow_bridge.file_transfer.cells import SHORTENED_NOTE, warning_of
from orderflow_bridge.file_transfer.importers import Importer, Outcome, Record, Setting, failed
from orderflow_bridge.file_transfer.models import Change, FileImport, FileImportLine, Kind, Phase
from orderflow_bridge.file_transfer.reading import FileRefused, open_table
from orderflow_bridge.file_transfer.storage import StoredFile

Status = FileImport.Status
AT_WORK = (Status.CHECKING, Status.IMPORTING)

logger = logging.getLogger(__name__)
_MOST_CHANGES_KEPT = 1_000
_MOST_FAILURES_KEPT = 10_000
_LONGEST_REFERENCE = 150
_LONGEST_TEXT = 2_000
_Decided = tuple[Record, str]

IMPORTERS: dict[str, Importer] = {
    Kind.PRODUCTS: products.IMPORTER,
    Kind.STOCK: stock.IMPORTER,
    Kind.ORDERS: orders.IMPORTER,
}


def work_off_files(ids: list[int] | None = None) -> list[int]:
    """Check and import what waits, or exactly these, by the importers that there are."""
    return work_off(IMPORTERS, ids=ids)


def work_off(importers: Mapping[str, Importer], *, ids: Sequence[int] | None = None) -> list[int]:
    """Check or import all files that wait, or exactly those of `ids`; return the ids worked on.

    Must not be called inside a transaction. A file whose processing raises is put off with its
    error and holds up no other.
    """
    waiting = FileImport.objects.filter(status__in=AT_WORK).order_by("id")
    seen: list[int] = []
    for found in leases.claim_each(waiting, ids=ids):
        seen.append(found.pk)
        _work(found, importers[found.kind])
    return seen


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
        raise ActionNotAvailable(
            gettext_noop("This file does not wait for a confirmation any more.")
        )
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
        raise ActionNotAvailable(gettext_noop("This file is done already."))
    file_import.refresh_from_db()


def _work(found: FileImport, importer: Importer) -> None:
    """Do what is left of the current phase of a borrowed file."""
    is_check = found.status == Status.CHECKING
    try:
        _go_through(found, importer, is_check=is_check)
        leases.give_back(
            found,
            status=Status.CHECKED if is_check else Status.DONE,
            finished_at=None if is_check else timezone.now(),
            bytes_done=found.size,
        )
    except LeaseLost:
        logger.warning("file_import_lease_lost", extra={"file_import": found.pk})
    except FileRefused as error:
        leases.give_back(
            found,
            status=Status.REFUSED,
            refusal=str(error),
            finished_at=timezone.now(),
        )
    except Exception as error:
        logger.exception("file_import_failed", extra={"file_import": found.pk})
        leases.put_off(found, error=f"{type(error).__name__}: {error}")


def _go_through(found: FileImport, importer: Importer, *, is_check: bool) -> None:
    stream = StoredFile(found)
    with open_table(stream) as table:
        notes = importer.check(table.columns)
        first_rows: dict[str, int] = {}
        setting = Setting(
            table.columns,
            found.website,
            is_dry_run=is_check,
            is_enclosed=found.is_enclosed,
            named=first_rows.keys(),
        )
        if not found.records_done:
            leases.describe(found, format=table.format[:255], notes=notes)
        records = _first_of_each(importer.records(table.rows), first_rows)
        for _ in islice(records, found.records_done):
            pass  # done before the interruption
        while batch := list(islice(records, importer.batch)):
            _settle(found, importer, batch, setting, stream.bytes_read)


def _first_of_each(records: Iterable[Record], first_rows: dict[str, int]) -> Iterator[_Decided]:
    """Yield each record with its problem; one whose key was there before has one.

    `first_rows` gets where each identity was first. So a file says the same however often it is
    imported, and wherever it was interrupted.
    """
    for record in records:
        problem = record.problem
        if not problem:
            first = first_rows.setdefault(record.identity or record.key, record.number)
            if first != record.number:
                problem = f"It is in the file twice: row {first} counts, this one was left out."
        yield record, problem


def _settle(
    found: FileImport,
    importer: Importer,
    batch: Sequence[_Decided],
    setting: Setting,
    bytes_read: int,
) -> None:
    """Commit the effect of a batch, what became of its rows, and the progress, together.

    The lease is taken up first: that locks the file, so a worker that comes back late waits here,
    and then finds a foreign fence.
    """
    with transaction.atomic():
        leases.hold(found)
        is_trusted = found.attempts <= leases.TRUSTED_ATTEMPTS
        outcomes = _outcomes(importer, batch, setting, is_trusted=is_trusted)
        counts = dict(found.counts)
        FileImportLine.objects.bulk_create(_lines(found, batch, outcomes, counts))
        counted = {"checked" if found.phase == Phase.CHECK else "imported": counts}
        done = found.records_done + len(batch)
        notes = found.notes
        if SHORTENED_NOTE not in notes and any(map(_warning, (record for record, _ in batch))):
            notes = [*notes, SHORTENED_NOTE]
        leases.progress(found, records_done=done, bytes_done=bytes_read, notes=notes, **counted)


def _lines(
    found: FileImport,
    batch: Sequence[_Decided],
    outcomes: Sequence[Outcome],
    counts: dict[str, int],
) -> Iterator[FileImportLine]:
    """Count the outcomes in `counts`, and yield the lines that are kept of them."""
    for (record, _), outcome in zip(batch, outcomes, strict=True):
        number = str(int(outcome.change))
        counts[number] = counts.get(number, 0) + 1
        most = _MOST_FAILURES_KEPT if outcome.change == Change.FAILED else _MOST_CHANGES_KEPT
        is_told = outcome.change != Change.UNCHANGED or outcome.warning
        if is_told and counts[number] <= most:
            yield FileImportLine(
                file_import=found,
                phase=found.phase,
                row=record.number,
                change=outcome.change,
                reference=storable(record.key)[:_LONGEST_REFERENCE],
                text=_text(record, outcome)[:_LONGEST_TEXT],
            )


def _text(record: Record, outcome: Outcome) -> str:
    warnings = [each for each in (outcome.warning, _warning(record)) if each]
    said = [f"{outcome.text.rstrip('.')}."] if warnings and outcome.text else [outcome.text]
    return " ".join(filter(None, [*said, *warnings]))


def _warning(record: Record) -> str:
    return next(filter(None, (warning_of(row.values) for row in record.rows)), "")


def _outcomes(
    importer: Importer, batch: Sequence[_Decided], setting: Setting, *, is_trusted: bool
) -> list[Outcome]:
    """Take the records together; if that raises, one by one, so that only the bad one fails."""
    taken = iter(
        together_or_each(
            [record for record, problem in batch if not problem],
            transaction.atomic(lambda records: importer.take(records, setting)),
            _refused,
            event="file_batch_split",
            is_trusted=is_trusted,
            raising=(OperationalError,),  # the database, not the row: the batch is tried again
        )
    )
    return [failed(problem) if problem else next(taken) for _, problem in batch]


def _refused(record: Record, error: Exception) -> Outcome:
    if isinstance(error, BridgeError):
        return failed(str(error))
    logger.exception("file_row_failed", extra={"row": record.number})
    return failed(f"The row could not be taken: {type(error).__name__}.")
