"""How far a file is, for the first tab of its page."""

from typing import Any

from orderflow_bridge.console.pages import Button, Section, Table, badge
from orderflow_bridge.file_transfer.models import Change, FileImport, Phase

Status = FileImport.Status

STATUS_TONES = {
    Status.CHECKING: "info",
    Status.CHECKED: "warning",
    Status.IMPORTING: "info",
    Status.DONE: "success",
    Status.REFUSED: "danger",
    Status.CANCELED: "",
}
AT_WORK = (Status.CHECKING, Status.IMPORTING)
_SENTENCES = {
    Status.CHECKING: "The file is being checked. Nothing is changed yet.",
    Status.CHECKED: "Nothing has been changed yet. Look at what would change, then confirm.",
    Status.IMPORTING: "The file is being imported. You may leave this page: it goes on.",
    Status.DONE: "The file has been imported.",
    Status.REFUSED: "The file cannot be imported. Nothing was changed.",
    Status.CANCELED: "The import was stopped. What had been imported stays.",
}


def progress_section(record: FileImport, *, url: str, buttons: list[Button]) -> Section:
    """Return the tab that shows how far a file is, and renews itself while it is at work."""
    status = Status(record.status)
    context: dict[str, Any] = {
        "url": url,
        "is_at_work": status in AT_WORK,
        "badge": badge(status.label, STATUS_TONES[status]),
        "sentence": _SENTENCES[status],
        "buttons": buttons,
        "share": share_done(record),
        "done_text": f"{record.records_done:,} done",
        "refusal": record.refusal,
        "error": error_of(record),
        "table": count_table(record),
        "notes": record.notes,
    }
    return Section("progress", "Progress", "bridge/file_progress.html", context)


def share_done(record: FileImport) -> float | None:
    """Return how much of the current phase is done, from 0 to 1; None if that is not known."""
    if record.phase == Phase.IMPORT:
        total = sum(record.checked.values())
        return min(record.records_done / total, 1.0) if total else None
    is_workbook = record.format.startswith("Excel")  # it is read at once, then gone through
    return None if is_workbook or not record.size else record.bytes_done / record.size


def count_table(record: FileImport) -> Table:
    """Return the counts of the dry run and of the import, side by side."""
    rows = [
        (
            change.label,
            f"{record.checked.get(str(int(change)), 0):,}",
            f"{record.imported.get(str(int(change)), 0):,}" if record.confirmed_at else "–",
        )
        for change in Change
    ]
    return Table(("Rows", "Dry run", "Import"), rows)


def error_of(record: FileImport) -> str:
    """Say why a file rests, if it does."""
    if not record.last_error or record.status not in AT_WORK:
        return ""
    return f"Interrupted, and tried again within the hour: {record.last_error}"
