"""Which product a caller wants to put into a cart (docs/rest-sales.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused

NOT_AVAILABLE = "Product that you are trying to add is not available."
CHOOSE = "You need to choose options for your item."
_CARRIERS = (Product.Type.SIMPLE, Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)


@dataclass(frozen=True)
class Choice:
    """A product, and of a configurable one the variant."""

    carrier: Product
    variant: Product | None = None


def find_choice(sku: str, options: Sequence[str], *, website_id: int) -> Choice:
    """Find a product that a website sells, by its SKU.

    `options` are attribute values; together they must belong to one variant of the configurable
    product alone. Raises NoSuchEntity for an unknown SKU, and OrderRefused.
    """
    product = Product.objects.filter(sku_key=sku).first()
    if product is None:
        raise NoSuchEntity.product()
    _check_available(product, website_id)
    if product.type_id in _CARRIERS:
        return Choice(product)
    if product.type_id != Product.Type.CONFIGURABLE:
        raise OrderRefused(
            f'A product of type "{product.type_id}" cannot be put into a cart here.'
            " Put its parts into the cart, or send the order as a document."
        )
    variant = _variant_of(product, options)
    _check_available(variant, website_id)
    return Choice(product, variant)


def _check_available(product: Product, website_id: int) -> None:
    is_sold = product.websites.filter(pk=website_id).exists()
    if product.status != Product.Status.ENABLED or not is_sold:
        raise OrderRefused(NOT_AVAILABLE)


def _variant_of(product: Product, options: Sequence[str]) -> Product:
    variants: QuerySet[Product] = Product.objects.filter(
        parent_relations__parent=product, status=Product.Status.ENABLED
    )
    chosen = [variant for variant in variants if options and _has(variant, options)]
    if len(chosen) != 1:
        raise OrderRefused(CHOOSE)
    return chosen[0]


def _has(variant: Product, options: Sequence[str]) -> bool:
    values = {str(value) for value in variant.custom_attributes.values()}
    return set(options) <= values
