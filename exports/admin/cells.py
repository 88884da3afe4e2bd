"""Cells, filters and links that several pages of exports have in common."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from exports.selectors import why_it_waits, why_never
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus, Operation
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.common.formats import datetime_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.filters import Choices
from orderflow_bridge.console.pages import status_pill, time_cell
from orderflow_bridge.request_queue.waiting import next_try_text
from orderflow_bridge.stores.selectors import website_choices

_ORDERFLOW = "0"
_QUEUE = "queue"
_ANNOUNCING = (Operation.CREATE, Operation.UPDATE)


def website_name(record: Any) -> str:
    """Return the website's name; what belongs to none is OrderFlow's."""
    return record.website.name if record.website else "OrderFlow"


def operation_name(record: Any) -> str:
    """Return "Queue" for the operations that only announce an entity."""
    return _("Queue") if record.operation in _ANNOUNCING else str(record.get_operation_display())


def status_badge(export_state: ExportState) -> Any:
    """Return the export status as a coloured label, "–" for what is never exported."""
    status, never = export_state.orderflow_export_status, why_never(export_state)
    return status_pill(status, never=never, is_held=export_state.is_held)


def next_try(export_state: ExportState) -> Any:
    """Return when OrderFlow is told next, or why it is not told."""
    why = why_it_waits(export_state)
    due, now = export_state.orderflow_due_at, clock.now()
    if why and due and due > now and why == next_try_text(due, now):
        return time_cell(due)
    return why


def reason(export_state: ExportState) -> str:
    """Say in one sentence why something still waits for OrderFlow; "" if it does not."""
    error, due = export_state.orderflow_last_error.strip(), export_state.orderflow_due_at
    match export_state.orderflow_export_status:
        case ExportStatus.EXPORTED | ExportStatus.CANCELLED:
            return ""
        case ExportStatus.QUEUED if due and due <= clock.now():
            return _stuck(export_state)
        case ExportStatus.FAILED if not error:
            return _("The status was set to Failed by hand.")
    return error


def export_state_facts(export_state: ExportState) -> list[tuple[str, Any]]:
    """Return where something stands with OrderFlow, as facts for a card."""
    return [
        (_("Status"), status_badge(export_state)),
        (_("Last Exported"), time_cell(export_state.orderflow_export_date, empty=_("N/A"))),
        (_("Last Announced"), time_cell(export_state.orderflow_queued_at)),
        (_("Attempts"), export_state.orderflow_attempts),
        (_("Next Try"), next_try(export_state)),
        (_("Reason"), reason(export_state)),
    ]


def _websites_and_orderflow(request: HttpRequest) -> list[tuple[int | str, str]]:
    """What belongs to no website is shown as OrderFlow's."""
    return [*website_choices(request), (_ORDERFLOW, "OrderFlow")]


def _of_website(value: str) -> Q:
    return Q(website=None) if value == _ORDERFLOW else Q(website=value)


def _of_operation(value: str) -> Q:
    """Create and Update are both shown as "Queue"."""
    return Q(operation__in=_ANNOUNCING) if value == _QUEUE else Q(operation=value)


WEBSITE = Choices(
    "website", gettext_lazy("Website"), match=_of_website, choices=_websites_and_orderflow
)
OPERATION = Choices(
    "operation",
    gettext_lazy("Operation"),
    match=_of_operation,
    choices=(
        (_QUEUE, gettext_lazy("Queue")),
        (Operation.EXPORT, Operation.EXPORT.label),
        (Operation.CANCEL, Operation.CANCEL.label),
    ),
)


def _stuck(export_state: ExportState) -> str:
    told = export_state.orderflow_queued_at
    if told is None:
        return _("OrderFlow was told and has not fetched it; it is announced again.")
    text = _("OrderFlow was told at %(time)s and has not fetched it; it is announced again.")
    return text % {"time": datetime_text(told)}
