"""The page of a list's file: how far it is, what it holds, how it is stopped and fetched."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.people import are_hidden, streamed
from orderflow_bridge.common.translation import gettext_lazy, pgettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids import address, downloads
from orderflow_bridge.console.grids.long_lists import DAYS_KEPT
from orderflow_bridge.console.pages import (
    Button,
    Card,
    Section,
    admin_url,
    badge,
    cards,
    offer,
    time_cell,
)
from orderflow_bridge.file_transfer.list_exports import NO_RIGHT, cancel, list_admin, shown_title
from orderflow_bridge.file_transfer.models import ListExport, ListExportPart
from orderflow_bridge.file_transfer.storage import contents_of

Status = ListExport.Status

TONES = {Status.WORKING: "info", Status.DONE: "success", Status.FAILED: "danger"}
_SENTENCES = {
    Status.WORKING: gettext_lazy(
        "The file is being made. You may leave this page: it goes on, and a message tells you when"
        " it is ready."
    ),
    Status.DONE: gettext_lazy(
        "The file is ready. It can be fetched for %(days)s days after it was asked for."
    ),
    Status.FAILED: gettext_lazy("The file was not made."),
    Status.CANCELED: gettext_lazy("The export was stopped. There is no file."),
}


def _cancel(request: HttpRequest, record: ListExport) -> None:
    """Stop an export."""
    try:
        cancel(record)
    except ActionNotAvailable as error:
        messages.warning(request, _(str(error)))
        return
    messages.success(request, _("The export was stopped."))


CANCEL = RecordAction(
    slug="cancel",
    title=pgettext_lazy("the making of a file", "Cancel"),
    question=gettext_lazy("Stop making this file? What there is of it is thrown away."),
    run=_cancel,
    is_offered=lambda record: record.status == Status.WORKING,
    icon="block",
)


def progress_section(record: ListExport, *, url: str, buttons: Sequence[Button]) -> Section:
    """Return the tab that shows how far a file is, and renews itself while it is made."""
    status = Status(record.status)
    file = Button(_("Download"), admin_url("file_transfer_listexport_file", record.pk), "download")
    total = record.rows_total
    context: dict[str, Any] = {
        "url": url,
        "is_at_work": status == Status.WORKING,
        "badge": badge(status.label, TONES.get(status, "")),
        "sentence": _SENTENCES[status] % {"days": DAYS_KEPT},
        "buttons": [
            *([file] if status == Status.DONE else []),
            *buttons,
        ],
        "share": record.rows_done / total if total else None,
        "done_text": _done_text(record.rows_done, total),
        "refusal": _(record.failure) if record.failure else "",
        "error": _("Interrupted, and tried again within the hour: %(error)s")
        % {"error": record.last_error}
        if record.last_error and status == Status.WORKING
        else "",
    }
    return Section("progress", _("Progress"), "bridge/file_progress.html", context)


def _done_text(done: int, total: int | None) -> str:
    """Say how many rows are written, of how many."""
    if not total:
        return _("%(done)s rows written") % {"done": number_text(done)}
    counts = {"done": number_text(done), "total": number_text(total)}
    return _("%(done)s of about %(total)s rows written") % counts


def information_section(record: ListExport) -> Section:
    """Return the facts of a file, with the way back to its list."""
    where = list_admin(record.grid)
    url = ""
    if where is not None:
        url = admin_url(f"{where.opts.app_label}_{where.opts.model_name}_changelist")
    facts = [
        (_("List"), shown_title(record)),
        (_("Filters"), record.filters or _("None")),
        (
            _("The list as it was"),
            offer(pgettext("to open", "Open"), f"{url}{as_query(record.query)}" if url else ""),
        ),
        (_("Format"), downloads.KINDS.get(record.kind, record.kind)),
        (_("Rows"), number_text(record.rows_done)),
        (_("Size"), size_text(record)),
        (_("Who"), record.user.username),
        (_("Asked for"), time_cell(record.created_at)),
        (_("Finished"), time_cell(record.finished_at)),
    ]
    return cards("information", _("Information"), Card(_("File"), facts))


def send_file(
    model_admin: RecordAdmin, request: HttpRequest, record: ListExport
) -> HttpResponseBase:
    """Send a file that is ready, to whom may still see all that it shows."""
    page = HttpResponseRedirect(admin_url("file_transfer_listexport_change", record.pk))
    if record.status != Status.DONE:
        messages.warning(request, _("There is no file yet. Its page says how far it is."))
        return page
    shown = list_admin(record.grid)
    if shown is None or not shown.has_view_or_change_permission(request):
        messages.error(request, _(NO_RIGHT))
        return page
    if record.shows_people and are_hidden():
        said = _("You may no longer see people's data. Export the list again.")
        messages.error(request, said)
        return page
    parts = ListExportPart.objects.filter(list_export=record)
    # What it shows was judged when it was made, and above; no piece of it is masked once more.
    answer = StreamingHttpResponse(
        streamed(contents_of(parts), hidden=False), content_type=downloads.TYPES[record.kind]
    )
    day = timezone.localdate(record.created_at)
    name = f"{slugify(record.title) or 'list'}-{day}.{record.kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Length"] = str(record.size)
    return answer


def as_query(state: str) -> str:
    """Return a list's stored state as the end of its address."""
    return f"?{state}" if state else address.USUAL


def size_text(record: ListExport) -> str:
    """Return the size of a file as people read it, "1.2 MB"; "" while there is none."""
    return filesizeformat(record.size) if record.size else ""
