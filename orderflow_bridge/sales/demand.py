"""What the rows of an order need from the shelf: pure (wire.md §8, MSI).

Stock lies under products, orders have rows: a parent row stands for its parts, and what a parent
ships its parts ship with it, share by share.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import OrderItem

Units = dict[int, Decimal]
"""Quantities by product id."""

_SMALLEST = Decimal("0.0001")  # what a quantity column can hold


def open_units(rows: Sequence[OrderItem]) -> Units:
    """Return what is still to leave the shelf: to be shipped, or to be invoiced if virtual."""
    return _add_up(_stocked(rows), _still_open)


def kept_units(rows: Sequence[OrderItem]) -> Units:
    """Return what the order has taken or will take: what is open, and what has left."""
    return _add_up(_stocked(rows), lambda row: max(_still_open(row) + _gone(row), _gone(row)))


def units_of_draft(rows: Sequence[OrderItem]) -> Units:
    """Return what the rows of an order that is not saved yet need; children name their parents."""
    return _add_up(_pairs([(row, row.parent_item) for row in rows]), _still_open)


def virtual_units(rows: Sequence[OrderItem], invoiced: dict[int, Decimal]) -> Units:
    """Return what leaves the shelf by being invoiced; `invoiced` are units by row id."""
    virtual = [(row, carrier) for row, carrier in _stocked(rows) if row.is_virtual]
    return _add_up(virtual, lambda carrier: invoiced.get(carrier.pk, states.NOTHING))


def _stocked(rows: Sequence[OrderItem]) -> list[tuple[OrderItem, OrderItem]]:
    by_id = {row.pk: row for row in rows}
    return _pairs([(row, by_id.get(row.parent_item_id or 0)) for row in rows])


def _pairs(
    rows: Iterable[tuple[OrderItem, OrderItem | None]],
) -> list[tuple[OrderItem, OrderItem]]:
    """Return the rows that stock is kept of, each with the row that carries its quantities."""
    rows = list(rows)
    parents = {id(parent) for _, parent in rows if parent is not None}
    return [
        (row, row if parent is None or parent.ship_separately else parent)
        for row, parent in rows
        if row.product_id is not None and id(row) not in parents
    ]


def _add_up(
    pairs: Iterable[tuple[OrderItem, OrderItem]], units_of: Callable[[OrderItem], Decimal]
) -> Units:
    totals: Units = {}
    for row, carrier in pairs:
        share = row.qty_ordered / carrier.qty_ordered if carrier.qty_ordered else Decimal(0)
        qty = (units_of(carrier) * share).quantize(_SMALLEST)
        if qty > 0 and row.product_id is not None:
            totals[row.product_id] = totals.get(row.product_id, states.NOTHING) + qty
    return totals


def _still_open(row: OrderItem) -> Decimal:
    return states.to_invoice(row) if row.is_virtual else states.to_ship(row)


def _gone(row: OrderItem) -> Decimal:
    return row.qty_invoiced if row.is_virtual else row.qty_shipped
