"""OrderFlow Exports → Products, Orders, Lines: what was told to OrderFlow, line by line."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _

from exports.admin.cells import OPERATION, WEBSITE, operation_name, website_name
from exports.admin.export_actions import requeue_references, requeue_rows
from exports.admin.previews import export_state_sections, preview_requeue
from exports.models import RIGHT_TO_EXPORT, ExportLine, OrderExport, ProductExport
from exports.selectors import EXPORT_STATES
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.columns import Shown, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, Filter, NumberRange, Text
from orderflow_bridge.console.pages import (
    Section,
    folded,
    link,
    time_cell,
)
from orderflow_bridge.request_queue.line_list import REFERENCE, LineAdmin, about_line
from orderflow_bridge.request_queue.report_lines import (
    PROCESSED,
    RESULT,
    ReportLines,
    beginning,
    chosen_failures,
)
from orderflow_bridge.request_queue.reports import (
    COUNTERS,
    FAILURES,
    ReportAdmin,
)


def _message(line: ExportLine) -> Any:
    """Show the line's message, with what was sent and what came back to be unfolded."""
    details = folded(_("Call and answer"), (_("Sent"), line.call), (_("Received"), line.answer))
    markup = '<div class="bridge-told"><span>{}</span>{}</div>'
    return Shown(format_html(markup, line.reason, details), line.reason)


@admin.register(ExportLine)
class ExportLineAdmin(LineAdmin):
    """OrderFlow Exports → Lines. The columns are those of one report's lines."""

    list_title = gettext_lazy("Export Lines")
    reports = {Entity.PRODUCT: "productexport", Entity.ORDER: "orderexport"}
    request_page = "exports_exportrequest"
    report_title = gettext_lazy("View Export")
    list_display: Sequence[str] = (
        "about",
        "outcome",
        "entity",
        "operation",
        "message",
        "processed",
        "action_links",
    )
    more_columns: Sequence[str] = ("number", "website_text", "message_id", "sent", "received")
    filters: Sequence[Filter] = (
        REFERENCE,
        Choices(
            "parent__entity",
            gettext_lazy("Type"),
            "entity",
            choices=[(one, one.label) for one in (Entity.PRODUCT, Entity.ORDER)],
        ),
        RESULT,
        DateRange(
            "created_at", gettext_lazy("Processed"), "processed", order=("-created_at", "-id")
        ),
    )
    empty_text = gettext_lazy(
        "What OrderFlow is told, and what it answers, is listed here line by line."
    )

    def get_queryset(self, request: Any) -> Any:
        """Read the websites along, and leave the texts of the calls out unless they are shown."""
        rows = super().get_queryset(request).prefetch_related("parent__website")
        shown = self.get_list_display(request)
        columns = {"sent": "call", "received": "answer"}
        return rows.defer(*(field for name, field in columns.items() if name not in shown))

    website_text = column(gettext_lazy("Website"), "parent", website_name, ordering="")
    operation = column(gettext_lazy("Operation"), "parent", operation_name, ordering="")
    message = column(gettext_lazy("Message"), "reason", ordering="")
    sent = column(gettext_lazy("Sent"), "call", ordering="")
    received = column(gettext_lazy("Received"), "answer", ordering="")
    processed = column(gettext_lazy("Processed"), "created_at", time_cell)


class _ExportLines(ReportLines, ExportLineAdmin):
    """The lines of an export, the newest first."""

    line_model = ExportLine
    ordering = ("-created_at", "-id")
    list_display = ("about", "outcome", "operation", "message", "processed")
    more_columns = ("sent", "received")
    message = column(gettext_lazy("Message"), _message, ordering="reason")


class ProductLines(_ExportLines):
    """The lines of an export of products."""

    filters = (beginning("SKU"), RESULT, PROCESSED)
    about = column("SKU", about_line, ordering="reference")


class OrderLines(_ExportLines):
    """The lines of an export of orders."""

    filters = (beginning(gettext_lazy("Increment ID")), RESULT, PROCESSED)
    about = column(gettext_lazy("Increment ID"), about_line, ordering="reference")


