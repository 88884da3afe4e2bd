"""The list and the page that import and export reports have in common."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Result
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.actions import RecordAction, ask_about, is_confirmed
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.downloads import KINDS
from orderflow_bridge.console.grids.filters import NumberRange, yes_or_no
from orderflow_bridge.console.list_on_page import file_of
from orderflow_bridge.console.pages import (
    RESULT_TONES,
    Button,
    Card,
    Section,
    admin_url,
    badge,
    cards,
    link,
    time_cell,
)
from orderflow_bridge.request_queue.history import History, HistoryLine
from orderflow_bridge.request_queue.report_lines import (
    CHOSEN,
    ReportLines,
    has_failures,
    lines_tab,
    requeue_question,
)

ALL_QUESTION = gettext_lazy(
    "Are you sure you wish to requeue all failed lines of the selected reports?"
)


FAILURES = yes_or_no(
    "failures",
    gettext_lazy("Failures"),
    "failed",
    yes=gettext_lazy("With failures"),
    no=gettext_lazy("Without failures"),
    match=lambda: Q(failures__gt=0),
)
COUNTERS = (
    NumberRange("successes", gettext_lazy("Successes")),
    NumberRange("duplicates", gettext_lazy("Duplicates")),
    NumberRange("superseded", gettext_lazy("Superseded")),
    NumberRange("failures", gettext_lazy("Failures"), "failure_count"),
)


def result_badge(line: HistoryLine) -> SafeString:
    """Return a line's result as a coloured label."""
    return badge(line.get_result_display(), RESULT_TONES.get(line.result, ""))


