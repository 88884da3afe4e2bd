"""What a cart costs, how it may be sent and paid, and the order it becomes; it is only read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from orderflow_bridge.catalog.bundles import has_own
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.numbers import cents
from orderflow_bridge.customers.models import Customer
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.sales.drafts import VIRTUAL, OrderDraft, weight_of
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
    Quote,
    QuoteAddress,
    QuoteItem,
)
from orderflow_bridge.sales.models.quote import PostalAddress
from orderflow_bridge.stores.order_statuses import default_status

_FREE = "free"


@dataclass(frozen=True)
class ShippingMethod:
    """A way to send a cart."""

    carrier_code: str
    method_code: str
    carrier_title: str
    method_title: str
    amount: Decimal

    @property
    def code(self) -> str:
        """The method as orders name it: flatrate_flatrate."""
        return f"{self.carrier_code}_{self.method_code}"

    @property
    def description(self) -> str:
        """The method as people read it, and as it is kept with an order."""
        return f"{self.carrier_title} - {self.method_title}"

    @property
    def label(self) -> str:
        """The same in the reader's language."""
        return " - ".join([_(self.carrier_title), _(self.method_title)])


@dataclass(frozen=True)
class Totals:
    """The amounts of a cart."""

    subtotal: Decimal
    shipping: Decimal
    units: Decimal

    @property
    def grand_total(self) -> Decimal:
        """What is to be paid."""
        return self.subtotal + self.shipping


SHIPPING_METHODS = (
    ShippingMethod(
        "flatrate", "flatrate", gettext_noop("Flat Rate"), gettext_noop("Fixed"), Decimal("5.00")
    ),
    ShippingMethod(
        "freeshipping",
        "freeshipping",
        gettext_noop("Free Shipping"),
        gettext_noop("Free"),
        Decimal("0.00"),
    ),
)
PAYMENT_METHODS = {
    "checkmo": gettext_noop("Check / Money order"),
    "banktransfer": gettext_noop("Bank Transfer Payment"),
    "purchaseorder": gettext_noop("Purchase Order"),
    _FREE: gettext_noop("No Payment Information Required"),
}


def shipping_method(code: str) -> ShippingMethod:
    """Return a method by its code; raises OrderRefused for one there is not."""
    for method in SHIPPING_METHODS:
        if method.code == code:
            return method
    raise OrderRefused(f"Carrier with such method not found: {code.replace('_', ', ', 1)}")


def payment_methods(totals: Totals) -> dict[str, str]:
    """Return the titles of the ways to pay these totals, by code; "free" is for nothing at all."""
    is_free = not totals.grand_total
    return {code: title for code, title in PAYMENT_METHODS.items() if (code == _FREE) == is_free}


def parent_rows(items: Iterable[QuoteItem]) -> list[QuoteItem]:
    """Return the rows that are priced: a child belongs to its parent."""
    return [item for item in items if not item.parent_item_id]


def row_total(row: QuoteItem) -> Decimal:
    """Return what the units of a row cost, in whole cents."""
    return cents(row.price * row.qty)


def totals_of(items: Sequence[QuoteItem], shipping_code: str) -> Totals:
    """Return the totals of a cart's rows, with a method of shipping ("" for none)."""
    rows = parent_rows(items)
    return Totals(
        subtotal=sum((row_total(row) for row in rows), Decimal(0)),
        shipping=shipping_method(shipping_code).amount if shipping_code else Decimal(0),
        units=sum((row.qty for row in rows), Decimal(0)),
    )


_COPIED = tuple(field.name for field in PostalAddress._meta.get_fields())


def draft_of_cart(quote: Quote, *, payment_method: str, po_number: str = "") -> OrderDraft:
    """Return a locked cart as an order; without a way to pay, by the one that was chosen before.

    Raises OrderRefused, in Magento's words, for whatever it lacks: rows, an e-mail address, a
    billing address, for goods also a shipping address and a method, and a way to pay.
    """
    items = list(quote.items.select_related("product").order_by("pk"))
    addresses = {address.address_type: address for address in quote.addresses.all()}
    method = _method(quote, addresses)
    _check(quote, items, addresses)
    totals = totals_of(items, quote.shipping_method if method else "")
    if not payment_method:
        payment_method = str(quote.payment.get("method") or "")
        po_number = str(quote.payment.get("po_number") or "")
    title = payment_methods(totals).get(payment_method)
    if title is None:
        raise OrderRefused("The requested Payment Method is not available.")
    rows = _rows(items)
    return OrderDraft(
        order=_order(quote, rows, addresses, totals, method),
        rows=rows,
        addresses=[_address(address) for address in addresses.values()],
        payment=OrderPayment(
            method=payment_method,
            title=title,
            amount_ordered=totals.grand_total,
            extra={"po_number": po_number} if po_number else {},
        ),
        histories=[
            OrderStatusHistory(status=default_status(Order.State.NEW), comment="Order placed.")
        ],
    )


