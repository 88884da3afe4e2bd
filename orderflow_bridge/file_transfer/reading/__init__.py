"""Reading tables from files, row by row, whatever their size.

- `rows`: what a row is; the header; which problems a row has by itself.
- `csv_rows`, `xlsx_rows`: the two formats.
- `opening`: which of them a file is.
"""

from orderflow_bridge.file_transfer.reading.opening import open_table
from orderflow_bridge.file_transfer.reading.rows import FileRefused, Row, Table

__all__ = ("FileRefused", "Row", "Table", "open_table")
