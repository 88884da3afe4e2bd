"""OrderFlow Imports → Lines: every line of every import, found by SKU, order, result or day."""

from decimal import Decimal
from typing import Any

from django.contrib import admin

from imports.models import ImportLine
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.grids.ranges import DateRange, NumberRange
from orderflow_bridge.common.pages import moment, units
from orderflow_bridge.request_queue.line_list import REFERENCE, RESULT, LineAdmin


@admin.register(ImportLine)
class ImportLineAdmin(LineAdmin):
    """OrderFlow Imports → Lines. The columns are those of F121 and F122 together."""

    list_title = "Import Lines"
    reports = {Entity.INVENTORY: "inventoryimport", Entity.SHIPMENT: "shipmentimport"}
    request_page = "imports_importrequest"
    report_title = "View Import"
    list_display = (
        "sequence",
        "about",
        "received",
        "applied",
        "outcome",
        "operation",
        "message",
        "processed",
        "action_links",
    )
    more_columns = (
        "number",
        "entity",
        "message_id",
        "source_code",
        "quoted",
        "unsent",
        "reserved",
    )
    filters = (
        REFERENCE,
        RESULT,
        NumberRange("sequence_id", "Sequence ID", "sequence", order=("-sequence_id", "-id")),
        DateRange("created_at", "Processed", "processed"),
    )
    empty_text = "What becomes of each line of OrderFlow's messages is listed here."

    @admin.display(description="Units Received")
    def received(self, line: ImportLine) -> str:
        """Show OrderFlow's figure; a despatch has none."""
        return _units(line, line.units_received)

    @admin.display(description="Units Adjusted (Quotes)")
    def quoted(self, line: ImportLine) -> str:
        """Show the units in quotes."""
        return _units(line, line.units_quoted)

    @admin.display(description="Units Adjusted (Queued)")
    def unsent(self, line: ImportLine) -> str:
        """Show the units of orders that OrderFlow does not know."""
        return _units(line, line.units_unsent)

    @admin.display(description="Units Adjusted (Reservations)")
    def reserved(self, line: ImportLine) -> str:
        """Show the units promised to orders."""
        return _units(line, line.units_reserved)

    @admin.display(description="Updated Stock Qty")
    def applied(self, line: ImportLine) -> str:
        """Show the figure that was written."""
        return _units(line, line.units_applied)

    @admin.display(description="Operation")
    def operation(self, line: ImportLine) -> str:
        """Show what the message asked for."""
        return str(line.parent.get_operation_display())

    @admin.display(description="Message")
    def message(self, line: ImportLine) -> str:
        """Show the guide's text."""
        return line.message

    @admin.display(description="Processed", ordering="id")
    def processed(self, line: ImportLine) -> str:
        """Show when it was processed. The key rises with time, and an index serves it."""
        return moment(line.created_at)


def _units(line: Any, value: Decimal | None) -> str:
    return units(value) if line.parent.entity == Entity.INVENTORY else ""
