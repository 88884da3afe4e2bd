"""Classic mode: units that were taken off the shelf when an order was placed, and what comes back.

OrderFlow's figures replace the quantity, they do not add to it. So whether cancelled units may be
put back depends on the figure that stands there now: only if it lacks them (docs/stock.md).
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from orderflow_bridge.common.statements import update_rows
from orderflow_bridge.configuration.sections import Adjustment
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.models import Deduction, SourceItem
from orderflow_bridge.inventory.selectors import floors
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.states import Units, kept_units


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


def _released(deductions: Sequence[Deduction], kept: Units) -> dict[Deduction, Decimal]:
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
