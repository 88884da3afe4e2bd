"""Custom options: what a customer may choose of a product beside its units, one by one.

They lie with the product as documents have them. Those that came in a product's document may have
no id yet: they get the next free ones, in their order, and keep them once one of them is written.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.selectors import lock_product, product_by_sku
from orderflow_bridge.catalog.services import save_attributes
from orderflow_bridge.common.exceptions import ItemError, NoSuchEntity, VariantRefused

Option = Mapping[str, Any]
# Type → its label and the group that Magento shows it in.
OPTION_TYPES = {
    "field": ("Field", "Text"),
    "area": ("Area", "Text"),
    "file": ("File", "File"),
    "drop_down": ("Drop-down", "Select"),
    "radio": ("Radio Buttons", "Select"),
    "checkbox": ("Checkbox", "Select"),
    "multiple": ("Multiple Select", "Select"),
    "date": ("Date", "Date"),
    "date_time": ("Date & Time", "Date"),
    "time": ("Time", "Date"),
}
_CHOSEN = "Select"
_PRICE_TYPES = (None, "", "fixed", "percent")
_NO_OPTION = "The option that was requested doesn't exist. Verify the entity and try again."
_MISSED = "Missed values for option required fields"
_INVALID = "Invalid option value"
_INVALID_TYPE = "Invalid option type"


def custom_options(product: Product) -> list[dict[str, Any]]:
    """Return the custom options of a product, each with an id, by their places."""
    options = numbered(product)
    return sorted(options, key=lambda each: each.get("sort_order") or 0)


def numbered(product: Product) -> list[dict[str, Any]]:
    """Return the custom options of a product as they were given, they and their values with ids."""
    stored = product.custom_attributes.get("options")
    options = [dict(each) for each in stored] if isinstance(stored, list) else []
    highest = max((each.get("option_id") or 0 for each in options), default=0)
    for option in options:
        if not option.get("option_id"):
            option["option_id"] = highest = highest + 1
        option["product_sku"] = product.sku
        _number(option)
    return options


def complaint_about(options: Sequence[Option]) -> ItemError | None:
    """Return what is wrong with options that come in a product's document, in Magento's words."""
    if not all(each.get("title") and each.get("type") for each in options):
        return ItemError(_MISSED)
    if any(each["type"] not in OPTION_TYPES for each in options):
        return ItemError(_INVALID_TYPE)
    return None


def custom_option(sku: str, option_id: int) -> Option:
    """Return one custom option. Raises NoSuchEntity."""
    for option in custom_options(product_by_sku(sku)):
        if option["option_id"] == option_id:
            return option
    raise NoSuchEntity(_NO_OPTION)


@transaction.atomic
def save_custom_option(sku: str, values: Option, option_id: int | None = None) -> Option:
    """Add an option, or change what is given of one; return it.

    Its `values`, if there are any, are all of them. Raises NoSuchEntity, and VariantRefused in
    Magento's words for what is missing or cannot be.
    """
    product = lock_product(product_by_sku(sku))
    options = {each["option_id"]: each for each in custom_options(product)}
    if option_id is None:
        option_id = max(options, default=0) + 1
    elif option_id not in options:
        raise NoSuchEntity(_NO_OPTION)
    option = {
        "sort_order": 0,
        "is_require": True,
        **options.get(option_id, {}),
        **values,
        "option_id": option_id,
        "product_sku": product.sku,
    }
    _check(option)
    _number(option)
    options[option_id] = option
    save_attributes(product, options=list(options.values()))
    return option


@transaction.atomic
def remove_custom_option(sku: str, option_id: int) -> None:
    """Take an option away. Raises NoSuchEntity."""
    product = lock_product(product_by_sku(sku))
    options = custom_options(product)
    left = [each for each in options if each["option_id"] != option_id]
    if len(left) == len(options):
        raise NoSuchEntity(_NO_OPTION)
    save_attributes(product, options=left or None)


def _check(option: Option) -> None:
    """Raise VariantRefused for an option that cannot be."""
    if not option.get("title") or not option.get("type"):
        raise VariantRefused(_MISSED)
    if option["type"] not in OPTION_TYPES:
        raise VariantRefused(_INVALID_TYPE)
    if OPTION_TYPES[option["type"]][1] != _CHOSEN:
        _check_price(option)
        if any((option.get(name) or 0) < 0 for name in ("image_size_x", "image_size_y")):
            raise VariantRefused(_INVALID)
        return
    if not option.get("values"):
        raise VariantRefused(_MISSED)
    for value in option["values"]:
        if not value.get("title"):
            raise VariantRefused(_MISSED)
        _check_price(value)


def _check_price(priced: Option) -> None:
    if priced.get("price_type") not in _PRICE_TYPES or (priced.get("price") or 0) < 0:
        raise VariantRefused(_INVALID)


def _number(option: dict[str, Any]) -> None:
    """Give an id to each value that has none."""
    values = [dict(each) for each in option.get("values") or ()]
    highest = max((each.get("option_type_id") or 0 for each in values), default=0)
    for value in values:
        if not value.get("option_type_id"):
            value["option_type_id"] = highest = highest + 1
    if values:
        option["values"] = values