def _method(quote: Quote, addresses: dict[str, QuoteAddress]) -> ShippingMethod | None:
    if quote.is_virtual:
        return None
    if QuoteAddress.Type.SHIPPING not in addresses:
        raise OrderRefused("The shipping address is missing. Set the address and try again.")
    if not quote.shipping_method:
        raise OrderRefused(
            "The shipping method is missing. Select the shipping method and try again."
        )
    return shipping_method(quote.shipping_method)


def _check(quote: Quote, items: list[QuoteItem], addresses: dict[str, QuoteAddress]) -> None:
    if not items:
        raise OrderRefused("The cart is empty. Add a product and try again.")
    if QuoteAddress.Type.BILLING not in addresses:
        raise OrderRefused("Please check the billing address information.")
    if not is_address(quote.customer_email):
        raise OrderRefused("The cart has no e-mail address: give one with the billing address.")


def _order(
    quote: Quote,
    rows: list[OrderItem],
    addresses: dict[str, QuoteAddress],
    totals: Totals,
    method: ShippingMethod | None,
) -> Order:
    billing = addresses[QuoteAddress.Type.BILLING]
    return Order(
        store=quote.store,
        status=default_status(Order.State.NEW),
        quote_id=quote.pk,
        is_virtual=quote.is_virtual,
        customer_email=quote.customer_email,
        customer_firstname=billing.firstname[:128],
        customer_lastname=billing.lastname[:128],
        **_buyer(quote),
        customer_note=quote.customer_note,
        shipping_method=method.code if method else "",
        shipping_description=method.description if method else "",
        order_currency_code=quote.currency_code,
        base_currency_code=quote.currency_code,
        subtotal=totals.subtotal,
        subtotal_incl_tax=totals.subtotal,
        shipping_amount=totals.shipping,
        shipping_incl_tax=totals.shipping,
        grand_total=totals.grand_total,
        base_grand_total=totals.grand_total,
        total_qty_ordered=totals.units,
        weight=weight_of(rows),
        extra={
            **{f"{kind}_address": each.extra for kind, each in addresses.items() if each.extra},
            **({"customer_id": quote.customer_id} if quote.customer_id else {}),
        },
    )


def _buyer(quote: Quote) -> dict[str, Any]:
    """Return what an order says of a customer; nothing of a guest."""
    customer = Customer.objects.filter(pk=quote.customer_id).first() if quote.customer_id else None
    if customer is None:
        return {}
    return {"customer_is_guest": False, "customer_group_id": customer.group_id}


def _rows(items: list[QuoteItem]) -> list[OrderItem]:
    """Return the order's rows; a child has the units of its parent times its own."""
    rows: dict[int, OrderItem] = {}
    sent = {each.parent_item_id for each in items if each.product.type_id not in VIRTUAL}
    parents = {each.parent_item_id for each in items}
    for item in items:
        parent = rows.get(item.parent_item_id or 0)
        row = rows[item.pk] = _row(item, parent)
        if item.pk in parents:  # what has parts goes by parcel if one of them does
            row.is_virtual = item.pk not in sent
    return list(rows.values())


def _row(item: QuoteItem, parent: OrderItem | None) -> OrderItem:
    qty = item.qty * (parent.qty_ordered if parent else 1)
    row_total = cents(item.price * qty)
    return OrderItem(
        parent_item=parent,
        product=item.product,
        sku=item.sku,
        name=item.name,
        product_type=item.product_type,
        is_virtual=item.product.type_id in VIRTUAL,
        ship_separately=_is_bundle(item) and has_own(item.product, "shipment_type"),
        qty_ordered=qty,
        price=item.price,
        original_price=item.price,
        price_incl_tax=item.price,
        row_total=row_total,
        row_total_incl_tax=row_total,
        weight=item.product.weight,
        extra={"quote_item_id": item.pk}
        | ({"product_option": {"extension_attributes": item.options}} if item.options else {}),
    )


def _is_bundle(item: QuoteItem) -> bool:
    return item.product_type == Product.Type.BUNDLE


def _address(address: QuoteAddress) -> OrderAddress:
    return OrderAddress(**{name: getattr(address, name) for name in _COPIED})
