"""Orders that stay in a state for longer than allowed: announced, fetched, shipped, cancelled."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateTimeField, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_noop

from exports.selectors import qualifies
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType
from orderflow_bridge.common.worded import named, nworded, worded
from orderflow_bridge.configuration.sections import Api, OrderExport, Watch
from orderflow_bridge.configuration.selectors import order_export, read_ahead
from orderflow_bridge.configuration.selectors import watch as watch_settings
from orderflow_bridge.jobs.selectors import shop_zone
from orderflow_bridge.problems.kinds import LATE_ORDER
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.rules.selectors import is_held
from orderflow_bridge.sales.models import Order, OrderItem, Shipment
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.wording import clock_time

# Of each state so many orders are told one by one; the others are one problem.
TOLD = 50
MOST_COUNTED = 10_000
_SATURDAY = 5
OPEN = (Order.State.NEW, Order.State.PROCESSING)


@dataclass(frozen=True)
class Late:
    """An order that is late: since when it is in its state."""

    increment_id: str
    order_id: int
    website_id: int
    since: datetime


@dataclass(frozen=True)
class _State:
    """A state an order may be late in: the rows of those that are, and how they are read.

    `text` says so of the order %(number)s since %(time)s.
    """

    name: str
    text: str
    remedy: str
    rows: Callable[[Sequence[Website], datetime], QuerySet[Any]]
    read: Callable[[QuerySet[Any]], Iterable[Late]]


def business_days_before(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return when `days` business days ago was: Saturdays and Sundays of the zone do not count.

    At a weekend it counts from the end of Friday. Pure.
    """
    at = now.astimezone(zone)
    if at.weekday() >= _SATURDAY:
        at = at.replace(hour=0, minute=0, second=0, microsecond=0)
        at -= timedelta(days=at.weekday() - _SATURDAY)
    while days:
        at -= timedelta(days=1)
        days -= at.weekday() < _SATURDAY
    return at


def look_for_late_orders(now: datetime) -> None:
    """Find orders that are late in a state; it ends when they move.

    Takes one statement per state, whatever the number of websites, and one more for a state in
    which more orders are late than are told one by one.
    """
    websites = read_ahead(Watch, OrderExport, Api)
    findings: list[Finding] = []
    for state in _STATES:
        rows = state.rows(websites, now)
        late = list(islice(state.read(rows), TOLD + 1))
        findings += [_finding(each, state, now) for each in late[:TOLD]]
        if len(late) > TOLD:
            findings.append(_others(_counted(rows) - TOLD, state))
    settle(LATE_ORDER, findings, now=now)


def _finding(late: Late, state: _State, now: datetime) -> Finding:
    return Finding(
        LATE_ORDER,
        late.increment_id,
        worded(state.text, number=late.increment_id, time=clock_time(late.since, now)),
        state.remedy,
        reverse("admin:sales_order_change", args=[late.order_id]),
        website_id=late.website_id,
        evidence={"order": late.increment_id, "state": state.name},
    )


def _others(count: int, state: _State) -> Finding:
    return Finding(
        LATE_ORDER,
        f"further orders, {state.name}",
        nworded(
            "%(count)s further order is late: %(state)s.",
            "%(count)s further orders are late: %(state)s.",
            count,
            state=named(state.name),
        ),
        state.remedy,
        reverse("admin:sales_order_changelist"),
        count=count,
    )


def _any_of(conditions: Iterable[Q]) -> Q:
    found = Q(pk__in=())
    for condition in conditions:
        found |= condition
    return found


def _pending(websites: Sequence[Website], now: datetime) -> QuerySet[Order]:
    """Select the orders that qualify and have been due and unchanged for too long."""
    late = _any_of(
        qualifies(website) & Q(orderflow_due_at__lte=before, updated_at__lte=before)
        for website in websites
        if order_export(website).is_enabled and watch_settings(website).late_pending_hours
        for before in [now - timedelta(hours=watch_settings(website).late_pending_hours)]
    )
    orders = Order.objects.filter(late, orderflow_export_status=ExportStatus.PENDING)
    return orders.annotate(late_since=F("orderflow_due_at")).order_by("orderflow_due_at")


def _held(websites: Sequence[Website], now: datetime) -> QuerySet[Order]:
    """Select the orders that rules hold for too long, but for those that time lets go."""
    with_rules = [website for website in websites if order_export(website).apply_rules]
    late = _any_of(
        Q(website__in=alike, held__held_since__lte=now - timedelta(hours=hours))
        for hours, alike in _by_setting(with_rules, "late_held_hours")
    )
    orders = Order.objects.filter(late, is_held()).exclude(held__rule__release="delay")
    return orders.annotate(late_since=F("held__held_since")).order_by("held__held_since")


def _queued(websites: Sequence[Website], now: datetime) -> QuerySet[Order]:
    """Select the orders that were announced, however often, and have not changed for too long."""
    late = _any_of(
        Q(website__in=alike, updated_at__lte=now - timedelta(hours=hours))
        for hours, alike in _by_setting(websites, "late_queued_hours")
    )
    orders = Order.objects.filter(late, orderflow_export_status=ExportStatus.QUEUED)
    return orders.annotate(late_since=F("updated_at")).order_by("updated_at")


