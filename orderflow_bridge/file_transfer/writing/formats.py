"""CSV and .xlsx, streamed. No cell runs as a formula (formulas.py)."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence

from openpyxl import Workbook

from orderflow_bridge.file_transfer.formulas import guarded

_CHUNK = 64 * 1024
# Excel's own limits.
_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767


def csv_chunks(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a CSV file: UTF-8 with the mark by which Excel knows it, commas, CRLF."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(map(guarded, row))
        if text.tell() > _CHUNK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def xlsx_chunks(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a workbook; its cells are texts, so that no number is rounded. It has a further sheet
    after a million rows.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("1")
    sheet.append(list(columns))
    for number, row in enumerate(rows, start=2):
        if number % _MOST_ROWS == 0:
            sheet = workbook.create_sheet(str(len(workbook.worksheets) + 1))
            sheet.append(list(columns))
        sheet.append([_cell(text) for text in row])
    with tempfile.TemporaryFile() as file:
        workbook.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _cell(text: str) -> str:
    """Return a text that a workbook can hold: of limited length, without control characters."""
    readable = "".join(char for char in guarded(text) if char >= " " or char in "\t\n\r")
    return readable[:_LONGEST_CELL]
