"""Excel workbooks (.xlsx): the first sheet, streamed; values as people see them, never formulas."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.reading.rows import FileRefused, Table, header_of, rows_of

MOST_UNPACKED_BYTES = 2 * 1024**3
_UNREADABLE = (
    "The workbook cannot be read: it is damaged or protected. Save it again as .xlsx, or as “CSV"
    " UTF-8”."
)
_BROKEN = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError)


def open_xlsx(file: "IO[bytes]") -> Table:
    """Return the table in the first sheet of a seekable workbook. Raises FileRefused."""
    _check_size(file)
    try:
        workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its size may be wrong
    except (*_BROKEN, IndexError, AttributeError):
        raise FileRefused(_UNREADABLE) from None
    records = _records(sheet)
    header = next(records, None)
    if header is None:
        raise FileRefused("The first sheet of the workbook is empty.")
    columns = header_of(header[1])
    return Table(columns, f"Excel, sheet “{sheet.title}”", rows_of(columns, records))


def _check_size(file: "IO[bytes]") -> None:
    """Refuse a small file that would unpack to an enormous one."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except _BROKEN:
        raise FileRefused(_UNREADABLE) from None
    if size > MOST_UNPACKED_BYTES:
        raise FileRefused("The workbook is too large. Save it as “CSV UTF-8” and import that.")
    file.seek(0)


def _records(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    is_header_found = False
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = [_text(value) for value in cells]
            if is_header_found or any(texts):
                is_header_found = True
                yield number, texts
    except _BROKEN:
        raise FileRefused(_UNREADABLE) from None


def _text(value: Any) -> str:
    """Return a cell's value as it would stand in a CSV file."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return str(int(value))
        case int():
            return str(value)
        case float():
            return plain(Decimal(repr(value)))
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
    return str(value)