def _unshipped(websites: Sequence[Website], now: datetime, *, partly: bool) -> QuerySet[Order]:
    """Select the orders OrderFlow has of which nothing, or not all, has left in time."""
    zone = shop_zone()
    setting = "late_partly_days" if partly else "late_exported_days"
    late = _any_of(
        Q(website__in=alike, since__lte=business_days_before(now, days, zone))
        for days, alike in _by_setting(websites, setting)
    )
    shipments = Shipment.objects.filter(order=OuterRef("pk")).order_by()
    newest = shipments.values("order").annotate(at=Max("created_at")).values("at")
    since = Subquery(newest, output_field=DateTimeField()) if partly else F("orderflow_export_date")
    has_left = Exists(shipments)
    return (
        Order.objects.alias(since=since)
        .filter(
            late,
            something_to_ship(),
            has_left if partly else ~has_left,
            orderflow_export_status=ExportStatus.EXPORTED,
            state__in=OPEN,
            is_virtual=False,
        )
        .annotate(late_since=since)
        .order_by("orderflow_export_date")
    )


def something_to_ship() -> Exists:
    """Return the condition that something of an order is still to be shipped."""
    return Exists(
        OrderItem.objects.filter(
            Q(parent_item=None, ship_separately=False) | Q(parent_item__ship_separately=True),
            order=OuterRef("pk"),
            is_virtual=False,
            qty_ordered__gt=F("qty_shipped") + F("qty_refunded") + F("qty_canceled"),
        )
    )


def _by_setting(websites: Sequence[Website], name: str) -> list[tuple[int, list[int]]]:
    """Return the values of a setting above 0, each with the websites that have it."""
    found: dict[int, list[int]] = {}
    for website in websites:
        if value := getattr(watch_settings(website), name):
            found.setdefault(value, []).append(website.pk)
    return list(found.items())


def _late(orders: QuerySet[Any]) -> Iterable[Late]:
    rows: Any = orders.values_list("increment_id", "pk", "website_id", "late_since")
    return (Late(*row) for row in rows[: TOLD + 1])


def _cancelling(websites: Sequence[Website], now: datetime) -> QuerySet[Request]:
    late = _any_of(
        Q(website__in=alike, created_at__lte=now - timedelta(hours=hours))
        for hours, alike in _by_setting(websites, "late_cancellation_hours")
    )
    return Request.objects.filter(
        late,
        type=RequestType.EXPORT,
        entity=Entity.ORDER,
        operation=Operation.CANCEL,
        processed_at__isnull=True,
    ).order_by("pk")


def _late_cancellations(requests: QuerySet[Any]) -> Iterable[Late]:
    rows = list(requests.values_list("lines", "created_at", "website_id")[: TOLD + 1])
    numbers = [line.get("increment_id", "") for lines, _, _ in rows for line in lines[:1]]
    known: dict[str, int] = {}
    if numbers:
        known = dict(
            Order.objects.filter(increment_id__in=numbers).values_list("increment_id", "pk")
        )
    for (_, since, website_id), number in zip(rows, numbers, strict=True):
        if number in known:
            yield Late(number, known[number], website_id, since)


def _counted(orders: QuerySet[Any]) -> int:
    return orders.order_by()[:MOST_COUNTED].count()


_ASK = worded("Ask OrderFlow, on the page of the order, how it stands.")
_STATES = (
    _State(
        gettext_noop("pending"),
        gettext_noop("Order %(number)s has waited to be announced since %(time)s."),
        worded("See whether the Order Export runs and what keeps it from this order."),
        _pending,
        _late,
    ),
    _State(
        gettext_noop("held"),
        gettext_noop("Order %(number)s is held by a rule since %(time)s."),
        worded(
            "See on its page which rule holds it, and release it, cancel it, or change the rule."
        ),
        _held,
        _late,
    ),
    _State(
        gettext_noop("queued"),
        gettext_noop(
            "Order %(number)s was announced and is not fetched; nothing has happened to it"
            " since %(time)s."
        ),
        worded(
            "See in OrderFlow, under Integration, Remote Messages, why it does not fetch the order."
        ),
        _queued,
        _late,
    ),
    _State(
        gettext_noop("exported and not shipped"),
        gettext_noop(
            "Order %(number)s is at OrderFlow since %(time)s and nothing of it is shipped."
        ),
        _ASK,
        partial(_unshipped, partly=False),
        _late,
    ),
    _State(
        gettext_noop("partly shipped"),
        gettext_noop("Order %(number)s is shipped in part, at %(time)s, and the rest is missing."),
        _ASK,
        partial(_unshipped, partly=True),
        _late,
    ),
    _State(
        gettext_noop("cancellation asked for"),
        gettext_noop(
            "OrderFlow was asked at %(time)s to cancel order %(number)s, and its answer is missing."
        ),
        worded("Cancel the order again, and see in OrderFlow whether it is cancelled there."),
        _cancelling,
        _late_cancellations,
    ),
)