class ExportAdmin(ReportAdmin):
    """Export reports."""

    details_title = gettext_lazy("Export Details")
    missing_text = gettext_lazy("This export no longer exists.")
    number_label = gettext_lazy("Export ID")
    request_page = "exports_exportrequest"
    lines_title = gettext_lazy("Export Lines")
    entity = Entity.PRODUCT
    list_display = (
        "export_id",
        "message_id",
        "website_text",
        "operation_text",
        "success_count",
        "duplicate_count",
        "superseded_count",
        "failure_count",
        "processed",
        "action_links",
    )
    list_display_links = ("export_id", "message_id")
    view_title = gettext_lazy("View Export")
    filters = (
        NumberRange("id", gettext_lazy("Export ID")),
        Text("message_id", gettext_lazy("Message ID"), lookup="startswith"),
        WEBSITE,
        OPERATION,
        FAILURES,
        *COUNTERS,
        DateRange("created_at", gettext_lazy("Processed"), "processed"),
    )
    list_select_related = ("website",)
    empty_title = gettext_lazy("No exports yet")

    export_id = column(gettext_lazy("Export ID"), "pk", number_cell, ordering="id")
    # What belongs to none is OrderFlow's.
    website_text = column(gettext_lazy("Website"), website_name, ordering="website__name")
    operation_text = column(gettext_lazy("Operation"), operation_name, ordering="operation")

    def requeue(self, request: HttpRequest, record: Any) -> None:
        """Put what failed back into the queue of its product or order."""
        references = chosen_failures(request, record).values_list("reference", flat=True)
        requeue_references(request, Entity(record.entity), list(references))

    def preview_requeue(self, request: HttpRequest, record: Any) -> list[Section]:
        """Show where the chosen products or orders would stand."""
        failed = chosen_failures(request, record)
        return export_state_sections(preview_requeue(self.entity, self._export_states(failed)))

    def _export_states(self, failed: QuerySet[ExportLine]) -> QuerySet[Any]:
        """Return the export states that failed lines are about."""
        export_states = EXPORT_STATES[self.entity]._default_manager
        references = failed.order_by()
        if self.entity == Entity.ORDER:
            return export_states.filter(increment_id__in=references.values("reference"))
        return export_states.filter(product__sku_key__in=references.values("reference__sku_key"))

    def requeue_many(self, request: HttpRequest, reports: QuerySet[Any]) -> None:
        """Put all that failed in these reports back into the queue."""
        failed = ExportLine.objects.filter(
            parent__in=reports.order_by().values("pk"), result=Result.FAILURE
        )
        requeue_rows(request, self.entity, self._export_states(failed))

    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """Add the website to the facts."""
        first, *others = super().facts(record)
        facts = [first, (_("Website"), website_name(record)), *others]
        page = self._request_url(record.request_id)
        # An announcement has its calls in its lines, one each.
        if page and record.operation == Operation.EXPORT:
            facts.append((_("Raw XML"), link(_("Request Body"), f"{page}#request-body")))
        return facts


@admin.register(ProductExport)
class ProductExportAdmin(ExportAdmin):
    """OrderFlow Exports → Products."""

    numbered_title = gettext_lazy("Product Export #%(number)s")
    lines_class = ProductLines
    requeue_right = RIGHT_TO_EXPORT[Entity.PRODUCT]
    empty_text = gettext_lazy(
        "What OrderFlow is told about products, and what it fetches, is listed here."
    )


@admin.register(OrderExport)
class OrderExportAdmin(ExportAdmin):
    """OrderFlow Exports → Orders."""

    numbered_title = gettext_lazy("Order Export #%(number)s")
    lines_class = OrderLines
    entity = Entity.ORDER
    requeue_right = RIGHT_TO_EXPORT[Entity.ORDER]
    empty_text = gettext_lazy(
        "What OrderFlow is told about orders, and what it fetches, is listed here."
    )
