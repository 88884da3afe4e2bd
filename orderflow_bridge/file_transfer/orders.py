"""Order files: a flat form of Magento's order document, one row per item (docs/files.md).

The rows of an order stand below one another; what belongs to the whole order stands in the first of
them and may be repeated.

Orders are placed as by REST: their stock is promised in the same transaction. An order whose number
is there already is left alone, so the same file may be imported again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.numbers import parse_quantity, plain
from orderflow_bridge.documents.order_reading import read_order
from orderflow_bridge.file_transfer.cells import iso_date, number_advice
from orderflow_bridge.file_transfer.importers import Importer, Outcome, Record, Setting, failed
from orderflow_bridge.file_transfer.models import Change
from orderflow_bridge.file_transfer.reading import Row
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.sales.drafts import OrderDraft
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Store
from orderflow_bridge.stores.selectors import default_store

ORDER_TEXTS = (
    "increment_id", "state", "status", "created_at", "customer_email", "customer_firstname",
    "customer_lastname", "customer_note", "coupon_code", "discount_description",
    "shipping_description", "order_currency_code",
)  # fmt: skip
ORDER_AMOUNTS = (
    "subtotal", "shipping_amount", "shipping_tax_amount", "discount_amount", "tax_amount",
    "grand_total",
)  # fmt: skip
ADDRESS_TEXTS = (
    "firstname", "lastname", "company", "street", "city", "region", "region_code", "postcode",
    "country_id", "telephone",
)  # fmt: skip
KINDS_OF_ADDRESS = ("billing", "shipping")
# Columns of a file, and what they are in the items of the document.
ITEM_TEXTS = {"sku": "sku", "item_name": "name", "product_type": "product_type"}
ITEM_AMOUNTS = {
    "qty_ordered": "qty_ordered",
    "qty_invoiced": "qty_invoiced",
    "qty_shipped": "qty_shipped",
    "qty_refunded": "qty_refunded",
    "qty_canceled": "qty_canceled",
    "price": "price",
    "row_total": "row_total",
    "item_tax_amount": "tax_amount",
    "item_tax_percent": "tax_percent",
    "item_discount_amount": "discount_amount",
    "item_weight": "weight",
}
COLUMNS = (
    *ORDER_TEXTS[:1],
    "store_view_code",
    *ORDER_TEXTS[1:],
    *ORDER_AMOUNTS,
    "shipping_method",
    "payment_method",
    *(f"{kind}_{name}" for kind in KINDS_OF_ADDRESS for name in ADDRESS_TEXTS),
    "item_id",
    "parent_item_id",
    *ITEM_TEXTS,
    *ITEM_AMOUNTS,
)
_LARGEST_ID = 2**31


def records_of(rows: Iterable[Row]) -> Iterator[Record]:
    """Put the rows of each order together; a row without a number belongs to the order above it."""
    waiting: list[Row] = []
    key = ""
    for row in rows:
        number = row.values.get("increment_id", "").strip()
        if waiting and number not in ("", key):
            yield Record(key, waiting)
            waiting = []
        key = number or key
        waiting.append(row)
    if waiting:
        yield Record(key, waiting)


def take(records: Sequence[Record], setting: Setting) -> list[Outcome]:
    """Place the orders, or say which would be placed."""
    numbers = {record.key for record in records}
    there = set(
        Order.objects.filter(increment_id__in=numbers).values_list("increment_id", flat=True)
    )
    stores = {store.code: store for store in Store.objects.select_related("website")}
    return [
        Outcome(Change.UNCHANGED, "The order is there already.")
        if record.key in there
        else _place(record, setting, stores)
        for record in records
    ]


def _place(record: Record, setting: Setting, stores: dict[str, Store]) -> Outcome:
    if not record.key:
        return failed("increment_id is empty.")
    try:
        store = _store(record.rows[0].values.get("store_view_code", "").strip(), setting, stores)
        draft = read_order(document_of(record.rows), store)
        with transaction.atomic():
            place_order(draft)
            # A dry run places the order as well, and takes it back.
            transaction.set_rollback(setting.is_dry_run)
    except (ValueError, BridgeError) as error:
        return failed(str(error))
    return Outcome(Change.CREATED, _words(draft))


def _store(code: str, setting: Setting, stores: dict[str, Store]) -> Store:
    """Return the store view an order belongs to. Raises ValueError if there is none."""
    if code:
        if code not in stores:
            raise ValueError(f'store_view_code: there is no store view "{code[:100]}".')
        return stores[code]
    if setting.website:
        for store in stores.values():
            if store.website_id == setting.website.pk and store.is_active:
                return store
        raise ValueError(f"The website {setting.website.code} has no store view.")
    found = default_store()
    if found is None:
        raise ValueError("The shop has no store view yet: add one under Stores.")
    return found


def _words(draft: OrderDraft) -> str:
    rows = sum(row.parent_item is None for row in draft.rows)
    total = plain(Decimal(draft.order.grand_total))
    return (
        f"new order for {draft.order.customer_email}: {rows} item{'' if rows == 1 else 's'},"
        f" {total} {draft.order.order_currency_code}"
    )


def document_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the rows of one order as Magento's order document. Raises ValueError."""
    first = rows[0].values
    document: dict[str, Any] = _texts(first, {name: name for name in ORDER_TEXTS})
    if created := document.get("created_at"):
        document["created_at"] = iso_date(created)
    document |= _amounts(first, {name: name for name in ORDER_AMOUNTS}, rows[0].number)
    if method := first.get("payment_method", "").strip():
        document["payment"] = {"method": method}
    shipping: dict[str, Any] = {}
    if method := first.get("shipping_method", "").strip():
        shipping["method"] = method
    for kind in KINDS_OF_ADDRESS:
        address = _texts(first, {f"{kind}_{name}": name for name in ADDRESS_TEXTS})
        if not address:
            continue
        address["street"] = address.get("street", "").splitlines()
        if kind == "billing":
            document["billing_address"] = address
        else:
            shipping["address"] = address
    document["extension_attributes"] = {"shipping_assignments": [{"shipping": shipping}]}
    document["items"] = [_item(row) for row in rows]
    return document


