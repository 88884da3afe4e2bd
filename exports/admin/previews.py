"""What requeueing, or closing a dead run's request, would change: done, looked at, undone.

Nothing is judged a second time: `requeue` and `recover_interrupted` run, and are rolled back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exports.admin.cells import next_try, status_badge
from exports.manual import requeue
from exports.models import ExportLine
from exports.selectors import EXPORT_STATES
from exports.settling import recover_interrupted
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.statements import wait_briefly
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import Card, Section, Table, cards, table, unbroken
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.reports import result_badge

MOST = 200
BUSY = gettext_lazy(
    "The same products or orders are being written at this moment. Please try again."
)
TITLE = gettext_lazy("What this would change")
NOTHING = gettext_lazy("Nothing: OrderFlow has got these already, or they are not exported at all.")


@dataclass(frozen=True)
class Change:
    """A product or an order on a website, and its export state before and after."""

    reference: str
    website: str
    before: ExportState
    after: ExportState


@dataclass(frozen=True)
class Preview:
    """What would change: export states, and lines that would be written. `total` may be more."""

    changes: Sequence[Change] = ()
    lines: Sequence[ExportLine] = ()
    total: int = 0
    problem: str = ""


def export_state_sections(preview: Preview) -> list[Section]:
    """Show the export states before and after a requeue."""
    if preview.problem:
        return _problem(preview)
    rows = [
        (
            unbroken(change.reference),
            change.website,
            status_badge(change.before),
            next_try(change.before),
            status_badge(change.after),
            next_try(change.after),
        )
        for change in preview.changes
    ]
    columns = (
        _("Reference"),
        _("Website"),
        _("Status Now"),
        _("Next Try Now"),
        _("Status Then"),
        _("Next Try Then"),
    )
    note = _more(len(preview.changes), preview.total)
    return [table("preview", TITLE, Table(columns, rows, empty=NOTHING, note=note))]


def recovery_sections(http: HttpRequest, request: Request) -> list[Section]:
    """Show the lines that closing a dead run's request would write."""
    preview = preview_recovery(request)
    if preview.problem:
        return _problem(preview)
    rows = [_line(line) for line in preview.lines]
    note = _more(len(rows), preview.total)
    empty = _("The request would be closed: every answer in it is known.")
    content = Table((_("Reference"), _("Result"), _("Message")), rows, empty=empty, note=note)
    return [table("preview", TITLE, content)]


def preview_requeue(entity: Entity, rows: QuerySet[Any]) -> Preview:
    """Return what requeueing these export states would change; the first 200 are told."""
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:MOST])
    total = rows.count() if len(keys) == MOST else len(keys)
    chosen = EXPORT_STATES[entity]._default_manager.filter(pk__in=keys)
    try:
        with transaction.atomic():
            wait_briefly()
            before = _export_states(entity, keys)
            requeue(entity, queryset=chosen)
            after = _export_states(entity, keys)
            transaction.set_rollback(True)
    except OperationalError:
        return Preview(problem=BUSY)
    changes = [_change(entity, before[key], after[key]) for key in keys if key in before]
    return Preview([one for one in changes if _differs(one)], total=total)


def preview_recovery(request: Request) -> Preview:
    """Return the lines that closing a dead run's request would write."""
    try:
        with transaction.atomic():
            wait_briefly()
            known = ExportLine.objects.filter(parent__request=request).values_list("pk", flat=True)
            already = list(known)
            recover_interrupted(Entity(request.entity), ids=[request.pk])
            added = ExportLine.objects.filter(parent__request=request).exclude(pk__in=already)
            total, lines = added.count(), list(added.order_by("pk")[:MOST])
            transaction.set_rollback(True)
    except OperationalError:
        return Preview(problem=BUSY)
    return Preview(lines=lines, total=total)


def _export_states(entity: Entity, keys: Sequence[int]) -> dict[int, Any]:
    rows = EXPORT_STATES[entity]._default_manager.filter(pk__in=keys).select_related("website")
    rows = rows.select_related("product") if entity == Entity.PRODUCT else rows
    return {row.pk: row for row in rows}


def _change(entity: Entity, before: Any, after: Any) -> Change:
    is_product = entity == Entity.PRODUCT
    reference = before.product.sku if is_product else before.increment_id
    return Change(reference, before.website.name, before, after)


def _differs(change: Change) -> bool:
    return change.before.orderflow_revision != change.after.orderflow_revision


def _line(line: ExportLine) -> tuple[object, ...]:
    return unbroken(line.reference), result_badge(line), line.reason


def _problem(preview: Preview) -> list[Section]:
    facts = [(_("Nothing can be told"), preview.problem)]
    return [cards("preview", TITLE, Card(_("Preview"), facts))]


def _more(shown: int, total: int) -> str:
    if total <= shown:
        return ""
    text = _("At least %(total)s are concerned; the first ones are shown.")
    return text % {"total": number_text(total)}
