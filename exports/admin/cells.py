"""How exports and standings are worded in lists and pages."""

from typing import Any

from exports.due import why_never, why_not_due
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import ExportStatus, Operation
from orderflow_bridge.common.export_standing import ExportStanding
from orderflow_bridge.console.pages import moment, moment_text, standing_badge

_QUEUES = (Operation.CREATE, Operation.UPDATE)


def website_name(record: Any) -> str:
    """Return the website's name; what belongs to none is OrderFlow's."""
    return record.website.name if record.website else "OrderFlow"


def operation_name(record: Any) -> str:
    """Return "Queue" for the operations that only announce an entity."""
    return "Queue" if record.operation in _QUEUES else str(record.get_operation_display())


def status_badge(standing: ExportStanding) -> Any:
    """Return the export status as a coloured label, "–" for what is never exported."""
    return standing_badge(standing.orderflow_export_status, never=why_never(standing))


def next_try(standing: ExportStanding) -> Any:
    """Return when OrderFlow is told next, or why it is not told."""
    if why := why_not_due(standing):
        return why
    due = standing.orderflow_due_at
    if due is None:
        return ""
    return "With the next run" if due <= clock.now() else moment(due)


def reason(standing: ExportStanding) -> str:
    """Say in one sentence why something still waits for OrderFlow; "" if it does not."""
    error, due = standing.orderflow_last_error.strip(), standing.orderflow_due_at
    match standing.orderflow_export_status:
        case ExportStatus.EXPORTED | ExportStatus.CANCELLED:
            return ""
        case ExportStatus.QUEUED if due and due <= clock.now():
            return _stuck(standing)
        case ExportStatus.FAILED if not error:
            return "The status was set to Failed by hand."
    return error


def _stuck(standing: ExportStanding) -> str:
    told = standing.orderflow_queued_at
    when = f" at {moment_text(told)}" if told else ""
    return f"OrderFlow was told{when} and has not fetched it; it is announced again."


def standing_facts(standing: ExportStanding) -> list[tuple[str, Any]]:
    """Return where something stands with OrderFlow, as facts for a card."""
    return [
        ("Status", status_badge(standing)),
        ("Last Exported", moment(standing.orderflow_export_date, empty="N/A")),
        ("Last Announced", moment(standing.orderflow_queued_at)),
        ("Attempts", standing.orderflow_attempts),
        ("Next Try", next_try(standing)),
        ("Reason", reason(standing)),
    ]
