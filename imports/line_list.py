"""Lines in the admin: every line of every import (OrderFlow Imports → Lines), found by SKU, order,
result or day; and the stock lines on an inventory import's page.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin

from imports.models import ImportLine, InventoryImport
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import DateRange, NumberRange
from orderflow_bridge.console.pages import Table, admin_url, link, time_cell, unbroken, units
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.orderflow_screens.addresses import with_arrow
from orderflow_bridge.orderflow_screens.links import urls_of_stock
from orderflow_bridge.request_queue.line_list import REFERENCE, RESULT, LineAdmin
from orderflow_bridge.request_queue.reports import result_badge

_COLUMNS = (
    "Sequence ID",
    "SKU",
    "Source",
    "Units Received",
    "Units Adjusted (Quotes)",
    "Units Adjusted (Queued)",
    "Units Adjusted (Reservations)",
    "Safety Stock",
    "Updated Stock Qty",
    "Result",
    "Operation",
    "Message",
    "Processed",
)


def stock_table(record: InventoryImport, lines: Sequence[ImportLine]) -> Table:
    """Return the columns of stock; those that play no part are left out."""
    unused = _unused_columns(record)
    if all(line.units_safety is None for line in lines):
        unused = {*unused, "Safety Stock"}
    columns = [name for name in _COLUMNS if name not in unused]
    screens = urls_of_stock(line.reference for line in lines)
    rows = [_inventory_cells(line, record, screens.get(line.reference, "")) for line in lines]
    cells = [[row[name] for name in columns] for row in rows]
    return Table(columns, cells, empty="No line matches.")


def _units(line: Any, value: Decimal | None) -> str:
    return units(value) if line.parent.entity == Entity.INVENTORY else ""


def _inventory_cells(line: ImportLine, record: InventoryImport, screen: str) -> dict[str, Any]:
    sku = link(unbroken(line.reference), _product_page(line.reference))
    return {
        "Sequence ID": "" if line.sequence_id is None else line.sequence_id,
        "SKU": with_arrow(sku, screen, f"the stock of {line.reference}"),
        "Source": line.source_code,
        "Units Received": units(line.units_received),
        "Units Adjusted (Quotes)": units(line.units_quoted),
        "Units Adjusted (Queued)": units(line.units_unsent),
        "Units Adjusted (Reservations)": units(line.units_reserved),
        "Safety Stock": units(line.units_safety),
        "Updated Stock Qty": units(line.units_applied),
        "Result": result_badge(line),
        "Operation": record.get_operation_display(),
        "Message": line.message,
        "Processed": time_cell(line.created_at),
    }


def _product_page(sku: str) -> str:
    return admin_url("catalog_product_by_sku", sku) if sku else ""


def _unused_columns(record: InventoryImport) -> set[str]:
    """Return the columns that play no part in a report, asked once for all its lines."""
    if not hasattr(record, "unused_columns"):
        sources = record.lines.exclude(source_code__in=("", DEFAULT_SOURCE))
        reserved = record.lines.exclude(units_reserved=0).exclude(units_reserved=None)
        found = (("Source", sources), ("Units Adjusted (Reservations)", reserved))
        record.unused_columns = {name for name, lines in found if not lines.exists()}  # type: ignore[attr-defined]
    unused: set[str] = record.unused_columns  # type: ignore[attr-defined]
    return unused


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
        "safety",
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
    safety = column("Safety Stock", lambda line: _units(line, line.units_safety))
    applied = column("Updated Stock Qty", lambda line: _units(line, line.units_applied))
    operation = column("Operation", lambda line: str(line.parent.get_operation_display()))
    message = column("Message", "message", ordering="")
    # The key rises with time, and an index serves it.
    processed = column("Processed", "created_at", time_cell, ordering="id")
