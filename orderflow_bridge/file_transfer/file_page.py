"""A file's page: how far it is, what became of its rows, what can be done to it, and by whom."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    Table,
    badge,
    cards,
    link,
    order_link,
    page_of,
    paged_table,
    sku_link,
    time_cell,
)
from orderflow_bridge.file_transfer import services
from orderflow_bridge.file_transfer.models import Change, FileImport, FileImportLine, Kind, Phase
from orderflow_bridge.file_transfer.tasks import wake

Status = FileImport.Status

STATUS_TONES = {
    Status.CHECKING: "info",
    Status.CHECKED: "warning",
    Status.IMPORTING: "info",
    Status.DONE: "success",
    Status.REFUSED: "danger",
    Status.CANCELED: "",
}
IMPORT_TITLES = {
    Kind.PRODUCTS: gettext_lazy("Import products"),
    Kind.STOCK: gettext_lazy("Import stock"),
    Kind.ORDERS: gettext_lazy("Import orders"),
}
_COUNTED = {
    Change.CREATED: gettext_lazy("%(count)s created"),
    Change.UPDATED: gettext_lazy("%(count)s updated"),
    Change.UNCHANGED: gettext_lazy("%(count)s unchanged"),
    Change.FAILED: gettext_lazy("%(count)s failed"),
}
_ROWS_TITLES = {
    Phase.CHECK: gettext_lazy("Rows (Dry run)"),
    Phase.IMPORT: gettext_lazy("Rows (Import)"),
}
_ROW_TONES = {Change.CREATED: "success", Change.UPDATED: "info", Change.FAILED: "danger"}
_LINES = 50
_SENTENCES = {
    Status.CHECKING: gettext_lazy("The file is being checked. Nothing is changed yet."),
    Status.CHECKED: gettext_lazy(
        "Nothing has been changed yet. Look at what would change, then confirm."
    ),
    Status.IMPORTING: gettext_lazy(
        "The file is being imported. You may leave this page: it goes on."
    ),
    Status.DONE: gettext_lazy("The file has been imported."),
    Status.REFUSED: gettext_lazy("The file cannot be imported. Nothing was changed."),
    Status.CANCELED: gettext_lazy("The import was stopped. What had been imported stays."),
}


def may_import(request: HttpRequest, kind: str) -> bool:
    """Tell whether the user may import this kind of file."""
    return bool(request.user.has_perm(f"file_transfer.import_{kind}"))


def may_export(request: HttpRequest, kind: str) -> bool:
    """Tell whether the user may export this kind of file."""
    return bool(request.user.has_perm(f"file_transfer.export_{kind}"))


def count_text(change: Change, count: int) -> str:
    """Return how many rows something became of."""
    return _COUNTED[change] % {"count": number_text(count)}


def progress_section(record: FileImport, *, url: str, buttons: list[Button]) -> Section:
    """Return the tab that shows how far a file is, and renews itself while it is at work."""
    status = Status(record.status)
    context: dict[str, Any] = {
        "url": url,
        "is_at_work": status in services.AT_WORK,
        "badge": badge(status.label, STATUS_TONES[status]),
        "sentence": _SENTENCES[status],
        "buttons": buttons,
        "share": _share_done(record),
        "done_text": _("%(count)s done") % {"count": number_text(record.records_done)},
        "refusal": _(record.refusal) if record.refusal else "",
        "error": _error_of(record),
        "table": _count_table(record),
        "notes": [_(note) for note in record.notes],
    }
    return Section("progress", _("Progress"), "bridge/file_progress.html", context)


def _share_done(record: FileImport) -> float | None:
    """Return how much of the current phase is done, from 0 to 1; None if that is not known."""
    if record.phase == Phase.IMPORT:
        total = sum(record.checked.values())
        return min(record.records_done / total, 1.0) if total else None
    is_workbook = record.format.startswith("Excel")  # it is read at once, then gone through
    return None if is_workbook or not record.size else record.bytes_done / record.size


def _count_table(record: FileImport) -> Table:
    """Return the counts of the dry run and of the import, side by side."""
    rows = [
        (
            change.label,
            number_text(record.checked.get(str(int(change)), 0)),
            number_text(record.imported.get(str(int(change)), 0)) if record.confirmed_at else "–",
        )
        for change in Change
    ]
    return Table((_("Rows"), _("Dry run"), _("Import")), rows)


def _error_of(record: FileImport) -> str:
    """Say why a file rests, if it does."""
    if not record.last_error or record.status not in services.AT_WORK:
        return ""
    said = _("Interrupted, and tried again within the hour: %(error)s")
    return said % {"error": record.last_error}


def rows_section(request: HttpRequest, record: FileImport) -> Section:
    """Return what became of the rows of the last phase, failures first."""
    search = request.GET.get("q", "").strip()
    page = page_of(request, CappedPaginator(_lines(record, search), _LINES))
    is_of_orders = record.kind == Kind.ORDERS
    rows = [
        (
            str(line.row),
            badge(Change(line.change).label, _ROW_TONES[Change(line.change)]),
            order_link(line.reference) if is_of_orders else sku_link(line.reference),
            line.text,
        )
        for line in page.object_list
    ]
    empty = _("No row matches.") if search else _("No row failed or changed anything.")
    note = _("The first 10,000 rows that failed and the first 1,000 that changed are listed.")
    columns = (_("Row"), _("Result"), _("Reference"), _("What"))
    table = Table(columns, rows, empty=empty, note=note)
    title = _ROWS_TITLES[record.phase]
    return paged_table("rows", title, table, page, search=search, search_label=_("Search rows"))


def information_section(record: FileImport, *, download_url: str) -> Section:
    """Return the facts of a file; without a URL its contents are not offered."""
    facts = [
        (_("File"), record.file_name),
        (_("Format"), record.format),
        (_("Size"), _("%(count)s bytes") % {"count": number_text(record.size)}),
        (_("SHA-256"), record.digest),
        (_("Website"), record.website.name if record.website else _("The default website")),
        (_("Fields Enclosure"), _("Yes") if record.is_enclosed else _("No")),
        (_("Uploaded by"), record.username),
        (_("Uploaded"), time_cell(record.created_at)),
        (_("Confirmed"), time_cell(record.confirmed_at)),
        (_("Finished"), time_cell(record.finished_at)),
    ]
    if download_url:
        facts.append((_("Download"), link(_("The file as it came"), download_url)))
    return cards("information", _("Information"), Card(_("File"), facts))


def _lines(record: FileImport, search: str) -> QuerySet[FileImportLine]:
    lines = FileImportLine.objects.filter(file_import=record, phase=record.phase)
    if search:
        wanted = Q(reference__istartswith=search) | Q(text__icontains=search)
        if search.isdecimal() and len(search) < 10:
            wanted |= Q(row=int(search))
        lines = lines.filter(wanted)
    return lines.order_by("-change", "id")


def _confirm_question(request: HttpRequest, record: FileImport) -> str:
    """Ask with the counts of the dry run."""
    counts = {
        change.name.lower(): number_text(record.checked.get(str(int(change)), 0))
        for change in Change
    }
    return (
        _(
            "Import this file? %(created)s would be created, %(updated)s updated, %(unchanged)s"
            " stay unchanged; %(failed)s cannot be taken and are left out."
        )
        % counts
    )


def _confirm(request: HttpRequest, record: FileImport) -> None:
    """Have a checked file imported, and wake a worker."""
    _check(request, record)
    try:
        services.confirm(record)
    except ActionNotAvailable as error:
        messages.warning(request, _(str(error)))
        return
    wake(record.pk)
    messages.success(request, _("The import has begun."))


def _cancel(request: HttpRequest, record: FileImport) -> None:
    """Stop a file."""
    _check(request, record)
    try:
        services.cancel(record)
    except ActionNotAvailable as error:
        messages.warning(request, _(str(error)))
        return
    messages.success(request, _("The file was stopped."))


def _check(request: HttpRequest, record: FileImport) -> None:
    if not may_import(request, record.kind):
        raise PermissionDenied


CONFIRM = RecordAction(
    slug="confirm",
    title=gettext_lazy("Import"),
    question=_confirm_question,
    run=_confirm,
    is_offered=lambda record: record.status == Status.CHECKED,
    icon="check",
)
CANCEL = RecordAction(
    slug="cancel",
    title=gettext_lazy("Stop"),
    question=gettext_lazy("Stop this file? What has been imported stays as it is."),
    run=_cancel,
    is_offered=lambda record: record.status in (Status.CHECKING, Status.CHECKED, Status.IMPORTING),
    icon="block",
)
