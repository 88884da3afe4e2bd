"""Writing a new order: in a fixed number of statements, whatever it holds.

Stock is promised upstairs: call inventory.placing, not this, to place an order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import OrderRefused
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    OrderItem,
    OrderPayment,
    OrderStatusHistory,
)
from orderflow_bridge.sales.models import (
    Sequence as Counters,
)
from orderflow_bridge.sales.numbering import next_increment_ids
from orderflow_bridge.stores.services import register_status


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


def write_order(draft: OrderDraft) -> Order:
    """Number and save a draft; return its order.

    Must run inside a transaction. Raises OrderRefused for an order without rows, and for an
    increment id that is taken.
    """
    order = draft.order
    if not draft.rows:
        raise OrderRefused("An order needs at least one item.")
    _number(order)
    order.website_id = order.store.website_id
    if order.orderflow_due_at is not None:  # at once, by the clock that exports go by
        order.orderflow_due_at = clock.now()
    order.save(force_insert=True)
    register_status(order.status)
    _save_rows(order, draft.rows)
    for address in draft.addresses:
        address.order = order
    for entry in draft.histories:
        entry.order = order
    OrderAddress.objects.bulk_create(draft.addresses)
    OrderStatusHistory.objects.bulk_create(draft.histories)
    if draft.payment is not None:
        draft.payment.order = order
        draft.payment.save(force_insert=True)
    return order


def _number(order: Order) -> None:
    """Give the order its number. One that comes with a number of its own waits for its namesake.

    Blanks around a number are no part of it: whoever writes it again leaves them out.
    """
    order.increment_id = order.increment_id.strip()
    if not order.increment_id:
        order.increment_id = next_increment_ids(Counters.Document.ORDER, order.store_id, 1)[0]
    elif Order.objects.filter(increment_id=order.increment_id).exists():
        raise OrderRefused(f'Order "{order.increment_id}" exists already.')


def _save_rows(order: Order, rows: Sequence[OrderItem]) -> None:
    """Save the parents first: their children need their ids."""
    now = clock.now()
    for row in rows:
        row.order, row.updated_at = order, now
    with transaction.atomic():
        OrderItem.objects.bulk_create([row for row in rows if row.parent_item is None])
        OrderItem.objects.bulk_create([row for row in rows if row.parent_item is not None])
