"""How exports and export states are worded in lists and pages."""

from typing import Any

from exports.due import why_it_waits, why_never
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus, Operation
from orderflow_bridge.common.export_state import ExportState
from orderflow_bridge.console.pages import datetime_text, status_pill, time_cell
from orderflow_bridge.request_queue.waiting import NEXT_TRY

_QUEUES = (Operation.CREATE, Operation.UPDATE)


def website_name(record: Any) -> str:
    """Return the website's name; what belongs to none is OrderFlow's."""
    return record.website.name if record.website else "OrderFlow"


def operation_name(record: Any) -> str:
    """Return "Queue" for the operations that only announce an entity."""
    return "Queue" if record.operation in _QUEUES else str(record.get_operation_display())


def status_badge(export_state: ExportState) -> Any:
    """Return the export status as a coloured label, "–" for what is never exported."""
    return status_pill(export_state.orderflow_export_status, never=why_never(export_state))


def next_try(export_state: ExportState) -> Any:
    """Return when OrderFlow is told next, or why it is not told."""
    why = why_it_waits(export_state)
    due = export_state.orderflow_due_at
    if why and due and due > clock.now() and why.startswith(NEXT_TRY):
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
            return "The status was set to Failed by hand."
    return error


def _stuck(export_state: ExportState) -> str:
    told = export_state.orderflow_queued_at
    when = f" at {datetime_text(told)}" if told else ""
    return f"OrderFlow was told{when} and has not fetched it; it is announced again."


def export_state_facts(export_state: ExportState) -> list[tuple[str, Any]]:
    """Return where something stands with OrderFlow, as facts for a card."""
    return [
        ("Status", status_badge(export_state)),
        ("Last Exported", time_cell(export_state.orderflow_export_date, empty="N/A")),
        ("Last Announced", time_cell(export_state.orderflow_queued_at)),
        ("Attempts", export_state.orderflow_attempts),
        ("Next Try", next_try(export_state)),
        ("Reason", reason(export_state)),
    ]
