"""What can be done to a cart. Every action locks its cart, so two at once take turns.

Any change of the rows renews `updated_at`; the stock import asks when a cart was begun.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from orderflow_bridge.common.exceptions import NoSuchEntity, OrderRefused
from orderflow_bridge.sales.cart_products import Choice, Picks, find_choices
from orderflow_bridge.sales.checkout import shipping_method
from orderflow_bridge.sales.drafts import VIRTUAL, checked
from orderflow_bridge.sales.models import Order, Quote, QuoteAddress, QuoteItem
from orderflow_bridge.stores.models import Store

_LARGEST = Decimal(99_999_999)
_LONGEST_EMAIL = 128
_NO_PICKS = Picks()


def open_cart(store: Store, *, customer_email: str = "") -> Quote:
    """Make an empty cart in a store view."""
    return Quote.objects.create(store=store, customer_email=customer_email)


def lock_cart(quote_id: int) -> Quote:
    """Return a cart, locked until the transaction ends. Raises NoSuchEntity."""
    quote = (
        Quote.objects.select_related("store__website")
        .select_for_update(of=("self",))
        .filter(pk=quote_id)
        .first()
    )
    if quote is None:
        raise NoSuchEntity.field("cartId", quote_id)
    return quote


@transaction.atomic
def add_items(
    quote_id: int, *, sku: str, qty: Decimal, picks: Picks = _NO_PICKS
) -> list[QuoteItem]:
    """Put units of a product into a cart; return its rows, of what has parts the parents'.

    Units of what is in the cart already are added to its row. `picks` say what was chosen of a
    product that is made of others; a group has a row for each of its products. Raises NoSuchEntity
    and OrderRefused.
    """
    quote = lock_open(quote_id)
    choices = find_choices(sku, _checked(qty), picks, website_id=quote.store.website_id)
    rows = [_add(quote, choice) for choice in choices]
    _touch(quote)
    return rows


def _add(quote: Quote, choice: Choice) -> QuoteItem:
    row = _row_of(quote, choice)
    if row is None:
        return _add_rows(quote, choice)
    row.qty = _checked(row.qty + choice.qty)
    row.save(update_fields=("qty",))
    return row


@transaction.atomic
def change_item(quote_id: int, item_id: int, *, qty: Decimal) -> QuoteItem:
    """Set the quantity of a row. Raises NoSuchEntity and OrderRefused."""
    quote = lock_open(quote_id)
    row = _find_row(quote, item_id)
    row.qty = _checked(qty)
    row.save(update_fields=("qty",))
    _touch(quote)
    return row


@transaction.atomic
def remove_item(quote_id: int, item_id: int) -> None:
    """Take a row out of a cart. Raises NoSuchEntity and OrderRefused."""
    quote = lock_open(quote_id)
    _find_row(quote, item_id).delete()
    _touch(quote)


@transaction.atomic
def set_email(quote_id: int, customer_email: str) -> None:
    """Say who buys. Raises NoSuchEntity and OrderRefused."""
    quote = lock_open(quote_id)
    quote.customer_email = customer_email
    checked(quote, "Cart")
    quote.save(update_fields=("customer_email",))


@transaction.atomic
def set_billing(
    quote_id: int, values: Mapping[str, Any], *, is_shipping_too: bool = False
) -> QuoteAddress:
    """Say where a cart is billed to, and sent to as well; `values` are by field of QuoteAddress.

    The cart takes over an e-mail address if it has none. Raises NoSuchEntity and OrderRefused.
    """
    quote = lock_open(quote_id)
    if is_shipping_too:
        _write_address(quote, QuoteAddress.Type.SHIPPING, values)
    return _write_address(quote, QuoteAddress.Type.BILLING, values)


@transaction.atomic
def set_shipping(
    quote_id: int,
    *,
    shipping: Mapping[str, Any],
    billing: Mapping[str, Any] | None = None,
    method: str,
) -> None:
    """Say where a cart is sent and how, as in "flatrate_flatrate"; and where it is billed to.

    With "" for a method it stays to be chosen. A cart without a billing address is billed to where
    it is sent. Raises NoSuchEntity and OrderRefused.
    """
    quote = lock_open(quote_id)
    quote.shipping_method = shipping_method(method).code if method else ""
    quote.save(update_fields=("shipping_method",))
    _write_address(quote, QuoteAddress.Type.SHIPPING, shipping)
    if billing is None and not _is_billed(quote):
        billing = shipping
    if billing is not None:
        _write_address(quote, QuoteAddress.Type.BILLING, billing)


def close_cart(quote: Quote, order: Order) -> None:
    """Say on a locked cart which order it has become."""
    quote.is_active = False
    quote.reserved_order_id = order.increment_id
    quote.save(update_fields=("is_active", "reserved_order_id"))


def order_of(quote: Quote) -> int:
    """Return the id of the order that a closed cart has become. Raises NoSuchEntity."""
    found = Order.objects.filter(quote_id=quote.pk, increment_id=quote.reserved_order_id)
    order_id = found.values_list("pk", flat=True).first()
    if order_id is None:
        raise NoSuchEntity.any()
    return order_id


def lock_open(quote_id: int) -> Quote:
    """Return a cart that can be changed, locked. Raises NoSuchEntity and OrderRefused."""
    quote = lock_cart(quote_id)
    if not quote.is_active:
        raise OrderRefused("This cart has become an order and cannot be changed any more.")
    return quote


def _write_address(
    quote: Quote, kind: QuoteAddress.Type, values: Mapping[str, Any]
) -> QuoteAddress:
    address = QuoteAddress.objects.filter(quote=quote, address_type=kind).first()
    address = address or QuoteAddress(quote=quote, address_type=kind)
    for name, value in values.items():
        setattr(address, name, value)
    checked(address, f"{kind.value.capitalize()} address")
    address.save()
    if address.email and not quote.customer_email:
        quote.customer_email = address.email[:_LONGEST_EMAIL]
        quote.save(update_fields=("customer_email",))
    return address


def _is_billed(quote: Quote) -> bool:
    return QuoteAddress.objects.filter(quote=quote, address_type=QuoteAddress.Type.BILLING).exists()


def _touch(quote: Quote) -> None:
    quote.updated_at = timezone.now()
    rows = QuoteItem.objects.filter(quote=quote, children=None).select_related("product")
    types = {row.product.type_id for row in rows}
    quote.is_virtual = bool(types) and types <= {*VIRTUAL}
    quote.save(update_fields=("updated_at", "is_virtual"))


def _checked(qty: Decimal) -> Decimal:
    if not 0 < qty <= _LARGEST:
        raise OrderRefused("The quantity of an item must be above 0 and at most 99999999.")
    return qty


def _find_row(quote: Quote, item_id: int) -> QuoteItem:
    row = QuoteItem.objects.filter(quote=quote, pk=item_id, parent_item=None).first()
    if row is None:
        raise NoSuchEntity.any()
    return row


def _row_of(quote: Quote, choice: Choice) -> QuoteItem | None:
    """Return the row of the cart that holds the same already; of what has parts, the parent's."""
    rows = QuoteItem.objects.filter(
        quote=quote, product=choice.carrier, product_type=choice.product_type, parent_item=None
    )
    wanted = [(part.product.pk, part.qty) for part in choice.parts]
    for row in rows.order_by("pk"):
        parts = list(row.children.order_by("pk").values_list("product_id", "qty"))
        if parts == wanted and row.options == choice.options:
            return row
    return None


def _add_rows(quote: Quote, choice: Choice) -> QuoteItem:
    """Add a row, and below it one for each part; the row itself carries price and units.

    A part's quantity counts per unit of its parent.
    """
    row = QuoteItem.objects.create(
        quote=quote,
        product=choice.carrier,
        sku=choice.sku,
        name=choice.carrier.name,
        product_type=choice.product_type,
        qty=_checked(choice.qty),
        price=choice.price,
        options=choice.options,
    )
    for part in choice.parts:
        QuoteItem.objects.create(
            quote=quote,
            parent_item=row,
            product=part.product,
            sku=part.product.sku,
            name=part.product.name,
            product_type=part.product.type_id,
            qty=part.qty,
            price=part.price,
        )
    return row
