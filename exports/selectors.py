"""Whose turn it is, and why it is nobody's; what an export is read from.

One question selects everything: is it due?
"""

from collections.abc import Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from exports.instances import WebsiteGroup, credentials_of, next_trial, server_of
from exports.models import EndpointState
from orderflow_bridge.access.refused_calls import in_words, refused_lately
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation
from orderflow_bridge.common.exceptions import ExportNotConfigured
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.request_queue.waiting import (
    Circumstances,
    remembered,
    scheduler_silent_since,
    why_waiting,
)
from orderflow_bridge.rules.selectors import left_out, let_go, why_stopped
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.states import for_warehouse
from orderflow_bridge.stores.models import Website

# The tables that hold where things stand with OrderFlow, and the column that says whose row it is.
EXPORT_STATES: dict[Entity, type[Model]] = {Entity.PRODUCT: ProductWebsite, Entity.ORDER: Order}
OWNER = {Entity.PRODUCT: "product_id", Entity.ORDER: "id"}
OPEN = (ExportStatus.PENDING, ExportStatus.FAILED, ExportStatus.QUEUED)
_OFF = {
    Entity.PRODUCT: gettext_lazy("Not while product export is switched off for %(website)s."),
    Entity.ORDER: gettext_lazy("Not while order export is switched off for %(website)s."),
}
_SETTLED = (ExportStatus.EXPORTED, ExportStatus.CANCELLED)


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
        rows = rows.filter(let_go(entity, website), **due)
        return [rows.order_by("orderflow_due_at", "id")]
    orders = Order.objects.filter(qualifies(website), **due).order_by("orderflow_due_at", "id")
    return [orders.filter(status=each) for each in order_export(website).exportable_status]


def qualifies(website: Website) -> Q:
    """Return the condition under which an order of a website is exported at all."""
    return wanted_by_settings(website) & let_go(Entity.ORDER, website)


def wanted_by_settings(website: Website) -> Q:
    """Return the condition under which an order is exported, whatever rules say."""
    settings = order_export(website)
    wanted = Q(website=website, status__in=settings.exportable_status) & for_warehouse()
    if settings.min_order_datetime:
        wanted &= Q(created_at__gt=settings.min_order_datetime)
    return wanted


def due_without_rules(website: Website, *, now: datetime) -> QuerySet[Order]:
    """Return the orders that would be announced now if no rule held them."""
    open_and_due = Order.objects.filter(orderflow_due_at__lte=now, orderflow_export_status__in=OPEN)
    return open_and_due.filter(wanted_by_settings(website))


def open_invoiced(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return those of some orders that a selection may export: in work, with something invoiced."""
    invoiced = OrderItem.objects.filter(order=OuterRef("pk"), qty_invoiced__gt=0)
    return orders.filter(Exists(invoiced), state=Order.State.PROCESSING)


def links_of_product(sku: str) -> list[ProductWebsite]:
    """Return a product's rows, in the websites' order, each with the product as it is now.

    One statement reads both, so that the revisions belong to the content.
    """
    return list(
        ProductWebsite.objects.filter(product__sku_key=sku)
        .select_related("product", "website")
        .order_by("website__sort_order", "website_id")
    )


def why_it_waits(export_state: ExportState) -> str:
    """Return in one sentence why OrderFlow has not got this yet; "" if there is nothing to get.

    Beyond what `why_not_due` says, it knows a silent scheduler, an OrderFlow that is left alone,
    and one that was told, came, and was refused.
    """
    if export_state.orderflow_export_status in _SETTLED:
        return ""
    if why := why_not_due(export_state):
        return why
    due, now = export_state.orderflow_due_at, clock.now()
    if due is None:
        return ""
    is_told = export_state.orderflow_export_status == ExportStatus.QUEUED
    return why_waiting(
        Circumstances(
            silent_since=scheduler_silent_since(now) if due <= now else None,
            resting=_resting(export_state) if due <= now else "",
            refused=_refused(export_state) if is_told else "",
            due_at=due,
            otherwise=_("With the next run"),
        ),
        now,
    )


def why_not_due(export_state: ExportState) -> str:
    """Return why no run of the export announces this as it stands, however long one waits.

    "" if a run will, now or later, and if there is nothing to announce. It says what
    `due_queues` does.
    """
    if export_state.orderflow_export_status in _SETTLED:
        return ""
    if why := why_never(export_state):
        return _("Never: %(why)s.") % {"why": why}
    if why := _why_not_yet(export_state):
        return why
    if export_state.orderflow_due_at is not None:
        return ""
    if export_state.orderflow_last_error:
        return _("Never: given up")
    return _("Not until it is changed or requeued.")


def why_never(export_state: ExportState) -> str:
    """Return why OrderFlow does not get this at all, as the end of a sentence; "" if it may."""
    if isinstance(export_state, Order):
        return states.why_not_for_warehouse(export_state)
    if (
        isinstance(export_state, ProductWebsite)
        and export_state.product.type_id != Product.Type.SIMPLE
    ):
        return _("OrderFlow only supports simple products")
    return ""


def _why_not_yet(export_state: ExportState) -> str:
    """Return which setting, or which status of the order, stands in the way."""
    if isinstance(export_state, Order):
        return _why_order_waits(export_state)
    if isinstance(export_state, ProductWebsite):
        website = export_state.website
        if rule := left_out([export_state]).get(export_state.pk):
            return _("Never: %(rule)s does not export it.") % {"rule": rule}
        is_enabled = product_export(website).is_enabled
        return _why_website_waits(Entity.PRODUCT, website, is_enabled=is_enabled)
    return ""


def _why_order_waits(order: Order) -> str:
    settings = order_export(order.website)
    if settings.min_order_datetime and order.created_at <= settings.min_order_datetime:
        return _("Never: it was placed before the Earliest Order To Export.")
    if why := _why_website_waits(Entity.ORDER, order.website, is_enabled=settings.is_enabled):
        return why
    if order.status in settings.exportable_status:
        return why_stopped(order)
    if order.state == Order.State.HOLDED:
        return _("Not while it is on hold.")
    text = _("Not while its status is %(status)s, which is no Exportable Order Status.")
    return text % {"status": order.status_label}


def _why_website_waits(entity: Entity, website: Website, *, is_enabled: bool) -> str:
    if not is_enabled:
        return _OFF[entity] % {"website": website.name}
    try:
        credentials_of(website)
    except ExportNotConfigured as error:
        return _("Not yet: %(error)s") % {"error": error}
    return ""


def _resting(export_state: ExportState) -> str:
    """Say that the website's OrderFlow is left alone, and until when."""
    website = getattr(export_state, "website", None)
    if website is None:
        return ""
    wanted = server_of(website)
    left_alone = EndpointState.objects.filter(opened_at__isnull=False)
    for state in remembered("left alone", lambda: list(left_alone)):
        if state.endpoint.rstrip("/").casefold() == wanted:
            again = next_trial(state, [website]) or clock.now()
            return _("OrderFlow is left alone until %(time)s: %(error)s") % {
                "time": f"{timezone.localtime(again):%H:%M}",
                "error": state.last_error,
            }
    return ""


def _refused(export_state: ExportState) -> str:
    told_at = export_state.orderflow_queued_at
    if told_at is None:
        return ""
    refused = in_words(remembered("refused", refused_lately), told_at)
    if not refused:
        return ""
    text = _("OrderFlow was told; meanwhile calls were refused: %(refused)s")
    return text % {"refused": refused}
