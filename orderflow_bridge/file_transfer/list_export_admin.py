"""Data → Exported Lists: files of long lists, how far they are, and the way to fetch them."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy, in_english
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids import downloads
from orderflow_bridge.console.grids.columns import RowAction, column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.grids.long_lists import DAYS_KEPT, made_in_background
from orderflow_bridge.console.live import follow
from orderflow_bridge.console.pages import Section, admin_url, badge, live, time_cell
from orderflow_bridge.file_transfer.list_export_news import await_news, followed_files, state_of
from orderflow_bridge.file_transfer.list_export_page import (
    CANCEL,
    TONES,
    as_query,
    information_section,
    progress_section,
    send_file,
    size_text,
)
from orderflow_bridge.file_transfer.list_exports import ask_for, list_admin, read_by, shown_title
from orderflow_bridge.file_transfer.models import ListExport
from orderflow_bridge.file_transfer.tasks import wake_for_list

Status = ListExport.Status


def _with_days(text: str) -> str:
    """Return a text that is put into the reader's language later, with the days a file is kept."""
    return cast("str", format_lazy(text, days=DAYS_KEPT))


@admin.register(ListExport)
class ListExportAdmin(RecordAdmin):
    """One's own files of lists; a superuser sees everybody's."""

    missing_text = _with_days(
        gettext_lazy("This file no longer exists: it is deleted after {days} days. Export again.")
    )
    list_display = (
        *("list_called", "state", "filters_text", "format_text", "rows_text", "file_size"),
        *("who", "created", "action_links"),
    )
    list_display_links = ("list_called",)
    filters = (
        Choices("status", gettext_lazy("Status"), choices=Status.choices),
        DateRange("created_at", gettext_lazy("Asked for"), "created"),
    )
    search_fields = ("title__startswith",)
    search_help_text = gettext_lazy("List begins with…")
    list_select_related = ("user",)
    own_record_actions = (CANCEL,)
    row_record_actions = ("cancel",)
    empty_title = gettext_lazy("No list has been exported in the background yet")
    empty_text = _with_days(
        gettext_lazy(
            "Open a list, filter it, and press Export. One of more than 10,000 records is made in"
            " the background and can then be fetched here for {days} days; a shorter one comes at"
            " once."
        )
    )

    list_called = column(gettext_lazy("List"), shown_title, ordering="title")
    filters_text = column(gettext_lazy("Filters"), "filters", ordering="")
    format_text = column(
        gettext_lazy("Format"), lambda record: downloads.KINDS.get(record.kind, record.kind)
    )
    rows_text = column(gettext_lazy("Rows"), "rows_done")
    file_size = column(gettext_lazy("Size"), size_text, ordering="size")
    who = column(gettext_lazy("Who"), "user.username")
    created = column(gettext_lazy("Asked for"), "created_at", time_cell)

    @admin.display(description=gettext_lazy("Status"), ordering="status")
    def state(self, record: ListExport) -> Any:
        """Show the state in its colour; the page keeps it, and the rows written, up to date."""
        pill = badge(Status(record.status).label, TONES.get(Status(record.status), ""))
        state = state_of(record.status, record.rows_done)
        key = f"file_transfer.listexport:{record.pk}"
        return live(pill, key, state, waits=record.status == Status.WORKING)

    def record_title(self, record: ListExport) -> str:
        """Return what the list is called."""
        return shown_title(record)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow whoever may sign in to the admin: there are only his own."""
        user: Any = request.user
        return bool(user.is_superuser or user.is_staff)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Allow the same."""
        return self.has_view_permission(request)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Allow whoever may see it to stop it."""
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListExport]:
        """Keep to one's own."""
        rows: QuerySet[ListExport] = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(user_id=request.user.pk or 0)

    def get_urls(self) -> list[URLPattern]:
        """Add the making and the download."""
        added = [
            path(
                "make/<str:grid>/<str:kind>/",
                self._wrapped(self.make_view),
                name=self._url_name("make"),
            ),
            path(
                "<path:object_id>/file/",
                self._wrapped(partial(self.record_view, view=send_file)),
                name=self._url_name("file"),
            ),
        ]
        return added + list(super().get_urls())

    def make_view(self, request: HttpRequest, grid: str, kind: str) -> HttpResponseBase:
        """Have a list's file made (POST), or ask whether it should be (GET)."""
        model_admin = list_admin(grid)
        if model_admin is None or kind not in downloads.KINDS:
            raise Http404(_("There is no such file."))
        # What is kept is English, whoever asks.
        language = in_english() if request.method == "POST" else nullcontext()
        query = request.META.get("QUERY_STRING", "")
        with language, read_by(request.user, model_admin, query) as asked:
            if not model_admin.has_view_or_change_permission(asked):
                raise PermissionDenied
            try:
                found = model_admin.get_changelist_instance(asked)
            except IncorrectLookupParameters:
                return HttpResponseRedirect(asked.path)
            if request.method == "POST":
                export = ask_for(request.user, found, kind)
        if request.method == "POST":
            await_news(request, export)
            self.log_addition(request, export, f"{export.title}: a file was asked for.")
            wake_for_list(export.pk)
            return HttpResponseRedirect(admin_url(self._url_name("change"), export.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": ", ".join([found.title, *(chip.text for chip in found.chips)]),
            "action": {"title": _("Export %(kind)s") % {"kind": downloads.KINDS[kind]}},
            "question": _("This list is long: its file is made in the background. Make it?"),
            "back": f"{asked.path}{as_query(found.state)}",
        }
        return TemplateResponse(request, "bridge/confirm.html", context)

    def row_actions(self, request: HttpRequest, record: ListExport) -> Sequence[RowAction]:
        """Offer the file, and to stop."""
        is_done = record.status == Status.DONE
        file = admin_url(self._url_name("file"), record.pk) if is_done else ""
        return [RowAction(_("Download"), file), *self.record_row_actions(request, record)]

    def sections(self, request: HttpRequest, record: ListExport) -> list[Section]:
        """Return progress and facts."""
        buttons = self.record_buttons(request, record)
        return [
            progress_section(record, url=request.path, buttons=buttons),
            information_section(record),
        ]

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a file; its buttons stand beside its progress, which renews itself."""
        answer = super().change_view(*args, **kwargs)
        if isinstance(answer, TemplateResponse) and answer.context_data:
            answer.context_data["buttons"] = []
        return answer

    def _find(self, request: HttpRequest, object_id: str) -> Any:
        """Return the record, or None; that of somebody else is refused."""
        found = super()._find(request, object_id)
        number = str(object_id)
        is_there = number.isdecimal() and ListExport.objects.filter(pk=int(number)).exists()
        if found is None and is_there:
            raise PermissionDenied
        return found


def _files(grid: str, query: str) -> Iterator[tuple[str, str]]:
    """Return where a long list's files are asked for."""
    for kind, title in downloads.KINDS.items():
        url = reverse("admin:file_transfer_listexport_make", args=[grid, kind])
        yield title, f"{url}?{query}" if query else url


made_in_background(lambda grid, query: list(_files(grid, query)))
follow("file_transfer.listexport", followed_files)
