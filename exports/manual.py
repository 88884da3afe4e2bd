"""What a person asks for: export now, requeue, reset."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from exports.cancel_requests import being_cancelled
from exports.instances import WebsiteGroup, export_disabled, groups_of, not_held
from exports.models import ExportLine
from exports.selectors import EXPORT_STATES
from exports.services import Exported, announce_now
from orderflow_bridge.catalog.events import exported_by_hand
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.catalog.services import mark_changed, refresh_export_status
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, Result
from orderflow_bridge.common.exceptions import ExchangeHeld, ExportRefused
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import order_export
from orderflow_bridge.rules.selectors import (
    left_out,
    rules_in_force,
    what_stops_one,
)
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.states import CALLED_OFF
from orderflow_bridge.stores.models import Website

PRODUCTS_AT_ONCE = 5_000
NOTHING_SELECTED = gettext_lazy("Nothing was selected.")
RESTING = gettext_lazy(
    "OrderFlow keeps failing and is left alone for a while. Please try again later."
)
NOT_SIMPLE = gettext_lazy(
    "This product cannot be exported. OrderFlow only supports simple product types."
)
VIRTUAL = gettext_lazy("You cannot export a virtual order to OrderFlow.")
NOT_FOUND = {
    Entity.ORDER: gettext_lazy("Order Not Found."),
    Entity.PRODUCT: gettext_lazy("Product Not Found."),
}
_CALLED_OFF = {
    Order.State.CANCELED: gettext_lazy(
        "Order %(number)s is canceled and cannot be exported to OrderFlow."
    ),
    Order.State.CLOSED: gettext_lazy(
        "Order %(number)s is closed and cannot be exported to OrderFlow."
    ),
}
_QUEUED = {
    Entity.PRODUCT: gettext_lazy("Product %(reference)s has been queued for export to OrderFlow."),
    Entity.ORDER: gettext_lazy("Order %(reference)s has been queued for export to OrderFlow."),
}
_NOT_QUEUED = {
    Entity.PRODUCT: gettext_lazy(
        "Product %(reference)s has failed to be queued for export to OrderFlow."
    ),
    Entity.ORDER: gettext_lazy(
        "Order %(reference)s has failed to be queued for export to OrderFlow."
    ),
}
_EXPORTED = {
    Entity.PRODUCT: gettext_lazy(
        "Exported %(count)s product(s) to OrderFlow with %(failures)s failures."
    ),
    Entity.ORDER: gettext_lazy(
        "Exported %(count)s order(s) to OrderFlow with %(failures)s failures."
    ),
}


def export_now(
    entity: Entity, ids: Sequence[int], *, website: Website | None = None, by: str = ""
) -> list[ExportLine]:
    """Announce these products or orders at once; return the lines that say what came of it.

    It asks neither for their turn nor for their status. A product goes to every OrderFlow instance
    that exports it, or only to that of `website`. Of several, what cannot be exported is passed
    over. Raises ExportRefused with the text to show when nothing is left or OrderFlow is being left
    alone, ExportNotConfigured, and ExchangeHeld when all of it is held up.
    """
    chosen = _exportable(entity, ids)
    total = Exported()
    groups, held = not_held(groups_of(entity))
    for group in groups:
        if website is not None and website not in group:
            continue
        for operation, some in _by_operation(entity, group, chosen):
            total += announce_now(entity, operation, group, some, by=by)
    lines = ExportLine.objects.filter(parent__request__in=total.request_ids)
    found = list(lines.select_related("parent"))
    if not found and (total.resting or total.rested):
        raise ExportRefused(RESTING)
    if not found and held:
        raise ExchangeHeld(" ".join(held))
    return found


def export_and_report(entity: Entity, ids: Sequence[int], *, by: str = "") -> tuple[str, bool]:
    """Do `export_now`; return the text to show and whether all went well.

    Raises ExportRefused and ExportNotConfigured, whose texts are to be shown as they are.
    """
    return told_of(entity, ids, export_now(entity, ids, by=by))


def told_of(entity: Entity, ids: Sequence[int], lines: Sequence[ExportLine]) -> tuple[str, bool]:
    """Return what is said of an export whose lines these are, and whether all went well."""
    failed = {line.reference for line in lines if line.result != Result.SUCCESS}
    well = {line.reference for line in lines} - failed
    if len(ids) == 1:
        [reference] = _references(entity, ids)
        text = (_QUEUED if well else _NOT_QUEUED)[entity] % {"reference": reference}
        return text, bool(well)
    failures = len(set(ids)) - len(well)
    return exported_many(entity, len(well), failures), not failures


def exported_many(entity: Entity, successes: int, failures: int) -> str:
    """Return what is said after the export of a selection."""
    return _EXPORTED[entity] % {"count": successes, "failures": failures}


def requeue(
    entity: Entity, *, ids: Sequence[int] | None = None, queryset: QuerySet[Any] | None = None
) -> int:
    """Put what OrderFlow has not got back into the queue: due now, no attempts made.

    `ids` are products or orders; `queryset` selects export states (ProductWebsite or Order rows).
    Returns how many products or orders are due now that were given up, failed or stuck; whatever is
    exported, cancelled or not for OrderFlow at all stays as it is.
    """
    rows = EXPORT_STATES[entity]._default_manager.all() if queryset is None else queryset
    if entity == Entity.PRODUCT:
        rows = rows.filter(product__type_id=Product.Type.SIMPLE)
        rows = rows if ids is None else rows.filter(product__in=ids)
        owner = "product_id"
    else:
        rows = rows.filter(is_virtual=False)
        rows = rows if ids is None else rows.filter(pk__in=ids)
        owner = "pk"
    unsettled = (ExportStatus.PENDING, ExportStatus.FAILED, ExportStatus.QUEUED)
    rows = rows.filter(orderflow_export_status__in=unsettled)
    return sum(_requeue(entity, chunk) for chunk in _chunks(rows, owner))


def reset_export_status(product_ids: Iterable[int]) -> int:
    """Make simple products Pending again, as if they had changed; return how many."""
    simple = Product.objects.filter(pk__in=set(product_ids), type_id=Product.Type.SIMPLE)
    ids = list(simple.values_list("pk", flat=True))
    with exported_by_hand():
        mark_changed(ids)
    return len(ids)


def _exportable(entity: Entity, ids: Sequence[int]) -> list[int]:
    """Return those of the ids that can be exported; raise the refusal of the first if none can."""
    found = (_orders if entity == Entity.ORDER else _products)(ids)
    refusals = [found.get(id, NOT_FOUND[entity]) for id in ids]
    chosen = [id for id, refusal in zip(ids, refusals, strict=True) if not refusal]
    if chosen:
        return list(dict.fromkeys(chosen))
    raise ExportRefused(refusals[0] if refusals else NOTHING_SELECTED)


def _orders(ids: Sequence[int]) -> dict[int, str]:
    """Return for each order why it cannot be exported, "" if it can."""
    orders = list(Order.objects.filter(pk__in=ids).select_related("website"))
    stopped = being_cancelled([order.increment_id for order in orders])
    return {order.pk: _order_refusal(order, stopped) or _stopped_by_rule(order) for order in orders}


def _stopped_by_rule(order: Order) -> str:
    stopped = what_stops_one(order)
    if stopped is None:
        return ""
    text = _("Order %(number)s is not exported.") % {"number": order.increment_id}
    remedy = [_("Release it first.")] if stopped.rule.holds else []
    return " ".join([text, stopped.text(order), *remedy])


def _order_refusal(order: Order, stopped: Collection[str]) -> str:
    if not order_export(order.website).is_enabled:
        return export_disabled(Entity.ORDER)
    if order.is_virtual:
        return VIRTUAL
    if order.state in CALLED_OFF:
        return _CALLED_OFF[Order.State(order.state)] % {"number": order.increment_id}
    if order.increment_id in stopped:
        return _(
            "Order %(number)s is just being cancelled and cannot be exported to OrderFlow."
            " Please look again in a minute."
        ) % {"number": order.increment_id}
    return ""


def _products(ids: Sequence[int]) -> dict[int, str]:
    """Return for each product why it cannot be exported, "" if it can."""
    exporting = {website.pk for group in groups_of(Entity.PRODUCT) for website in group}
    exported = set(
        ProductWebsite.objects.filter(product__in=ids, website__in=exporting).values_list(
            "product_id", flat=True
        )
    )
    products = Product.objects.filter(pk__in=ids).only("pk", "sku", "type_id")
    by_rules = _left_out(ids, exporting)
    return {
        each.pk: _product_refusal(each, exporting, exported) or by_rules.get(each.pk, "")
        for each in products
    }


def _left_out(ids: Sequence[int], exporting: set[int]) -> dict[int, str]:
    """Return the products that rules leave out on all of their exporting websites, and why."""
    websites = Website.objects.filter(pk__in=exporting)
    if not any(rules_in_force(Entity.PRODUCT, website) for website in websites):
        return {}
    links = ProductWebsite.objects.filter(product__in=ids, website__in=exporting)
    rows = list(links.select_related("product", "website"))
    out = left_out(rows)
    kept = {row.product_id for row in rows if row.pk not in out}
    return {
        row.product_id: _("Product '%(sku)s' is left out by %(rule)s.")
        % {"sku": row.product.sku, "rule": out[row.pk]}
        for row in rows
        if row.product_id not in kept
    }


def _product_refusal(product: Product, exporting: set[int], exported: set[int]) -> str:
    if not exporting:
        return export_disabled(Entity.PRODUCT)
    if product.type_id != Product.Type.SIMPLE:
        return NOT_SIMPLE
    if product.pk in exported:
        return ""
    return _("Product '%(sku)s' is not in any product export enabled websites") % {
        "sku": product.sku
    }


def _by_operation(
    entity: Entity, group: WebsiteGroup, ids: Sequence[int]
) -> Iterator[tuple[Operation, list[int]]]:
    """Split what belongs to a group into never fetched (Create) and fetched before (Update)."""
    owner = "product_id" if entity == Entity.PRODUCT else "pk"
    rows = EXPORT_STATES[entity]._default_manager.filter(
        **{f"{owner}__in": ids, "website__in": group}
    )
    here = set(rows.values_list(owner, flat=True))
    fetched = set()
    if entity == Entity.PRODUCT:
        fetched = set(
            rows.filter(orderflow_export_date__isnull=False).values_list(owner, flat=True)
        )
    for operation, some in ((Operation.CREATE, here - fetched), (Operation.UPDATE, fetched)):
        if some:
            yield operation, [id for id in ids if id in some]


def _requeue(entity: Entity, chunk: Sequence[tuple[int, int]]) -> int:
    """Make these rows (id, owner) due now; return how many owners there are."""
    owners = {owner for _, owner in chunk}
    with transaction.atomic():
        EXPORT_STATES[entity]._default_manager.filter(pk__in=[pk for pk, _ in chunk]).update(
            orderflow_export_status=ExportStatus.PENDING,
            orderflow_due_at=clock.now(),
            orderflow_attempts=0,
            orderflow_revision=F("orderflow_revision") + 1,
            orderflow_last_error="",
        )
        if entity == Entity.PRODUCT:
            refresh_export_status(owners)
    return len(owners)


def _chunks(rows: QuerySet[Any], owner: str) -> Iterator[list[tuple[int, int]]]:
    """Yield ids and owners of the rows, some thousands at a time, all of one owner together."""
    pairs = list(rows.order_by(owner, "pk").values_list("pk", owner))
    for start in range(0, len(pairs), PRODUCTS_AT_ONCE):
        yield pairs[start : start + PRODUCTS_AT_ONCE]


def _references(entity: Entity, ids: Sequence[int]) -> list[str]:
    if entity == Entity.ORDER:
        return list(Order.objects.filter(pk__in=ids).values_list("increment_id", flat=True))
    return list(Product.objects.filter(pk__in=ids).values_list("sku", flat=True))
