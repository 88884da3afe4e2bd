"""OrderFlow Exports → Requests: calls to OrderFlow and fetches by it, and what each changed."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from exports.admin.attempts import export_attempts
from exports.admin.cells import OPERATION, WEBSITE, operation_name, website_name
from exports.admin.previews import recovery_sections
from exports.models import ExportLine, ExportRequest
from exports.settling import recover_interrupted
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, Result
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.mass_actions import carry_out
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
from orderflow_bridge.request_queue.admin import RequestAdmin, as_json
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.report_lines import find_lines
from orderflow_bridge.request_queue.reports import result_badge
from orderflow_bridge.request_queue.request_list import NUMBERS, STATE, TIMES, process_all

QUESTION = gettext_lazy("Are you sure you wish to process this request?")
DONE = gettext_lazy("The request has been processed.")
DONE_BEFORE = gettext_lazy("This request has already been processed.")
BEING_DONE = gettext_lazy("The request is being processed by a worker just now.")
LINES_PER_PAGE = 50
UNCHANGED = gettext_lazy("unchanged")
MEANWHILE = gettext_lazy(
    "What was changed, fetched or cancelled during the call has kept its own status."
)
_REPORTS = {Entity.PRODUCT: "productexport", Entity.ORDER: "orderexport"}
_PAGES = {Entity.PRODUCT: "catalog_product_by_sku", Entity.ORDER: "sales_order_by_number"}


@admin.register(ExportRequest)
class ExportRequestAdmin(RequestAdmin):
    """OrderFlow Exports → Requests."""

    numbered_title = gettext_lazy("Export Request #%(number)s")
    report_title = gettext_lazy("View Export Report")
    list_display = (
        "request_id",
        "processed",
        "website_text",
        "entity",
        "operation_text",
        "created",
        "waiting_reason",
        "action_links",
    )
    reports = _REPORTS
    filters = (
        *NUMBERS,
        WEBSITE,
        Choices("entity", gettext_lazy("Type"), choices=[(one, one.label) for one in _REPORTS]),
        OPERATION,
        STATE,
        *TIMES,
    )
    actions = ("process_selected",)
    list_select_related = ("website",)
    act_right = "exports.process_exportrequest"
    line_columns = (gettext_lazy("Data"), gettext_lazy("Result"), gettext_lazy("Processed"))
    empty_title = gettext_lazy("No export requests yet")
    empty_text = gettext_lazy("Every call to OrderFlow, and every fetch by it, is listed here.")

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer Process where a run has died."""
        process_action = RecordAction(
            "process", _("Process"), QUESTION, process, is_interrupted, preview=recovery_sections
        )
        return (process_action,)

    @admin.action(description=gettext_lazy("Process All Requests"), permissions=["act"])
    def process_selected(
        self, request: HttpRequest, queryset: QuerySet[Request]
    ) -> HttpResponse | None:
        """Ask, then close the selected requests whose run has died."""
        return carry_out(self, request, queryset, process_all(process_some))

    # What belongs to none is OrderFlow's.
    website_text = column(gettext_lazy("Website"), website_name)
    operation_text = column(gettext_lazy("Operation"), operation_name, ordering="operation")

    def sections(self, request: HttpRequest, record: Request) -> list[Section]:
        """Show a body only where one was exchanged: by fetches, pushes and cancellations."""
        *first, request_body, response_body = super().sections(request, record)
        bodies = (request_body, response_body)
        kept = (record.request_body, record.response_body)
        is_fetch = record.operation == Operation.EXPORT
        shown = [body for body, stored in zip(bodies, kept, strict=True) if stored or is_fetch]
        return [*first, *shown]

    def effect(self, request: HttpRequest, record: Request) -> Section:
        """Return what became of each product or order by this request."""
        return effect_section(request, record)

    def attempts(self, record: Request) -> Section:
        """Return each call about what the request is about, or the fetch."""
        return export_attempts(record, sorted({_reference(line) for line in record.lines}))

    def information(self, record: Request) -> list[tuple[str, Any]]:
        """Add the website and who asked, and show announcements as "Queue"."""
        facts = dict(super().information(record)) | {_("Operation"): operation_name(record)}
        asked_by = facts.pop(_("Received from"))
        is_fetch = record.operation == Operation.EXPORT
        label = _("Received from") if is_fetch else _("Asked for by")
        return [
            (_("Website"), website_name(record)),
            *facts.items(),
            (label, asked_by or ("" if is_fetch else _("The schedule"))),
        ]

    def line_row(self, line: Any, record: Request) -> tuple[Any, Any]:
        """Return the line as it is stored, and what became of it."""
        return as_json(line), self._results(record).get(_reference(line), "")

    def report_url(self, request: HttpRequest, record: Request) -> str:
        """Return the address of the report, if there is one and the right to see it."""
        model_name = _REPORTS.get(Entity(record.entity), "")
        if not record.processed_at:
            return ""
        found = record.exports.order_by("-id").values_list("pk", flat=True).first()
        return admin_url(f"exports_{model_name}_change", found) if found else ""

    def _results(self, record: Any) -> dict[str, str]:
        """Return the messages of the request's lines by reference, read once."""
        if not hasattr(record, "line_results"):
            lines = ExportLine.objects.filter(parent__request=record)
            record.line_results = dict(lines.values_list("reference", "reason"))
        results: dict[str, str] = record.line_results
        return results


def process(http: HttpRequest, queued: Request) -> None:
    """Close a request whose run has died; its products or orders are announced again."""
    if queued.processed_at is None:
        recover_interrupted(Entity(queued.entity))
        was_waiting = True
    else:
        was_waiting = False
    queued.refresh_from_db()
    if queued.processed_at is None:
        messages.info(http, BEING_DONE)
    else:
        messages.success(http, DONE if was_waiting else DONE_BEFORE)


def process_some(http: HttpRequest, keys: Sequence[int]) -> int:
    """Close those of these requests whose run has died; return how many."""
    return sum(recover_interrupted(entity, ids=keys) for entity in _REPORTS)


def is_interrupted(queued: Request) -> bool:
    """Tell whether the run that was to process a request has died."""
    held = queued.claimed_until
    return queued.processed_at is None and (held is None or held <= clock.now())


def effect_section(http: HttpRequest, record: Request) -> Section:
    """Return the tab: each product or order with the status it got."""
    search = http.GET.get("q", "").strip()
    found = find_lines(ExportLine.objects.filter(parent__request=record).order_by("id"), search)
    page = page_of(http, CappedPaginator(found, LINES_PER_PAGE))
    rows = [_row(line, record) for line in page.object_list]
    noun = "SKU" if record.entity == Entity.PRODUCT else _("Increment ID")
    empty = (
        _("No line matches.") if search else _("Nothing yet: OrderFlow's answer is not recorded.")
    )
    columns = (noun, _("Result"), _("Export Status Given"), _("Message"))
    content = Table(columns, rows, empty=empty, note=MEANWHILE)
    return paged_table(
        "effect", _("What It Changed"), content, page, search=search, search_label=_("Search lines")
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


def _reference(line: Any) -> str:
    """Return the SKU or the number that a stored line is about."""
    if not isinstance(line, dict):
        return ""
    return str(line.get("increment_id") or line.get("sku") or line.get("reference") or "")


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
