"""Placing an order: the order, its rows and its promise of stock are one transaction.

From a cart, or from an order document that an ERP sends (docs/stock.md says what that reserves).
"""

from django.db import transaction

from orderflow_bridge.inventory.promising import keep_promise, promise_units
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.cart_orders import draft_of_cart
from orderflow_bridge.sales.demand import units_of_draft
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.placing import OrderDraft, write_order

# What these orders have not shipped they never will: nothing is promised to them.
_OVER = (Order.State.CANCELED, Order.State.COMPLETE, Order.State.CLOSED)


@transaction.atomic
def place_order(draft: OrderDraft) -> Order:
    """Place an order and hold the stock it still needs; return the order.

    A draft that is complete, closed or cancelled already, or shipped in part, holds only what is
    still to be shipped. Raises NotSalable, and OrderRefused as `write_order`.
    """
    is_over = draft.order.state in _OVER
    units = {} if is_over else units_of_draft(draft.rows)
    promise = promise_units(units, website_id=draft.order.store.website_id)
    order = write_order(draft)
    keep_promise(promise, order.pk)
    return order


@transaction.atomic
def order_cart(quote_id: int, *, payment_method: str, po_number: str = "") -> int:
    """Make an order of a cart; return the order's id. Asked again, it returns the same one.

    The cart is locked, so that two callers at once make one order. Raises NoSuchEntity, NotSalable,
    and OrderRefused for a cart that lacks something.
    """
    quote = carts.lock_cart(quote_id)
    if not quote.is_active:
        return carts.order_of(quote)
    draft = draft_of_cart(quote, payment_method=payment_method, po_number=po_number)
    order = place_order(draft)
    carts.close_cart(quote, order)
    return order.pk
