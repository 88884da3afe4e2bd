"""Writing attributes and their sets: definitions, options, what goes with them when they go."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from orderflow_bridge.catalog.attribute_set import (
    DEFAULT_SET,
    LONGEST_CODE,
    LONGEST_NAME,
    AttributeSet,
    ProductAttribute,
    forget,
)
from orderflow_bridge.catalog.changes import NOT_ATTRIBUTES, ProductChange
from orderflow_bridge.catalog.columns import WRITABLE
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.exceptions import AttributeRefused, NoSuchEntity

# How Magento keeps each kind of attribute.
BACKENDS = {
    "text": "varchar",
    "textarea": "text",
    "date": "datetime",
    "datetime": "datetime",
    "boolean": "int",
    "multiselect": "text",
    "select": "int",
    "price": "decimal",
    "weight": "decimal",
    "media_image": "varchar",
}
CHOSEN = ("select", "multiselect")
_CODE = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*", re.ASCII)
_AT_ONCE = 1_000
_LAST_PLACE = 2**31 - 1
_REQUIRED = '"%fieldName" is required. Enter and try again.'
_INVALID = 'Invalid value of "%value" provided for the %fieldName field.'


@transaction.atomic
def define(values: Mapping[str, Any], *, is_known: bool) -> str:
    """Define a new attribute; return its code, made of its label if it brings none.

    `values` are the columns that were given. `is_known` tells whether there is one with the code.
    Raises AttributeRefused in Magento's words.
    """
    label = str(values.get("label") or "")
    code = str(values.get("code") or "") or code_of(label)
    if not label:
        raise AttributeRefused(_REQUIRED, {"fieldName": "frontend_label"})
    if not _CODE.fullmatch(code) or len(code) > LONGEST_CODE:
        raise AttributeRefused(
            'Attribute code "%1" is invalid. Please use only letters (a-z or A-Z), numbers (0-9) or'
            " underscore(_) in this field, and the first character should be a letter.",
            {"1": code},
        )
    if is_known or code in NOT_ATTRIBUTES or code in WRITABLE:
        raise AttributeRefused("An attribute with the same code (%1) already exists.", {"1": code})
    attribute = ProductAttribute(code=code)
    _fill(attribute, values)
    attribute.save(force_insert=True)
    return code


@transaction.atomic
def redefine(code: str, values: Mapping[str, Any]) -> None:
    """Change what is given of an attribute. Options are added, or named anew by their values."""
    attribute = ProductAttribute.objects.select_for_update().filter(code=code).first()
    attribute = attribute or ProductAttribute(code=code)
    _fill(attribute, values)
    attribute.save()


def code_of(label: str) -> str:
    """Return the code that Magento makes of a label."""
    return re.sub(r"[^a-z0-9_]+", "_", label.strip().lower()).strip("_")[:LONGEST_CODE]


@transaction.atomic
def forget_attribute(code: str) -> None:
    """Take an attribute away, with the values that products have for it."""
    ProductAttribute.objects.filter(code=code).delete()
    holders = Product.objects.filter(custom_attributes__has_key=code).order_by("pk")
    skus = list(holders.values_list("sku", flat=True))
    for first in range(0, len(skus), _AT_ONCE):
        save_products(
            [ProductChange(sku, attributes={code: None}) for sku in skus[first : first + _AT_ONCE]]
        )


@transaction.atomic
def add_option(code: str, frontend_input: str, option: Mapping[str, Any]) -> str:
    """Add what can be chosen of an attribute; return its value. Raises AttributeRefused."""
    _check_chosen(code, frontend_input)
    attribute = _locked(code)
    label = str(option.get("label") or "")
    if not label.strip():
        raise AttributeRefused(
            "The attribute option label is empty. Enter the value and try again."
        )
    if label in {each["label"] for each in attribute.options}:
        raise AttributeRefused(
            'Admin store attribute option label "%1" is already exists.', {"1": label}
        )
    attribute.options = _merged(attribute.options, [option])
    attribute.save()
    return str(option.get("value") or label)


@transaction.atomic
def change_option(code: str, frontend_input: str, value: str, option: Mapping[str, Any]) -> None:
    """Name an option anew. Raises NoSuchEntity and AttributeRefused."""
    _check_chosen(code, frontend_input)
    attribute = _locked(code)
    _check_there(attribute, value)
    attribute.options = _merged(attribute.options, [{**option, "value": value}])
    attribute.save()


@transaction.atomic
def remove_option(code: str, frontend_input: str, value: str) -> None:
    """Take an option away; products keep their values. Raises NoSuchEntity, AttributeRefused."""
    _check_chosen(code, frontend_input)
    attribute = _locked(code)
    _check_there(attribute, value)
    attribute.options = [each for each in attribute.options if each["value"] != value]
    attribute.save()


def _locked(code: str) -> ProductAttribute:
    found = ProductAttribute.objects.select_for_update().filter(code=code).first()
    return found or ProductAttribute(code=code)


def _check_chosen(code: str, frontend_input: str) -> None:
    if frontend_input not in CHOSEN:
        raise AttributeRefused(f'The "{code}" attribute doesn\'t work with options.')


def _check_there(attribute: ProductAttribute, value: str) -> None:
    if value not in {each["value"] for each in attribute.options}:
        raise NoSuchEntity(
            f'The "{attribute.code}" attribute doesn\'t include an option with "{value}" ID.'
        )


def _fill(attribute: ProductAttribute, values: Mapping[str, Any]) -> None:
    for name in ("label", "frontend_input", "scope", "is_required"):
        if values.get(name) is not None:
            setattr(attribute, name, values[name])
    if attribute.frontend_input and attribute.frontend_input not in BACKENDS:
        raise _invalid("frontend_input", attribute.frontend_input)
    if attribute._state.adding and "code" in values and not attribute.frontend_input:
        raise AttributeRefused(_REQUIRED, {"fieldName": "frontend_input"})
    if attribute.scope not in ("global", "website", "store"):
        raise _invalid("scope", attribute.scope)
    if len(attribute.label) > LONGEST_NAME or "\0" in attribute.label:
        raise _invalid("frontend_label", attribute.label)
    attribute.extra = {**attribute.extra, **(values.get("extra") or {})}
    if values.get("options") is not None:
        attribute.options = _merged(attribute.options, values["options"])


def _invalid(name: str, value: str) -> AttributeRefused:
    return AttributeRefused(_INVALID, {"value": value[:100], "fieldName": name})


def _merged(
    there: Sequence[Mapping[str, str]], wanted: Sequence[Mapping[str, Any]]
) -> list[dict[str, str]]:
    """Return the options with the wanted ones in place, new ones behind by their order."""
    merged = {each["value"]: dict(each) for each in there}
    for option in sorted(wanted, key=lambda each: each.get("sort_order") or 0):
        label = str(option.get("label") or "")
        value = str(option.get("value") or label)
        if value and "\0" not in value + label:
            merged[value] = {"value": value, "label": label or value}
    return list(merged.values())


@transaction.atomic
def save_set(number: int | None, name: str | None, sort_order: int | None = None) -> int:
    """Make an attribute set, or change the one with this number; return its number.

    Raises AttributeRefused in Magento's words for a name that is missing or taken.
    """
    if number is None:
        largest = AttributeSet.objects.aggregate(largest=Max("id"))["largest"] or DEFAULT_SET
        found = AttributeSet(pk=largest + 1)
    else:
        found = AttributeSet.objects.filter(pk=number).first() or AttributeSet(pk=number)
    if name is not None or not found.name:
        found.name = (name or "").strip()
    if not found.name:
        raise AttributeRefused("The attribute set name is empty. Enter the name and try again.")
    if len(found.name) > LONGEST_NAME:
        raise AttributeRefused(
            'Invalid value of "%value" provided for the %fieldName field.',
            {"value": found.name[:100], "fieldName": "attribute_set_name"},
        )
    if AttributeSet.objects.filter(name=found.name).exclude(pk=found.pk).exists():
        raise AttributeRefused(
            f'A "{found.name}" attribute set name already exists. Create a new name and try again.'
        )
    if sort_order is not None:
        found.sort_order = min(max(sort_order, 0), _LAST_PLACE)
    found.save()
    forget()
    return found.pk


def remove_set(number: int) -> None:
    """Forget the name of a set; products keep its number. Raises AttributeRefused."""
    if number == DEFAULT_SET:
        raise AttributeRefused("The default attribute set can't be deleted.")
    AttributeSet.objects.filter(pk=number).delete()
    forget()
