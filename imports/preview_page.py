"""How a preview reads: what processing a message, or putting old figures back, would change."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from imports.preview import Decided, Preview, Sent
from imports.restoring import Restoration, preview_restoration, restorable_lines, restore
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
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
    units,
)

UNCHANGED = "–"
NOTHING_YET = gettext_lazy("none")
ITEMS_SHOWN = 200
RESTORE_RIGHT = "imports.restore_inventoryimport"
RESTORE_QUESTION = gettext_lazy(
    "Put back the quantities from before this import, where nothing newer has been written?"
)


def preview_sections(preview: Preview) -> list[Section]:
    """Return what a question shows of what its answer would do."""
    if preview.problem:
        facts = [(_("Nothing would change"), preview.problem)]
        return [cards("preview", _("What this would change"), Card(_("Preview"), facts))]
    summary = cards("preview", _("What this would change"), Card(_("Preview"), _summary(preview)))
    if preview.entity == Entity.INVENTORY:
        return [summary, table("preview-lines", _("Stock"), _stock(preview))]
    return [
        summary,
        table("preview-lines", _("Messages"), _despatches(preview)),
        table("preview-shipments", _("Shipments"), _shipments(preview)),
    ]


def restore_action() -> RecordAction:
    """Return the action of an inventory import's page."""
    return RecordAction(
        "restore",
        _("Put Old Figures Back"),
        RESTORE_QUESTION,
        _restore,
        _is_restorable,
        "undo",
        right=RESTORE_RIGHT,
        preview=lambda request, report: restoration_sections(
            preview_restoration(restorable_lines(report))
        ),
    )


def restoration_sections(restoration: Restoration) -> Sequence[Section]:
    """Return what the question shows of what its answer would do."""
    facts: list[tuple[str, Any]] = [
        (_("Would be put back"), number_text(len(restoration.put_back))),
        (_("Would be passed over"), number_text(sum(restoration.passed_over.values()))),
        *(
            (_("%(count)s of them") % {"count": number_text(count)}, _(why))
            for why, count in restoration.passed_over.items()
        ),
    ]
    rows = [
        (
            link(unbroken(each.product.sku), admin_url("catalog_product_by_sku", each.product.sku)),
            each.item.source_id,
            f"{units(each.item.quantity)} → {plain(each.quantity)}",
        )
        for each in restoration.put_back[:ITEMS_SHOWN]
    ]
    more = len(restoration.put_back) > len(rows)
    count = {"count": ITEMS_SHOWN, "total": number_text(len(restoration.put_back))}
    note = _("The first %(count)s of %(total)s are shown.") % count if more else ""
    content = Table(("SKU", _("Source"), _("Stock Qty")), rows, empty=_("Nothing."), note=note)
    return [
        cards("preview", _("What this would change"), Card(_("Preview"), facts)),
        table("preview-lines", _("Stock"), content),
    ]


def product_page(sku: str) -> str:
    """Return the address of a SKU's page, "" for a line that names none."""
    return admin_url("catalog_product_by_sku", sku) if sku else ""


def _summary(preview: Preview) -> list[tuple[str, Any]]:
    counts = preview.counts
    facts: list[tuple[str, Any]] = [
        (_("Successes"), counts.successes),
        (_("Duplicates"), counts.duplicates),
        (_("Superseded"), counts.superseded),
        (_("Failures"), counts.failures),
    ]
    if preview.recipients:
        facts.append((_("E-mail to"), ", ".join(preview.recipients)))
    if preview.decided < preview.total:
        part = _("The first %(count)s of %(total)s lines were judged.")
        count = {"count": number_text(preview.decided), "total": number_text(preview.total)}
        facts.append((_("Please note"), part % count))
    if preview.is_switched_off:
        facts.append((_("Please note"), _("This import is switched off: it would be refused.")))
    return facts


def _stock(preview: Preview) -> Table:
    rows = [
        (
            "" if line.sequence_id is None else line.sequence_id,
            link(unbroken(line.reference), product_page(line.reference)),
            line.source_code,
            badge(line.result.label, RESULT_TONES.get(line.result, "")),
            _quantity(line),
            line.message,
        )
        for line in preview.lines
    ]
    columns = (_("Sequence ID"), "SKU", _("Source"), _("Result"), _("Stock Qty"), _("Message"))
    return Table(columns, rows, empty=_("This request has no lines."), note=_more(preview))


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
    return Table((_("Order Increment ID"), _("Result"), _("Message")), rows, note=_more(preview))


def _shipments(preview: Preview) -> Table:
    rows = [_shipment(sent) for sent in preview.shipments]
    columns = (_("Order"), _("Items"), _("Source"), _("Tracking"), _("Order Status"))
    return Table(columns, rows, empty=_("No shipment would be made."))


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
    return _("The first %(count)s of %(total)s judged lines are shown.") % {
        "count": number_text(len(preview.lines)),
        "total": number_text(preview.decided),
    }


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
    messages.success(request, _("Old figures: %(done)s") % {"done": done})


def _is_restorable(report: Any) -> bool:
    return bool(report.successes) and report.operation != Operation.RESTORE
