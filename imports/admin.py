"""OrderFlow Imports: stock and shipment imports, and the requests behind them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from imports.admin_actions import (
    SETTLE,
    preview_failures,
    preview_one,
    process_one,
    process_some,
    requeue_failures,
    requeue_failures_of,
    settle_many,
)
from imports.alias_list import SkuAliasAdmin
from imports.attempts import import_attempts
from imports.effects import effect_section, reports_of
from imports.line_list import DespatchLines, ImportLineAdmin, StockLines, unused_columns
from imports.live import REPORTS, followed_messages
from imports.mass_change_page import MassChangeAdmin
from imports.models import ImportRequest, InventoryImport, ShipmentImport
from imports.preview_page import restore_action
from imports.waiting_list import WaitingSkuAdmin
from orderflow_bridge.access.selectors import soap_endpoint
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.grids.columns import column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, NumberRange, Text
from orderflow_bridge.console.live import follow
from orderflow_bridge.console.mass_actions import carry_out
from orderflow_bridge.console.pages import Section, admin_url, link
from orderflow_bridge.request_queue.admin import RequestAdmin, as_json
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.report_lines import chosen_failures
from orderflow_bridge.request_queue.reports import COUNTERS, FAILURES, ReportAdmin
from orderflow_bridge.request_queue.request_list import NUMBERS, STATE, TIMES, process_all

__all__ = (
    "ImportLineAdmin",
    "ImportRequestAdmin",
    "InventoryImportAdmin",
    "MassChangeAdmin",
    "ShipmentImportAdmin",
    "SkuAliasAdmin",
    "WaitingSkuAdmin",
)

QUESTION = gettext_lazy("Are you sure you wish to process this request?")
HOW_TO_SEND = gettext_lazy(
    "Give OrderFlow this URL, and the name and password of a user with the role OrderFlow Import."
    " Stock and shipment messages then appear here at once."
)
REPEATED = gettext_lazy(
    "Nearly all of these figures had been applied before, and changed nothing. If OrderFlow was to"
    " send its stock anew: press Initialize there first (Inventory → Admin → Inventory), by which"
    " every figure gets a new sequence id, and then Push All Stock Levels."
)
_INVENTORY_PARTS = ("sku", "qty", "source", "seq", "lastOrderExported")


def what_to_give(request: HttpRequest) -> str:
    """Return, as HTML, the address that OrderFlow has to call and the users it may come in as."""
    return render_to_string("bridge/soap_address.html", {"soap_endpoint": soap_endpoint(request)})


class ImportAdmin(ReportAdmin):
    """Import reports."""

    details_title = gettext_lazy("Import Details")
    missing_text = gettext_lazy("This import no longer exists.")
    number_label = gettext_lazy("Import ID")
    request_page = "imports_importrequest"
    lines_title = gettext_lazy("Import Lines")
    list_display = (
        "import_id",
        "message_id",
        "operation_text",
        "success_count",
        "duplicate_count",
        "superseded_count",
        "failure_count",
        "processed",
        "action_links",
    )
    list_display_links = ("import_id", "message_id")
    view_title = gettext_lazy("View Import")
    filters = (
        NumberRange("id", gettext_lazy("Import ID")),
        Text("message_id", gettext_lazy("Message ID"), lookup="startswith"),
        FAILURES,
        *COUNTERS,
        DateRange("created_at", gettext_lazy("Processed"), "processed"),
    )
    empty_title = gettext_lazy("No imports yet")

    import_id = column(gettext_lazy("Import ID"), "pk", number_cell, ordering="id")

    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """Lead to the raw XML, one click away."""
        facts = super().facts(record)
        if page := self._request_url(record.request_id):
            facts.append((_("Raw XML"), link(_("Request Body"), f"{page}#request-body")))
        return facts

    def empty_state(self, request: HttpRequest) -> tuple[str, str]:
        """Say how messages get here."""
        return self.empty_title, HOW_TO_SEND

    def empty_help(self, request: HttpRequest) -> str:
        """Show what to give OrderFlow, with buttons to copy it."""
        return what_to_give(request)

    def requeue(self, request: HttpRequest, record: Any) -> None:
        """Queue the chosen failed lines again."""
        requeue_failures(request, chosen_failures(request, record))

    def requeue_many(self, request: HttpRequest, reports: QuerySet[Any]) -> None:
        """Queue the failed lines of several imports again."""
        requeue_failures_of(request, reports)

    def preview_requeue(self, request: HttpRequest, record: Any) -> list[Section]:
        """Show what became of the chosen failed lines now."""
        return preview_failures(chosen_failures(request, record))


@admin.register(InventoryImport)
class InventoryImportAdmin(ImportAdmin):
    """OrderFlow Imports → Inventory."""

    lines_class = StockLines
    requeue_right = "imports.requeue_inventoryimport"
    numbered_title = gettext_lazy("Inventory Import #%(number)s")
    empty_title = gettext_lazy("No stock figures have been imported yet")

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to put the old figures back, beside requeueing."""
        return (*super().record_actions(), restore_action())

    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """Tell of discarded lines where there are any."""
        facts = super().facts(record)
        if record.discarded:
            discarded = link(record.discarded, f"?result={Result.DISCARDED}#lines")
            facts.insert(7, (_("Discarded"), discarded))
        if _is_repeated(record):
            facts.append((_("Please Note"), REPEATED))
        return facts

    def explanation(self, record: Any) -> dict[str, Any]:
        """Explain the unit columns."""
        unused = unused_columns(record)
        return {
            "explanation": "bridge/inventory_explanation.html",
            "has_reservations": "reserved" not in unused,
            "has_safety_stock": "safety" not in unused,
        }


