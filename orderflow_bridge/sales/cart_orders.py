"""What a cart looks like as an order: pure but for reading the cart."""

from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.money import cents
from orderflow_bridge.outbox.mail.services import is_address
from orderflow_bridge.sales.cart_totals import (
    ShippingMethod,
    Totals,
    payment_methods,
    shipping_method,
    totals_of,
)
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
from orderflow_bridge.sales.models.address import PostalAddress
from orderflow_bridge.sales.placing import OrderDraft
from orderflow_bridge.sales.weights import weight_of
from orderflow_bridge.stores.order_statuses import default_status

_VIRTUAL = ("virtual", "downloadable")
_COPIED = tuple(field.name for field in PostalAddress._meta.get_fields())


def draft_of_cart(quote: Quote, *, payment_method: str, po_number: str = "") -> OrderDraft:
    """Return a locked cart as an order.

    Raises OrderRefused, in Magento's words, for whatever it lacks: rows, an e-mail address, a
    billing address, for goods also a shipping address and a method, and a way to pay.
    """
    items = list(quote.items.select_related("product").order_by("pk"))
    addresses = {address.address_type: address for address in quote.addresses.all()}
    method = _method(quote, addresses)
    _check(quote, items, addresses)
    totals = totals_of(items, quote.shipping_method if method else "")
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
        extra={f"{kind}_address": each.extra for kind, each in addresses.items() if each.extra},
    )


def _rows(items: list[QuoteItem]) -> list[OrderItem]:
    """Return the order's rows; a child has the units of its parent times its own."""
    rows: dict[int, OrderItem] = {}
    for item in items:
        parent = rows.get(item.parent_item_id or 0)
        rows[item.pk] = _row(item, parent)
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
        is_virtual=item.product_type in _VIRTUAL,
        qty_ordered=qty,
        price=item.price,
        original_price=item.price,
        price_incl_tax=item.price,
        row_total=row_total,
        row_total_incl_tax=row_total,
        weight=item.product.weight,
        extra={"quote_item_id": item.pk},
    )


def _address(address: QuoteAddress) -> OrderAddress:
    return OrderAddress(**{name: getattr(address, name) for name in _COPIED})
