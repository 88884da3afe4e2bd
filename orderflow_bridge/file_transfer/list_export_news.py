"""Tells who asked for a list's file what has become of it: on the next page, or in the
list of files.

Which files somebody waits for stands in his session, so that no page asks for nothing.
"""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.downloads import KINDS
from orderflow_bridge.console.live import Become
from orderflow_bridge.console.pages import admin_url, link
from orderflow_bridge.file_transfer.list_exports import shown_title
from orderflow_bridge.file_transfer.models import ListExport

_KEY = "list_exports"
_PAGE = "file_transfer_listexport_change"


_OUTCOMES = {
    ListExport.Status.DONE: gettext_lazy("The %(kind)s file of %(list)s is ready"),
    ListExport.Status.FAILED: gettext_lazy("The %(kind)s file of %(list)s was not made"),
}


def followed_files(exports: QuerySet[ListExport]) -> Mapping[int, Become]:
    """Return how files stand and how far they are, for the list of them (console/live.py)."""
    return {export.pk: _become(export) for export in exports.order_by()}


def _become(export: ListExport) -> Become:
    state = state_of(export.status, export.rows_done)
    outcome = _OUTCOMES.get(ListExport.Status(export.status))
    if outcome is None:
        return Become(state)
    text = outcome % {"kind": KINDS[export.kind], "list": shown_title(export)}
    return Become(state, text, admin_url(_PAGE, export.pk))


def state_of(status: str, rows_done: int) -> str:
    """Return how a file stands; while it is made, with the rows that are written."""
    return f"{status} {rows_done}" if status == ListExport.Status.WORKING else status


def await_news(request: HttpRequest, export: ListExport) -> None:
    """Have the outcome of an export told on one of the next pages."""
    waiting = request.session.get(_KEY, [])
    if export.pk not in waiting:
        request.session[_KEY] = [*waiting, export.pk]


class ListExportNewsMiddleware:
    """Adds a message for each file that is ready or has failed, once.

    Only to a page that somebody opens: what scripts fetch would swallow it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _is_page(request) and request.session.get(_KEY):
            _tell(request)
        return self.get_response(request)


def _is_page(request: HttpRequest) -> bool:
    if request.method != "GET" or not request.path.startswith(reverse("admin:index")):
        return False
    is_opened = request.headers.get("Sec-Fetch-Dest", "document") == "document"
    return is_opened and "HX-Request" not in request.headers


def _tell(request: HttpRequest) -> None:
    waiting = request.session[_KEY]
    found = ListExport.objects.filter(pk__in=waiting, user_id=request.user.pk or 0)
    still = []
    for export in found.only("pk", "title", "grid", "kind", "status", "user_id"):
        url, kind = admin_url(_PAGE, export.pk), KINDS[export.kind]
        if export.status == ListExport.Status.WORKING:
            still.append(export.pk)
        elif request.path.startswith(url.removesuffix("change/")):
            continue  # the page that is opened says it itself
        elif export.status == ListExport.Status.DONE:
            file = link(_("Download"), admin_url("file_transfer_listexport_file", export.pk))
            text = _("The {kind} file of {list} is ready. {download}")
            said = format_html(text, kind=kind, list=shown_title(export), download=file)
            messages.success(request, said)
        elif export.status == ListExport.Status.FAILED:
            text = _("The {kind} file of {list} was not made. {why}")
            why = link(_("See why"), url)
            said = format_html(text, kind=kind, list=shown_title(export), why=why)
            messages.error(request, said)
    if still != waiting:
        request.session[_KEY] = still
