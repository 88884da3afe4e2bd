"""How a preview reads: a sentence, and tables of lines or shipments."""

from typing import Any

from imports.preview import Decided, Preview, Sent
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.console.pages import (
    RESULT_TONES,
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    table,
    unbroken,
)

UNCHANGED = "–"
NOTHING_YET = "none"


def preview_sections(preview: Preview) -> list[Section]:
    """Return what a question shows of what its answer would do."""
    if preview.problem:
        facts = [("Nothing would change", preview.problem)]
        return [cards("preview", "What this would change", Card("Preview", facts))]
    summary = cards("preview", "What this would change", Card("Preview", _summary(preview)))
    if preview.entity == Entity.INVENTORY:
        return [summary, table("preview-lines", "Stock", _stock(preview))]
    return [
        summary,
        table("preview-lines", "Messages", _despatches(preview)),
        table("preview-shipments", "Shipments", _shipments(preview)),
    ]


def _summary(preview: Preview) -> list[tuple[str, Any]]:
    counts = preview.counts
    facts: list[tuple[str, Any]] = [
        ("Successes", counts.successes),
        ("Duplicates", counts.duplicates),
        ("Superseded", counts.superseded),
        ("Failures", counts.failures),
    ]
    if preview.recipients:
        facts.append(("E-mail to", ", ".join(preview.recipients)))
    if preview.decided < preview.total:
        part = f"The first {preview.decided:,} of {preview.total:,} lines were judged."
        facts.append(("Please note", part))
    if preview.is_switched_off:
        facts.append(("Please note", "This import is switched off: it would be refused."))
    return facts


def _stock(preview: Preview) -> Table:
    rows = [
        (
            "" if line.sequence_id is None else line.sequence_id,
            link(unbroken(line.reference), _product_page(line.reference)),
            line.source_code,
            badge(line.result.label, RESULT_TONES.get(line.result, "")),
            _quantity(line),
            line.message,
        )
        for line in preview.lines
    ]
    columns = ("Sequence ID", "SKU", "Source", "Result", "Stock Qty", "Message")
    return Table(columns, rows, empty="This request has no lines.", note=_more(preview))


def _quantity(line: Decided) -> str:
    before = NOTHING_YET if line.before is None else plain(line.before)
    return f"{before} → {plain(line.after)}" if line.after is not None else UNCHANGED


def _despatches(preview: Preview) -> Table:
    rows = [
        (
            link(line.reference, admin_url("sales_order_by_number", line.reference or "-")),
            badge(line.result.label, RESULT_TONES.get(line.result, "")),
            line.message,
        )
        for line in preview.lines
    ]
    return Table(("Order Increment ID", "Result", "Message"), rows, note=_more(preview))


def _shipments(preview: Preview) -> Table:
    rows = [_shipment(sent) for sent in preview.shipments]
    columns = ("Order", "Items", "Source", "Tracking", "Order Status")
    return Table(columns, rows, empty="No shipment would be made.")


def _shipment(sent: Sent) -> tuple[Any, ...]:
    is_same = sent.status_before == sent.status_after
    return (
        sent.order_number,
        ", ".join(f"{plain(qty)} × {sku}" for sku, qty in sent.items),
        sent.source_code,
        ", ".join(sent.tracks),
        sent.status_after if is_same else f"{sent.status_before} → {sent.status_after}",
    )


def _more(preview: Preview) -> str:
    if len(preview.lines) >= preview.decided:
        return ""
    return f"The first {len(preview.lines):,} of {preview.decided:,} judged lines are shown."


def _product_page(sku: str) -> str:
    return admin_url("catalog_product_by_sku", sku) if sku else ""
