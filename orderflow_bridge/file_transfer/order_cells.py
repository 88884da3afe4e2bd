"""The cells of an order row: a documented flat form of Magento's order document. Pure functions.

One row per item; what belongs to the whole order stands in its first row and may be repeated.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from orderflow_bridge.common.numbers import parse_quantity
from orderflow_bridge.file_transfer.magento_dates import iso_date
from orderflow_bridge.file_transfer.reading import Row
from orderflow_bridge.file_transfer.spreadsheets import number_advice

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
