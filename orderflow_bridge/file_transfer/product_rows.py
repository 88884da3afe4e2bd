"""A product row by itself: Magento's columns and how each cell is read. Pure functions.

An empty cell leaves what is there; Magento's mark `__EMPTY__VALUE__` empties it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderflow_bridge.catalog.attributes import VISIBILITY_WORDS
from orderflow_bridge.file_transfer.cells import is_date, iso_date, number_advice
from orderflow_bridge.file_transfer.product_cells import (
    EMPTIED,
    split_list,
    split_pairs,
    split_path,
)
from orderflow_bridge.file_transfer.product_kinds import COLUMNS as KIND_COLUMNS
from orderflow_bridge.file_transfer.product_kinds import kinds_of
from orderflow_bridge.file_transfer.product_links import COLUMNS as LINK_COLUMNS
from orderflow_bridge.file_transfer.product_links import Targets, targets_of
from orderflow_bridge.file_transfer.product_parts import COLUMNS as PART_COLUMNS
from orderflow_bridge.file_transfer.product_parts import Parts, parts_of
from orderflow_bridge.file_transfer.product_pictures import COLUMNS as PICTURE_COLUMNS
from orderflow_bridge.file_transfer.product_pictures import Pictures, pictures_of
from orderflow_bridge.file_transfer.product_settings import COLUMNS as SETTING_COLUMNS
from orderflow_bridge.file_transfer.product_settings import settings_of
from orderflow_bridge.file_transfer.product_variations import COLUMNS as VARIATION_COLUMNS
from orderflow_bridge.file_transfer.product_variations import Variations, variations_of
from orderflow_bridge.file_transfer.stock import quantity_of
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.inventory.quantities import StockQuantity

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
_NUMBERS = frozenset(
    ("price", "weight", "length", "width", "height", "area", "volume", "special_price", "msrp",
     "cost", "minimal_price")
)  # fmt: skip
_DATES = frozenset(
    ("special_from_date", "special_to_date", "news_from_date", "news_to_date",
     "custom_design_from", "custom_design_to")
)  # fmt: skip
# Pictures that play a role, and their labels, by the attributes that hold them.
ROLES = {
    "small_image": "small_image",
    "thumbnail_image": "thumbnail",
    "swatch_image": "swatch_image",
    "base_image_label": "image_label",
    "small_image_label": "small_image_label",
    "thumbnail_image_label": "thumbnail_label",
    "swatch_image_label": "swatch_image_label",
}
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
    **ROLES,
}

_STATUSES = {"enabled": 1, "disabled": 2, "yes": 1, "no": 2}
_WORDS: dict[str, dict[str, int]] = {
    "status": _STATUSES,
    "product_online": _STATUSES,
    "visibility": {word.lower(): value for value, word in VISIBILITY_WORDS.items()},
}
_COMMA = re.compile(r"\s*,\s*")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII)
_OTHERS = (
    "sku", "store_view_code", "attribute_set_code", "product_websites", "categories",
    "additional_attributes", "qty", "is_in_stock",
)  # fmt: skip
_KNOWN = frozenset(
    {
        *_OTHERS,
        *OWN,
        *_ATTRIBUTES,
        *PICTURE_COLUMNS,
        *SETTING_COLUMNS,
        *VARIATION_COLUMNS,
        *PART_COLUMNS,
        *LINK_COLUMNS,
        *KIND_COLUMNS,
    }
)
# What Magento's own exports have beside these, and the bridge gets from elsewhere or does without.
_PASSED_OVER = frozenset((
    "tax_class_name", "website_id", "created_at", "updated_at", "map_price", "map_enabled",
    "display_product_options_in", "gift_message_available", "msrp_display_actual_price_type",
    "custom_design", "custom_design_from", "custom_design_to", "custom_layout_update",
    "page_layout", "product_options_container", "custom_layout", "custom_options",
    "downloadable_links", "downloadable_samples", "giftcard_type", "giftcard_allow_message",
    "giftcard_email_template", "giftcard_lifetime", "giftcard_amount", "gift_wrapping_available",
    "gift_wrapping_price", "is_returnable", "deferred_stock_update",
    "use_config_deferred_stock_update", "url_path",
))  # fmt: skip
_DEFAULT_SCOPES = ("", "admin", "all")
_SWITCHES = {"1": 1, "0": 0, "": None}

Path = tuple[str, ...]


@dataclass
class Wish:
    """What a row wants: texts that can be read without the database.

    `view` is the code of the store view whose values it holds, "" for the default ones.
    """

    sku: str
    columns: dict[str, Any]
    attributes: dict[str, str | None]
    websites: list[str]
    paths: list[Path]
    stock_quantity: StockQuantity | None = None
    missing_paths: list[Path] = field(default_factory=list)
    view: str = ""
    set_name: str = ""
    pictures: Pictures = field(default_factory=Pictures)
    variations: Variations | None = None
    parts: Parts | None = None
    links: Targets = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def wish_of(cells: Mapping[str, str], *, is_enclosed: bool = False) -> Wish:
    """Read a row by itself. Raises ValueError with a text for the person who made the file.

    `is_enclosed` is Magento's Fields Enclosure: each value of additional_attributes is in quotes.
    """
    sku = cells.get("sku", "").strip()
    if not sku:
        raise ValueError("sku is empty.")
    columns, attributes = _own_columns(cells), _attributes_of(cells, is_enclosed=is_enclosed)
    for code in attributes.keys() & OWN_COLUMNS:
        columns[code] = _word_of(code, attributes.pop(code))
    view = view_of(cells)
    wish = Wish(sku, columns, attributes, [], [], view=view)
    if view:
        return wish
    wish.websites = [code.strip() for code in split_list(cells.get("product_websites", ""))]
    categories = split_list(cells.get("categories", ""))
    wish.paths = [path for each in categories if (path := split_path(each))]
    wish.stock_quantity = _quantity(sku, cells)
    wish.set_name = cells.get("attribute_set_code", "").strip()
    wish.pictures = pictures_of(cells)
    wish.variations = variations_of(cells, is_enclosed=is_enclosed)
    wish.parts = parts_of(cells, is_enclosed=is_enclosed)
    wish.links = targets_of(cells)
    wish.settings = settings_of(cells)
    return wish


def view_of(cells: Mapping[str, str]) -> str:
    """Return the store view whose values a row holds, "" for the default ones."""
    view = cells.get("store_view_code", "").strip()
    return "" if view.lower() in _DEFAULT_SCOPES else view


def _quantity(sku: str, cells: Mapping[str, str]) -> StockQuantity | None:
    quantity = cells.get("qty", "").strip()
    status = cells.get("is_in_stock", "").strip()
    if status not in _SWITCHES:
        raise ValueError(f'is_in_stock "{status[:100]}" is neither 1 nor 0.')
    if not quantity:
        return None
    return StockQuantity(sku, DEFAULT_SOURCE, quantity_of("qty", quantity), _SWITCHES[status])


def _own_columns(cells: Mapping[str, str]) -> dict[str, Any]:
    """Return a row's values for the product's own columns. Raises ValueError for unknown words."""
    columns: dict[str, Any] = {}
    for name, column in OWN.items():
        cell = cells.get(name, "")
        if text := cell.strip():
            # Blanks around a text are the shop's own business.
            kept = cell if column in _TEXTS else text
            _check_number(name, column, text)
            columns[column] = _word_of(name, None if text == EMPTIED else kept)
    return columns


def _check_number(name: str, code: str, text: str) -> None:
    if code in _NUMBERS and (advice := number_advice(text)):
        raise ValueError(f'{name} "{text[:100]}" is not a number.{advice}')


def _word_of(name: str, text: str | None) -> Any:
    """Return a cell's value, words such as "Enabled" as their numbers; None empties the column.

    Raises ValueError for a word that is not known.
    """
    words = _WORDS.get(name)
    if text is None or words is None or text.isdecimal():
        return text
    value = words.get(_COMMA.sub(", ", text.lower()))
    if value is None:
        known = ", ".join(f"“{word}”" for word in words)
        raise ValueError(f'{name} "{text[:100]}" is none of {known}.')
    return value


def _attributes_of(cells: Mapping[str, str], *, is_enclosed: bool) -> dict[str, str | None]:
    """Return a row's further attributes by code; None empties one. Raises ValueError."""
    column = "additional_attributes"
    pairs = split_pairs(column, cells.get(column, ""), is_enclosed=is_enclosed)
    given = kinds_of(cells) | {
        code: cell for name, code in _ATTRIBUTES.items() if (cell := cells.get(name, "")).strip()
    }
    attributes: dict[str, str | None] = {}
    for code, text in {**given, **{code: text for code, text in pairs.items() if text}}.items():
        is_emptied = text.strip() == EMPTIED
        attributes[code] = None if is_emptied else _attribute(code, text)
    return attributes


def _attribute(code: str, text: str) -> str:
    """Return a value of a further attribute. Raises ValueError for what is no date or number."""
    _check_number(code, code, text)
    if code in _NUMBERS and not _NUMBER.fullmatch(text.strip()):
        raise ValueError(f'{code} "{text[:100]}" is not a number such as 12 or 1.5.')
    if code not in _DATES:
        return text
    kept = iso_date(text)
    if not is_date(kept):
        raise ValueError(
            f'{code} "{text[:100]}" is no date such as 2026-03-01 or, month first, 3/1/26.'
        )
    return kept


def is_known(name: str) -> bool:
    """Tell whether a column is read."""
    return name in _KNOWN


def is_passed_over(name: str) -> bool:
    """Tell whether a column that is not read is one of Magento's own exports."""
    return name in _PASSED_OVER