def _is_repeated(record: InventoryImport) -> bool:
    """Tell whether most of a message's figures had been applied before."""
    others = record.successes + record.superseded + record.failures + record.discarded
    return record.duplicates > max(others, 1)


@admin.register(ShipmentImport)
class ShipmentImportAdmin(ImportAdmin):
    """OrderFlow Imports → Shipments."""

    lines_class = DespatchLines
    requeue_right = "imports.requeue_shipmentimport"
    row_record_actions: Sequence[str] = ("requeue", "settle")
    actions: Sequence[str] = ("requeue_selected", "settle_selected")
    numbered_title = gettext_lazy("Shipment Import #%(number)s")
    empty_title = gettext_lazy("No shipments have been imported yet")

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to settle by hand what failed, beside requeueing it."""
        return (*super().record_actions(), SETTLE)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        """Allow to settle many to whoever may settle one."""
        return bool(request.user.has_perm(SETTLE.right))

    @admin.action(description=gettext_lazy("Mark As Settled"), permissions=["settle"])
    def settle_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask for a note, then settle the failed despatches of the selection."""
        failed = queryset.filter(failures__gt=0)
        return carry_out(self, request, failed, settle_many(request))


@admin.register(ImportRequest)
class ImportRequestAdmin(RequestAdmin):
    """OrderFlow Imports → Requests, with Process for one or many."""

    numbered_title = gettext_lazy("Import Request #%(number)s")
    report_title = gettext_lazy("View Import Report")
    reports = REPORTS
    filters = (
        *NUMBERS,
        Choices("entity", gettext_lazy("Type"), choices=[(one, one.label) for one in REPORTS]),
        STATE,
        *TIMES,
    )
    actions = ("process_selected",)
    act_right = "imports.process_importrequest"
    empty_title = gettext_lazy("No messages yet")

    def empty_state(self, request: HttpRequest) -> tuple[str, str]:
        """Say how messages get here."""
        return self.empty_title, HOW_TO_SEND

    def empty_help(self, request: HttpRequest) -> str:
        """Show what to give OrderFlow, with buttons to copy it."""
        return what_to_give(request)

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer Process while a request waits."""
        process = RecordAction(
            "process", _("Process"), QUESTION, process_one, _is_waiting, preview=preview_one
        )
        return (process,)

    def line_row(self, line: Any, record: Request) -> tuple[Any, Any]:
        """Split a stored line into its sequence id and its data (imports/inbox.py)."""
        if isinstance(line, dict):
            return line.get("sequenceId") or "", as_json(line)
        parts = dict(zip(_INVENTORY_PARTS, line, strict=False))
        return parts.pop("seq", None) or "", as_json(parts)

    def line_rank(self, row: tuple[Any, ...]) -> Any:
        """Sort lines by their sequence ids; those without a number come last."""
        text = str(row[0])
        return (0, int(text)) if text.isascii() and text.isdecimal() else (1, 0)

    def effect(self, request: HttpRequest, record: Request) -> Section:
        """Return what the message did to stock or order."""
        return effect_section(request, record)

    def attempts(self, record: Request) -> Section:
        """Return each time the message came, and what became of it."""
        return import_attempts(record)

    def report_url(self, request: HttpRequest, record: Request) -> str:
        """Return the address of the report, if there is one and the right to see it."""
        model_name = REPORTS.get(Entity(record.entity), "")
        if not record.processed_at:
            return ""
        newest = next(iter(reports_of(record)), None)
        return admin_url(f"imports_{model_name}_change", newest.pk) if newest else ""

    @admin.action(description=gettext_lazy("Process All Requests"), permissions=["act"])
    def process_selected(
        self, request: HttpRequest, queryset: QuerySet[Request]
    ) -> HttpResponse | None:
        """Ask, then process the selected requests that still wait."""
        return carry_out(self, request, queryset, process_all(process_some))


def _is_waiting(request: Request) -> bool:
    return request.processed_at is None


follow("imports.importrequest", followed_messages)
