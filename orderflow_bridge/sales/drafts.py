"""Orders that nobody has saved yet: what hangs on one, whether it fits, what it comes to. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db.models import Model

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.numbers import cents
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)

VIRTUAL = (Product.Type.VIRTUAL, Product.Type.DOWNLOADABLE)
_DONE = ("qty_invoiced", "qty_shipped", "qty_refunded", "qty_canceled")
_NOTHING = Decimal(0)
_SMALLEST = Decimal("0.0001")  # what a column of weight can hold


@dataclass
class OrderDraft:
    """An order that nobody has saved yet, with everything that hangs on it.

    Children among the `rows` name their parent as `parent_item`. An order without an increment id
    gets the next one of its store view.
    """

    order: Order
    rows: list[OrderItem]
    addresses: list[OrderAddress] = field(default_factory=list)
    payment: OrderPayment | None = None
    histories: list[OrderStatusHistory] = field(default_factory=list)


def checked(row: Model, what: str, *, but: Collection[str] = ()) -> None:
    """Raise OrderRefused, naming `what` and the field, if a row cannot be saved as it is."""
    links = [each.name for each in row._meta.concrete_fields if each.is_relation]
    try:
        row.clean_fields(exclude={*links, *but})
    except ValidationError as error:
        name, texts = next(iter(error.message_dict.items()))
        raise OrderRefused(f"{what}, {name}: {texts[0]}") from None


def fill_row(row: OrderItem, *, given: Collection[str]) -> None:
    """Work out the amounts of a row that are not `given`. Raises OrderRefused if one is amiss."""
    if "original_price" not in given:
        row.original_price = row.price
    if "row_total" not in given:
        row.row_total = cents(row.price * row.qty_ordered)
    if "row_total_incl_tax" not in given:
        row.row_total_incl_tax = cents(row.row_total + row.tax_amount)
    if "price_incl_tax" not in given:
        unit_tax = row.tax_amount / row.qty_ordered if row.qty_ordered > 0 else _NOTHING
        row.price_incl_tax = cents(row.price + unit_tax)
    checked(row, f'Item "{row.sku}"')
    if row.qty_ordered <= 0:
        raise OrderRefused(f'Item "{row.sku}", qty_ordered: must be above 0.')
    for name in _DONE:
        if not 0 <= getattr(row, name) <= row.qty_ordered:
            raise OrderRefused(f'Item "{row.sku}", {name}: must be between 0 and qty_ordered.')


def fill_totals(order: Order, rows: Sequence[OrderItem], *, given: Collection[str]) -> None:
    """Work out the totals of an order that are not `given`, each from what stands before it."""
    parents = [row for row in rows if row.parent_item is None]
    goods, tax, discount, units = (
        sum([getattr(row, name) for row in parents], _NOTHING)
        for name in ("row_total", "tax_amount", "discount_amount", "qty_ordered")
    )
    shipping_tax = order.shipping_tax_amount
    if "total_qty_ordered" not in given:
        order.total_qty_ordered = units
    if "weight" not in given:
        order.weight = weight_of(rows)
    if "subtotal" not in given:
        order.subtotal = cents(goods)
    if "tax_amount" not in given:
        order.tax_amount = cents(cents(tax) + shipping_tax)
    if "discount_amount" not in given:
        order.discount_amount = -abs(cents(discount))
    if "subtotal_incl_tax" not in given:
        order.subtotal_incl_tax = cents(order.subtotal + order.tax_amount - shipping_tax)
    if "shipping_incl_tax" not in given:
        order.shipping_incl_tax = cents(order.shipping_amount + shipping_tax)
    if "grand_total" not in given:
        gross = order.subtotal + order.tax_amount + order.shipping_amount
        order.grand_total = cents(gross - abs(order.discount_amount))
    if "base_grand_total" not in given:
        rate = Decimal(str(order.extra.get("base_to_order_rate") or 1))
        is_same = order.base_currency_code == order.order_currency_code or rate <= 0
        order.base_grand_total = order.grand_total if is_same else cents(order.grand_total / rate)


def row_weight(row: OrderItem) -> Decimal:
    """Return what all units of a row weigh, 0 if nobody knows; what is not sent weighs nothing."""
    if row.is_virtual:
        return _NOTHING
    weight: Decimal = (row.weight or _NOTHING) * row.qty_ordered
    return weight


def weight_of(rows: Sequence[OrderItem]) -> Decimal:
    """Return what the goods of an order weigh together, in the unit of its rows.

    A variant's or a bundle's own weight counts; where it has none, that of its parts does. The rows
    need not be saved: children name their parents.
    """
    total = _NOTHING
    for row in rows:
        if row.parent_item is None:
            parts = (row_weight(part) for part in rows if part.parent_item is row)
            total += row_weight(row) or sum(parts, _NOTHING)
    return total.quantize(_SMALLEST, rounding=ROUND_HALF_UP)
