"""Data → Files: what was uploaded, how far it is, and the ways in and out."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.live import by_status, follow
from orderflow_bridge.console.pages import Section, admin_url, live_status, time_cell
from orderflow_bridge.file_transfer.file_page import (
    CANCEL,
    CONFIRM,
    IMPORT_TITLES,
    STATUS_TONES,
    count_text,
    information_section,
    may_export,
    may_import,
    progress_section,
    rows_section,
)
from orderflow_bridge.file_transfer.list_export_admin import ListExportAdmin as ListExportAdmin
from orderflow_bridge.file_transfer.models import Change, FileImport, Kind
from orderflow_bridge.file_transfer.storage import FileTooLarge, contents, store_file
from orderflow_bridge.file_transfer.tasks import wake
from orderflow_bridge.file_transfer.writing import columns_of, export_chunks
from orderflow_bridge.stores.models import Website

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(forms.Form):
    """A file, and where its rows belong that name no website."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
            "missing": gettext_lazy("Choose a file."),
        },
    )
    website = forms.ModelChoiceField(
        queryset=Website.objects.all(),
        required=False,
        empty_label=gettext_lazy("The default website"),
        label=gettext_lazy("Website for rows that name none"),
    )
    is_enclosed = forms.BooleanField(
        required=False,
        label=gettext_lazy("Fields Enclosure"),
        help_text=gettext_lazy(
            "Product files: each value of additional_attributes is in quotes, as in"
            ' color="red",size="S,L".'
        ),
    )


class FileLink(NamedTuple):
    """A link on the list's page: a way in or out."""

    title: str
    url: str
    icon: str
    is_download: bool = False


