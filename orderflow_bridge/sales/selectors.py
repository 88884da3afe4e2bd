"""Finding orders by what others call them, locking them with what a decision needs, and the terms
of couriers and shipping methods that they were seen with.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import In
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderflow_bridge.carriers.terms import Seen
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.configuration.selectors import chosen_statuses
from orderflow_bridge.sales.models import Despatch, Invoice, Order, OrderItem
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import LABELS

Found = TypeVar("Found")


def numbered(numbers: Collection[str]) -> Q:
    """Return the condition for orders that may be meant by these numbers: more than are meant.

    Only numbers with letters are looked for in their lower case; an index serves both.
    """
    lowered = sorted({form for number in numbers for form in _lowered(number)})
    exactly = Q(increment_id__in=list(numbers))
    return exactly | Q(In(Lower("increment_id"), lowered)) if lowered else exactly


def by_number(
    numbers: Iterable[str], candidates: Iterable[Found], number_of: Callable[[Found], str]
) -> dict[str, Found]:
    """Return which candidate each number means; missing are those that mean none, or several.

    A number that is written just so is meant; else the only one that differs in case.
    """
    exactly: dict[str, Found] = {}
    ignoring_case: dict[str, list[Found]] = {}
    for each in candidates:
        number = number_of(each)
        exactly[number] = each
        ignoring_case.setdefault(number.lower(), []).append(each)
    found = {}
    for number in numbers:
        alike = ignoring_case.get(number.lower(), [])
        if number in exactly:
            found[number] = exactly[number]
        elif len(alike) == 1:
            found[number] = alike[0]
    return found


def find_order(number: str, orders: QuerySet[Order]) -> Order | None:
    """Return the one of these orders that a number means, None if it means none or several."""
    found = by_number([number], orders.filter(numbered([number])), lambda order: order.increment_id)
    return found.get(number)


def _lowered(number: str) -> set[str]:
    """Return what a database may make of a number in lower case: SQLite's knows ASCII only."""
    if number.lower() == number.upper():
        return set()
    return {number.lower(), "".join(c.lower() if c.isascii() else c for c in number.upper())}


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


def why_not_deletable(status: OrderStatus) -> str:
    """Return why a status cannot be deleted, and what to do instead; "" if it can.

    It reads all orders on hold, which may return to the status: deleting one is rare.
    """
    if status.code in LABELS:
        return _(
            "“%(status)s” is one of Magento's own: it cannot be deleted. Rename it instead."
        ) % {"status": status}
    if status.is_default:
        return _(
            "“%(status)s” is the default of %(state)s: it cannot be deleted. Make another status"
            " the default of that state first."
        ) % {"status": status, "state": status.get_state_display()}
    returning = Q(state=Order.State.HOLDED, hold_before_status=status.code)
    count = Order.objects.filter(Q(status=status.code) | returning).count()
    if count:
        return ngettext(
            "“%(status)s” cannot be deleted: %(count)s order has it. Rename it instead.",
            "“%(status)s” cannot be deleted: %(count)s orders have it. Rename it instead.",
            count,
        ) % {"status": status, "count": count}
    if status.code in chosen_statuses():
        return _(
            "“%(status)s” cannot be deleted: it is chosen under Configuration. Take it out of"
            " Exportable Order Status and Unsent Order Statuses first."
        ) % {"status": status}
    return ""


def couriers_since(since: datetime) -> list[Seen]:
    """Return couriers and services of the despatches booked since a time; one statement."""
    named = Despatch.objects.filter(created_at__gte=since).exclude(courier="", service="")
    return _seen(named, "order__website_id", "courier", "service")


def methods_since(since: datetime) -> list[Seen]:
    """Return the shipping methods of the orders placed since a time; one statement."""
    orders = Order.objects.filter(created_at__gte=since, is_virtual=False)
    named = orders.exclude(shipping_method="")
    return _seen(named, "website_id", "shipping_method", "shipping_description")


def _seen(rows: "QuerySet[Any]", *names: str) -> list[Seen]:
    counted: Iterable[Any] = (
        rows.order_by().values_list(*names).annotate(count=Count("pk"), last_at=Max("created_at"))
    )
    return [Seen(*each) for each in counted]
