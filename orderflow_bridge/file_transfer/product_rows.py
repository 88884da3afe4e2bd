"""A product row by itself: Magento's columns, how each cell is read and written. Pure functions.

An empty cell leaves what is there; Magento's mark `__EMPTY__VALUE__` empties it.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.cells import iso_date, number_advice
from orderflow_bridge.file_transfer.stock import quantity_of
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.inventory.quantities import StockQuantity

_EMPTIED = "__EMPTY__VALUE__"
# Columns of a file that are a product's own columns, by Magento's names of import files.
OWN = {
    "product_type": "type_id",
    "attribute_set_id": "attribute_set_id",
    "name": "name",
    "description": "description",
    "price": "price",
    "weight": "weight",
    "status": "status",
    "product_online": "status",
    "visibility": "visibility",
    "tax_class_id": "tax_class_id",
    "base_image": "image",
    "barcode": "barcode",
    "weight_units": "weight_units",
    "length": "length",
    "width": "width",
    "height": "height",
    "area": "area",
    "volume": "volume",
    "storage_types": "storage_types",
    "tax_code": "tax_code",
}
OWN_COLUMNS = frozenset(OWN.values())
_TEXTS = frozenset(
    ("name", "description", "image", "barcode", "weight_units", "storage_types", "tax_code")
)
_NUMBERS = frozenset(("price", "weight", "length", "width", "height", "area", "volume"))
_DATES = frozenset(("special_from_date", "special_to_date", "news_from_date", "news_to_date"))
# Columns that Magento's files give to attributes; the bridge keeps them among the further ones.
_ATTRIBUTES = {
    "short_description": "short_description",
    "url_key": "url_key",
    "meta_title": "meta_title",
    "meta_keywords": "meta_keyword",
    "meta_description": "meta_description",
    "special_price": "special_price",
    "special_price_from_date": "special_from_date",
    "special_price_to_date": "special_to_date",
    "new_from_date": "news_from_date",
    "new_to_date": "news_to_date",
    "country_of_manufacture": "country_of_manufacture",
    "msrp_price": "msrp",
    "small_image": "small_image",
    "thumbnail_image": "thumbnail",
}

_STATUSES = {"enabled": 1, "disabled": 2, "yes": 1, "no": 2}
_WORDS: dict[str, dict[str, int]] = {
    "status": _STATUSES,
    "product_online": _STATUSES,
    "visibility": {str(label).lower(): value for value, label in Product.Visibility.choices},
}

_ENCLOSED = re.compile(r'[,\s]*([\w.-]+)="((?:[^"]|"")*)"(?=\s*(?:,|$))', re.ASCII)
_ESCAPED_SLASH = re.compile(r"(?<!\\)/")
_OTHERS = (
    "sku", "store_view_code", "product_websites", "categories", "additional_attributes", "qty",
    "is_in_stock",
)  # fmt: skip
_KNOWN = frozenset({*_OTHERS, *OWN, *_ATTRIBUTES})
# What Magento's own exports have beside these, and the bridge gets from elsewhere or does without.
_PASSED_OVER = frozenset(
    {
        "attribute_set_code",
        "tax_class_name",
        "created_at",
        "updated_at",
        "website_id",
        "allow_backorders",
        "out_of_stock_qty",
        "min_cart_qty",
        "max_cart_qty",
        "notify_on_stock_below",
        "qty_increments",
        "enable_qty_increments",
        "is_qty_decimal",
        "is_decimal_divided",
        "manage_stock",
    }
)
_DEFAULT_SCOPES = ("", "admin", "all")
_SWITCHES = {"1": 1, "0": 0, "": None}

Path = tuple[str, ...]


@dataclass
class Wish:
    """What a row wants: texts that can be read without the database."""

    sku: str
    columns: dict[str, Any]
    attributes: dict[str, str | None]
    websites: list[str]
    paths: list[Path]
    stock_quantity: StockQuantity | None = None
    missing_paths: list[Path] = field(default_factory=list)


def wish_of(cells: Mapping[str, str], *, is_enclosed: bool = False) -> Wish:
    """Read a row by itself. Raises ValueError with a text for the person who made the file."""
    sku = cells.get("sku", "").strip()
    if not sku:
        raise ValueError("sku is empty.")
    store_view = cells.get("store_view_code", "").strip()
    if store_view.lower() not in _DEFAULT_SCOPES:
        raise ValueError(
            f'The row holds the values of the store view "{store_view[:100]}" (store_view_code).'
            " Values per store view are not kept here, so it was left out; the product's own row is"
            " the one without a store view."
        )
    columns, attributes = _own_columns(cells), _attributes_of(cells, is_enclosed=is_enclosed)
    for code in attributes.keys() & OWN_COLUMNS:
        columns[code] = _word_of(code, attributes.pop(code))
    return Wish(
        sku,
        columns,
        attributes,
        [code.strip() for code in split_list(cells.get("product_websites", ""))],
        [path for each in split_list(cells.get("categories", "")) if (path := split_path(each))],
        _quantity(sku, cells),
    )


def _quantity(sku: str, cells: Mapping[str, str]) -> StockQuantity | None:
    quantity = cells.get("qty", "").strip()
    status = cells.get("is_in_stock", "").strip()
    if status not in _SWITCHES:
        raise ValueError(f'is_in_stock "{status[:100]}" is neither 1 nor 0.')
    if not quantity:
        return None
    return StockQuantity(sku, DEFAULT_SOURCE, quantity_of("qty", quantity), _SWITCHES[status])


def key_of(cells: Mapping[str, str]) -> str:
    """Return the SKU; a store view's row is not the product's own a second time."""
    sku, view = cells.get("sku", "").strip(), cells.get("store_view_code", "").strip()
    return sku if view.lower() in _DEFAULT_SCOPES else f"{sku} @ {view}"


def _own_columns(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a row's values for the product's own columns. Raises ValueError for unknown words."""
    columns: dict[str, Any] = {}
    for name, column in OWN.items():
        cell = cells.get(name, "")
        if text := cell.strip():
            # Blanks around a text are the shop's own business.
            kept = cell if column in _TEXTS else text
            if column in _NUMBERS and (advice := number_advice(text)):
                raise ValueError(f'{name} "{text[:100]}" is not a number.{advice}')
            columns[column] = _word_of(name, None if text == _EMPTIED else kept)
    return columns


