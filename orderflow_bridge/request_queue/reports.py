"""The list and the page that import and export reports have in common."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString

from orderflow_bridge.common.choices import Result
from orderflow_bridge.console.actions import RecordAction, ask_about, is_confirmed
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.downloads import KINDS
from orderflow_bridge.console.grids.filters import NumberRange, yes_or_no
from orderflow_bridge.console.pages import (
    RESULT_TONES,
    Button,
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    time_cell,
)
from orderflow_bridge.request_queue.choosing import (
    CHOSEN,
    has_failures,
    requeue_question,
    with_choice,
)
from orderflow_bridge.request_queue.history import History, HistoryLine
from orderflow_bridge.request_queue.line_tab import (
    asked_of,
    in_batches,
    lines_file,
    lines_section,
    narrowed,
    page_of_lines,
)

ALL_QUESTION = "Are you sure you wish to requeue all failed lines of the selected reports?"


FAILURES = yes_or_no(
    "failures",
    "Failures",
    "failed",
    yes="With failures",
    no="Without failures",
    match=lambda: Q(failures__gt=0),
)
COUNTERS = (
    NumberRange("successes", "Successes"),
    NumberRange("duplicates", "Duplicates"),
    NumberRange("superseded", "Superseded"),
    NumberRange("failures", "Failures", "failure_count"),
)


def result_badge(line: HistoryLine) -> SafeString:
    """Return a line's result as a coloured label."""
    return badge(line.get_result_display(), RESULT_TONES.get(line.result, ""))


class ReportAdmin(RecordAdmin):
    """A list of reports, and the page of one report with its lines."""

    number_label = "ID"
    request_page = ""
    line_order: Sequence[str] = ("-created_at", "-id")
    view_title = "View"
    row_record_actions: Sequence[str] = ("requeue",)
    list_display_links: Sequence[str] = ()
    search_fields = ("message_id__startswith",)
    search_help_text = "Message ID begins with…"
    lines_title = "Lines"
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

    @admin.action(description="Requeue Failed Lines", permissions=["requeue"])
    def requeue_selected(
        self, request: HttpRequest, queryset: QuerySet[Any]
    ) -> HttpResponse | None:
        """Ask, then requeue the failed lines of the selection, or of all of a filter."""
        if not is_confirmed(request):
            return ask_about(
                self, request, queryset, title="Requeue Failed Lines", question=ALL_QUESTION
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
                "Requeue Failed Lines",
                requeue_question,
                self.requeue,
                has_failures,
                "replay",
                right=self.requeue_right,
                keeps=(CHOSEN,),
                preview=self.preview_requeue,
            ),
        )

    def line_table(self, record: Any, lines: Sequence[Any]) -> Table:
        """Return one page of lines as the guide's table."""
        raise NotImplementedError

    def explanation(self, record: Any, lines: Sequence[Any]) -> dict[str, Any]:
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

    success_count = column("Successes", "successes", number_cell)
    duplicate_count = column("Duplicates", "duplicates", number_cell)
    superseded_count = column("Superseded", "superseded", number_cell)

    @admin.display(description="Failures", ordering="failures")
    def failure_count(self, record: History) -> str | SafeString:
        """Show failures in red."""
        count = number_cell(record.failures)
        return badge(count, "danger") if record.failures else count

    processed = column("Processed", "created_at", time_cell)

    def row_actions(self, request: HttpRequest, record: Any) -> list[RowAction]:
        """Offer the report, the request behind it, and to requeue what failed."""
        return [
            RowAction(self.view_title, admin_url(self._url_name("change"), record.pk)),
            RowAction("View Processed Request", self._request_url(record.request_id)),
            *self.record_row_actions(request, record),
        ]

    def record_title(self, record: History) -> str:
        """Return "Inventory Import #71": the message's number, not the row's."""
        return f"{self.opts.verbose_name.title()} #{record.message_id or record.pk}"

    def opened(self, request: HttpRequest, record: Any) -> None:
        """Stamp that somebody has seen the report."""
        type(record)._default_manager.filter(pk=record.pk).update(viewed_at=timezone.now())

    def buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Offer the request, while it exists."""
        url = self._request_url(record.request_id)
        return [Button("View Processed Request", url, "mail")] if url else []

    def sections(self, request: HttpRequest, record: Any) -> list[Section]:
        """Return the two tabs of the guide."""
        details = Card(f"{self.opts.verbose_name.split()[-1].title()} Details", self.facts(record))
        return [cards("information", "Information", details), self._lines(request, record)]

    def facts(self, record: Any) -> list[tuple[str, Any]]:
        """Return the facts of the Information tab; the counters lead to their lines."""
        return [
            (self.number_label, record.pk),
            ("Message ID", record.message_id),
            ("Operation", self.operation_text(record)),
            ("Successes", link(record.successes, f"?result={Result.SUCCESS}#lines")),
            ("Duplicates", link(record.duplicates, f"?result={Result.DUPLICATE}#lines")),
            ("Superseded", link(record.superseded, f"?result={Result.SUPERSEDED}#lines")),
            ("Failures", link(record.failures, f"?result={Result.FAILURE}#lines")),
            ("Processed", time_cell(record.created_at)),
        ]

    operation_text = column(
        "Operation", lambda record: str(record.get_operation_display()), ordering="operation"
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

    def _lines(self, request: HttpRequest, record: Any) -> Section:
        asked = asked_of(request)
        lines = narrowed(record.lines.order_by(*self.line_order), asked)
        page = page_of_lines(request, lines, asked)
        shown = list(page.object_list)
        for line in shown:
            line.parent = record
        content = self.line_table(record, shown)
        chooser = self._chooser(request, record, shown)
        section = lines_section(
            self.lines_title,
            with_choice(content, shown) if chooser else content,
            page,
            asked,
            file_url=admin_url(self._url_name("lines"), record.pk),
            has_results=True,
        )
        section.context.update(self.explanation(record, shown), chooser=chooser)
        return section

    def lines_view(self, request: HttpRequest, object_id: str, kind: str) -> HttpResponseBase:
        """Send the lines as a file: the columns, search and results of the page, all its pages."""
        if kind not in KINDS:
            raise Http404("There is no such file.")
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self._find(request, object_id)
        if record is None:
            return self._gone(request)
        lines = narrowed(record.lines.order_by(*self.line_order), asked_of(request))
        columns = self.line_table(record, []).columns
        return lines_file(kind, self.record_title(record), columns, self._cells(record, lines))

    def _cells(self, record: Any, lines: QuerySet[Any]) -> Iterator[Sequence[Any]]:
        for batch in in_batches(lines.iterator()):
            for line in batch:
                line.parent = record
            yield from self.line_table(record, batch).rows

    def _chooser(
        self, request: HttpRequest, record: Any, lines: Sequence[HistoryLine]
    ) -> Button | None:
        """Return the button below lines of which some can be chosen, and none elsewhere."""
        record_action = self.record_actions()[0]
        is_offered = record_action.is_offered(record) and self.may(request, record_action)
        if not is_offered or all(line.result != Result.FAILURE for line in lines):
            return None
        url = admin_url(self._url_name(record_action.slug), record.pk)
        return Button("Requeue Chosen Lines", url, record_action.icon)

    def _request_url(self, request_id: int | None) -> str:
        return admin_url(f"{self.request_page}_change", request_id) if request_id else ""
