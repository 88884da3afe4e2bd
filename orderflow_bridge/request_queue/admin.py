"""The list and the page that import and export requests have in common (F118, F119, F128).

They are registered upstairs, by `imports` and `exports`, as proxies.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.contrib.filters.admin import RangeDateTimeFilter

from orderflow_bridge.common.admin import RecordAdmin
from orderflow_bridge.common.choices import Operation, RequestType
from orderflow_bridge.common.pages import (
    PENDING,
    Button,
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    moment,
    moment_text,
    page_of,
    paged_table,
)
from orderflow_bridge.common.paging import CappedPaginator
from orderflow_bridge.common.xml import pretty_body, raw_body
from orderflow_bridge.request_queue.models import Request

LINES_PER_PAGE = 50
CHARACTERS_SHOWN = 20_000
_BODIES = {"request": "request_body", "response": "response_body"}


def waiting_reason(request: Request) -> str:
    """Say why a request still waits: who works on it, or what went wrong at the last try."""
    now = timezone.now()
    if request.processed_at:
        return ""
    if request.claimed_until and request.claimed_until > now:
        return "Being processed now"
    if request.last_error:
        again = f" (next try {moment_text(request.retry_at)})" if request.retry_at else ""
        return f"{Truncator(request.last_error).chars(120)}{again}"
    return "The next run of its job"


class ProcessedFilter(admin.SimpleListFilter):
    """Requests that wait, and requests that are done."""

    title = "processed"
    parameter_name = "processed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> tuple[tuple[str, str], ...]:
        """Return the two choices."""
        return (("no", PENDING), ("yes", "Processed"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Request]) -> QuerySet[Request]:
        """Narrow the list."""
        if self.value() in ("yes", "no"):
            return queryset.filter(processed_at__isnull=self.value() == "no")
        return queryset


class RequestAdmin(RecordAdmin):
    """A list of messages, and the page of one message."""

    missing_text = "This request no longer exists."
    list_display: Sequence[Any] = (
        "request_id",
        "entity",
        "operation",
        "lines_text",
        "created",
        "processed",
        "waiting_reason",
    )
    list_display_links = ("request_id",)
    list_filter: Sequence[Any] = (ProcessedFilter, ("created_at", RangeDateTimeFilter))
    search_fields = ("message_id__startswith",)
    search_help_text = "Request ID begins with…"
    report_title = "View Report"
    line_columns = ("Sequence ID", "Request Data", "Processed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Leave the bodies and lines out of the list: they may be megabytes."""
        return super().get_queryset(request).defer("request_body", "response_body", "lines")

    def record_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return requests whole."""
        return super().get_queryset(request)

    def get_urls(self) -> list[URLPattern]:
        """Add the download of a whole body."""
        body = path(
            "<path:object_id>/body/<str:which>/",
            self._wrapped(self.body_view),
            name=self._url_name("body"),
        )
        return [body, *super().get_urls()]

    @admin.display(description="Request ID", ordering="message_number")
    def request_id(self, request: Request) -> str:
        """Show OrderFlow's number; a message without one is known by ours."""
        return request.message_id or f"(no id) {request.pk}"

    @admin.display(description="Lines", ordering="line_count")
    def lines_text(self, request: Request) -> str:
        """Show the number of lines."""
        return str(request.line_count)

    @admin.display(description="Created", ordering="created_at")
    def created(self, request: Request) -> str:
        """Show when it came."""
        return moment(request.created_at)

    @admin.display(description="Processed", ordering="processed_at")
    def processed(self, request: Request) -> str | SafeString:
        """Show when it was processed, or Pending."""
        return moment(request.processed_at) or badge(PENDING, "warning")

    @admin.display(description="Waiting for")
    def waiting_reason(self, request: Request) -> str:
        """Say why a request still waits: who works on it, or what went wrong."""
        return waiting_reason(request)

    def record_title(self, record: Request) -> str:
        """Return "Import Request #71"."""
        return f"{self.opts.verbose_name.title()} #{record.message_id or record.pk}"

    def buttons(self, request: HttpRequest, record: Request) -> list[Button]:
        """Offer the report, where there is one and the right to see it."""
        url = self.report_url(request, record)
        return [Button(self.report_title, url, "lab_profile")] if url else []

    def report_url(self, request: HttpRequest, record: Request) -> str:
        """Return the address of the report on this request, or ""."""
        return ""

    def sections(self, request: HttpRequest, record: Request) -> list[Section]:
        """Return the four tabs of the guide, and what came of the message."""
        return [
            self._information(record),
            self._lines(request, record),
            self.effect(request, record),
            self._body("request", "Request Body", "Request Unavailable", record),
            self._body("response", "Response Body", "Response Unavailable", record),
        ]

    def effect(self, request: HttpRequest, record: Request) -> Section:
        """Return the tab "What It Changed"."""
        raise NotImplementedError

    def information(self, record: Request) -> list[tuple[str, Any]]:
        """Return the facts of the Information tab."""
        return [
            ("Request ID", record.message_id),
            ("Entity", record.get_entity_display()),
            ("Operation", record.get_operation_display()),
            ("Lines", f"{record.line_count:,}"),
            ("Created", moment(record.created_at)),
            ("Processed", moment(record.processed_at, empty=PENDING)),
            ("Received from", record.received_by),
        ]

    def line_row(self, line: Any, record: Request) -> tuple[Any, Any]:
        """Return sequence id and data of one stored line."""
        return "", line

    def body_view(self, http: HttpRequest, object_id: str, which: str) -> HttpResponse:
        """Send a whole body as a text file, secrets masked."""
        if not self.has_view_permission(http):
            raise PermissionDenied
        record = self._find(http, object_id)
        body = getattr(record, _BODIES.get(which, ""), None)
        if not body:
            raise Http404("There is no such body.")
        answer = HttpResponse(raw_body(bytes(body)), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{which}-{record.pk}.txt"'
        return answer

    def _information(self, record: Request) -> Section:
        details = Card("Request Details", self.information(record))
        if record.processed_at:
            return cards("information", "Information", details)
        waiting = [
            ("Waiting for", waiting_reason(record)),
            ("Attempts", record.attempts),
            ("Next try", moment(record.retry_at)),
            ("Last error", record.last_error),
        ]
        return cards("information", "Information", details, Card("Waiting", waiting))

    def _lines(self, http: HttpRequest, record: Request) -> Section:
        search = http.GET.get("q", "").strip()
        rows = [self.line_row(line, record) for line in record.lines]
        found = [
            (sequence, orjson.dumps(data).decode())
            for sequence, data in rows
            if not search or search.casefold() in f"{sequence} {data}".casefold()
        ]
        page = page_of(http, CappedPaginator(found, LINES_PER_PAGE))
        processed = moment(record.processed_at, empty=PENDING)
        table = Table(
            self.line_columns,
            [(sequence, data, processed) for sequence, data in page.object_list],
            empty="No line matches." if search else "This request has no lines.",
        )
        return paged_table(
            "lines", "Request Lines", table, page, search=search, search_label="Search lines"
        )

    def _body(self, which: str, title: str, unavailable: str, record: Request) -> Section:
        """Show a body formatted and raw; reference.md F49 says what to show when there is none."""
        stored = getattr(record, _BODIES[which])
        if not stored:
            state = unavailable if record.processed_at else PENDING
            return Section(f"{which}-body", title, "bridge/body.html", {"state": state})
        raw = raw_body(bytes(stored))
        pretty = pretty_body(bytes(stored))
        if pretty is None:
            pretty = unavailable if which == "request" else raw
        context = {
            "pretty": pretty[:CHARACTERS_SHOWN],
            "raw": raw[:CHARACTERS_SHOWN],
            "is_cut": max(len(raw), len(pretty)) > CHARACTERS_SHOWN,
            "verb": "received" if (which == "request") == _came_in(record) else "sent",
            "full_url": admin_url(self._url_name("body"), record.pk, which),
        }
        return Section(f"{which}-body", title, "bridge/body.html", context)


def _came_in(record: Request) -> bool:
    """Tell whether OrderFlow called us: its messages and its fetches."""
    return record.type == RequestType.IMPORT or record.operation == Operation.EXPORT
