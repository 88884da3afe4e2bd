"""The parts of a row that ships as one, such as a bundle's. Pure.

The row carries the quantities. But a warehouse may send the parts in several parcels: those that
left by themselves are counted on their own rows, and the row follows them, by as many units as
they make up together.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_FLOOR, Decimal

from orderflow_bridge.sales.models import OrderItem

SMALLEST = Decimal("0.0001")  # what a quantity column can hold
_ONE = Decimal(1)
_NOTHING = Decimal(0)


def parts_of(rows: Iterable[OrderItem], row: OrderItem) -> list[OrderItem]:
    """Return the rows of a row's parts; none if they ship separately and carry themselves."""
    if row.ship_separately:
        return []
    return [part for part in rows if part.parent_item_id == row.pk]


def per_unit(part: OrderItem, row: OrderItem) -> Decimal:
    """Return how many units of a part make one unit of its row; 1 for the row itself."""
    if part is row or not row.qty_ordered:
        return _ONE
    units: Decimal = part.qty_ordered / row.qty_ordered
    return units


def sent_parts(row: OrderItem, parts: Iterable[OrderItem]) -> list[OrderItem]:
    """Return those of a row's parts that are sent in parcels."""
    return [part for part in parts if not part.is_virtual and per_unit(part, row)]


def assembled(row: OrderItem, parts: Sequence[OrderItem]) -> Decimal:
    """Return how many units of a row the parts make up that left by themselves."""
    sent = sent_parts(row, parts)
    units = min((part.qty_shipped / per_unit(part, row) for part in sent), default=_NOTHING)
    if len(sent) == 1 and per_unit(sent[0], row) == _ONE:
        return units
    return units.quantize(SMALLEST).to_integral_value(rounding=ROUND_FLOOR)


def ahead(part: OrderItem, row: OrderItem, parts: Sequence[OrderItem]) -> Decimal:
    """Return the units of a part that have left while others of its row's unit have not."""
    if part is row or part.is_virtual or not part.qty_shipped:
        return _NOTHING
    loose: Decimal = part.qty_shipped - assembled(row, parts) * per_unit(part, row)
    return max(loose.quantize(SMALLEST), _NOTHING)
