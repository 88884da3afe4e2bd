"""Inventory → Differences: all of them, as a list and as a file."""

from typing import Any

from django.contrib import admin
from django.db.models import Q

from orderflow_bridge.console.admin import ReadOnlyAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, NumberRange, Text, yes_or_no
from orderflow_bridge.console.pages import admin_url, badge, link, sku_link, time_cell, units
from orderflow_bridge.watch.models import StockDifference


def state_badge(row: StockDifference) -> Any:
    """Return whether a second look has found a difference again."""
    return badge("Confirmed", "danger") if row.is_confirmed else badge("For a second look")


def correction_link(row: StockDifference) -> Any:
    """Return the message that corrects a difference; what became of it is on its page."""
    if not row.request_id:
        return ""
    return link("View Request", admin_url("imports_importrequest_change", row.request_id))


@admin.register(StockDifference)
class StockDifferenceAdmin(ReadOnlyAdmin):
    """Inventory → Differences: all of them, as a list and as a file."""

    list_display = (
        "sku_text",
        "source_code",
        "kind",
        "there",
        "received",
        "here",
        "reason",
        "state",
        "correction",
        "comparison_link",
    )
    list_display_links = None
    list_select_related = ("comparison",)
    more_columns = ("sequence_id", "edited", "first")
    filters = (
        NumberRange("comparison", "Comparison"),
        Text("sku_key", "SKU", "sku", lookup="startswith"),
        Text("source_code", "Source", "source"),
        Choices("kind", "Kind", choices=StockDifference.Kind.choices),
        Choices("why", "Why", choices=StockDifference.Why.choices),
        yes_or_no(
            "is_confirmed",
            "State",
            "state",
            yes="Confirmed",
            no="For a second look",
            match=lambda: Q(is_confirmed=True),
        ),
    )
    search_fields = ("sku_key__startswith",)
    search_help_text = "SKU begins with…"
    empty_title = "No difference"
    empty_text = "What a comparison with OrderFlow's stock finds is listed here."

    sku_text = column("SKU", "sku", sku_link, ordering="sku_key")
    there = column("OrderFlow's Figure", "theirs", units)
    received = column("Last Received", "last_received", units)
    here = column("Quantity Here", "quantity", units)
    reason = column("Why", lambda row: row.get_why_display(), ordering="why")
    edited = column("Edited By Hand", lambda row: "Yes" if row.is_edited else "")
    first = column("First Seen", "first_seen", time_cell)
    state = column("State", lambda row: state_badge(row), ordering="is_confirmed")
    correction = column("Correction", lambda row: correction_link(row), ordering="request_id")
    comparison_link = column(
        "Comparison",
        lambda row: link(
            time_cell(row.comparison.began_at),
            admin_url("watch_stockcomparison_change", row.comparison_id),
        ),
        ordering="comparison",
    )
