"""What a cart costs, and how it may be sent and paid: pure (docs/rest-sales.md).

A shop that feeds the bridge brings its own prices along in an order document. The cart knows two
ways to send and four to pay, under Magento's codes, and no taxes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.common.money import cents
from orderflow_bridge.sales.models import QuoteItem

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
        """The method as people read it."""
        return f"{self.carrier_title} - {self.method_title}"


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
    ShippingMethod("flatrate", "flatrate", "Flat Rate", "Fixed", Decimal("5.00")),
    ShippingMethod("freeshipping", "freeshipping", "Free Shipping", "Free", Decimal("0.00")),
)
PAYMENT_METHODS = {
    "checkmo": "Check / Money order",
    "banktransfer": "Bank Transfer Payment",
    "purchaseorder": "Purchase Order",
    _FREE: "No Payment Information Required",
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
