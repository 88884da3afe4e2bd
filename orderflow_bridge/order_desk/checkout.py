"""Orders by hand: a cart that a person fills, as REST's callers fill theirs, and orders.

A cart becomes one order, however often that is asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import BridgeError, OrderRefused
from orderflow_bridge.inventory.cart_units import add_to_cart, change_in_cart
from orderflow_bridge.inventory.placing import order_cart
from orderflow_bridge.sales import carts
from orderflow_bridge.sales.checkout import SHIPPING_METHODS
from orderflow_bridge.sales.models import Order, OrderAddress, OrderItem, Quote
from orderflow_bridge.sales.models.quote import PostalAddress
from orderflow_bridge.sales.selectors import LockedOrder, lock_order

# A cart that was made of the same lines so lately is a second click's.
_SAME_CLICK = timedelta(days=1)
_COPIED = tuple(
    each.name for each in PostalAddress._meta.get_fields() if each.name != "address_type"
)


@dataclass(frozen=True)
class Basket:
    """What a person wants a cart to hold: units by row id, further SKUs with units, addresses by
    field of QuoteAddress, and how it is sent. Without a shipping address it is the billing one.
    """

    customer_email: str
    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    further: Sequence[tuple[str, Decimal]] = ()
    billing: Mapping[str, Any] = field(default_factory=dict)
    shipping: Mapping[str, Any] = field(default_factory=dict)
    shipping_method: str = ""


@transaction.atomic
def fill_cart(quote_id: int, basket: Basket) -> None:
    """Make a cart hold what is wanted. Raises NoSuchEntity, NotSalable and OrderRefused."""
    carts.set_email(quote_id, basket.customer_email)
    rows = Quote.objects.get(pk=quote_id).items.filter(parent_item=None)
    for row_id, qty in rows.values_list("pk", "qty"):
        wanted = basket.quantities.get(row_id, qty)
        if not wanted:
            carts.remove_item(quote_id, row_id)
        elif wanted != qty:
            change_in_cart(quote_id, row_id, qty=wanted)
    for sku, qty in basket.further:
        add_to_cart(quote_id, sku=sku, qty=qty)
    if any(basket.billing.values()):
        carts.set_billing(quote_id, basket.billing)
    shipping = basket.shipping or basket.billing
    if any(shipping.values()) and not Quote.objects.get(pk=quote_id).is_virtual:
        carts.set_shipping(quote_id, shipping=shipping, method=basket.shipping_method)


@transaction.atomic
def place_by_hand(quote_id: int, basket: Basket, *, payment_method: str, po_number: str) -> int:
    """Fill a cart and order it; return the order's id. All of it or nothing.

    Raises NoSuchEntity, NotSalable, and OrderRefused for a cart that lacks something or was
    ordered.
    """
    fill_cart(quote_id, basket)
    return order_cart(quote_id, payment_method=payment_method, po_number=po_number)


@transaction.atomic
def reorder(order_id: int) -> tuple[Quote, list[str]]:
    """Put an order's lines and addresses into a new cart; return it, and why some lines are not in.

    Prices and stock are today's. A second click gets the same cart. Raises ActionNotAvailable for
    an order that is gone, and OrderRefused if none of its lines can be sold.
    """
    locked = lock_order(order_id)
    lines = list(_lines(locked.rows))
    if cart := _made_just_now(locked, lines):
        return cart, []
    cart = carts.open_cart(locked.order.store, customer_email=locked.order.customer_email)
    refusals = []
    for sku, qty in lines:
        try:
            with transaction.atomic():
                add_to_cart(cart.pk, sku=sku, qty=qty)
        except BridgeError as error:
            refusals.append(f"{sku}: {error}")
    if len(refusals) == len(lines):
        nothing = _("Nothing of this order can be ordered again.")
        raise OrderRefused(" ".join([nothing, *refusals]))
    _copy_addresses(locked.order, cart)
    return cart, refusals


def _lines(rows: Sequence[OrderItem]) -> Iterator[tuple[str, Decimal]]:
    """Yield SKU and units of what was ordered, as carts take it: bundles by their parts."""
    bundles = {row.pk for row in rows if row.product_type == Product.Type.BUNDLE}
    for row in rows:
        is_line = row.pk not in bundles if not row.parent_item_id else row.parent_item_id in bundles
        if is_line:
            yield row.sku, row.qty_ordered


def _made_just_now(locked: LockedOrder, lines: Sequence[tuple[str, Decimal]]) -> Quote | None:
    recent = Quote.objects.filter(
        is_active=True,
        created_at__gt=timezone.now() - _SAME_CLICK,
        store=locked.order.store,
        customer_email=locked.order.customer_email,
    )
    for cart in recent.order_by("-pk")[:5]:
        if list(cart.items.order_by("pk").values_list("sku", "qty")) == list(lines):
            return cart
    return None


def _copy_addresses(order: Order, cart: Quote) -> None:
    """Take over addresses, and the way to send it where carts can be sent so."""
    addresses = {
        each.address_type: {name: getattr(each, name) for name in _COPIED}
        for each in order.addresses.all()
    }
    shipping = addresses.get(OrderAddress.Type.SHIPPING)
    billing = addresses.get(OrderAddress.Type.BILLING, shipping)
    if billing:
        carts.set_billing(cart.pk, billing)
    if shipping:
        known = {method.code for method in SHIPPING_METHODS}
        method = order.shipping_method if order.shipping_method in known else ""
        carts.set_shipping(cart.pk, shipping=shipping, method=method)
