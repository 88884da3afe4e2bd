"""Tells who asked for a list's file, on the next page, what has become of it.

Which files somebody waits for stands in his session, so that no page asks for nothing.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from orderflow_bridge.console.grids.downloads import KINDS
from orderflow_bridge.console.pages import admin_url, link
from orderflow_bridge.file_transfer.list_exports import shown_title
from orderflow_bridge.file_transfer.models import ListExport

_KEY = "list_exports"
_PAGE = "file_transfer_listexport_change"


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
