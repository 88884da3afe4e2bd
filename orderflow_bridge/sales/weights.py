"""What an order weighs, as Magento adds it up: pure."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from orderflow_bridge.sales.models import OrderItem

_NOTHING = Decimal(0)
_SMALLEST = Decimal("0.0001")  # what a column of weight can hold


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
