"""The action *Correct* of a comparison: what it would write, and what it says afterwards."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.pages import (
    Section,
    Table,
    admin_url,
    link,
    table,
    unbroken,
    units,
)
from orderflow_bridge.watch.reconciliation.correcting import correct, correctable
from orderflow_bridge.watch.reconciliation.models import StockComparison

RIGHT = "watch.correct_stockcomparison"
SHOWN = 200
NOTHING = "Nothing was corrected: a newer comparison has been made, or all of it was handed over."
QUESTION = (
    "Apply OrderFlow's figures of what this comparison confirms? They go through the inventory"
    " import; where a newer figure has been applied meanwhile, that one stays."
)


def _preview(request: HttpRequest, comparison: StockComparison) -> Sequence[Section]:
    found = correctable(comparison)
    count = found.count()
    rows = [
        (
            link(unbroken(each.sku), admin_url("catalog_product_change", each.product_id)),
            each.source_code,
            units(each.last_received),
            units(each.theirs),
            units(each.quantity),
            each.get_why_display(),
        )
        for each in found[:SHOWN]
    ]
    columns = ("SKU", "Source", "Last Received", "OrderFlow's Figure", "Quantity Here", "Why")
    note = f"The first {SHOWN} of {count:,} are shown. " if count > SHOWN else ""
    note += "As of any figure, orders that OrderFlow does not know of are taken off."
    content = Table(columns, rows, empty="Nothing.", note=note if rows else "")
    return [table("preview-lines", f"Would Be Corrected: {count:,}", content)]


def _correct(request: HttpRequest, comparison: StockComparison) -> None:
    user: Any = request.user
    if count := correct(comparison, by=user.get_username()):
        text = f"{count:,} figures have been queued. The next run of the inventory import applies"
        messages.success(request, f"{text} them.")
    else:
        messages.warning(request, NOTHING)


CORRECT = RecordAction(
    "correct",
    "Correct",
    QUESTION,
    _correct,
    lambda comparison: correctable(comparison).exists(),
    "build",
    right=RIGHT,
    preview=_preview,
)
