"""Reading whose turn it is. One question selects everything: is it due?"""

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from exports.instances import WebsiteGroup
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation
from orderflow_bridge.configuration.selectors import order_export
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.states import for_warehouse
from orderflow_bridge.stores.models import Website

# The tables that hold where things stand with OrderFlow, and the column that says whose row it is.
EXPORT_STATES: dict[Entity, type[Model]] = {Entity.PRODUCT: ProductWebsite, Entity.ORDER: Order}
OWNER = {Entity.PRODUCT: "product_id", Entity.ORDER: "id"}
OPEN = (ExportStatus.PENDING, ExportStatus.FAILED, ExportStatus.QUEUED)


def due_queues(
    entity: Entity, operation: Operation, website: Website, *, now: datetime
) -> list[QuerySet[Any]]:
    """Return what is due on a website, longest due first: one queue per index range.

    Products: Create takes those OrderFlow has never fetched, Update the others. Orders: those that
    qualify by status, kind and date, a queue per status, so that the many orders that never qualify
    are not read past.
    """
    due = {"orderflow_due_at__lte": now, "orderflow_export_status__in": OPEN}
    if entity == Entity.PRODUCT:
        never = operation == Operation.CREATE
        rows = ProductWebsite.objects.filter(website=website, orderflow_export_date__isnull=never)
        return [rows.filter(**due).order_by("orderflow_due_at", "id")]
    orders = exportable_orders(website).filter(**due).order_by("orderflow_due_at", "id")
    return [orders.filter(status=each) for each in order_export(website).exportable_status]


def exportable_orders(website: Website) -> QuerySet[Order]:
    """Return the orders of a website that qualify for an export, whatever has become of it."""
    return Order.objects.filter(qualifies(website))


def open_invoiced(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return those of some orders that a selection may export: in work, with something invoiced."""
    invoiced = OrderItem.objects.filter(order=OuterRef("pk"), qty_invoiced__gt=0)
    return orders.filter(Exists(invoiced), state=Order.State.PROCESSING)


def qualifies(website: Website) -> Q:
    """Return the condition under which an order of a website is exported at all."""
    settings = order_export(website)
    wanted = Q(website=website, status__in=settings.exportable_status) & for_warehouse()
    if settings.min_order_datetime:
        wanted &= Q(created_at__gt=settings.min_order_datetime)
    return wanted


def next_due(
    entity: Entity,
    operation: Operation,
    group: WebsiteGroup,
    *,
    limit: int,
    now: datetime,
    lock: bool = False,
) -> list[int]:
    """Return up to `limit` ids of products or orders that are due in a group, longest due first.

    With `lock`, rows that somebody else is just changing are passed over, and the others locked;
    that needs a transaction. Of each queue one index range is read.
    """
    columns = ("orderflow_due_at", "id", OWNER[entity])
    ranges: list[Sequence[tuple[datetime, int, int]]] = []
    for website in group:
        for rows in due_queues(entity, operation, website, now=now):
            chosen = rows.select_for_update(skip_locked=True, no_key=True) if lock else rows
            ranges.append(list(chosen.values_list(*columns)[:limit]))
    owners = dict.fromkeys(owner for _, _, owner in merge(*ranges))
    return list(islice(owners, limit))


def is_anything_due(
    entity: Entity, operation: Operation, group: WebsiteGroup, *, now: datetime
) -> bool:
    """Tell whether a run would find anything to do."""
    return bool(next_due(entity, operation, group, limit=1, now=now))
