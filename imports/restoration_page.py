"""How putting old figures back reads: what would be put back, and what is passed over and why."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from imports.restoring import Restoration, preview_restoration, restorable_lines, restore
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    cards,
    link,
    table,
    unbroken,
    units,
)

SHOWN = 200
RIGHT = "imports.restore_inventoryimport"
QUESTION = "Put back the quantities from before this import, where nothing newer has been written?"


def restore_action() -> RecordAction:
    """Return the action of an inventory import's page."""
    return RecordAction(
        "restore",
        "Put Old Figures Back",
        QUESTION,
        _restore,
        _is_restorable,
        "undo",
        right=RIGHT,
        preview=lambda request, report: restoration_sections(
            preview_restoration(restorable_lines(report))
        ),
    )


def restoration_sections(restoration: Restoration) -> Sequence[Section]:
    """Return what the question shows of what its answer would do."""
    facts: list[tuple[str, Any]] = [
        ("Would be put back", f"{len(restoration.put_back):,}"),
        ("Would be passed over", f"{sum(restoration.passed_over.values()):,}"),
        *((f"{count:,} of them", why) for why, count in restoration.passed_over.items()),
    ]
    rows = [
        (
            link(unbroken(each.product.sku), admin_url("catalog_product_by_sku", each.product.sku)),
            each.item.source_id,
            f"{units(each.item.quantity)} → {plain(each.quantity)}",
        )
        for each in restoration.put_back[:SHOWN]
    ]
    more = len(restoration.put_back) > len(rows)
    note = f"The first {SHOWN} of {len(restoration.put_back):,} are shown." if more else ""
    content = Table(("SKU", "Source", "Stock Qty"), rows, empty="Nothing.", note=note)
    return [
        cards("preview", "What this would change", Card("Preview", facts)),
        table("preview-lines", "Stock", content),
    ]


def _restore(request: HttpRequest, report: Any) -> None:
    try:
        done = restore(
            restorable_lines(report),
            message_id=report.message_id,
            by=request.user.get_username(),
        )
    except BridgeError as error:
        messages.error(request, str(error))
        return
    messages.success(request, f"Old figures: {done}")


def _is_restorable(report: Any) -> bool:
    return bool(report.successes) and report.operation != Operation.RESTORE
