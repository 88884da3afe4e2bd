"""OrderFlow Exports → Lines: every product and order of every export, by reference, result, day."""

from typing import Any

from django.contrib import admin

from exports.admin.cells import operation_name, website_name
from exports.models import ExportLine
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange
from orderflow_bridge.console.pages import time_cell
from orderflow_bridge.request_queue.line_list import REFERENCE, RESULT, LineAdmin


@admin.register(ExportLine)
class ExportLineAdmin(LineAdmin):
    """OrderFlow Exports → Lines. The columns are those of one report's lines."""

    list_title = "Export Lines"
    reports = {Entity.PRODUCT: "productexport", Entity.ORDER: "orderexport"}
    request_page = "exports_exportrequest"
    report_title = "View Export"
    list_display = (
        "about",
        "outcome",
        "entity",
        "operation",
        "message",
        "processed",
        "action_links",
    )
    more_columns = ("number", "website_text", "message_id", "sent", "received")
    filters = (
        REFERENCE,
        RESULT,
        DateRange("created_at", "Processed", "processed", order=("-created_at", "-id")),
    )
    empty_text = "What OrderFlow is told, and what it answers, is listed here line by line."

    def get_queryset(self, request: Any) -> Any:
        """Read the websites along, and leave the texts of the calls out unless they are shown."""
        rows = super().get_queryset(request).prefetch_related("parent__website")
        shown = self.get_list_display(request)
        columns = {"sent": "call", "received": "answer"}
        return rows.defer(*(field for name, field in columns.items() if name not in shown))

    website_text = column("Website", "parent", website_name, ordering="")
    operation = column("Operation", "parent", operation_name, ordering="")
    message = column("Message", "reason", ordering="")
    sent = column("Sent", "call", ordering="")
    received = column("Received", "answer", ordering="")
    processed = column("Processed", "created_at", time_cell)
