"""Carts that can be ordered, and products that can be put into them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.models import Product, ProductRelation, ProductWebsite
from orderflow_bridge.sales.models import Quote, QuoteAddress
from orderflow_bridge.stores.models import Store
from tests.factories import (
    Number,
    make_product,
    make_quote_item,
    make_source_item,
    make_store,
)

ADDRESS = {
    "firstname": "Veronica",
    "lastname": "Costello",
    "street": "6146 Honey Bluff Parkway",
    "city": "Calder",
    "region": "Michigan",
    "postcode": "49628-7978",
    "country_id": "US",
    "telephone": "(555) 229-3326",
    "email": "veronica.costello@example.com",
}


def make_sold(
    sku: str = "", quantity: Number | None = 10, *, store: Store | None = None, **values: Any
) -> Product:
    """Make a product that a website sells, with so many units at the default source."""
    product = make_product(sku, **values)
    store = store or Store.objects.first() or make_store()
    ProductWebsite.objects.create(product=product, website=store.website)
    if quantity is not None:
        make_source_item(product, quantity)
    return product


def make_variant(
    parent: Product,
    sku: str,
    quantity: Number = 10,
    *,
    store: Store | None = None,
    **attributes: str,
) -> Product:
    """Make a variant of a configurable product, with the attributes that choose it."""
    variant = make_sold(sku, quantity, store=store, custom_attributes=attributes)
    ProductRelation.objects.create(parent=parent, child=variant)
    return variant


def make_cart(
    *items: tuple[Product | str, Number], store: Store | None = None, **values: Any
) -> Quote:
    """Make a cart with addresses and a way to send it, ready to be ordered."""
    store = store or Store.objects.first() or make_store()
    defaults = {"customer_email": ADDRESS["email"], "shipping_method": "flatrate_flatrate"}
    quote = Quote.objects.create(store=store, **{**defaults, **values})
    for kind in QuoteAddress.Type:
        QuoteAddress.objects.create(quote=quote, address_type=kind, **ADDRESS)
    for product, qty in items:
        make_quote_item(quote, product, qty)
    return quote


def make_variant_rows(quote: Quote, variant: Product, qty: Number) -> None:
    """Put a variant into a cart as its two rows."""
    relation = ProductRelation.objects.select_related("parent").get(child=variant)
    parent = make_quote_item(quote, relation.parent, qty, sku=variant.sku, price=Decimal(25))
    make_quote_item(quote, variant, 1, parent_item=parent, price=0)


def quantities(*skus: str) -> Sequence[Decimal]:
    """Return what lies at the default source, by SKU."""
    products = {each.sku: each for each in Product.objects.filter(sku__in=skus)}
    return [products[sku].source_items.get(source="default").quantity for sku in skus]
