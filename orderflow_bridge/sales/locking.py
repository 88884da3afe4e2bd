"""Orders taken under lock, with everything a decision about them needs."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.sales.models import Despatch, Invoice, Order, OrderItem
from orderflow_bridge.sales.order_numbers import by_number, numbered


@dataclass
class LockedOrder:
    """An order that nobody else can change until the transaction ends.

    `booked` are the identities of the despatch messages among those asked for that have shipped.
    """

    order: Order
    rows: list[OrderItem] = field(default_factory=list)
    has_open_invoice: bool = False
    booked: set[str] = field(default_factory=set)


def lock_orders(
    increment_ids: Collection[str], *, identities: Iterable[str] = ()
) -> dict[str, LockedOrder]:
    """Lock these orders, lowest id first, and read their rows: by the numbers, in three queries.

    A number means an order that is written just so, else the one that differs in case only. Must
    run inside a transaction. Unknown numbers are simply missing from the result. Rows and
    despatches are read after the lock is held, so that they are the newest.
    """
    locked = _lock(numbered(increment_ids), identities)
    return by_number(increment_ids, locked, lambda each: each.order.increment_id)


def lock_order(order_id: int) -> LockedOrder:
    """Lock one order; raises ActionNotAvailable if it does not exist."""
    for locked in _lock(Q(pk=order_id), ()):
        return locked
    raise ActionNotAvailable("The order no longer exists.")


def lock_orders_by_id(order_ids: Collection[int]) -> dict[int, LockedOrder]:
    """Lock these orders as `lock_orders` does; by id. Unknown ids are missing from the result."""
    return {locked.order.pk: locked for locked in _lock(Q(pk__in=order_ids), ())}


def _lock(which: Q, identities: Iterable[str]) -> list[LockedOrder]:
    open_invoice = Invoice.objects.filter(order=OuterRef("pk"), state=Invoice.State.OPEN)
    orders = (
        Order.objects.filter(which)
        .select_related("store")
        .annotate(has_open_invoice=Exists(open_invoice))
        .order_by("pk")
        .select_for_update(of=("self",))
    )
    locked = {
        order.pk: LockedOrder(order, has_open_invoice=order.has_open_invoice) for order in orders
    }
    for row in OrderItem.objects.filter(order__in=list(locked)).order_by("pk"):
        locked[row.order_id].rows.append(row)
    names = list(identities)
    if names and locked:
        shipped = Despatch.objects.filter(order__in=list(locked), message_id__in=names)
        for order_id, identity in shipped.values_list("order_id", "message_id"):
            locked[order_id].booked.add(identity)
    return list(locked.values())
