"""What was tried with an export: each call to OrderFlow about the same things, or its fetch."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from exports.admin.cells import operation_name
from exports.models import ExportLine
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.pages import RESULT_TONES, Section, admin_url
from orderflow_bridge.request_queue.attempts import (
    MOST_ATTEMPTS,
    Attempt,
    attempts_section,
    is_at_work,
)
from orderflow_bridge.request_queue.models import Request

# Of a request about more, only its own calls are listed.
MOST_REFERENCES = 20
EARLIER = gettext_lazy(
    "Every call about the same is listed, those of earlier and later requests too."
)
NEWEST = gettext_lazy("The newest %(count)s are listed. OrderFlow Exports → Lines has all.")
INTERRUPTED = gettext_lazy("The run stopped before OrderFlow's answer was recorded.")
_STATUS = re.compile(r"\d{3}\b")
_LONG = tuple(f"parent__request__{name}" for name in ("lines", "request_body", "response_body"))


def export_attempts(record: Request, references: Sequence[str]) -> Section:
    """Return the tab "Attempts" of an export request about these SKUs or order numbers."""
    lines = ExportLine.objects.select_related("parent__request").defer(*_LONG).order_by("-pk")
    are_few = len(references) <= MOST_REFERENCES
    if are_few:
        lines = lines.filter(reference__in=references, parent__entity=record.entity)
    else:
        lines = lines.filter(parent__request=record.pk)
    newest = list(lines[: MOST_ATTEMPTS + 1])
    notes = [EARLIER] if are_few else []
    if len(newest) > MOST_ATTEMPTS:
        notes.append(NEWEST % {"count": MOST_ATTEMPTS})
    calls = [_call(line, record) for line in reversed(newest[:MOST_ATTEMPTS])]
    return attempts_section(
        [*calls, *_unsettled(record)],
        took=_("Recorded After"),
        empty=_("No call has been made."),
        note=" ".join(map(str, notes)),
    )


def _call(line: ExportLine, record: Request) -> Attempt:
    """Tell of one call, or of one fetch."""
    request = line.parent.request
    is_fetch = line.parent.operation == Operation.EXPORT
    status = _STATUS.match(line.answer)
    took: timedelta | None = None
    if request is not None and not is_fetch:
        took = line.created_at - request.created_at
    is_other = request is not None and request.pk != record.pk
    return Attempt(
        line.created_at,
        _name(line, is_fetch=is_fetch),
        f"{status[0]} {line.get_result_display()}" if status else line.get_result_display(),
        RESULT_TONES.get(line.result, ""),
        took=took,
        text=line.reason,
        details=((_("Sent"), line.call), (_("Received"), line.answer)),
        url=admin_url("exports_exportrequest_change", request.pk) if request and is_other else "",
    )


def _name(line: ExportLine, *, is_fetch: bool) -> str:
    if is_fetch:
        return _("OrderFlow fetched %(reference)s") % {"reference": line.reference}
    return f"{operation_name(line.parent)} {line.reference}"


def _unsettled(record: Request) -> Iterator[Attempt]:
    """Yield what is not recorded yet: a run that is under way, or has died."""
    if is_at_work(record):
        yield Attempt(
            None, operation_name(record), _("Under Way"), "info", text=_("A worker is at it.")
        )
    elif record.processed_at is None:
        name = operation_name(record)
        yield Attempt(record.created_at, name, _("Interrupted"), "warning", text=INTERRUPTED)
