"""What an export request changed: the export state each line gave its product or order."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from exports.models import ExportLine
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, Result
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.pages import (
    EXPORT_TONES,
    Section,
    Table,
    admin_url,
    badge,
    link,
    page_of,
    paged_table,
    unbroken,
)
from orderflow_bridge.request_queue.line_tab import find_lines
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.reports import result_badge

LINES_PER_PAGE = 50
UNCHANGED = "unchanged"
MEANWHILE = "What was changed, fetched or cancelled during the call has kept its own status."
_PAGES = {Entity.PRODUCT: "catalog_product_by_sku", Entity.ORDER: "sales_order_by_number"}


def effect_section(http: HttpRequest, record: Request) -> Section:
    """Return the tab: each product or order with the status it got."""
    search = http.GET.get("q", "").strip()
    found = find_lines(ExportLine.objects.filter(parent__request=record).order_by("id"), search)
    page = page_of(http, CappedPaginator(found, LINES_PER_PAGE))
    rows = [_row(line, record) for line in page.object_list]
    noun = "SKU" if record.entity == Entity.PRODUCT else "Increment ID"
    empty = "No line matches." if search else "Nothing yet: OrderFlow's answer is not recorded."
    columns = (noun, "Result", "Export Status Given", "Message")
    content = Table(columns, rows, empty=empty, note=MEANWHILE)
    return paged_table(
        "effect", "What It Changed", content, page, search=search, search_label="Search lines"
    )


def status_given(
    operation: Operation, result: Result, *, is_push: bool = False
) -> ExportStatus | None:
    """Return the status that a line gives its product or order; None if it leaves it as it was.

    A pushed document that was taken, or known already, needs no fetch (exports/settling.py).
    """
    is_well = result in (Result.SUCCESS, Result.DUPLICATE)
    if operation == Operation.CANCEL:
        return ExportStatus.CANCELLED if is_well else None
    if operation == Operation.EXPORT:
        return ExportStatus.EXPORTED if is_well else None
    if not is_well:
        return ExportStatus.FAILED
    return ExportStatus.EXPORTED if is_push else ExportStatus.QUEUED


def _row(line: ExportLine, record: Request) -> Sequence[Any]:
    page = admin_url(_PAGES[Entity(record.entity)], line.reference) if line.reference else ""
    status = status_given(
        Operation(record.operation), Result(line.result), is_push=record.request_body is not None
    )
    return (
        link(unbroken(line.reference), page),
        result_badge(line),
        badge(status.label, EXPORT_TONES.get(status, "")) if status else UNCHANGED,
        line.reason,
    )