class ReportAdmin(RecordAdmin):
    """A list of reports, and the page of one report with its lines."""

    number_label = "ID"
    numbered_title = gettext_lazy("Report #%(number)s")
    details_title = gettext_lazy("Report Details")
    request_page = ""
    view_title = gettext_lazy("View")
    row_record_actions: Sequence[str] = ("requeue",)
    list_display_links: Sequence[str] = ()
    search_fields = ("message_id__startswith",)
    search_help_text = gettext_lazy("Message ID begins with…")
    lines_title = gettext_lazy("Lines")
    lines_class: type[ReportLines]
    requeue_right = ""
    actions: Sequence[str] = ("requeue_selected",)

    def requeue(self, request: HttpRequest, record: Any) -> None:
        """Give the failed lines that were chosen another try, and say what became of it."""
        raise NotImplementedError

    def requeue_many(self, request: HttpRequest, reports: QuerySet[Any]) -> None:
        """Give all failed lines of these reports another try, and say what became of it."""
        raise NotImplementedError

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        """Allow to requeue lines of many reports to whoever may do it in one."""
        return bool(request.user.has_perm(self.requeue_right))

    @admin.action(description=gettext_lazy("Requeue Failed Lines"), permissions=["requeue"])
    def requeue_selected(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Ask, then requeue the failed lines of the selection, or of all of a filter."""
        if not is_confirmed(request):
            return ask_about(
                self, request, queryset, title=_("Requeue Failed Lines"), question=ALL_QUESTION
            )
        self.requeue_many(request, queryset.filter(failures__gt=0))
        return None

    def preview_requeue(self, request: HttpRequest, record: Any) -> list[Section]:
        """Return what the question about requeueing shows of what it would change."""
        return []

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Offer to requeue failed lines."""
        return (
            RecordAction(
                "requeue",
                _("Requeue Failed Lines"),
                requeue_question,
                self.requeue,
                has_failures,
                "replay",
                right=self.requeue_right,
                keeps=(CHOSEN,),
                preview=self.preview_requeue,
            ),
        )

    def explanation(self, record: Any) -> dict[str, Any]:
        """Return what stands below the lines: a template, and what it needs."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        """Add an address that finds the report on a given request, and one for the lines' file."""
        file = path(
            "<path:object_id>/lines/<str:kind>/",
            self._wrapped(self.lines_view),
            name=self._url_name("lines"),
        )
        view = path(
            "of-request/<int:request_id>/",
            self._wrapped(self.of_request_view),
            name=self._url_name("of_request"),
        )
        return [view, file, *super().get_urls()]

    success_count = column(gettext_lazy("Successes"), "successes", number_cell)
    duplicate_count = column(gettext_lazy("Duplicates"), "duplicates", number_cell)
    superseded_count = column(gettext_lazy("Superseded"), "superseded", number_cell)

    @admin.display(description=gettext_lazy("Failures"), ordering="failures")
    def failure_count(self, record: History) -> str | SafeString:
        """Show failures in red."""
        count = number_cell(record.failures)
        return badge(count, "danger") if record.failures else count

    processed = column(gettext_lazy("Processed"), "created_at", time_cell)

    def row_actions(self, request: HttpRequest, record: Any) -> list[RowAction]:
        """Offer the report, the request behind it, and to requeue what failed."""
        return [
            RowAction(self.view_title, admin_url(self._url_name("change"), record.pk)),
            RowAction(_("View Processed Request"), self._request_url(record.request_id)),
            *self.record_row_actions(request, record),
        ]

    def record_title(self, record: History) -> str:
        """Return "Inventory Import #71": the message's number, not the row's."""
        return self.numbered_title % {"number": record.message_id or record.pk}

    def opened(self, request: HttpRequest, record: Any) -> None:
        """Stamp that somebody has seen the report."""
        type(record)._default_manager.filter(pk=record.pk).update(viewed_at=timezone.now())

    def buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Offer the request, while it exists."""
        url = self._request_url(record.request_id)
        return [Button(_("View Processed Request"), url, "mail")] if url else []

    def sections(self, request: HttpRequest, record: Any) -> list[Section]:
        """Return the two tabs of the guide."""
        details = Card(self.details_title, self.facts(record))
        return [cards("information", _("Information"), details), self._lines(request, record)]

    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """Return the facts of the Information tab; the counters lead to their lines."""
        return [
            (self.number_label, record.pk),
            (_("Message ID"), record.message_id),
            (_("Operation"), self.operation_text(record)),
            (_("Successes"), link(record.successes, f"?result={Result.SUCCESS}#lines")),
            (_("Duplicates"), link(record.duplicates, f"?result={Result.DUPLICATE}#lines")),
            (_("Superseded"), link(record.superseded, f"?result={Result.SUPERSEDED}#lines")),
            (_("Failures"), link(record.failures, f"?result={Result.FAILURE}#lines")),
            (_("Processed"), time_cell(record.created_at)),
        ]

    operation_text = column(
        gettext_lazy("Operation"),
        lambda record: str(record.get_operation_display()),
        ordering="operation",
    )

    def first_tab(self, record: Any) -> str:
        """Open the lines first: they are what one comes for."""
        return "lines"

    def of_request_view(self, request: HttpRequest, request_id: int) -> HttpResponse:
        """Go to the report on a request; say so when there is none."""
        found = self.get_queryset(request).filter(request=request_id).order_by("-id").first()
        if found is None:
            return self._gone(request)
        return HttpResponseRedirect(admin_url(self._url_name("change"), found.pk))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show a report, with the list of its lines."""
        context = {**(extra_context or {}), "has_grid": True}
        return super().change_view(request, object_id, form_url, context)

    def lines_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponseBase:
        """Send the lines as a file: the columns, search and filters of the page, all its pages."""
        if kind not in KINDS:
            raise Http404(_("There is no such file."))
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        lines = self._lines_of(record, can_choose=False)
        return file_of(request, lines, kind, self.record_title(record))

    def _lines(self, request: HttpRequest, record: Any) -> Section:
        requeue = self._chooser(request, record)
        lines = self._lines_of(record, can_choose=requeue is not None)
        section = lines_tab(request, self.lines_title, lines, requeue)
        section.context.update(self.explanation(record))
        return section

    def _lines_of(self, record: Any, *, can_choose: bool) -> ReportLines:
        return self.lines_class(record, file_page=self._url_name("lines"), can_choose=can_choose)

    def _chooser(self, request: HttpRequest, record: Any) -> Button | None:
        """Return the button below lines of which some may be chosen, and none elsewhere."""
        record_action = self.record_actions()[0]
        if not (record_action.is_offered(record) and self.may(request, record_action)):
            return None
        url = admin_url(self._url_name(record_action.slug), record.pk)
        return Button(_("Requeue Chosen Lines"), url, record_action.icon)

    def _request_url(self, request_id: int | None) -> str:
        return admin_url(f"{self.request_page}_change", request_id) if request_id else ""
