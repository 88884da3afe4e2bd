"""What fits into a product's columns, whichever endpoint it comes through."""

from collections.abc import Callable, Mapping
from datetime import UTC
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.db import models
from django.utils.translation import gettext_noop

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.datetimes import parse_datetime
from orderflow_bridge.common.exceptions import ItemError, empty

# The columns that callers may write, by Magento's names.
WRITABLE = (
    "name", "type_id", "attribute_set_id", "status", "visibility", "price", "weight", "description",
    "image", "tax_class_id", "barcode", "weight_units", "length", "width", "height", "area",
    "volume", "storage_types", "tax_code",
)  # fmt: skip
# Further attributes of which something is made, or would be in a Magento shop.
_AMOUNTS = frozenset({"special_price", "cost"})
_DATES = frozenset({"special_from_date", "special_to_date", "news_from_date", "news_to_date"})
_SWITCHES = frozenset({"manage_stock"})
_SWITCHED = frozenset({"0", "1", "true", "false", "yes", "no"})
_LARGEST_INTEGERS = {
    "SmallIntegerField": 2**15 - 1,
    "PositiveSmallIntegerField": 2**15 - 1,
    "PositiveIntegerField": 2**31 - 1,
}

Cleaner = Callable[[Any], Any]


def clean_columns(given: Mapping[str, Any]) -> dict[str, Any] | ItemError:
    """Return values as the columns hold them, or what is wrong with the first that does not fit.

    A number may come as a text; null and an empty text empty a column that may be empty, and give
    one that may not its default.
    """
    cleaned: dict[str, Any] = {}
    for name, value in given.items():
        try:
            cleaned[name] = _cleaner(name)(value)
        except (ValueError, InvalidOperation, OverflowError):
            return invalid(name, value)
    if cleaned.get("name") == "":
        return empty("name")
    return cleaned


def fits_attribute(code: str, value: Any) -> bool:
    """Tell whether a further attribute's value is the amount, date or switch that it must be."""
    if value in (None, "", []):
        return True
    if code in _SWITCHES:
        return str(value).lower() in _SWITCHED
    try:
        if code in _AMOUNTS:
            return _number(value) >= 0
        if code in _DATES:
            parse_datetime(str(value), UTC)
    except (ValueError, InvalidOperation):
        return False
    return True


def clean_sku(sku: str) -> str | ItemError:
    """Return a SKU as it is kept, or what is wrong with it."""
    text = sku.strip()
    if not text:
        return empty("sku")
    length = Product._meta.get_field("sku").max_length or 0
    return text if len(text) <= length and "\0" not in text else invalid("sku", text)


def invalid(name: str, value: Any) -> ItemError:
    """Say that a value does not fit; it is shown in short."""
    return ItemError(
        gettext_noop('Invalid value of "%value" provided for the %fieldName field.'),
        {"fieldName": name, "value": str(value)[:100]},
    )


@cache
def _cleaner(name: str) -> Cleaner:
    field = Product._meta.get_field(name)
    if isinstance(field, models.DecimalField):
        return _decimal(field)
    if isinstance(field, models.IntegerField):
        return _integer(field)
    return _text(field)


def _text(field: Any) -> Cleaner:
    known = {value for value, _ in field.flatchoices}

    def clean(value: Any) -> str:
        if isinstance(value, list | dict) or value is None or value == "":
            if value in (None, "", []):
                return field.get_default() or ""
            raise ValueError(name_of(field))
        text = str(value)
        if "\0" in text or (field.max_length and len(text) > field.max_length):
            raise ValueError(name_of(field))
        if known and text not in known:
            raise ValueError(name_of(field))
        return text

    return clean


def _integer(field: Any) -> Cleaner:
    known = {value for value, _ in field.flatchoices}
    largest = _LARGEST_INTEGERS[field.get_internal_type()]

    def clean(value: Any) -> int | None:
        if value in (None, ""):
            default: int | None = field.get_default()
            return default
        number = _number(value)
        whole = int(number)
        if whole != number or not 0 <= whole <= largest or (known and whole not in known):
            raise ValueError(name_of(field))
        return whole

    return clean


def _decimal(field: Any) -> Cleaner:
    step = Decimal(1).scaleb(-field.decimal_places)
    largest = Decimal(10) ** (field.max_digits - field.decimal_places)

    def clean(value: Any) -> Decimal | None:
        if value in (None, ""):
            return None
        number = _number(value)
        if not 0 <= number < largest:
            raise ValueError(name_of(field))
        rounded = number.quantize(step)
        if rounded >= largest:
            raise ValueError(name_of(field))
        return rounded

    return clean


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        value = int(value)
    if not isinstance(value, int | float | str | Decimal) or "_" in str(value):
        raise ValueError("not a number")
    number = Decimal(str(value).strip())
    if not number.is_finite():
        raise ValueError("not a number")
    return number


def name_of(field: Any) -> str:
    """Return a column's name, for the text of an error."""
    return str(field.name)