def _word_of(name: str, text: str | None) -> Any:
    """Return a cell's value, words such as "Enabled" as their numbers; None empties the column.

    Raises ValueError for a word that is not known.
    """
    words = _WORDS.get(name)
    if text is None or words is None or text.isdecimal():
        return text
    value = words.get(text.lower())
    if value is None:
        known = ", ".join(f"“{word}”" for word in words)
        raise ValueError(f'{name} "{text[:100]}" is none of {known}.')
    return value


def _attributes_of(cells: Mapping[str, str], *, is_enclosed: bool = False) -> dict[str, str | None]:
    """Return a row's further attributes by code; None empties one. Raises ValueError.

    `is_enclosed` is Magento's Fields Enclosure: each value of additional_attributes is in quotes.
    """
    attributes: dict[str, str | None] = {}
    for name, code in _ATTRIBUTES.items():
        cell = cells.get(name, "")
        if text := cell.strip():
            kept = iso_date(cell) if code in _DATES else cell
            attributes[code] = None if text == _EMPTIED else kept
    if is_enclosed:
        return attributes | _enclosed(cells.get("additional_attributes", ""))
    for pair in _joined(split_list(cells.get("additional_attributes", ""))):
        code, is_pair, value = pair.partition("=")
        if not is_pair or not code.strip():
            raise ValueError(
                f'additional_attributes "{pair[:100]}" is not of the form code=value, code=value.'
            )
        if value:
            attributes[code.strip()] = None if value == _EMPTIED else value
    return attributes


def _enclosed(cell: str) -> dict[str, str | None]:
    """Read pairs such as color="red",size="S,L"; a quotation mark in a value is doubled."""
    pairs = {}
    place = 0
    while rest := cell[place:].strip(", \n\r\t"):
        found = _ENCLOSED.match(cell, place)
        if found is None:
            raise ValueError(
                f'additional_attributes "{rest[:100]}" is not of the form code="value",'
                ' code="value", as Fields Enclosure says.'
            )
        value = found[2].replace('""', '"')
        if value:
            pairs[found[1]] = None if value == _EMPTIED else value
        place = found.end()
    return pairs


def _joined(entries: Iterable[str]) -> list[str]:
    """Put what was cut at a comma inside a value together again: what has no code is no pair."""
    pairs: list[str] = []
    for entry in entries:
        if pairs and not re.match(r"\s*[\w.-]+=", entry, re.ASCII):
            pairs[-1] = f"{pairs[-1]},{entry}"
        else:
            pairs.append(entry)
    return pairs


def is_known(name: str) -> bool:
    """Tell whether a column is read."""
    return name in _KNOWN


def is_passed_over(name: str) -> bool:
    """Tell whether a column that is not read is one of Magento's own exports."""
    return name in _PASSED_OVER or name.startswith("use_config_")


def split_list(cell: str) -> list[str]:
    """Return the entries of a cell that holds a list, separated by commas, quoted where needed."""
    if '"' not in cell:
        return [entry for entry in cell.split(",") if entry.strip()]
    rows = csv.reader(io.StringIO(cell, newline=""))
    return [entry for row in rows for entry in row if entry.strip()]


def join_list(entries: Iterable[str]) -> str:
    """Return a cell that holds a list; `split_list` reads it."""
    text = io.StringIO()
    # Only what occurs in the line's end is quoted; a bare CR must be, or it ends a row.
    csv.writer(text, lineterminator="\r\n").writerow(list(entries))
    return text.getvalue().removesuffix("\r\n")


def split_path(path: str) -> tuple[str, ...]:
    """Return the names along a category's path; a slash in a name is written \\/."""
    parts = _ESCAPED_SLASH.split(path)
    return tuple(part.replace("\\/", "/").strip() for part in parts if part.strip())


def join_path(names: Sequence[str]) -> str:
    """Return a category's path; `split_path` reads it."""
    return "/".join(name.replace("/", "\\/") for name in names)
