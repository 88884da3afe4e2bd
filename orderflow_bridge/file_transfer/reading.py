"""Tables read from CSV and Excel files, row by row, whatever their size."""

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext_noop

from orderflow_bridge.common.excel import openpyxl
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.cells import unguarded
from orderflow_bridge.file_transfer.csv_records import LONGEST_CELL, CsvRecord, csv_records
from orderflow_bridge.file_transfer.csv_records import FileRefused as FileRefused

_DELIMITERS = ",;\t|"
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Excel's own way to name the delimiter, in a line of its own before the header.
_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])"?[,;\t|]*(?:\r\n|\r|\n)', re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_MOST_UNPACKED_BYTES = 2 * 1024**3
_EMPTY = gettext_noop("The file is empty.")
_EMPTY_SHEET = gettext_noop("The first sheet of the workbook is empty.")
_UNREADABLE = gettext_noop(
    "The workbook cannot be read: it is damaged or protected. Save it again as .xlsx, or as “CSV"
    " UTF-8”."
)
_BROKEN = (zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError)

_MOST_COLUMNS = 1_000
_LONGEST_COLUMN = 100

_HEAD = 64 * 1024
_IN_MEMORY = 8 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_NO_TABLES = {
    b"\xd0\xcf\x11\xe0": gettext_noop(
        "The file is an old Excel workbook (.xls) or a protected one. Save it as .xlsx or as “CSV"
        " UTF-8”."
    ),
    b"%PDF": gettext_noop("The file is a PDF document. Save it as .xlsx or as “CSV UTF-8”."),
    b"\x1f\x8b": gettext_noop("The file is a compressed file. Save it as .xlsx or as “CSV UTF-8”."),
}


class Row(NamedTuple):
    """One row: its number as a spreadsheet shows it, and its cells by column name.

    A `problem` means that the row cannot be taken as it is; its cells are then as far as they can
    be read.
    """

    number: int
    values: dict[str, str]
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """A file's columns in order, what its reader found out about the file, and its rows."""

    columns: Sequence[str]
    format: str
    rows: Iterator[Row]


@contextmanager
def open_table(stream: "io.RawIOBase | io.BufferedIOBase") -> Iterator[Table]:
    """Open the table in a stream of bytes, CSV or .xlsx. Raises FileRefused.

    Nothing but a row at a time is kept in memory; a workbook, which must be read back and forth, is
    put into a temporary file.
    """
    file = io.BufferedReader(stream, _HEAD)
    head = file.peek(_HEAD)[:_HEAD]
    for beginning, refusal in _NO_TABLES.items():
        if head.startswith(beginning):
            raise FileRefused(refusal)
    if not head.strip():
        raise FileRefused(_EMPTY)
    if not head.startswith(_ZIP):
        yield _csv_table(file, head)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield _xlsx_table(copy)


def _csv_table(file: "IO[bytes]", head: bytes) -> Table:
    """Return the table in a file whose first bytes are `head`; the file stands at its beginning.

    Raises FileRefused, also while the rows are read: for a quoted cell that never ends.
    """
    if head.startswith(_UTF_16) or b"\0" in head:
        raise FileRefused(
            gettext_noop(
                "The file is not UTF-8 text: it is UTF-16, or no CSV file. In Excel, save it as"
                " “CSV UTF-8 (Comma delimited)”."
            )
        )
    encoding = "utf-8-sig" if head.startswith(_BOM) else "utf-8"
    # Bytes that are not UTF-8 are kept as marks, so that their row fails alone and says so.
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    beginning = head.decode(encoding, "replace")
    separator = _SEPARATOR_LINE.match(beginning)
    delimiter = separator[1] if separator else _delimiter(beginning)
    records = csv_records(text, delimiter)
    if separator:
        next(records, None)
    title = (
        f"CSV, {encoding.upper().replace('-SIG', ' with BOM')}, {_NAMES.get(delimiter, delimiter)}"
    )
    return _table(records, title, empty=_EMPTY)


def _delimiter(head: str) -> str:
    """Return the delimiter that stands most often in the first row, outside quotes."""
    counts = dict.fromkeys(_DELIMITERS, 0)
    is_quoted = False
    for char in head[:_HEAD]:
        if char == '"':
            is_quoted = not is_quoted
        elif is_quoted:
            continue
        elif char in "\r\n":
            if any(counts.values()):
                break
        elif char in counts:
            counts[char] += 1
    return max(counts, key=lambda delimiter: counts[delimiter])


