"""OrderFlow Imports → Mass Changes: what was held, and what to decide about it."""

from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from imports.inventory.mass_changes import LARGEST_SHOWN
from imports.mass_change_decisions import apply_change, discard_change, undo_change, undoable_lines
from imports.models import MassChange
from imports.preview_page import restoration_sections
from imports.restoring import preview_restoration
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    table,
    time_cell,
    unbroken,
)
from orderflow_bridge.request_queue.models import Request

RIGHT = "imports.decide_masschange"
APPLY = gettext_lazy(
    "Apply these messages? The items run out of stock, and what follows in the next %(minutes)s"
    " minutes is not held."
)
DISCARD = gettext_lazy(
    "Discard these messages? Their figures are never applied; stock stays as it is until OrderFlow"
    " sends it again."
)
UNDO = gettext_lazy("Put back what ran out before these messages were held?")
_TONES = {
    MassChange.Decision.OPEN: "danger",
    MassChange.Decision.APPLIED: "success",
    MassChange.Decision.DISCARDED: "warning",
}


@admin.register(MassChange)
class MassChangeAdmin(RecordAdmin):
    """The held mass changes, and what became of them."""

    missing_text = gettext_lazy("This mass change no longer exists.")
    act_right = RIGHT
    list_display = (
        "number",
        "state",
        "held",
        "sources_text",
        "items_text",
        "units_text",
        "value_text",
        "sender",
        "decided",
        "action_links",
    )
    list_display_links = ("number",)
    more_columns = ("decider", "messages_text")
    row_record_actions = ("apply", "discard")
    filters = (
        Choices("decision", gettext_lazy("State"), choices=MassChange.Decision.choices),
        DateRange("held_at", gettext_lazy("Held"), "held"),
    )
    empty_title = gettext_lazy("No mass change has been held")
    empty_text = gettext_lazy(
        "When messages would take very many items out of stock at once, they are held here until"
        " somebody applies or discards them."
    )

    number = column("ID", "pk", number_cell, ordering="id")
    held = column(gettext_lazy("Held"), "held_at", time_cell)
    sources_text = column(gettext_lazy("Source"), lambda change: ", ".join(change.source_codes))
    items_text = column(gettext_lazy("Items"), "items", number_cell)
    units_text = column(gettext_lazy("Units"), lambda change: plain(change.units), ordering="units")
    value_text = column(
        gettext_lazy("Value"), lambda change: _money(change.value), ordering="value"
    )
    sender = column(gettext_lazy("Received From"), "received_by")
    state = column(gettext_lazy("State"), lambda change: _state(change), ordering="decision")
    decided = column(gettext_lazy("Decided"), "decided_at", time_cell)
    decider = column(gettext_lazy("Decided By"), "decided_by")
    messages_text = column(gettext_lazy("Messages"), "message_ids")

    def record_title(self, record: MassChange) -> str:
        """Return "Mass Change #7"."""
        return _("Mass Change #%(number)s") % {"number": record.pk}

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to apply or discard what is held, and to undo what was applied before."""
        return (
            RecordAction(
                "apply", _("Apply"), _apply_question, self.apply, _is_open, "check", right=RIGHT
            ),
            RecordAction(
                "discard", _("Discard"), DISCARD, self.discard, _is_open, "block", right=RIGHT
            ),
            RecordAction(
                "undo",
                _("Undo Earlier"),
                UNDO,
                self.undo,
                _has_earlier,
                "undo",
                right=RIGHT,
                preview=lambda request, change: restoration_sections(
                    preview_restoration(undoable_lines(change))
                ),
            ),
        )

    def apply(self, request: HttpRequest, change: MassChange) -> None:
        """Apply a held change."""
        try:
            done = apply_change(change, by=request.user.get_username())
        except BridgeError as error:
            messages.error(request, str(error))
            return
        if done.held:
            messages.warning(request, _("Another mass change was found in it, which is held now."))
        else:
            text = _("Applied: %(count)s request(s) have been processed.")
            messages.success(request, text % {"count": done.requests})

    def discard(self, request: HttpRequest, change: MassChange) -> None:
        """Discard a held change."""
        try:
            count = discard_change(change, by=request.user.get_username())
        except BridgeError as error:
            messages.error(request, str(error))
            return
        text = _("Discarded: %(count)s line(s) will not be applied.")
        messages.success(request, text % {"count": number_text(count)})

    def undo(self, request: HttpRequest, change: MassChange) -> None:
        """Put back what ran out before."""
        try:
            done = undo_change(change, by=request.user.get_username())
        except BridgeError as error:
            messages.error(request, str(error))
            return
        messages.success(request, _("Old figures: %(done)s") % {"done": done})

    def row_actions(self, request: HttpRequest, record: MassChange) -> list[RowAction]:
        """Offer the page, and what can be decided."""
        view = RowAction(_("View"), admin_url(self._url_name("change"), record.pk))
        return [view, *self.record_row_actions(request, record)]

    def sections(self, request: HttpRequest, record: MassChange) -> list[Section]:
        """Return what would change, what sells most of it, and the messages."""
        return [
            cards(
                "information",
                _("What Would Change"),
                Card(_("Mass Change"), _facts(record)),
                _why(record),
            ),
            table("largest", _("Largest Sellers"), _largest(record)),
            table("messages", _("Messages"), _messages(record)),
        ]


def _facts(change: MassChange) -> list[tuple[str, Any]]:
    return [
        (_("State"), _state(change)),
        (_("Items that would run out"), number_text(change.items)),
        (_("Units lost"), plain(change.units)),
        (_("Value lost"), _money(change.value)),
        (_("Received from"), change.received_by),
        (_("Held"), time_cell(change.held_at)),
        (_("Decided"), time_cell(change.decided_at)),
        (_("Decided by"), change.decided_by),
    ]


def _why(change: MassChange) -> Card:
    per_source = [
        (
            _("Source %(code)s") % {"code": each["source_code"]},
            _("%(gone)s of %(in_stock)s items in stock, %(earlier)s of them before these messages")
            % {name: number_text(each[name]) for name in ("gone", "in_stock", "earlier")},
        )
        for each in change.sources
    ]
    return Card(_("Why It Was Held"), [(_("Reason"), change.summary), *per_source])


def _largest(change: MassChange) -> Table:
    rows = [
        (
            link(unbroken(each["sku"]), admin_url("catalog_product_by_sku", each["sku"])),
            each["name"],
            each["source_code"],
            plain(Decimal(each["sold"])),
            plain(Decimal(each["units"])),
            _money(Decimal(each["value"])),
        )
        for each in change.largest
    ]
    columns = (
        "SKU",
        _("Name"),
        _("Source"),
        _("Ordered In 30 Days"),
        _("Units Lost"),
        _("Value Lost"),
    )
    note = ""
    if change.items > len(rows):
        note = _("The first %(count)s are shown.") % {"count": LARGEST_SHOWN}
    return Table(columns, rows, empty=_("Nothing would run out."), note=note)


def _messages(change: MassChange) -> Table:
    rows = [
        (
            link(
                request.message_id or _("(no id) %(number)s") % {"number": request.pk},
                admin_url("imports_importrequest_change", request.pk),
            ),
            number_text(request.line_count),
            request.received_by,
            time_cell(request.created_at),
            time_cell(request.processed_at, empty=_("Waits")),
        )
        for request in Request.objects.filter(pk__in=change.request_ids)
        .defer("lines", "request_body", "response_body")
        .order_by("pk")
    ]
    columns = (_("Message"), _("Lines"), _("Received From"), _("Created"), _("Processed"))
    return Table(columns, rows, empty=_("The log cleaning has deleted these requests."))


def _state(change: MassChange) -> Any:
    decision = MassChange.Decision(change.decision)
    return badge(decision.label, _TONES[decision])


def _money(value: Decimal) -> str:
    return number_text(value, 2)


def _apply_question(request: HttpRequest, change: MassChange) -> str:
    return APPLY % {"minutes": inventory_import().mass_change_within or 60}


def _is_open(change: MassChange) -> bool:
    return change.is_open


def _has_earlier(change: MassChange) -> bool:
    return any(each["earlier"] for each in change.sources)
