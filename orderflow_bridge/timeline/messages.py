"""What was exchanged about a reference: exports, imports, and messages that still wait."""

import orjson
from django.db.models import Prefetch, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from exports.models import ExportLine
from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import spellings
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import RESULT_TONES
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.waiting import why_message_waits
from orderflow_bridge.sales.models import Despatch
from orderflow_bridge.timeline.steps import Channel, Place, Step

_NEWEST_WAITING = 100
_MOST_LINES = 5_000
_LONG = ("lines", "request_body", "response_body")
_EXPORT_TITLES = {
    Operation.EXPORT: gettext_lazy("OrderFlow fetched it"),
    Operation.CANCEL: gettext_lazy("OrderFlow was asked to cancel it"),
}
_EXPORT_PAGES = {Entity.PRODUCT: "exports_productexport", Entity.ORDER: "exports_orderexport"}
_IMPORT_PAGES = {
    Entity.INVENTORY: "imports_inventoryimport",
    Entity.SHIPMENT: "imports_shipmentimport",
}
_WEBHOOK_TONES = {"delivered": "success", "given_up": "danger", "replaced": "info"}
_WEBHOOK_TITLES = {
    Kind.ORDER_PLACED: gettext_lazy("Webhook: order placed"),
    Kind.ORDER_EXPORTED: gettext_lazy("Webhook: order exported"),
    Kind.ORDER_ON_HOLD: gettext_lazy("Webhook: order on hold"),
    Kind.ORDER_RELEASED: gettext_lazy("Webhook: order released"),
    Kind.ORDER_CANCELLED: gettext_lazy("Webhook: order cancelled"),
    Kind.SHIPMENT_CREATED: gettext_lazy("Webhook: shipment created"),
    Kind.TRACK_ADDED: gettext_lazy("Webhook: track added"),
    Kind.STOCK_CHANGED: gettext_lazy("Webhook: stock changed"),
    Kind.PRODUCT_CHANGED: gettext_lazy("Webhook: product changed"),
    Kind.PRODUCT_EXPORTED: gettext_lazy("Webhook: product exported"),
}
_IMPORT_TITLES = {
    Entity.INVENTORY: gettext_lazy("Stock figure from OrderFlow"),
    Entity.SHIPMENT: gettext_lazy("Despatch message from OrderFlow"),
}


def export_lines(reference: str, entity: Entity) -> QuerySet[ExportLine]:
    """Return what OrderFlow was told about a reference, and its fetches."""
    names = _names(reference, entity)
    lines = ExportLine.objects.filter(reference__in=names, parent__entity=entity)
    whole = lines.select_related("parent__website", "parent__request")
    return whole.defer(*(f"parent__request__{name}" for name in _LONG))


def _names(reference: str, entity: Entity) -> set[str]:
    """Return what lines about an order or a SKU call it.

    Those about a product that is there bear its own spelling, others the one that was received.
    """
    is_sku = entity in (Entity.INVENTORY, Entity.PRODUCT)
    return spellings(reference) if is_sku else {reference}


def export_step(line: ExportLine) -> Step:
    """Tell of one line of an export."""
    export = line.parent
    operation = Operation(export.operation)
    is_fetch = operation == Operation.EXPORT
    return Step(
        at=line.created_at,
        pk=line.pk,
        channel=Channel.RECEIVED if is_fetch else Channel.SENT,
        title=_EXPORT_TITLES.get(operation, _("OrderFlow was told of it")),
        text=line.reason,
        label=line.get_result_display(),
        tone=RESULT_TONES.get(line.result, ""),
        facts=(
            *(((_("Website"), export.website.name),) if export.website else ()),
            *_correlation(export.request),
        ),
        raw=tuple((name, text) for name, text in _exchanged(line) if text),
        places=(
            *raw_message(_("Export Request"), "exports_exportrequest", export.request_id),
            Place(_("Export Report"), _EXPORT_PAGES[Entity(export.entity)], export.pk, "lines"),
        ),
    )


def import_lines(reference: str, entity: Entity) -> QuerySet[ImportLine]:
    """Return the fate of OrderFlow's lines about a reference, by the index on it.

    Sorted by the moment, not by the id: the planner must not walk the primary key of ten million
    lines in search of a few (docs/decisions/history-by-day.md). Only stock lines have a source, so
    the reports need not be joined, which would cost three times as much.
    """
    is_stock = entity == Entity.INVENTORY
    lines = ImportLine.objects.filter(~Q(source_code="") if is_stock else Q(source_code=""))
    reports = Import.objects.select_related("request")
    parents = Prefetch("parent", reports.defer(*(f"request__{name}" for name in _LONG)))
    return lines.filter(reference__in=_names(reference, entity)).prefetch_related(parents)