def _item(row: Row) -> dict[str, Any]:
    item = _texts(row.values, ITEM_TEXTS) | _amounts(row.values, ITEM_AMOUNTS, row.number)
    for name in ("item_id", "parent_item_id"):
        text = row.values.get(name, "").strip()
        if text and not (text.isdecimal() and text.isascii() and int(text) < _LARGEST_ID):
            raise ValueError(f'Row {row.number}: {name} "{text[:100]}" is not a whole number.')
        if text:
            item[name] = int(text)
    if not item.get("sku"):
        raise ValueError(f"Row {row.number}: sku is empty.")
    if "qty_ordered" not in item:
        raise ValueError(f"Row {row.number}: qty_ordered is empty.")
    return item


def _texts(cells: Mapping[str, str], columns: Mapping[str, str]) -> dict[str, Any]:
    """Return the texts that are there, by what they are in the document."""
    return {
        name: text for column, name in columns.items() if (text := cells.get(column, "")).strip()
    }


def _amounts(
    cells: Mapping[str, str], columns: Mapping[str, str], number: int
) -> dict[str, Decimal]:
    amounts = {}
    for column, name in columns.items():
        text = cells.get(column, "").strip()
        if not text:
            continue
        try:
            amounts[name] = parse_quantity(text) if column.startswith("qty_") else _amount(text)
        except ValueError:
            raise ValueError(
                f'Row {number}: {column} "{text[:100]}" is not a number such as 12 or 1.5.'
                f"{number_advice(text)}"
            ) from None
    return amounts


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not an amount") from None
    if not amount.is_finite() or "_" in text:
        raise ValueError(f"{text!r} is not an amount")
    return amount


IMPORTER = Importer(
    required=("increment_id", "customer_email", "sku", "qty_ordered"),
    known=COLUMNS.__contains__,
    records=records_of,
    take=take,
    batch=100,
)
