"""Units of products that are spoken for: on orders OrderFlow has not seen, and in baskets.

The plain form of the guide's rule (docs/contract/shop-rules.md, "Adjustments"). The stock import
has it set-wise; tests hold the two against each other.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from orderflow_bridge.common import clock
from orderflow_bridge.sales.models import OrderItem, QuoteItem


def unsent_units(
    product_ids: Collection[int],
    *,
    statuses: Collection[str],
    cutoff_days: int,
    last_order_exported: datetime | None = None,
    now: datetime | None = None,
) -> dict[int, Decimal]:
    """Return, by product id, the ordered units that OrderFlow's figure cannot have counted.

    Of physical orders in `statuses`, made within `cutoff_days`, and never exported or exported
    after `last_order_exported` (missing: now). Products without such units are left out.
    """
    now = now or clock.now()
    unseen = Q(order__orderflow_export_date=None) | Q(
        order__orderflow_export_date__gt=last_order_exported or now
    )
    rows = OrderItem.objects.filter(
        unseen,
        product__in=product_ids,
        order__is_virtual=False,
        order__status__in=statuses,
        order__created_at__gte=now - timedelta(days=cutoff_days),
    )
    return _added_up(
        (product_id, ordered - canceled)
        for product_id, ordered, canceled in rows.values_list(
            "product_id", "qty_ordered", "qty_canceled"
        )
    )


def quoted_units(
    product_ids: Collection[int], *, cutoff_days: int, now: datetime | None = None
) -> dict[int, Decimal]:
    """Return, by product id, the units in active quotes created within `cutoff_days`.

    A child row's quantity counts per unit of its parent.
    """
    now = now or clock.now()
    rows = QuoteItem.objects.filter(
        product__in=product_ids,
        quote__is_active=True,
        quote__created_at__gte=now - timedelta(days=cutoff_days),
    )
    return _added_up(
        (product_id, qty * (1 if parent_qty is None else parent_qty))
        for product_id, qty, parent_qty in rows.values_list("product_id", "qty", "parent_item__qty")
    )


def _added_up(units: Iterable[tuple[int | None, Decimal]]) -> dict[int, Decimal]:
    totals: dict[int, Decimal] = {}
    for product_id, qty in units:
        if product_id is not None:
            totals[product_id] = totals.get(product_id, Decimal(0)) + qty
    return {product_id: total for product_id, total in totals.items() if total}
