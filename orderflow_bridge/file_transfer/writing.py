"""Files of products, stock and orders, with the columns that the imports read: CSV and .xlsx.

They are written row by row, whatever their number. No cell runs as a formula (`cells.py`).
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from orderflow_bridge.common.excel import openpyxl
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.file_transfer.cells import cell_text, guarded
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.orders import (
    ADDRESS_TEXTS,
    ITEM_AMOUNTS,
    ITEM_TEXTS,
    KINDS_OF_ADDRESS,
    ORDER_AMOUNTS,
    ORDER_TEXTS,
)
from orderflow_bridge.file_transfer.orders import COLUMNS as ORDER_COLUMNS
from orderflow_bridge.file_transfer.product_writing import COLUMNS as PRODUCT_COLUMNS
from orderflow_bridge.file_transfer.product_writing import product_rows
from orderflow_bridge.file_transfer.stock import COLUMNS as STOCK_COLUMNS
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.stores.models import Website

_ITEMS_AT_ONCE = 5_000
_ORDERS_AT_ONCE = 200
_CHUNK = 64 * 1024
# Excel's own limits.
_MOST_ROWS = 1_048_576
_LONGEST_CELL = 32_767


def export_chunks(
    kind: str, *, format: str = "csv", website: Website | None = None
) -> Iterator[bytes]:
    """Yield a file of products, stock or orders, of a website or all; "csv" or "xlsx".

    The import reads the same columns: what is exported and imported again changes nothing.
    """
    table = _TABLES[kind]
    return _FORMATS[format](table.columns, table.rows(website))


def file_format(name: str) -> str:
    """Return the format that a file's name asks for: Excel for .xlsx, else CSV."""
    return "xlsx" if name.lower().endswith(".xlsx") else "csv"


def columns_of(kind: str) -> Sequence[str]:
    """Return the columns that an export of this kind writes and an import reads."""
    return _TABLES[kind].columns


def _stock_rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the source items of a website's products, or all, oldest first."""
    items = SourceItem.objects.order_by("pk")
    if website is not None:
        items = items.filter(product__website_links__website=website)
    last = 0
    names = ("pk", "source_id", "product__sku", "status", "quantity")
    while batch := list(items.filter(pk__gt=last).values_list(*names)[:_ITEMS_AT_ONCE]):
        last = batch[-1][0]
        for _, source_code, sku, status, quantity in batch:
            yield source_code, sku, str(status), plain(quantity)


def _order_rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the rows of a website's orders, or all, oldest first: four queries per 200 orders."""
    orders = Order.objects.order_by("pk").select_related("store", "payment")
    orders = orders.prefetch_related("items", "addresses")
    if website is not None:
        orders = orders.filter(website=website)
    last = 0
    while batch := list(orders.filter(pk__gt=last)[:_ORDERS_AT_ONCE]):
        last = batch[-1].pk
        for order in batch:
            head = _head(order)
            for item in sorted(order.items.all(), key=lambda item: item.pk):
                cells = head | _item(item)
                yield [cells.get(column, "") for column in ORDER_COLUMNS]


def _head(order: Order) -> dict[str, str]:
    cells = {name: cell_text(getattr(order, name)) for name in (*ORDER_TEXTS, *ORDER_AMOUNTS)}
    cells["store_view_code"] = order.store.code
    cells["shipping_method"] = order.shipping_method
    payment = getattr(order, "payment", None)
    cells["payment_method"] = payment.method if payment else ""
    addresses = {address.address_type: address for address in order.addresses.all()}
    for kind in KINDS_OF_ADDRESS:
        if address := addresses.get(kind):
            cells |= {f"{kind}_{name}": cell_text(getattr(address, name)) for name in ADDRESS_TEXTS}
    return cells


def _item(item: OrderItem) -> dict[str, str]:
    cells = {column: cell_text(getattr(item, name)) for column, name in ITEM_TEXTS.items()}
    cells |= {column: cell_text(getattr(item, name)) for column, name in ITEM_AMOUNTS.items()}
    cells["item_id"] = str(item.pk)
    cells["parent_item_id"] = cell_text(item.parent_item_id)
    return cells


def _csv_chunks(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
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


def _xlsx_chunks(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """Yield a workbook; its cells are texts, so that no number is rounded. It has a further sheet
    after a million rows.
    """
    workbook = openpyxl().Workbook(write_only=True)
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


class _Table(NamedTuple):
    columns: Sequence[str]
    rows: Callable[[Website | None], Iterator[Sequence[str]]]


_TABLES: dict[str, _Table] = {
    Kind.PRODUCTS: _Table(PRODUCT_COLUMNS, product_rows),
    Kind.STOCK: _Table(STOCK_COLUMNS, _stock_rows),
    Kind.ORDERS: _Table(ORDER_COLUMNS, _order_rows),
}
_FORMATS: dict[str, Callable[..., Iterator[bytes]]] = {"csv": _csv_chunks, "xlsx": _xlsx_chunks}
