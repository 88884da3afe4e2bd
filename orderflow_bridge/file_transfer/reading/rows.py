"""Rows of a table under named columns. Pure functions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.file_transfer.formulas import unguarded

LONGEST_CELL = 1_000_000
MOST_COLUMNS = 1_000
_LONGEST_NAME = 100


class FileRefused(BridgeError):
    """The file cannot be read as a table; the text says why and what to do about it."""


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


def header_of(cells: Sequence[str]) -> list[str]:
    """Return the names of the columns, in lower case; unnamed ones at the end are left out.

    Raises FileRefused for a name that is there twice, an unnamed column between others, and for no
    names at all.
    """
    names = [cell.strip().lower() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise FileRefused("The first row must name the columns, but it is empty.")
    if len(names) > MOST_COLUMNS:
        raise FileRefused(f"The first row names more than {MOST_COLUMNS:,} columns.")
    for position, name in enumerate(names, start=1):
        if not name:
            raise FileRefused(f"Column {position} has no name in the first row.")
        if not is_text(name):
            raise FileRefused(
                "The first row is not UTF-8 text. Save the file as “CSV UTF-8” and try again."
            )
        if name in names[: position - 1]:
            raise FileRefused(f'The column "{name[:_LONGEST_NAME]}" is there twice.')
    return names


def rows_of(columns: Sequence[str], records: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    """Yield the rows of records (row number and cells) below the header; empty ones are left out.

    Missing cells at the end are empty: spreadsheets do not write them.
    """
    width = len(columns)
    for number, cells in records:
        if not any(cells):
            continue
        values = dict(zip(columns, map(unguarded, cells), strict=False))
        if len(cells) < width:
            values.update(dict.fromkeys(columns[len(cells) :], ""))
        yield Row(number, values, _problem(columns, cells))


def is_text(value: str) -> bool:
    """Tell whether a cell holds text that can be stored: UTF-8, without NUL."""
    return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)


def _problem(columns: Sequence[str], cells: Sequence[str]) -> str:
    width = len(columns)
    if len(cells) > width and any(cells[width:]):
        return (
            f"The row has {len(cells)} cells and the first row names {width} columns:"
            " is a delimiter or a line break in a cell without quotes around it?"
        )
    for name, cell in zip(columns, cells, strict=False):
        if cell.isascii():
            if "\0" in cell:
                return f'The cell "{name}" has a NUL character in it.'
        elif not is_text(cell):
            return (
                f'The cell "{name}" is not UTF-8 text. Save the file as “CSV UTF-8” and import it'
                " again."
            )
        if len(cell) > LONGEST_CELL:
            return f'The cell "{name}" is longer than {LONGEST_CELL:,} characters.'
    return ""
