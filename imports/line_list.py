"""Lines in the admin: every line of every import (OrderFlow Imports → Lines), found by SKU, order,
result or day; and the stock lines on an inventory import's page.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _

from imports.models import ImportLine, InventoryImport
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, Filter, NumberRange, Text
from orderflow_bridge.console.pages import time_cell, units
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.orderflow_screens.addresses import with_arrow
from orderflow_bridge.orderflow_screens.links import urls_of_orders, urls_of_stock
from orderflow_bridge.request_queue.line_list import REFERENCE, LineAdmin, about_line, report_of
from orderflow_bridge.request_queue.report_lines import (
    PROCESSED,
    RESULT,
    SEQUENCE,
    ReportLines,
    beginning,
)

_OF_GOODS = (Entity.INVENTORY, Entity.PRODUCT)
_STOCK = (
    *("sequence", "about", "source", "received", "quoted", "unsent", "reserved", "safety"),
    *("applied", "outcome", "operation", "message", "processed"),
)


def unused_columns(record: InventoryImport) -> list[str]:
    """Return the columns that play no part in a report, asked once for all its lines."""
    if not hasattr(record, "unused_columns"):
        parts = {
            "source": record.lines.exclude(source_code__in=("", DEFAULT_SOURCE)),
            "reserved": record.lines.exclude(units_reserved=0).exclude(units_reserved=None),
            "safety": record.lines.exclude(units_safety=None),
        }
        record.unused_columns = [name for name, lines in parts.items() if not lines.exists()]  # type: ignore[attr-defined]
    unused: list[str] = record.unused_columns  # type: ignore[attr-defined]
    return unused


def screens_of(lines: Sequence[Any]) -> None:
    """Note with each line where OrderFlow shows what it is about, if OrderFlow has it."""
    told = [(line, report_of(line)) for line in lines]
    goods = {line.reference for line, report in told if report and report.entity in _OF_GOODS}
    orders = {line.reference for line, report in told if report and report.entity not in _OF_GOODS}
    of_goods, of_orders = urls_of_stock(goods), urls_of_orders(orders)
    for line, report in told:
        screens = of_goods if report and report.entity in _OF_GOODS else of_orders
        line.screen = screens.get(line.reference, "")


def _about(line: ImportLine) -> Any:
    """Show what a line is about, and lead to its own page and to OrderFlow's."""
    is_goods = line.parent.entity == Entity.INVENTORY
    text = _("the stock of %(sku)s") if is_goods else _("order %(number)s")
    subject = text % {"sku": line.reference, "number": line.reference}
    return with_arrow(about_line(line), getattr(line, "screen", ""), subject)


def _units(line: Any, value: Decimal | None) -> str:
    return units(value) if line.parent.entity == Entity.INVENTORY else ""


@admin.register(ImportLine)
class ImportLineAdmin(LineAdmin):
    """OrderFlow Imports → Lines. Stock and shipments have their columns together."""

    list_title = gettext_lazy("Import Lines")
    reports = {Entity.INVENTORY: "inventoryimport", Entity.SHIPMENT: "shipmentimport"}
    request_page = "imports_importrequest"
    report_title = gettext_lazy("View Import")
    list_display: Sequence[str] = (
        "about",
        "outcome",
        "sequence",
        "received",
        "applied",
        "operation",
        "message",
        "processed",
        "action_links",
    )
    more_columns: Sequence[str] = (
        "number",
        "entity",
        "message_id",
        "source_code",
        "quoted",
        "unsent",
        "reserved",
        "safety",
    )
    filters: Sequence[Filter] = (
        REFERENCE,
        Choices(
            "parent__entity",
            gettext_lazy("Type"),
            "entity",
            choices=[(one, one.label) for one in (Entity.INVENTORY, Entity.SHIPMENT)],
        ),
        RESULT,
        NumberRange(
            "sequence_id", gettext_lazy("Sequence ID"), "sequence", order=("-sequence_id", "-id")
        ),
        PROCESSED,
    )
    empty_text = gettext_lazy("What becomes of each line of OrderFlow's messages is listed here.")

    about = column(gettext_lazy("SKU or Order #"), _about)
    # OrderFlow's figure; a despatch has none.
    received = column(
        gettext_lazy("Units Received"), lambda line: _units(line, line.units_received)
    )
    quoted = column(
        gettext_lazy("Units Adjusted (Quotes)"), lambda line: _units(line, line.units_quoted)
    )
    unsent = column(
        gettext_lazy("Units Adjusted (Queued)"), lambda line: _units(line, line.units_unsent)
    )
    reserved = column(
        gettext_lazy("Units Adjusted (Reservations)"),
        lambda line: _units(line, line.units_reserved),
    )
    safety = column(gettext_lazy("Safety Stock"), lambda line: _units(line, line.units_safety))
    applied = column(
        gettext_lazy("Updated Stock Qty"), lambda line: _units(line, line.units_applied)
    )
    operation = column(
        gettext_lazy("Operation"), lambda line: str(line.parent.get_operation_display())
    )
    message = column(gettext_lazy("Message"), "message", ordering="")
    # The key rises with time, and an index serves it.
    processed = column(gettext_lazy("Processed"), "created_at", time_cell, ordering="id")

    def read_along(self, rows: Sequence[Any]) -> None:
        """Read which of these OrderFlow has."""
        screens_of(rows)


class _ImportLines(ReportLines, ImportLineAdmin):
    """The lines of an import, in the order of OrderFlow's sequence ids."""

    line_model = ImportLine
    ordering = ("sequence_id", "id")


class StockLines(_ImportLines):
    """The lines of a stock message: the guide's columns, those that play no part left out."""

    filters = (
        beginning("SKU"),
        RESULT,
        SEQUENCE,
        Text("source_code", gettext_lazy("Source")),
        PROCESSED,
    )
    about = column("SKU", _about, ordering="reference")
    source = column(gettext_lazy("Source"), "source_code")
    received = column(gettext_lazy("Units Received"), "units_received", units)
    quoted = column(gettext_lazy("Units Adjusted (Quotes)"), "units_quoted", units)
    unsent = column(gettext_lazy("Units Adjusted (Queued)"), "units_unsent", units)
    reserved = column(gettext_lazy("Units Adjusted (Reservations)"), "units_reserved", units)
    safety = column(gettext_lazy("Safety Stock"), "units_safety", units)
    applied = column(gettext_lazy("Updated Stock Qty"), "units_applied", units)

    def __init__(self, record: InventoryImport, **options: Any) -> None:
        super().__init__(record, **options)
        self.more_columns = unused_columns(record)
        self.list_display = [name for name in _STOCK if name not in self.more_columns]


class DespatchLines(_ImportLines):
    """The lines of a despatch message."""

    list_display = ("sequence", "about", "outcome", "operation", "message", "processed")
    more_columns = ()
    filters = (beginning(gettext_lazy("Order Increment ID")), RESULT, SEQUENCE, PROCESSED)
    about = column(gettext_lazy("Order Increment ID"), _about, ordering="reference")
