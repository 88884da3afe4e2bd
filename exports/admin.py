"""OrderFlow Exports: product and order exports, and the requests behind them (F116, F118, F120)."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import RangeDateTimeFilter

from exports.models import ExportLine, ExportRequest, OrderExport, ProductExport
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.common.pages import Table, admin_url, moment
from orderflow_bridge.request_queue.admin import ProcessedFilter, RequestAdmin
from orderflow_bridge.request_queue.history import History
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.reports import ReportAdmin, result_badge

_QUEUES = (Operation.CREATE, Operation.UPDATE)
_REPORTS = {Entity.PRODUCT: "productexport", Entity.ORDER: "orderexport"}


def _website_name(record: Any) -> str:
    return record.website.name if record.website else "OrderFlow"


def _operation(record: History | Request) -> str:
    """Return "Queue" for the operations that only announce an entity (F125)."""
    return "Queue" if record.operation in _QUEUES else str(record.get_operation_display())


class ExportAdmin(ReportAdmin):
    """Export reports."""

    missing_text = "This export no longer exists."
    number_label = "Export ID"
    request_page = "exports_exportrequest"
    lines_title = "Export Lines"
    reference_label = ""
    list_display = (
        "export_id",
        "message_id",
        "website_name",
        "operation_text",
        "success_count",
        "duplicate_count",
        "superseded_count",
        "failure_count",
        "processed",
        "request_link",
    )
    list_display_links = ("export_id", "message_id")
    list_select_related = ("website",)
    empty_title = "No exports yet"

    @admin.display(description="Export ID", ordering="id")
    def export_id(self, record: History) -> str:
        """Show the row's number."""
        return str(record.pk)

    @admin.display(description="Website", ordering="website__name")
    def website_name(self, record: Any) -> str:
        """Show the website; a fetch by OrderFlow belongs to none."""
        return _website_name(record)

    @admin.display(description="Operation", ordering="operation")
    def operation_text(self, record: Any) -> str:
        """Show announcements as "Queue"."""
        return _operation(record)

    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """Add the website to the facts."""
        first, *others = super().facts(record)
        return [first, ("Website", _website_name(record)), *others]

    def line_table(self, record: Any, lines: Sequence[ExportLine]) -> Table:
        """Return the columns of F120."""
        rows = [
            (
                line.reference,
                result_badge(line),
                _operation(record),
                line.reason,
                moment(line.created_at),
            )
            for line in lines
        ]
        columns = (self.reference_label, "Result", "Operation", "Message", "Processed")
        return Table(columns, rows, empty="No line matches.")


@admin.register(ProductExport)
class ProductExportAdmin(ExportAdmin):
    """OrderFlow Exports → Products."""

    reference_label = "SKU"
    empty_text = "What OrderFlow is told about products, and what it fetches, is listed here."


@admin.register(OrderExport)
class OrderExportAdmin(ExportAdmin):
    """OrderFlow Exports → Orders."""

    reference_label = "Increment ID"
    empty_text = "What OrderFlow is told about orders, and what it fetches, is listed here."


@admin.register(ExportRequest)
class ExportRequestAdmin(RequestAdmin):
    """OrderFlow Exports → Requests."""

    report_title = "View Export Report"
    list_display = (
        "request_id",
        "website_name",
        "entity",
        "operation_text",
        "created",
        "processed",
        "waiting_reason",
    )
    list_filter = (ProcessedFilter, "entity", ("created_at", RangeDateTimeFilter))
    list_select_related = ("website",)
    empty_title = "No export requests yet"
    empty_text = "Every call to OrderFlow, and every fetch by it, is listed here."

    @admin.display(description="Website")
    def website_name(self, request: Request) -> str:
        """Show the website; a fetch by OrderFlow belongs to none."""
        return _website_name(request)

    @admin.display(description="Operation", ordering="operation")
    def operation_text(self, request: Request) -> str:
        """Show announcements as "Queue"."""
        return _operation(request)

    def information(self, record: Request) -> list[tuple[str, Any]]:
        """Add the website, and show announcements as "Queue"."""
        facts = dict(super().information(record)) | {"Operation": _operation(record)}
        facts.pop("Received from")
        return [("Website", _website_name(record)), *facts.items()]

    def line_row(self, line: Any, record: Request) -> tuple[Any, Any]:
        """Show the line as it is stored."""
        return "", line

    def report_url(self, request: HttpRequest, record: Request) -> str:
        """Return the address of the report, if there is one and the right to see it."""
        model_name = _REPORTS.get(Entity(record.entity), "")
        if not record.processed_at or not request.user.has_perm(f"exports.view_{model_name}"):
            return ""
        found = record.exports.order_by("-id").values_list("pk", flat=True).first()
        return admin_url(f"exports_{model_name}_change", found) if found else ""
