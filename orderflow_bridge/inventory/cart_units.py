"""Units in carts: put there only while there is enough of them to sell."""

from decimal import Decimal

from django.db import transaction

from orderflow_bridge.inventory.placing import check_salable
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.cart_products import Picks
from orderflow_bridge.sales.models import QuoteItem

_NO_PICKS = Picks()


@transaction.atomic
def add_to_cart(quote_id: int, *, sku: str, qty: Decimal, picks: Picks = _NO_PICKS) -> QuoteItem:
    """Put units into a cart as carts.add_items does; return the last row.

    Raises NotSalable too, adding nothing.
    """
    rows = carts.add_items(quote_id, sku=sku, qty=qty, picks=picks)
    return [_salable(row) for row in rows][-1]


@transaction.atomic
def change_in_cart(quote_id: int, item_id: int, *, qty: Decimal) -> QuoteItem:
    """Set the quantity of a row as carts.change_item does. Raises NotSalable too."""
    return _salable(carts.change_item(quote_id, item_id, qty=qty))


def _salable(row: QuoteItem) -> QuoteItem:
    units: dict[int, Decimal] = {}
    for part in row.children.all():
        needed = units.get(part.product_id, Decimal(0)) + part.qty * row.qty
        units[part.product_id] = needed
    units = units or {row.product_id: row.qty}
    check_salable(units, website_id=row.quote.store.website_id)
    return row
