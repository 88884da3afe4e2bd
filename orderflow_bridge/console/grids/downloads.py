"""A list as a file: what is shown, all pages of it, as CSV or Excel.

Rows are read some hundreds at a time, so that a file of a million costs no more memory than one of
a hundred. What a spreadsheet would take for a formula is made a text.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field, QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from orderflow_bridge.common.excel import openpyxl
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.console.grids.changelist import CHECKBOX, CHOICE, Grid
from orderflow_bridge.console.grids.columns import ACTIONS_COLUMN, Value, plain_value
from orderflow_bridge.console.grids.paging import rows_after, terms_of

KINDS = {"csv": "CSV", "xlsx": "Excel"}
MOST_CSV_ROWS = 1_000_000
MOST_EXCEL_ROWS = 100_000
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NO_VALUES = (CHECKBOX, CHOICE, ACTIONS_COLUMN)
_LONGEST_CELL = 32_767
_RISKY = tuple("=+-@\t\r\n＝＋－＠")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Row = Sequence[Value]
_AT_ONCE = 1_000
_CHUNK = 64 * 1024

Reader = Callable[[Any], Value]


def cut_note(most: int) -> str:
    """Say in the file itself that it is not everything."""
    text = _("Only the first %(number)s records are in this file. Narrow the list by filters.")
    return text % {"number": number_text(most)}


def send(
    kind: str, title: str, columns: Sequence[str], batches: Iterator[Sequence[Row]]
) -> HttpResponseBase:
    """Send batches of rows, read in the present time zone, as a file of a kind of KINDS."""
    rows = capped(in_zone(batches), most_rows(kind))
    return csv_file(title, columns, rows) if kind == "csv" else excel_file(title, columns, rows)


def most_rows(kind: str) -> int:
    """Return how many rows a file of a kind of KINDS has at most."""
    return MOST_CSV_ROWS if kind == "csv" else MOST_EXCEL_ROWS


def file_parts(
    kind: str, columns: Sequence[str], batches: Iterable[Sequence[Row]]
) -> Iterator[bytes]:
    """Yield the file that `send` sends of these batches, in parts, to be kept somewhere."""
    if kind == "csv":
        for text in _csv_parts(columns, batches):
            yield text.encode()
        return
    with _workbook(columns, batches) as file:
        while part := file.read(_CHUNK):
            yield part


def csv_file(
    name: str, titles: Sequence[str], batches: Iterable[Sequence[Row]]
) -> StreamingHttpResponse:
    """Send batches of rows as CSV while they are read."""
    parts = _csv_parts(titles, batches)
    answer = StreamingHttpResponse(parts, content_type=TYPES["csv"])
    answer["Content-Disposition"] = f'attachment; filename="{file_name(name)}.csv"'
    return answer


def excel_file(name: str, titles: Sequence[str], batches: Iterable[Sequence[Row]]) -> FileResponse:
    """Write batches of rows into an Excel file on disk, then send it."""
    file = _workbook(titles, batches)  # the answer closes it
    return FileResponse(file, as_attachment=True, filename=f"{file_name(name)}.xlsx")


def _workbook(titles: Sequence[str], batches: Iterable[Sequence[Row]]) -> IO[bytes]:
    """Return a temporary file at its beginning, which the caller closes."""
    book = openpyxl().Workbook(write_only=True)
    sheet = book.create_sheet(_("Records"))
    sheet.freeze_panes = "A2"
    sheet.append([_excel_cell(sheet, title) for title in titles])
    for batch in batches:
        for row in batch:
            sheet.append([_excel_cell(sheet, value) for value in row])
    file = TemporaryFile()  # noqa: SIM115  # the caller closes it
    book.save(file)
    file.seek(0)
    return file


def file_name(title: str) -> str:
    """Return a name for a file with the day, made of plain letters: the title may hold any text."""
    return f"{slugify(title) or 'list'}-{timezone.localdate()}"


def capped(batches: Iterable[Sequence[Row]], most: int) -> Iterator[Sequence[Row]]:
    """Yield at most so many rows, and a last one that says so where there were more."""
    left = most
    for batch in batches:
        if len(batch) > left:
            yield [*batch[:left], [cut_note(most)]]
            return
        left -= len(batch)
        yield batch


def csv_value(value: Value) -> str:
    """Return a cell of CSV. An apostrophe keeps a spreadsheet from calculating a text."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return plain(value)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_RISKY) else text


def _csv_parts(titles: Sequence[str], batches: Iterable[Sequence[Row]]) -> Iterator[str]:
    """Yield the file in parts. It begins with a mark by which Excel knows that it is UTF-8."""
    yield "\ufeff" + _csv_text([titles])
    for batch in batches:
        yield _csv_text(batch)


def _csv_text(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([csv_value(value) for value in row] for row in rows)
    return text.getvalue()


def _excel_cell(sheet: Any, value: Value) -> Any:
    """Return a number or time as it is, and a text as a text, whatever it begins with."""
    if not isinstance(value, str):
        return value
    cell = openpyxl().cell.WriteOnlyCell(sheet, _UNPRINTABLE.sub("", value)[:_LONGEST_CELL])
    if cell.value and str(cell.value).startswith(_RISKY):
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def in_zone(batches: Iterator[Any]) -> Iterator[Any]:
    """Return the same, read in the present time zone: a file is sent when that has been left."""
    return _within(ZoneInfo(timezone.get_current_timezone_name()), batches)


def _within(zone: ZoneInfo, batches: Iterator[Any]) -> Iterator[Any]:
    while True:
        with timezone.override(zone):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def shown_columns(grid: Grid) -> list[str]:
    """Return the columns that a file has: those shown, without what one can do with a row."""
    return [name for name in grid.list_display if name not in _NO_VALUES]


def titles_of(grid: Grid) -> list[str]:
    """Return the headings of a file's columns."""
    return [grid.column_title(name) for name in shown_columns(grid)]


def batches(grid: Grid) -> Iterator[list[list[Value]]]:
    """Yield the values of all rows that the list's filters leave, in its order."""
    readers = [_reader(grid, name) for name in shown_columns(grid)]
    for records in _records(grid):
        yield [[read(record) for read in readers] for record in records]


def _records(grid: Grid) -> Iterator[list[Any]]:
    """Yield records some at a time: no statement is open while they are written down.

    An open one would keep SQLite from writing progress, and PostgreSQL from cleaning. Where the
    order allows it the next ones are found by the key; else all keys are read first, numbers.
    """
    terms = terms_of(grid.queryset)
    if terms is None:
        yield from _by_keys(grid.queryset)
        return
    last = None
    while records := rows_after(grid.queryset, terms, last, _AT_ONCE):
        yield records
        last = records[-1]


def _by_keys(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    keys = list(rows.values_list("pk", flat=True)[: MOST_CSV_ROWS + 1])
    for start in range(0, len(keys), _AT_ONCE):
        wanted = keys[start : start + _AT_ONCE]
        found = {record.pk: record for record in rows.order_by().filter(pk__in=wanted)}
        yield [found[key] for key in wanted if key in found]  # some may be gone by now


def _reader(grid: Grid, name: str) -> Reader:
    """Return what reads one column of a record."""

    def read(record: Any) -> Value:
        try:
            field, _, value = lookup_field(name, record, grid.model_admin)
        except ObjectDoesNotExist:
            return ""
        if isinstance(field, Field) and field.choices:
            return str(getattr(record, f"get_{field.name}_display")())
        return plain_value(value)

    return read
