"""How previews of exports read on the page that asks."""

from django.http import HttpRequest

from exports.admin.cells import next_try, status_badge
from exports.models import ExportLine
from exports.preview import Preview, preview_recovery
from orderflow_bridge.console.pages import Card, Section, Table, cards, table, unbroken
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.reports import result_badge

TITLE = "What this would change"
NOTHING = "Nothing: OrderFlow has got these already, or they are not exported at all."


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
    columns = ("Reference", "Website", "Status Now", "Next Try Now", "Status Then", "Next Try Then")
    note = _more(len(preview.changes), preview.total)
    return [table("preview", TITLE, Table(columns, rows, empty=NOTHING, note=note))]


def recovery_sections(http: HttpRequest, request: Request) -> list[Section]:
    """Show the lines that closing a dead run's request would write."""
    preview = preview_recovery(request)
    if preview.problem:
        return _problem(preview)
    rows = [_line(line) for line in preview.lines]
    note = _more(len(rows), preview.total)
    empty = "The request would be closed: every answer in it is known."
    content = Table(("Reference", "Result", "Message"), rows, empty=empty, note=note)
    return [table("preview", TITLE, content)]


def _line(line: ExportLine) -> tuple[object, ...]:
    return unbroken(line.reference), result_badge(line), line.reason


def _problem(preview: Preview) -> list[Section]:
    facts = [("Nothing can be told", preview.problem)]
    return [cards("preview", TITLE, Card("Preview", facts))]


def _more(shown: int, total: int) -> str:
    return f"At least {total:,} are concerned; the first ones are shown." if total > shown else ""