def import_step(line: ImportLine) -> Step:
    """Tell of one line of an import, with the figures that led to its result."""
    report = line.parent
    entity = Entity(report.entity)
    facts = [(_("Message"), report.message_id)]
    if line.sequence_id is not None and entity == Entity.INVENTORY:
        facts.append((_("Sequence ID"), str(line.sequence_id)))
    return Step(
        at=line.created_at,
        pk=line.pk,
        channel=Channel.RECEIVED,
        title=_IMPORT_TITLES[entity],
        text=line.message,
        label=line.get_result_display(),
        tone=RESULT_TONES.get(line.result, ""),
        facts=(
            *facts,
            *(_quantities(line) if entity == Entity.INVENTORY else ()),
            *_correlation(report.request),
        ),
        places=(
            *raw_message(_("Import Request"), "imports_importrequest", report.request_id),
            Place(_("Import Report"), _IMPORT_PAGES[entity], report.pk, "lines"),
        ),
    )


def waiting_requests(reference: str, entity: Entity) -> QuerySet[Request]:
    """Return the messages about a reference that were received and not processed yet.

    Looked for among the newest ones of the queue, and not in very long ones.
    """
    waiting = Request.objects.filter(
        type=RequestType.IMPORT,
        entity=entity,
        processed_at__isnull=True,
        line_count__lte=_MOST_LINES,
    ).order_by("-pk")
    newest = waiting.values("pk")[:_NEWEST_WAITING]
    named = "text__sku_key__contains" if entity == Entity.INVENTORY else "text__contains"
    return (
        Request.objects.filter(pk__in=newest)
        .annotate(text=Cast("lines", TextField()))
        .filter(**{named: orjson.dumps(reference).decode()})
        .defer(*_LONG)
    )


def waiting_step(request: Request) -> Step:
    """Tell of a message that was received and has had no effect yet."""
    return Step(
        at=request.created_at,
        pk=request.pk,
        channel=Channel.RECEIVED,
        title=_("Message received"),
        text=(_("It waits: %(reason)s.") % {"reason": why_message_waits(request)}).replace(
            "..", "."
        ),
        label=_("Pending"),
        tone="warning",
        facts=((_("Message"), request.message_id), *_correlation(request)),
        places=raw_message(_("Import Request"), "imports_importrequest", request.pk),
    )


def webhooks(reference: str, *kinds: Kind) -> QuerySet[WebhookEvent]:
    """Return the events about a reference that the shop's own systems were sent."""
    is_sku = Kind.STOCK_CHANGED in kinds
    names = spellings(reference) if is_sku else {reference}
    events = WebhookEvent.objects.filter(reference__in=names, kind__in=kinds)
    return events.select_related("receiver")


def webhook_step(event: WebhookEvent) -> Step:
    """Tell of an event for the shop's own systems."""
    return Step(
        at=event.created_at,
        pk=event.pk,
        channel=Channel.WEBHOOK,
        title=_WEBHOOK_TITLES[Kind(event.kind)],
        text=event.last_error,
        label=event.get_status_display(),
        tone=_WEBHOOK_TONES.get(event.status, "warning"),
        facts=((_("Receiver"), event.receiver.name),),
        raw=((_("Sent"), event.body),),
        places=(Place(_("Webhook"), "webhooks_webhookevent", event.pk),),
    )


def raw_message(text: str, page: str, request_id: int | None) -> tuple[Place, ...]:
    """Return the place of a raw message, as long as the log cleaning has left it."""
    return (Place(text, page, request_id, "request-body"),) if request_id else ()


def despatch_message(despatch: Despatch | None) -> tuple[Place, ...]:
    """Return the place of the message that made a shipment; a shipment made by hand has none."""
    request_id = despatch.request_id if despatch else None
    return raw_message(_("Import Request"), "imports_importrequest", request_id)


def _correlation(request: Request | None) -> tuple[tuple[str, str], ...]:
    """Return the id by which logs and traces know a message, as long as it is kept."""
    if request is None or not request.correlation_id:
        return ()
    return ((_("Correlation ID"), request.correlation_id),)


def _exchanged(line: ExportLine) -> tuple[tuple[str, str], ...]:
    return ((_("Sent"), line.call), (_("Received"), line.answer))


def _quantities(line: ImportLine) -> tuple[tuple[str, str], ...]:
    """Return the units behind a stock figure; those that played no part are left out."""
    quantities = (
        (_("Source"), line.source_code, True),
        (_("Units Received"), line.units_received, True),
        (_("Quotes"), line.units_quoted, False),
        (_("Queued"), line.units_unsent, False),
        (_("Reservations"), line.units_reserved, False),
        (_("Safety Stock"), line.units_safety, False),
        (_("Updated Stock Qty"), line.units_applied, line.result == 1),
    )
    return tuple(
        (name, value if isinstance(value, str) else plain(value))
        for name, value, is_always in quantities
        if value is not None and (value or is_always)
    )
