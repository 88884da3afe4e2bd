"""The table of stock lines on an inventory import's page."""

from collections.abc import Sequence
from typing import Any

from imports.models import ImportLine, InventoryImport
from orderflow_bridge.console.pages import Table, time_cell, unbroken, units
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.request_queue.reports import result_badge

_COLUMNS = (
    "Sequence ID",
    "SKU",
    "Source",
    "Units Received",
    "Units Adjusted (Quotes)",
    "Units Adjusted (Queued)",
    "Units Adjusted (Reservations)",
    "Updated Stock Qty",
    "Result",
    "Operation",
    "Message",
    "Processed",
)


def stock_table(record: InventoryImport, lines: Sequence[ImportLine]) -> Table:
    """Return the columns of stock; source and reservations only where they play a part."""
    unused = _unused_columns(record)
    columns = [name for name in _COLUMNS if name not in unused]
    rows = [_inventory_cells(line, record) for line in lines]
    cells = [[row[name] for name in columns] for row in rows]
    return Table(columns, cells, empty="No line matches.")


def _inventory_cells(line: ImportLine, record: InventoryImport) -> dict[str, Any]:
    return {
        "Sequence ID": "" if line.sequence_id is None else line.sequence_id,
        "SKU": unbroken(line.reference),
        "Source": line.source_code,
        "Units Received": units(line.units_received),
        "Units Adjusted (Quotes)": units(line.units_quoted),
        "Units Adjusted (Queued)": units(line.units_unsent),
        "Units Adjusted (Reservations)": units(line.units_reserved),
        "Updated Stock Qty": units(line.units_applied),
        "Result": result_badge(line),
        "Operation": record.get_operation_display(),
        "Message": line.message,
        "Processed": time_cell(line.created_at),
    }


def _unused_columns(record: InventoryImport) -> set[str]:
    """Return the columns that play no part in a report, asked once for all its lines."""
    if not hasattr(record, "unused_columns"):
        sources = record.lines.exclude(source_code__in=("", DEFAULT_SOURCE))
        reserved = record.lines.exclude(units_reserved=0).exclude(units_reserved=None)
        found = (("Source", sources), ("Units Adjusted (Reservations)", reserved))
        record.unused_columns = {name for name, lines in found if not lines.exists()}  # type: ignore[attr-defined]
    unused: set[str] = record.unused_columns  # type: ignore[attr-defined]
    return unused
