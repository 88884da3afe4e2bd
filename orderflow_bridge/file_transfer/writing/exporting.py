"""Exports: which rows, in which format."""

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType

from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import orders, products, stock
from orderflow_bridge.file_transfer.writing.formats import csv_chunks, xlsx_chunks
from orderflow_bridge.stores.models import Website

_TABLES: dict[str, ModuleType] = {
    Kind.PRODUCTS: products,
    Kind.STOCK: stock,
    Kind.ORDERS: orders,
}
_FORMATS: dict[str, Callable[..., Iterator[bytes]]] = {"csv": csv_chunks, "xlsx": xlsx_chunks}


def export_chunks(
    kind: str, *, format: str = "csv", website: Website | None = None
) -> Iterator[bytes]:
    """Yield a file of products, stock or orders, of a website or all; "csv" or "xlsx".

    The import reads the same columns: what is exported and imported again changes nothing.
    """
    table = _TABLES[kind]
    rows: Iterator[Sequence[str]] = table.rows(website)
    return _FORMATS[format](table.COLUMNS, rows)


def file_format(name: str) -> str:
    """Return the format that a file's name asks for: Excel for .xlsx, else CSV."""
    return "xlsx" if name.lower().endswith(".xlsx") else "csv"
