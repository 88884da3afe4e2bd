"""Which format a file has: by its first bytes, not by its name."""

import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from orderflow_bridge.file_transfer.reading.csv_rows import open_csv
from orderflow_bridge.file_transfer.reading.rows import FileRefused, Table
from orderflow_bridge.file_transfer.reading.xlsx_rows import open_xlsx

_HEAD = 64 * 1024
_IN_MEMORY = 8 * 1024 * 1024
_ZIP = b"PK\x03\x04"
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls) or a protected one",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file",
}


@contextmanager
def open_table(stream: "io.RawIOBase | io.BufferedIOBase") -> Iterator[Table]:
    """Open the table in a stream of bytes, CSV or .xlsx. Raises FileRefused.

    Nothing but a row at a time is kept in memory; a workbook, which must be read back and forth, is
    put into a temporary file.
    """
    file = io.BufferedReader(stream, _HEAD)
    head = file.peek(_HEAD)[:_HEAD]
    for beginning, kind in _OTHERS.items():
        if head.startswith(beginning):
            raise FileRefused(f"The file is {kind}. Save it as .xlsx or as “CSV UTF-8”.")
    if not head.strip():
        raise FileRefused("The file is empty.")
    if not head.startswith(_ZIP):
        yield open_csv(file, head)
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield open_xlsx(copy)
