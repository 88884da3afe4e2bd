"""CSV files cut into rows; quotation marks that swallow rows are found."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from orderflow_bridge.common.exceptions import BridgeError

LONGEST_CELL = 1_000_000
_UNCLOSED = (
    "A quotation mark is not closed, or not doubled inside the cell: {count} lines were read as one"
    " row. Mend it, and import the file again."
)


class FileRefused(BridgeError):
    """The file cannot be read as a table; the text says why and what to do about it."""


class CsvRecord(NamedTuple):
    """One row: its number as a spreadsheet shows it, its cells, and what is wrong with it."""

    number: int
    cells: Sequence[str]
    problem: str = ""


class _Lines:
    """The lines of a text, of which those of the row that is being read are kept."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self.kept: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._text)
        self.kept.append(line)
        return line


def csv_records(text: io.TextIOWrapper, delimiter: str) -> Iterator[CsvRecord]:
    """Yield rows. The first row with anything in it is the header's.

    Raises FileRefused for a quoted cell without end.
    """
    # The limit is the process's; what is longer than a cell may be is refused row by row.
    csv.field_size_limit(4 * LONGEST_CELL)
    lines = _Lines(text)
    reader: Any = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        lines.kept.clear()
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise FileRefused(
                f"Row {number} cannot be read ({error}). Is a quotation mark missing at the end of"
                " a cell, or not doubled inside it?"
            ) from None
        if cells is None:
            return
        if number > 1 or any(cells):
            yield CsvRecord(number, cells, _problem(lines.kept, delimiter))
        else:
            number -= 1


def _problem(lines: Sequence[str], delimiter: str) -> str:
    """Say so if a row of several lines is one by a quotation mark that is not closed rightly."""
    if len(lines) == 1 and lines[0].count('"') % 2 == 0:
        return ""
    with suppress(csv.Error):
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
        return ""
    if len(lines) == 1:
        return "A quotation mark is not closed, or not doubled inside the cell. Mend it."
    return _UNCLOSED.format(count=len(lines))
