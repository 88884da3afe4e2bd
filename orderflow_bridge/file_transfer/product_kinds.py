"""What kind of bundle a bundle is, in the words of Magento's files. Pure functions.

Whether its price, SKU and weight follow from what is chosen, how its price is shown, and how it is
sent; kept as attributes, 0 and 1 as in Magento's documents.
"""

from collections.abc import Mapping
from typing import Any

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.product_cells import EMPTIED

_DYNAMIC = ("dynamic", "fixed")
# The words for 0 and 1, by the attributes.
_WORDS = {
    "price_type": _DYNAMIC,
    "sku_type": _DYNAMIC,
    "weight_type": _DYNAMIC,
    "price_view": ("Price range", "As low as"),
    "shipment_type": ("together", "separately"),
}
_NAMES = {f"bundle_{code}": code for code in _WORDS}
COLUMNS = tuple(_NAMES)


def kinds_of(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the attributes that a row's cells say something of. Raises ValueError."""
    return {
        code: _number(column, _WORDS[code], text)
        for column, code in _NAMES.items()
        if (text := cells.get(column, "").strip())
    }


def _number(column: str, words: tuple[str, str], text: str) -> str:
    if text in ("0", "1", EMPTIED):
        return text
    for number, word in enumerate(words):
        if text.lower() == word.lower():
            return str(number)
    raise ValueError(f'{column} "{text[:100]}" is neither “{words[0]}” nor “{words[1]}”.')


def kind_words(product: Product) -> dict[str, str]:
    """Return the words for a bundle's attributes; what is neither 0 nor 1 has none."""
    if product.type_id != Product.Type.BUNDLE:
        return {}
    numbers = {code: _digit(product.custom_attributes.get(code)) for code in _WORDS}
    return {code: _WORDS[code][int(text)] for code, text in numbers.items() if text in ("0", "1")}


def _digit(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def kind_cells(words: Mapping[str, str]) -> list[str]:
    """Return the cells of `COLUMNS`, of what `kind_words` says."""
    return [words.get(code, "") for code in _NAMES.values()]
