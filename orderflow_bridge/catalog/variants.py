"""Configurable products: by which attributes their variants differ, and which these are.

The options lie with the product as Magento's documents have them; the bridge keeps no definitions
of attributes, so a variant is chosen by its attributes' values (sales/carts.py).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.attributes import attributes
from orderflow_bridge.catalog.changes import VARIANT_OPTIONS
from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.catalog.selectors import lock_product, product_by_sku
from orderflow_bridge.catalog.services import save_attributes
from orderflow_bridge.common.exceptions import NoSuchEntity, VariantRefused

Option = Mapping[str, Any]
"""`id`, `attribute_id`, `label`, `position`, `is_use_default`, and `values`, a list of texts."""
_NEEDED = {
    "attribute_id": "Option attribute ID is not specified.",
    "label": "Option label is not specified.",
    "values": "Option values are not specified.",
}


def options_of(product: Product) -> list[Option]:
    """Return the options of a configurable product, in their order."""
    stored = product.custom_attributes.get(VARIANT_OPTIONS)
    options = list(stored.values()) if isinstance(stored, Mapping) else []
    return sorted(options, key=lambda option: (option.get("position") or 0, option["id"]))


def variants_of(product: Product) -> list[Product]:
    """Return the variants of a configurable product; of another one there are none."""
    if product.type_id != Product.Type.CONFIGURABLE:
        return []
    return list(Product.objects.filter(parent_relations__parent=product).order_by("pk"))


def configurable_by_sku(sku: str) -> Product:
    """Return a configurable product. Raises NoSuchEntity, and VariantRefused for another one."""
    product = product_by_sku(sku)
    if product.type_id != Product.Type.CONFIGURABLE:
        raise VariantRefused(f'This is implemented for the "{sku}" configurable product only.')
    return product


@transaction.atomic
def save_option(sku: str, values: Option, option_id: int | None = None) -> int:
    """Add an option to a configurable product, or change what is given of one; return its id.

    An attribute has one option. Raises NoSuchEntity, and VariantRefused for what is missing.
    """
    product = lock_product(configurable_by_sku(sku))
    options: dict[int, Option] = {option["id"]: option for option in options_of(product)}
    if option_id is None:
        alike = (
            option["id"]
            for option in options.values()
            if option["attribute_id"] == values.get("attribute_id")
        )
        option_id = next(alike, max(options, default=0) + 1)
    elif option_id not in options:
        raise NoSuchEntity.any()
    options[option_id] = _checked({**options.get(option_id, {}), **values, "id": option_id})
    _write(product, list(options.values()))
    return option_id


@transaction.atomic
def remove_option(sku: str, option_id: int) -> None:
    """Take an option away. Raises NoSuchEntity and VariantRefused."""
    product = lock_product(configurable_by_sku(sku))
    options = options_of(product)
    left = [option for option in options if option["id"] != option_id]
    if len(left) == len(options):
        raise NoSuchEntity.any()
    _write(product, left)


@transaction.atomic
def link_variant(sku: str, child_sku: str) -> None:
    """Make a product a variant of a configurable one.

    Raises NoSuchEntity, and VariantRefused in Magento's words: it is one already, there are no
    options, or it has no value for one.
    """
    product, child = lock_product(configurable_by_sku(sku)), product_by_sku(child_sku)
    if ProductRelation.objects.filter(parent=product, child=child).exists():
        raise VariantRefused("The product is already attached.")
    options = options_of(product)
    if not options:
        raise VariantRefused("The parent product doesn't have configurable product options.")
    if code := _missing(child, _codes(options)):
        raise VariantRefused(
            f'The child product doesn\'t have the "{code}" attribute value. Verify the value and'
            " try again."
        )
    ProductRelation(parent=product, child=child).save()


@transaction.atomic
def unlink_variant(sku: str, child_sku: str) -> None:
    """Let a product no longer be a variant. Raises NoSuchEntity and VariantRefused."""
    product = product_by_sku(sku)
    if product.type_id != Product.Type.CONFIGURABLE:
        raise VariantRefused(f'The product with the "{sku}" SKU isn\'t a configurable product.')
    found = ProductRelation.objects.filter(parent=product, child__sku_key=child_sku).first()
    if found is None:
        raise NoSuchEntity(
            "The option that was requested doesn't exist. Verify the entity and try again."
        )
    found.delete()


@transaction.atomic
def set_variants(
    sku: str, options: Sequence[Option] | None, child_ids: Collection[int] | None
) -> None:
    """Give a configurable product all its options and all its variants; None leaves them.

    Raises NoSuchEntity for an unknown variant, VariantRefused for one without a value for an option
    and for options that lack something.
    """
    product = lock_product(configurable_by_sku(sku))
    if options is not None:
        _write(product, [_checked({**each, "id": place}) for place, each in enumerate(options, 1)])
        product.refresh_from_db(fields=("custom_attributes",))
    if child_ids is None:
        return
    children = {each.pk: each for each in Product.objects.filter(pk__in=child_ids)}
    if children.keys() != set(child_ids):
        raise NoSuchEntity.product()
    codes = _codes(options_of(product))
    for child in children.values():
        if code := _missing(child, codes):
            raise VariantRefused(
                f'Product with id "{child.pk}" does not contain required attribute "{code}".'
            )
    there = set(product.child_relations.values_list("child_id", flat=True))
    ProductRelation.objects.filter(parent=product, child__in=there - children.keys()).delete()
    ProductRelation.objects.bulk_create(
        ProductRelation(parent=product, child=children[pk])
        for pk in sorted(children.keys() - there)
    )


def _checked(option: Option) -> Option:
    for name, text in _NEEDED.items():
        if not option.get(name):
            raise VariantRefused(text)
    return {name: option[name] for name in ("id", *_NEEDED)} | {
        "position": option.get("position") or 0,
        "is_use_default": bool(option.get("is_use_default")),
    }


def _write(product: Product, options: Sequence[Option]) -> None:
    stored = {str(option["id"]): dict(option) for option in options}
    save_attributes(product, **{VARIANT_OPTIONS: stored or None})


def _codes(options: Sequence[Option]) -> list[str]:
    """Return the codes of the options' attributes; a number of another shop has none here."""
    if not options:
        return []
    known = {str(each.attribute_id): each.code for each in attributes()}
    ids = [option["attribute_id"] for option in options]
    return [known[attribute_id] for attribute_id in ids if attribute_id in known]


def _missing(child: Product, codes: Sequence[str]) -> str:
    """Return the first of the attributes that a product has no value for; "" if it has all."""
    for code in codes:
        value = child.custom_attributes.get(code) or getattr(child, code, None)
        if value in (None, ""):
            return code
    return ""
