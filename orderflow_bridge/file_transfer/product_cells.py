"""The cells of a product row: Magento's columns, and how each is written and read. Pure functions.

An empty cell leaves what is there; Magento's mark `__EMPTY__VALUE__` empties it.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.magento_dates import iso_date
from orderflow_bridge.file_transfer.spreadsheets import number_advice

EMPTIED = "__EMPTY__VALUE__"
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
ATTRIBUTES = {
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


def own_columns(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a row's values for the product's own columns. Raises ValueError for unknown words."""
    columns: dict[str, Any] = {}
    for name, column in OWN.items():
        cell = cells.get(name, "")
        if text := cell.strip():
            # Blanks around a text are the shop's own business.
            kept = cell if column in _TEXTS else text
            if column in _NUMBERS and (advice := number_advice(text)):
                raise ValueError(f'{name} "{text[:100]}" is not a number.{advice}')
            columns[column] = word_of(name, None if text == EMPTIED else kept)
    return columns


def word_of(name: str, text: str | None) -> Any:
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


def attributes_of(cells: Mapping[str, str], *, is_enclosed: bool = False) -> dict[str, str | None]:
    """Return a row's further attributes by code; None empties one. Raises ValueError.

    `is_enclosed` is Magento's Fields Enclosure: each value of additional_attributes is in quotes.
    """
    attributes: dict[str, str | None] = {}
    for name, code in ATTRIBUTES.items():
        cell = cells.get(name, "")
        if text := cell.strip():
            kept = iso_date(cell) if code in _DATES else cell
            attributes[code] = None if text == EMPTIED else kept
    if is_enclosed:
        return attributes | _enclosed(cells.get("additional_attributes", ""))
    for pair in _joined(split_list(cells.get("additional_attributes", ""))):
        code, is_pair, value = pair.partition("=")
        if not is_pair or not code.strip():
            raise ValueError(
                f'additional_attributes "{pair[:100]}" is not of the form code=value, code=value.'
            )
        if value:
            attributes[code.strip()] = None if value == EMPTIED else value
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
            pairs[found[1]] = None if value == EMPTIED else value
        place = found.end()
    return pairs


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


def _joined(entries: Iterable[str]) -> list[str]:
    """Put what was cut at a comma inside a value together again: what has no code is no pair."""
    pairs: list[str] = []
    for entry in entries:
        if pairs and not re.match(r"\s*[\w.-]+=", entry, re.ASCII):
            pairs[-1] = f"{pairs[-1]},{entry}"
        else:
            pairs.append(entry)
    return pairs
