"""Writing tables to files, row by row, whatever their number.

- `products`, `stock`, `orders`: the rows, with the columns that the imports read.
- `formats`: CSV and .xlsx.
- `exporting`: which rows in which format.
"""

from orderflow_bridge.file_transfer.writing.exporting import export_chunks, file_format

__all__ = ("export_chunks", "file_format")
