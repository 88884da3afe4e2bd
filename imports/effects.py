"""What a processed message changed: stock lines old → new, or the shipments it made.

The figure before is that of the newest successful line before this one; a quantity that somebody
has corrected by hand in between is not in the history.
"""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest
from django.utils.translation import gettext as _

from imports.despatch import identity_of
from imports.models import Import, ImportLine
from imports.preview_page import product_page
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.pages import (
    Section,
    Table,
    admin_url,
    badge,
    link,
    page_of,
    paged_table,
    table,
    unbroken,
    units,
)
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.report_lines import find_lines
from orderflow_bridge.request_queue.reports import result_badge
from orderflow_bridge.sales.models import OrderStatusHistory, Shipment
from orderflow_bridge.stores.order_statuses import label_of

SLUG, TITLE = "effect", gettext_lazy("What It Changed")
LINES_PER_PAGE = 50
UNKNOWN = "?"
_AT_ONCE = timedelta(seconds=5)
_SPANS = (timedelta(days=2), timedelta(days=20), timedelta(days=3_650))


def effect_section(http: HttpRequest, record: Request) -> Section:
    """Return the tab that tells what became of a request."""
    report = next(iter(reports_of(record)), None)
    if report is None:
        waiting = _(
            "Nothing yet: the request waits. Process shows beforehand what it would change."
        )
        cleaned = _("The log cleaning has deleted the report on this request.")
        return table(SLUG, TITLE, Table((), (), empty=cleaned if record.processed_at else waiting))
    if record.entity == Entity.INVENTORY:
        return _stock_changes(http, report)
    return _shipments_made(record, report)


def reports_of(record: Request) -> list[Import]:
    """Return the reports on a request, the newest first; several askers read them once."""
    prefetch_related_objects([record], "imports")
    return list(record.imports.all())


def quantities_before(lines: Sequence[ImportLine], report: Import) -> dict[int, Decimal]:
    """Return what the last successful line before each of these stock lines wrote, by line id.

    Asked for in ever longer spans: what is counted often is found among the lines of a few days,
    and what is not has few lines at all. So millions of lines need not be read.
    """
    found: dict[int, Decimal] = {}
    missing = list(lines)
    for span in _SPANS:
        if not missing:
            break
        earlier = _successes(missing, report, span)
        for line in missing:
            quantities = earlier.get((line.reference, line.source_code), ())
            before = [units for pk, units in quantities if pk < line.pk]
            if before:
                found[line.pk] = before[-1]
        missing = [line for line in missing if line.pk not in found]
    return found


def _successes(
    lines: Sequence[ImportLine], report: Import, span: timedelta
) -> dict[tuple[str, str], list[tuple[int, Decimal]]]:
    """Return the figures written for the lines' SKUs and sources within a span, oldest first."""
    rows = ImportLine.objects.filter(
        reference__in={line.reference for line in lines},
        result=Result.SUCCESS,
        created_at__gte=report.created_at - span,
        created_at__lte=report.created_at,
    ).order_by("created_at", "pk")
    quantities: dict[tuple[str, str], list[tuple[int, Decimal]]] = {}
    for pk, sku, source, units_applied in rows.values_list(
        "pk", "reference", "source_code", "units_applied"
    ):
        if units_applied is not None:
            quantities.setdefault((sku, source), []).append((pk, units_applied))
    return quantities


def _stock_changes(http: HttpRequest, report: Import) -> Section:
    search = http.GET.get("q", "").strip()
    # All lines of a report are of its moment: only one day's partition is read.
    lines = report.lines.filter(created_at=report.created_at).order_by("sequence_id", "id")
    page = page_of(http, CappedPaginator(find_lines(lines, search), LINES_PER_PAGE))
    shown = list(page.object_list)
    before = quantities_before(shown, report)
    rows = [_stock_row(line, report, before.get(line.pk)) for line in shown]
    columns = ("SKU", _("Source"), _("Result"), _("Stock Qty"), _("Message"))
    content = Table(columns, rows, empty=_("No line matches."))
    return paged_table(SLUG, TITLE, content, page, search=search, search_label=_("Search lines"))


def _stock_row(line: ImportLine, report: Import, before: Decimal | None) -> Sequence[Any]:
    line.parent = report
    known = UNKNOWN if before is None else plain(before)
    is_applied = line.result == Result.SUCCESS
    return (
        link(unbroken(line.reference), product_page(line.reference)),
        line.source_code,
        result_badge(line),
        f"{known} → {units(line.units_applied)}" if is_applied else _("unchanged"),
        line.message,
    )


def _shipments_made(record: Request, report: Import) -> Section:
    """Show the shipments of a despatch message, and what became of the order by them."""
    made = list(
        Shipment.objects.filter(
            despatch__message_id=identity_of(record.message_id, record.lines),
            despatch__request_id=record.pk,
        )
        .select_related("order")
        .prefetch_related("items", "tracks")
        .order_by("id")
    )
    rows = [(*_shipment_cells(shipment), _status_after(shipment)) for shipment in made]
    columns = (
        _("Shipment"),
        _("Order"),
        _("Items"),
        _("Source"),
        _("Tracking"),
        _("E-mail"),
        _("Order Status Then"),
    )
    line = report.lines.first()
    if line is not None:
        line.parent = report
    return table(SLUG, TITLE, Table(columns, rows, empty=line.message if line else _("Nothing.")))


def _shipment_cells(shipment: Shipment) -> Sequence[Any]:
    order = shipment.order
    return (
        link(shipment.increment_id, admin_url("sales_shipment_change", shipment.pk)),
        link(order.increment_id, admin_url("sales_order_change", order.pk)),
        ", ".join(f"{plain(item.qty)} × {item.sku}" for item in shipment.items.all()),
        shipment.source_code,
        ", ".join(track.track_number for track in shipment.tracks.all()),
        _("Sent") if shipment.email_sent else _("Not sent"),
    )


def _status_after(shipment: Shipment) -> Any:
    """Return the status that the order got by this shipment; unchanged ones leave no entry."""
    entry = (
        OrderStatusHistory.objects.filter(
            order=shipment.order_id,
            entity_name="shipment",
            created_at__gte=shipment.created_at,
            created_at__lt=shipment.created_at + _AT_ONCE,
        )
        .order_by("id")
        .first()
    )
    return badge(label_of(entry.status)) if entry else ""
