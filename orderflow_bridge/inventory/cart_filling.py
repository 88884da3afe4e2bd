"""Filling a cart with what could be sold now. Nothing is held: only an order holds stock."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from orderflow_bridge.inventory.promising import check_salable
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.models import QuoteItem


@transaction.atomic
def add_to_cart(quote_id: int, *, sku: str, qty: Decimal, options: Sequence[str] = ()) -> QuoteItem:
    """Put units into a cart as carts.add_item does. Raises NotSalable too, adding nothing."""
    return _salable(carts.add_item(quote_id, sku=sku, qty=qty, options=options))


@transaction.atomic
def change_in_cart(quote_id: int, item_id: int, *, qty: Decimal) -> QuoteItem:
    """Set the quantity of a row as carts.change_item does. Raises NotSalable too."""
    return _salable(carts.change_item(quote_id, item_id, qty=qty))


def _salable(row: QuoteItem) -> QuoteItem:
    parts = list(row.children.all())
    units = {part.product_id: part.qty * row.qty for part in parts} or {row.product_id: row.qty}
    check_salable(units, website_id=row.quote.store.website_id)
    return row
