"""Inventory → Differences: all of them, as a list and as a file."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, NumberRange, Text, yes_or_no
from orderflow_bridge.console.pages import admin_url, badge, link, sku_link, time_cell, units
from orderflow_bridge.watch.models import StockDifference


def state_badge(row: StockDifference) -> Any:
    """Return whether a second look has found a difference again."""
    return badge(_("Confirmed"), "danger") if row.is_confirmed else badge(_("For a second look"))


def correction_link(row: StockDifference) -> Any:
    """Return the message that corrects a difference; what became of it is on its page."""
    if not row.request_id:
        return ""
    return link(_("View Request"), admin_url("imports_importrequest_change", row.request_id))


@admin.register(StockDifference)
class StockDifferenceAdmin(ReadOnlyAdmin):
    """Inventory → Differences: all of them, as a list and as a file."""

    list_display = (
        "sku_text",
        "state",
        "source_code",
        "kind_text",
        "there",
        "received",
        "here",
        "reason",
        "correction",
        "comparison_link",
    )
    fields = (
        "sku",
        "comparison",
        "kind_text",
        "source_code",
        "there",
        "received",
        "here",
        "reason",
        "state",
        "edited",
        "sequence_id",
        "first",
        "correction",
    )
    list_display_links = None
    list_select_related = ("comparison",)
    more_columns = ("sequence_id", "edited", "first")
    filters = (
        NumberRange("comparison", gettext_lazy("Comparison")),
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Text("source_code", gettext_lazy("Source"), "source"),
        Choices("kind", gettext_lazy("Kind"), choices=StockDifference.Kind.choices),
        Choices("why", gettext_lazy("Why"), choices=StockDifference.Why.choices),
        yes_or_no(
            "is_confirmed",
            gettext_lazy("State"),
            "state",
            yes=gettext_lazy("Confirmed"),
            no=gettext_lazy("For a second look"),
            match=lambda: Q(is_confirmed=True),
        ),
    )
    search_fields = ("sku_key__startswith",)
    search_help_text = gettext_lazy("SKU begins with…")
    empty_title = gettext_lazy("No difference")
    empty_text = gettext_lazy("What a comparison with OrderFlow's stock finds is listed here.")

    sku_text = column("SKU", "sku", sku_link, ordering="sku_key")
    kind_text = column(gettext_lazy("Kind"), lambda row: row.get_kind_display(), ordering="kind")
    there = column(gettext_lazy("OrderFlow's Figure"), "theirs", units)
    received = column(gettext_lazy("Last Received"), "last_received", units)
    here = column(gettext_lazy("Quantity Here"), "quantity", units)
    reason = column(gettext_lazy("Why"), lambda row: row.get_why_display(), ordering="why")
    edited = column(gettext_lazy("Edited By Hand"), lambda row: _("Yes") if row.is_edited else "")
    first = column(gettext_lazy("First Seen"), "first_seen", time_cell)
    state = column(gettext_lazy("State"), lambda row: state_badge(row), ordering="is_confirmed")
    correction = column(
        gettext_lazy("Correction"), lambda row: correction_link(row), ordering="request_id"
    )
    comparison_link = column(
        gettext_lazy("Comparison"),
        lambda row: link(
            time_cell(row.comparison.began_at),
            admin_url("watch_stockcomparison_change", row.comparison_id),
        ),
        ordering="comparison",
    )