def _xlsx_table(file: "IO[bytes]") -> Table:
    """Return the table in the first sheet of a seekable workbook. Raises FileRefused."""
    _check_size(file)
    try:
        workbook = openpyxl().load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # what the file says about its size may be wrong
    except (*_BROKEN, IndexError, AttributeError):
        raise FileRefused(_UNREADABLE) from None
    title = f"Excel, sheet “{sheet.title}”"
    return _table(_xlsx_records(sheet), title, empty=_EMPTY_SHEET)


def _check_size(file: "IO[bytes]") -> None:
    """Refuse a small file that would unpack to an enormous one."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except _BROKEN:
        raise FileRefused(_UNREADABLE) from None
    if size > _MOST_UNPACKED_BYTES:
        raise FileRefused(
            gettext_noop("The workbook is too large. Save it as “CSV UTF-8” and import that.")
        )
    file.seek(0)


def _xlsx_records(sheet: Any) -> Iterator[CsvRecord]:
    is_header_found = False
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = [_text(value) for value in cells]
            if is_header_found or any(texts):
                is_header_found = True
                yield CsvRecord(number, texts)
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


def _table(records: Iterator[CsvRecord], title: str, *, empty: str) -> Table:
    """Return the table of these records, below their header; `empty` is said without one."""
    header = next(records, None)
    if header is None:
        raise FileRefused(empty)
    columns = _header(header.cells)
    return Table(columns, title, _rows(columns, records))


def _header(cells: Sequence[str]) -> list[str]:
    """Return the names of the columns, in lower case; unnamed ones at the end are left out.

    Raises FileRefused for a name that is there twice, an unnamed column between others, and for no
    names at all.
    """
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileRefused(gettext_noop("The first row must name the columns, but it is empty."))
    if len(names) > _MOST_COLUMNS:
        raise FileRefused(gettext_noop("The first row names more than 1,000 columns."))
    for position, name in enumerate(names, start=1):
        if not name:
            raise FileRefused(f"Column {position} has no name in the first row.")
        if not _is_text(name):
            raise FileRefused(
                gettext_noop(
                    "The first row is not UTF-8 text. Save the file as “CSV UTF-8” and try again."
                )
            )
        if name in names[: position - 1]:
            raise FileRefused(
                f'The column "{name[:_LONGEST_COLUMN]}" is there twice. Take one away or rename it.'
            )
    return names


def _rows(columns: Sequence[str], records: Iterable[CsvRecord]) -> Iterator[Row]:
    """Yield the rows of records below the header; empty ones are left out.

    Missing cells at the end are empty: spreadsheets do not write them.
    """
    width = len(columns)
    for number, cells, problem in records:
        if not any(cells):
            continue
        values = dict(zip(columns, map(unguarded, cells), strict=False))
        if len(cells) < width:
            values.update(dict.fromkeys(columns[len(cells) :], ""))
        yield Row(number, values, problem or _problem(columns, cells))


def _is_text(value: str) -> bool:
    """Tell whether a cell holds text that can be stored: UTF-8, without NUL."""
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _problem(columns: Sequence[str], cells: Sequence[str]) -> str:
    width = len(columns)
    is_alike = cells[0].strip().lower() == columns[0]
    if is_alike and [cell.strip().lower() for cell in cells[:width]] == list(columns):
        return "The row names the columns once more, as the first one does. It is left out."
    if len(cells) > width and any(cells[width:]):
        return (
            f"The row has {len(cells)} cells and the first row names {width} columns:"
            " is a delimiter or a line break in a cell without quotes around it?"
        )
    for name, cell in zip(columns, cells, strict=False):
        if cell.isascii():
            if "\0" in cell:
                return f'The cell "{name}" has a NUL character in it.'
        elif not _is_text(cell):
            return (
                f'The cell "{name}" is not UTF-8 text. Save the file as “CSV UTF-8” and import it'
                " again."
            )
        if len(cell) > LONGEST_CELL:
            return f'The cell "{name}" is longer than {LONGEST_CELL:,} characters.'
    return ""
