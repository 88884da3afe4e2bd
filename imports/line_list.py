"""OrderFlow Imports → Lines: every line of every import, found by SKU, order, result or day."""

from decimal import Decimal
from typing import Any

from django.contrib import admin

from imports.models import ImportLine
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange, NumberRange
from orderflow_bridge.console.pages import time_cell, units
from orderflow_bridge.request_queue.line_list import REFERENCE, RESULT, LineAdmin


@admin.register(ImportLine)
class ImportLineAdmin(LineAdmin):
    """OrderFlow Imports → Lines. Stock and shipments have their columns together."""

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

    # OrderFlow's figure; a despatch has none.
    received = column("Units Received", lambda line: _units(line, line.units_received))
    quoted = column("Units Adjusted (Quotes)", lambda line: _units(line, line.units_quoted))
    unsent = column("Units Adjusted (Queued)", lambda line: _units(line, line.units_unsent))
    reserved = column(
        "Units Adjusted (Reservations)", lambda line: _units(line, line.units_reserved)
    )
    applied = column("Updated Stock Qty", lambda line: _units(line, line.units_applied))
    operation = column("Operation", lambda line: str(line.parent.get_operation_display()))
    message = column("Message", "message", ordering="")
    # The key rises with time, and an index serves it.
    processed = column("Processed", "created_at", time_cell, ordering="id")


def _units(line: Any, value: Decimal | None) -> str:
    return units(value) if line.parent.entity == Entity.INVENTORY else ""
