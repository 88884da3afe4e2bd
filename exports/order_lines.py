"""The lines of an order document: which rows go to the warehouse, and their amounts.

Pure: rows in, lines out. Amounts are exact; the document writes them with four places, half up.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client.documents import OrderLine, Value
from orderflow_bridge.common.numbers import cents
from orderflow_bridge.sales.models import OrderItem

# Magento calls the rows of a group's parts "grouped"; each is a simple product all the same.
_GOODS = (Product.Type.SIMPLE, Product.Type.GROUPED)
_PLACES = Decimal("0.0001")
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Amounts:
    """What a whole row costs."""

    net: Decimal
    tax: Decimal
    gross: Decimal


# What a mapping makes of a row, of the row that is its parent, and of the values worked out here.
Mapped = Callable[[OrderItem, OrderItem | None, dict[str, Value]], dict[str, Value]]


def document_lines(
    rows: Sequence[OrderItem], *, discounted: bool, mapped: Mapped | None = None
) -> list[OrderLine]:
    """Return a line for every row that holds goods, in the order of the rows.

    A variant's quantity and amounts stand on its configurable parent's row. Units that were
    cancelled or refunded are not sent, nor their share of the amounts. `discounted` takes discounts
    off the amounts and adds hidden tax and WEEE. `mapped` has the last word on a line's values.
    """
    by_id = {row.pk: row for row in rows}
    lines = []
    for row in sorted(rows, key=lambda row: row.pk):
        if row.product_type not in _GOODS:
            continue
        parent = by_id.get(row.parent_item_id or 0)
        is_variant = parent is not None and parent.product_type == Product.Type.CONFIGURABLE
        carrier = parent if parent is not None and is_variant else row
        quantity = _left(carrier)
        if quantity > 0:
            fields = _fields(row, carrier, quantity, discounted)
            lines.append(OrderLine(row.sku, mapped(row, parent, fields) if mapped else fields))
    return lines


def with_tax(given: Decimal, net: Decimal, tax: Decimal) -> Decimal:
    """Return an amount with tax: as given, or added up where the shop did not fill it in."""
    return given or net + tax


def _left(row: OrderItem) -> Decimal:
    left: Decimal = row.qty_ordered - row.qty_canceled - row.qty_refunded
    return left


def _fields(
    row: OrderItem, carrier: OrderItem, quantity: Decimal, discounted: bool
) -> dict[str, Value]:
    total = _discounted(carrier) if discounted else _plain(carrier)
    share = quantity / carrier.qty_ordered
    unit_tax = _rounded(total.tax / carrier.qty_ordered)
    unit_net, unit_gross = carrier.price, with_tax(carrier.price_incl_tax, carrier.price, unit_tax)
    if discounted:
        unit_net = _rounded(total.net / carrier.qty_ordered)
        unit_gross = _rounded(total.gross / carrier.qty_ordered)
    tax_code = carrier.extra.get("tax_code") or row.extra.get("tax_code")
    return {
        "quantity": quantity,
        "description": row.name,
        "totalPriceNet": _left_of(total.net, share),
        "totalPriceGross": _left_of(total.gross, share),
        "totalTax": _left_of(total.tax, share),
        "totalTaxCode": tax_code,
        "unitPriceNet": unit_net,
        "unitPriceGross": unit_gross,
        "unitTax": unit_tax,
        "unitTaxCode": tax_code,
        **(gift_fields(carrier.extra) or gift_fields(row.extra)),
    }


def gift_fields(extra: Mapping[str, Any]) -> dict[str, Value]:
    """Return the gift message among an order's or a row's rarer fields, if there is one.

    OrderFlow has no key of its own for it, so it goes under custom ones, which it keeps.
    """
    extension = extra.get("extension_attributes")
    gift = extension.get("gift_message") if isinstance(extension, Mapping) else None
    if not isinstance(gift, Mapping):
        return {}
    return {
        f"gift{name.capitalize()}": str(gift[name])
        for name in ("sender", "recipient", "message")
        if gift.get(name)
    }


def _left_of(amount: Decimal, share: Decimal) -> Decimal:
    """Return a share of an amount in whole cents; the whole of it as it was given."""
    return amount if share == 1 else cents(amount * share)


def _plain(row: OrderItem) -> Amounts:
    gross = with_tax(row.row_total_incl_tax, row.row_total, row.tax_amount)
    return Amounts(row.row_total, row.tax_amount, gross)


def _discounted(row: OrderItem) -> Amounts:
    hidden_tax = _extra(row, "discount_tax_compensation_amount")
    weee = _extra(row, "weee_tax_applied_row_amount")
    net = row.row_total + hidden_tax + weee - abs(row.discount_amount)
    return Amounts(net, row.tax_amount + weee, net + row.tax_amount)


def _extra(row: OrderItem, name: str) -> Decimal:
    """Return one of Magento's rarer amounts; what is no number counts as nothing."""
    try:
        amount = Decimal(str(row.extra.get(name) or 0))
    except InvalidOperation:
        return _NOTHING
    return amount if amount.is_finite() else _NOTHING


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_PLACES, rounding=ROUND_HALF_UP)
