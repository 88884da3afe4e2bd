"""Files for tests, and going through them."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

from orderflow_bridge.file_transfer.models import Change, FileImport, FileImportLine, Kind
from orderflow_bridge.file_transfer.services import confirm, work_off_files
from orderflow_bridge.file_transfer.storage import store_file


def csv_of(*rows: Sequence[Any], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(*rows: Sequence[Any]) -> bytes:
    """Return rows as an Excel workbook."""
    workbook = Workbook()
    for row in rows:
        workbook.active.append(list(row))
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def upload(kind: Kind, content: bytes, *, name: str = "upload.csv", **values: Any) -> FileImport:
    """Store a file as an upload does."""
    return store_file(kind, name, [content], **values)


def checked(kind: Kind, content: bytes, **values: Any) -> FileImport:
    """Upload a file and let its dry run happen."""
    stored = upload(kind, content, **values)
    work_off_files([stored.pk])
    stored.refresh_from_db()
    return stored


def imported(kind: Kind, content: bytes, **values: Any) -> FileImport:
    """Upload a file, check it, confirm it and import it."""
    stored = checked(kind, content, **values)
    assert stored.status == FileImport.Status.CHECKED, stored.refusal or stored.last_error
    confirm(stored)
    work_off_files([stored.pk])
    stored.refresh_from_db()
    assert stored.status == FileImport.Status.DONE, stored.refusal or stored.last_error
    return stored


def counts(stored: FileImport) -> dict[str, int]:
    """Return the counts of the last phase, by the change's name in lower case."""
    return {Change(int(number)).name.lower(): count for number, count in stored.counts.items()}


def told(stored: FileImport) -> list[tuple[int, str, str]]:
    """Return row, change and text of the last phase's lines."""
    lines = FileImportLine.objects.filter(file_import=stored, phase=stored.phase).order_by("id")
    return [(line.row, Change(line.change).name.lower(), line.text) for line in lines]
