"""CSV as spreadsheets and Magento write it: UTF-8, any of four delimiters, quoted line breaks."""

import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Any

from orderflow_bridge.file_transfer.reading.rows import (
    LONGEST_CELL,
    FileRefused,
    Table,
    header_of,
    rows_of,
)

DELIMITERS = ",;\t|"
_HEAD = 64 * 1024
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# Excel's own way to name the delimiter, in a line of its own before the header.
_SEPARATOR_LINE = re.compile(r'"?sep=([^\r\n"])"?[,;\t|]*(?:\r\n|\r|\n)', re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"


def open_csv(file: "IO[bytes]", head: bytes) -> Table:
    """Return the table in a file whose first bytes are `head`; the file stands at its beginning.

    Raises FileRefused, also while the rows are read: for a quoted cell that never ends.
    """
    if head.startswith(_UTF_16) or b"\0" in head:
        raise FileRefused(
            "The file is not UTF-8 text: it is UTF-16, or no CSV file. In Excel, save it as “CSV"
            " UTF-8 (Comma delimited)”."
        )
    encoding = "utf-8-sig" if head.startswith(_BOM) else "utf-8"
    # Bytes that are not UTF-8 are kept as marks, so that their row fails alone and says so.
    text = io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="")
    beginning = head.decode(encoding, "replace")
    separator = _SEPARATOR_LINE.match(beginning)
    delimiter = separator[1] if separator else delimiter_of(beginning)
    records = _records(text, delimiter)
    if separator:
        next(records, None)
    header = next(records, None)
    if header is None:
        raise FileRefused("The file is empty.")
    columns = header_of(header[1])
    title = (
        f"CSV, {encoding.upper().replace('-SIG', ' with BOM')}, {_NAMES.get(delimiter, delimiter)}"
    )
    return Table(columns, title, rows_of(columns, records))


def delimiter_of(head: str) -> str:
    """Return the delimiter that stands most often in the first row, outside quotes."""
    counts = dict.fromkeys(DELIMITERS, 0)
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


def _records(text: io.TextIOWrapper, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield row numbers and cells. The first row with anything in it is the header's."""
    # The limit is the process's; what is longer than a cell may be is refused row by row.
    csv.field_size_limit(4 * LONGEST_CELL)
    reader: Any = csv.reader(text, delimiter=delimiter)
    number = 0
    while True:
        number += 1
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
            yield number, cells
        else:
            number -= 1
