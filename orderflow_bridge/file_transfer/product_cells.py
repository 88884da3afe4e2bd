"""Cells of product files that hold a list, pairs or a path. Pure functions."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

EMPTIED = "__EMPTY__VALUE__"
_ENCLOSED = re.compile(r'[,\s]*([\w.-]+)="((?:[^"]|"")*)"(?=\s*(?:,|$))', re.ASCII)
_ENCLOSED_PARTS = re.compile(r'(?:[^|"]|"(?:[^"]|"")*")+')
_ESCAPED_SLASH = re.compile(r"(?<!\\)/")
_PAIR = re.compile(r"\s*[\w.-]+=", re.ASCII)


def split_cells(cell: str, separator: str = ",") -> list[str]:
    """Return the entries of a cell that holds a list, quoted where needed, empty ones too."""
    if '"' not in cell:
        return cell.split(separator) if cell else []
    rows = csv.reader(io.StringIO(cell, newline=""), delimiter=separator)
    return [entry for row in rows for entry in row]


def split_list(cell: str) -> list[str]:
    """Return the entries of a list as `split_cells`, without empty ones."""
    return [entry for entry in split_cells(cell) if entry.strip()]


def join_list(entries: Iterable[str], separator: str = ",") -> str:
    """Return a cell that holds a list; `split_cells` reads it."""
    text = io.StringIO()
    # Only what occurs in the line's end is quoted; a bare CR must be, or it ends a row.
    csv.writer(text, delimiter=separator, lineterminator="\r\n").writerow(list(entries))
    return text.getvalue().removesuffix("\r\n")


def split_parts(cell: str, *, is_enclosed: bool) -> list[str]:
    """Return the parts of a cell between bars; with Fields Enclosure, bars in quotes are text."""
    if is_enclosed:
        return _ENCLOSED_PARTS.findall(cell)
    return [part for part in split_cells(cell, "|") if part.strip()]


def split_pairs(column: str, cell: str, *, is_enclosed: bool = False) -> dict[str, str]:
    """Return pairs such as color=red,size=S by code. Raises ValueError for what is no pair.

    `is_enclosed` is Magento's Fields Enclosure: each value is in quotes.
    """
    if is_enclosed:
        return _enclosed(column, cell)
    pairs = {}
    for text in _joined(split_list(cell)):
        code, is_pair, value = text.partition("=")
        if not is_pair or not code.strip():
            raise ValueError(f'{column} "{text[:100]}" is not of the form code=value, code=value.')
        pairs[code.strip()] = value
    return pairs


def _enclosed(column: str, cell: str) -> dict[str, str]:
    """Read pairs such as color="red",size="S,L"; a quotation mark in a value is doubled."""
    pairs = {}
    place = 0
    while rest := cell[place:].strip(", \n\r\t"):
        found = _ENCLOSED.match(cell, place)
        if found is None:
            raise ValueError(
                f'{column} "{rest[:100]}" is not of the form code="value",'
                ' code="value", as Fields Enclosure says.'
            )
        pairs[found[1]] = found[2].replace('""', '"')
        place = found.end()
    return pairs


def _joined(entries: Iterable[str]) -> list[str]:
    """Put what was cut at a comma inside a value together again: what has no code is no pair."""
    pairs: list[str] = []
    for entry in entries:
        if pairs and not _PAIR.match(entry):
            pairs[-1] = f"{pairs[-1]},{entry}"
        else:
            pairs.append(entry)
    return pairs


def split_path(path: str) -> tuple[str, ...]:
    """Return the names along a category's path; a slash in a name is written \\/."""
    parts = _ESCAPED_SLASH.split(path)
    return tuple(part.replace("\\/", "/").strip() for part in parts if part.strip())


def join_path(names: Sequence[str]) -> str:
    """Return a category's path; `split_path` reads it."""
    return "/".join(name.replace("/", "\\/") for name in names)