@admin.register(FileImport)
class FileImportAdmin(RecordAdmin):
    """Data → Files."""

    missing_text = gettext_lazy("This file no longer exists: the log cleaning has deleted it.")
    list_display = ("file_name", "state", "kind", "uploaded", "username", "summary")
    list_display_links = ("file_name",)
    filters = (
        Choices("kind", gettext_lazy("Kind"), choices=Kind.choices),
        Choices("status", gettext_lazy("Status"), choices=FileImport.Status.choices),
        DateRange("created_at", gettext_lazy("Uploaded"), "uploaded"),
    )
    search_fields = ("file_name__startswith",)
    search_help_text = gettext_lazy("File name begins with…")
    list_before_template = "admin/file_transfer/fileimport/links.html"
    empty_title = gettext_lazy("No file has been uploaded yet")
    empty_text = gettext_lazy(
        "Choose what to import above. A file is checked first, and imported when you agree."
    )

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Return confirming and stopping."""
        return (CONFIRM, CANCEL)

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Allow actions to whoever may import something; the action looks at the file's kind."""
        return any(may_import(request, kind) for kind in Kind.values)

    def get_urls(self) -> list[URLPattern]:
        """Add upload, export and download."""
        added = [
            path(
                "upload/<str:kind>/", self._wrapped(self.upload_view), name=self._url_name("upload")
            ),
            path(
                "export/<str:kind>.<str:format>",
                self._wrapped(self.export_view),
                name=self._url_name("export"),
            ),
            path("<int:pk>/file/", self._wrapped(self.file_view), name=self._url_name("file")),
        ]
        return added + list(super().get_urls())

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the endpoints above the list."""
        links = [
            (kind.label, found) for kind in Kind if (found := list(self._links(request, kind)))
        ]
        page: HttpResponse = super().changelist_view(
            request, {"links_of_files": links, **(extra_context or {})}
        )
        return page

    def upload_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """Take a file (POST) and lead to its page."""
        if kind not in Kind.values:
            raise Http404(_("There is no such kind of file."))
        if not may_import(request, kind):
            raise PermissionDenied
        is_post = request.method == "POST"
        form = UploadForm(request.POST, request.FILES) if is_post else UploadForm()
        if form.is_valid():
            try:
                stored = self._store(request, Kind(kind), form)
            except FileTooLarge as error:
                form.add_error("file", _(str(error)))
            else:
                return HttpResponseRedirect(admin_url(self._url_name("change"), stored.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": IMPORT_TITLES[Kind(kind)],
            "form": form,
            "columns": columns_of(kind),
            "back": admin_url(self._url_name("changelist")),
        }
        return TemplateResponse(request, "bridge/file_upload.html", context)

    def export_view(self, request: HttpRequest, kind: str, format: str) -> HttpResponseBase:
        """Send a file of everything, as it is read."""
        if kind not in Kind.values or format not in _TYPES:
            raise Http404(_("There is no such export."))
        if not may_export(request, kind):
            raise PermissionDenied
        answer = StreamingHttpResponse(
            export_chunks(kind, format=format), content_type=_TYPES[format]
        )
        name = f"{kind}-{timezone.localtime():%Y%m%d-%H%M}.{format}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send an uploaded file as it came."""
        record = FileImport.objects.filter(pk=pk).first()
        if record is None:
            raise Http404(_("There is no such file."))
        if not may_import(request, record.kind):
            raise PermissionDenied
        answer = StreamingHttpResponse(contents(record), content_type="application/octet-stream")
        answer["Content-Disposition"] = f'attachment; filename="file-{record.pk}.bin"'
        return answer

    def record_title(self, record: FileImport) -> str:
        """Return the file's name."""
        return f"{record.get_kind_display()}: {record.file_name}"

    def sections(self, request: HttpRequest, record: FileImport) -> list[Section]:
        """Return progress, rows and facts."""
        return [
            progress_section(
                record, url=request.path, buttons=self.record_buttons(request, record)
            ),
            rows_section(request, record),
            information_section(
                record,
                download_url=admin_url(self._url_name("file"), record.pk)
                if may_import(request, record.kind)
                else "",
            ),
        ]

    def change_view(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a file; its buttons stand beside its progress, which renews itself."""
        answer = super().change_view(*args, **kwargs)
        if isinstance(answer, TemplateResponse) and answer.context_data:
            answer.context_data["buttons"] = []
        return answer

    state = column(
        gettext_lazy("Status"),
        lambda record: live_status(
            record, STATUS_TONES, FileImport.Status.CHECKING, FileImport.Status.IMPORTING
        ),
        ordering="status",
    )
    uploaded = column(gettext_lazy("Uploaded"), "created_at", time_cell)
    summary = column(
        gettext_lazy("Rows"),
        lambda record: ", ".join(
            count_text(change, count)
            for change in Change
            if (count := record.counts.get(str(int(change)), 0))
        ),
    )

    def _store(self, request: HttpRequest, kind: Kind, form: UploadForm) -> FileImport:
        """Store the upload, wake a worker, and note who did it."""
        file = form.cleaned_data["file"]
        stored = store_file(
            kind,
            file.name,
            file.chunks(),
            website=form.cleaned_data["website"],
            is_enclosed=form.cleaned_data["is_enclosed"],
            username=request.user.get_username(),
        )
        self.log_addition(
            request, stored, f"{kind.value.title()}: {stored.file_name} was uploaded."
        )
        wake(stored.pk)
        said = _("The file was uploaded and is being checked. Nothing changes yet.")
        messages.info(request, said)
        return stored

    def _links(self, request: HttpRequest, kind: Kind) -> Sequence[FileLink]:
        links = []
        if may_import(request, kind):
            url = admin_url(self._url_name("upload"), kind)
            links.append(FileLink(IMPORT_TITLES[kind], url, "upload_file"))
        if may_export(request, kind):
            for format, title in (("csv", _("Export CSV")), ("xlsx", _("Export Excel"))):
                url = admin_url(self._url_name("export"), kind, format)
                links.append(FileLink(title, url, "download", is_download=True))
        return links


follow("file_transfer.fileimport", by_status)
