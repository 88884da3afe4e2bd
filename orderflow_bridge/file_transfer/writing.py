"""Files of products, stock and orders, with the columns that the imports read: CSV and .xlsx.

They are written row by row, whatever their number. No cell runs as a formula (`cells.py`).
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from orderflow_bridge.catalog.models import Product, ProductCategory, ProductWebsite
from orderflow_bridge.common.excel import openpyxl
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.documents.records import timestamp
from orderflow_bridge.file_transfer.cells import guarded
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
from orderflow_bridge.file_transfer.product_rows import (
    OWN,
    OWN_COLUMNS,
    join_list,
    join_path,
)
from orderflow_bridge.file_transfer.products import paths_by_id
from orderflow_bridge.file_transfer.stock import COLUMNS as STOCK_COLUMNS
from orderflow_bridge.inventory.models import DEFAULT_SOURCE, SourceItem
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.stores.models import Website

_OWN = {name: column for name, column in OWN.items() if name != "product_online"}
_PRODUCT_COLUMNS = (
    "sku",
    *_OWN,
    "product_websites",
    "categories",
    "additional_attributes",
    "qty",
    "is_in_stock",
)
_PRODUCTS_AT_ONCE = 1_000
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


def _product_rows(website: Website | None) -> Iterator[Sequence[str]]:
    """Yield the products of a website, or all, oldest first: five queries per thousand."""
    codes = dict(Website.objects.values_list("pk", "code"))
    paths = {pk: join_path(path) for pk, path in paths_by_id().items()}
    last = 0
    products = Product.objects.order_by("pk")
    if website is not None:
        products = products.filter(website_links__website=website)
    while batch := list(products.filter(pk__gt=last)[:_PRODUCTS_AT_ONCE]):
        last = batch[-1].pk
        ids = [product.pk for product in batch]
        websites: dict[int, list[str]] = {}
        links = ProductWebsite.objects.filter(product__in=ids).order_by("website_id")
        for product_id, website_id in links.values_list("product_id", "website_id"):
            websites.setdefault(product_id, []).append(codes[website_id])
        categories: dict[int, list[str]] = {}
        places = ProductCategory.objects.filter(product__in=ids).order_by("pk")
        for product_id, category_id in places.values_list("product_id", "category_id"):
            categories.setdefault(product_id, []).append(paths[category_id])
        items = SourceItem.objects.filter(product__in=ids, source=DEFAULT_SOURCE)
        stock = {
            product_id: (plain(quantity), str(status))
            for product_id, quantity, status in items.values_list(
                "product_id", "quantity", "status"
            )
        }
        for product in batch:
            yield (
                product.sku,
                *(_own(product, column) for column in _OWN.values()),
                join_list(websites.get(product.pk, ())),
                join_list(categories.get(product.pk, ())),
                join_list(_attributes(product)),
                *stock.get(product.pk, ("", "")),
            )


def _own(product: Product, column: str) -> str:
    if column == "status":
        return str(Product.Status(product.status).label)
    if column == "visibility":
        return str(Product.Visibility(product.visibility).label)
    return _text(getattr(product, column))


def _attributes(product: Product) -> Iterator[str]:
    """Yield the further attributes as code=value; what is no text or list of texts is left out."""
    for code, value in sorted(product.custom_attributes.items()):
        if code in OWN_COLUMNS:
            continue
        if isinstance(value, list):
            texts = [_text(entry) for entry in value]
            if any(isinstance(entry, dict | list) for entry in value) or "|" in chain(*texts):
                continue
            text = "|".join(texts)
        else:
            text = "" if isinstance(value, dict) else _text(value)
        if text:
            yield f"{code}={text}"


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
    cells = {name: _text(getattr(order, name)) for name in (*ORDER_TEXTS, *ORDER_AMOUNTS)}
    cells["store_view_code"] = order.store.code
    cells["shipping_method"] = order.shipping_method
    payment = getattr(order, "payment", None)
    cells["payment_method"] = payment.method if payment else ""
    addresses = {address.address_type: address for address in order.addresses.all()}
    for kind in KINDS_OF_ADDRESS:
        if address := addresses.get(kind):
            cells |= {f"{kind}_{name}": _text(getattr(address, name)) for name in ADDRESS_TEXTS}
    return cells


def _item(item: OrderItem) -> dict[str, str]:
    cells = {column: _text(getattr(item, name)) for column, name in ITEM_TEXTS.items()}
    cells |= {column: _text(getattr(item, name)) for column, name in ITEM_AMOUNTS.items()}
    cells["item_id"] = str(item.pk)
    cells["parent_item_id"] = _text(item.parent_item_id)
    return cells


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case bool():
            return str(int(value))
        case datetime():
            return timestamp(value)
    return str(value)


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
    Kind.PRODUCTS: _Table(_PRODUCT_COLUMNS, _product_rows),
    Kind.STOCK: _Table(STOCK_COLUMNS, _stock_rows),
    Kind.ORDERS: _Table(ORDER_COLUMNS, _order_rows),
}
_FORMATS: dict[str, Callable[..., Iterator[bytes]]] = {"csv": _csv_chunks, "xlsx": _xlsx_chunks}
