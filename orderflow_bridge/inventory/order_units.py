"""What orders take off the shelf: units of products, and in Classic mode what of them comes back.

Pure, but for the deductions: units that were taken off when an order was placed. OrderFlow's
figures replace the quantity, they do not add to it. So whether cancelled units may be put back
depends on the figure that stands there now: only if it lacks them (docs/stock.md).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.configuration.sections import Adjustment
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.models import Deduction, SourceItem
from orderflow_bridge.inventory.selectors import floors
from orderflow_bridge.sales.despatch_allocation import Units
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.states import (
    NOTHING,
    SMALLEST,
    ahead,
    parts_of,
    per_unit,
    to_invoice,
    to_ship,
)

Quantities = dict[int, Decimal]  # quantities by product id


def open_units(rows: Sequence[OrderItem]) -> Quantities:
    """Return what is still to leave the shelf: to be shipped, or to be invoiced if virtual."""
    return _add_up(_stocked(rows), _Stocked.still_open)


def kept_units(rows: Sequence[OrderItem]) -> Quantities:
    """Return what the order has taken or will take: what is open, and what has left."""
    return _add_up(_stocked(rows), lambda each: each.still_open() + each.gone())


def units_of_draft(rows: Sequence[OrderItem]) -> Quantities:
    """Return what the rows of an order that is not saved yet need; children name their parents."""
    return _add_up(_carried([(row, row.parent_item) for row in rows]), _Stocked.still_open)


def virtual_units(rows: Sequence[OrderItem], invoiced: dict[int, Decimal]) -> Quantities:
    """Return what leaves the shelf by being invoiced; `invoiced` are units by row id."""
    virtual = [each for each in _stocked(rows) if each.row.is_virtual]
    return _add_up(virtual, lambda each: each.of(invoiced.get(each.carrier.pk, NOTHING)))


def stocked_units(rows: Sequence[OrderItem], units: Units) -> Quantities:
    """Return what leaves the shelf with these units: quantities by product id.

    A parent row stands for its parts; a product that was deleted has no stock.
    """
    parts = parts_of(rows, units.row) or [units.row]
    stocked: Quantities = {}
    for part in parts:
        if part.product_id and not part.is_virtual:
            qty = (units.qty * per_unit(part, units.row)).quantize(SMALLEST)
            stocked[part.product_id] = stocked.get(part.product_id, NOTHING) + qty
    return stocked


def is_subtracted_as_unsent(order: Order) -> bool:
    """Tell whether a stock import takes the order's units off OrderFlow's figure, as unsent.

    The rule of the stock import (docs/contract/shop-rules.md, "Adjustments") for an order that
    OrderFlow never saw.
    """
    settings = inventory_import()
    since = timezone.now() - timedelta(days=settings.unsent_order_cutoff)
    return (
        settings.adjust_inventory != Adjustment.NO
        and not order.is_virtual
        and order.orderflow_export_date is None
        and order.status in settings.valid_unsent_order_statuses
        and order.created_at >= since
    )


def give_back(order_id: int, rows: Sequence[OrderItem], *, was_subtracted: bool) -> None:
    """Put back what an order holds and neither ships nor has shipped; `rows` are all of its items.

    `was_subtracted` is `is_subtracted_as_unsent` before the cancellation. Units that were taken off
    a figure which OrderFlow has replaced since are forgotten, unless the new one lacks them too.
    Must run inside a transaction, with the order locked; twice does no harm.
    """
    deductions = list(Deduction.objects.filter(order_id=order_id).select_related("source_item"))
    if not deductions:
        return
    released = _released(deductions, kept_units(rows))
    items = {
        item.pk: item
        for item in SourceItem.objects.filter(pk__in=[row.source_item_id for row in released])
        .order_by("pk")
        .select_for_update(no_key=True)
    }
    run_out = floors({item.product_id for item in items.values()})
    for deduction, qty in released.items():
        deduction.quantity -= qty
        item = items[deduction.source_item_id]
        if was_subtracted or item.last_sequence_id == deduction.sequence_id:
            item.quantity += qty
            floor = run_out.get(item.product_id, Decimal(0))
            item.status = SourceItem.Status(int(item.quantity > floor))
    update_rows(list(items.values()), "quantity", "status")
    update_rows(list(released), "quantity")


def _released(deductions: Sequence[Deduction], kept: Quantities) -> dict[Deduction, Decimal]:
    """Return how much of each deduction is not needed any more; the newest are given back first."""
    kept = dict(kept)
    released = {}
    for deduction in sorted(deductions, key=lambda row: row.pk):
        product_id = deduction.source_item.product_id
        needed = min(deduction.quantity, kept.get(product_id, Decimal(0)))
        kept[product_id] = kept.get(product_id, Decimal(0)) - needed
        if deduction.quantity > needed:
            released[deduction] = deduction.quantity - needed
    return released


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
        units = to_invoice(carrier) if carrier.is_virtual else to_ship(carrier)
        return max(self.of(units) - self.ahead, NOTHING)

    def gone(self) -> Decimal:
        """Return the units that have left."""
        carrier = self.carrier
        units = carrier.qty_invoiced if carrier.is_virtual else carrier.qty_shipped
        return self.of(units) + self.ahead


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


def _add_up(stocked: Iterable[_Stocked], units_of: Callable[[_Stocked], Decimal]) -> Quantities:
    totals: Quantities = {}
    for each in stocked:
        qty = units_of(each).quantize(SMALLEST)
        if qty > 0 and each.row.product_id is not None:
            product_id = each.row.product_id
            totals[product_id] = totals.get(product_id, NOTHING) + qty
    return totals
