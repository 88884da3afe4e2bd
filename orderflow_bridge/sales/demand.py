"""What the rows of an order need from the shelf: pure (docs/stock.md).

Stock lies under products, orders have rows: a parent row stands for its parts, and what a parent
ships its parts ship with it, share by share.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import OrderItem
from orderflow_bridge.sales.parts import SMALLEST, ahead, per_unit

Units = dict[int, Decimal]
"""Quantities by product id."""


@dataclass(frozen=True)
class _Stocked:
    """A row that stock is kept of, and the row that carries its quantities: itself or its parent.

    `ahead` are units that left while others of the parent's unit did not.
    """

    row: OrderItem
    carrier: OrderItem
    ahead: Decimal

    def of(self, units: Decimal) -> Decimal:
        """Return what units of the carrier take of this row."""
        return units * per_unit(self.row, self.carrier)

    def still_open(self) -> Decimal:
        """Return the units that are to leave."""
        carrier = self.carrier
        units = states.to_invoice(carrier) if carrier.is_virtual else states.to_ship(carrier)
        return max(self.of(units) - self.ahead, states.NOTHING)

    def gone(self) -> Decimal:
        """Return the units that have left."""
        carrier = self.carrier
        units = carrier.qty_invoiced if carrier.is_virtual else carrier.qty_shipped
        return self.of(units) + self.ahead


def open_units(rows: Sequence[OrderItem]) -> Units:
    """Return what is still to leave the shelf: to be shipped, or to be invoiced if virtual."""
    return _add_up(_stocked(rows), _Stocked.still_open)


def kept_units(rows: Sequence[OrderItem]) -> Units:
    """Return what the order has taken or will take: what is open, and what has left."""
    return _add_up(_stocked(rows), lambda each: each.still_open() + each.gone())


def units_of_draft(rows: Sequence[OrderItem]) -> Units:
    """Return what the rows of an order that is not saved yet need; children name their parents."""
    return _add_up(_carried([(row, row.parent_item) for row in rows]), _Stocked.still_open)


def virtual_units(rows: Sequence[OrderItem], invoiced: dict[int, Decimal]) -> Units:
    """Return what leaves the shelf by being invoiced; `invoiced` are units by row id."""
    virtual = [each for each in _stocked(rows) if each.row.is_virtual]
    return _add_up(virtual, lambda each: each.of(invoiced.get(each.carrier.pk, states.NOTHING)))


def _stocked(rows: Sequence[OrderItem]) -> list[_Stocked]:
    by_id = {row.pk: row for row in rows}
    return _carried([(row, by_id.get(row.parent_item_id or 0)) for row in rows])


def _carried(pairs: Iterable[tuple[OrderItem, OrderItem | None]]) -> list[_Stocked]:
    """Return the rows that stock is kept of; the pairs are rows and their parents."""
    pairs = list(pairs)
    parts: dict[int, list[OrderItem]] = {}
    for row, parent in pairs:
        if parent is not None:
            parts.setdefault(id(parent), []).append(row)
    stocked = []
    for row, parent in pairs:
        if row.product_id is not None and id(row) not in parts:
            carrier = row if parent is None or parent.ship_separately else parent
            units = ahead(row, carrier, parts.get(id(carrier), ()))
            stocked.append(_Stocked(row, carrier, units))
    return stocked


def _add_up(stocked: Iterable[_Stocked], units_of: Callable[[_Stocked], Decimal]) -> Units:
    totals: Units = {}
    for each in stocked:
        qty = units_of(each).quantize(SMALLEST)
        if qty > 0 and each.row.product_id is not None:
            product_id = each.row.product_id
            totals[product_id] = totals.get(product_id, states.NOTHING) + qty
    return totals
