"""The list and the page that import and export requests have in common (F118, F119, F128).

They are registered upstairs, by `imports` and `exports`, as proxies.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from orderflow_bridge.common.admin import RecordAdmin
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.grids.cells import figure
from orderflow_bridge.common.grids.filters import yes_or_no
from orderflow_bridge.common.grids.ranges import DateRange, NumberRange
from orderflow_bridge.common.grids.row_actions import RowAction
from orderflow_bridge.common.mass_deeds import MassDeed, Tally
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


STATE = yes_or_no(
    "processed_at",
    "State",
    "processed",
    yes="Processed",
    no=PENDING,
    match=lambda: Q(processed_at__isnull=False),
)
NUMBERS = (
    NumberRange("message_number", "Message ID"),
    NumberRange("line_count", "Lines"),
)
TIMES = (
    DateRange("created_at", "Created", "created"),
    DateRange("processed_at", "Processed", "processed_at"),
)


def tell_processed(http: HttpRequest, tally: Tally) -> None:
    """Tell how many of the selected requests were really processed (F131, B-48)."""
    messages.success(http, f"A total of {tally.done} request(s) have been processed.")
    if tally.left:
        left = f"{tally.left} of the selected request(s) were not processed"
        messages.info(http, f"{left}: they had been processed before, or could not be.")


def process_all(run: Callable[[HttpRequest, Sequence[int]], int]) -> MassDeed:
    """Return the mass action of F118."""
    question = "Are you sure you wish to process the selected requests?"
    return MassDeed("Process All Requests", question, run, tell_processed, step=50)


class RequestAdmin(RecordAdmin):
    """A list of messages, and the page of one message."""

    missing_text = "This request no longer exists."
    list_display: Sequence[Any] = (
        "request_id",
        "entity",
        "operation",
        "created",
        "processed",
        "waiting_reason",
        "action_links",
    )
    more_columns = ("number", "lines_text", "tries", "received_by")
    list_display_links = ("request_id",)
    row_deeds = ("process",)
    search_fields = ("message_id__startswith",)
    search_help_text = "Request ID begins with…"
    report_title = "View Report"
    reports: Mapping[Entity, str] = {}
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
        return figure(request.line_count)

    @admin.display(description="ID", ordering="id")
    def number(self, request: Request) -> str:
        """Show the row's number."""
        return figure(request.pk)

    @admin.display(description="Attempts", ordering="attempts")
    def tries(self, request: Request) -> str:
        """Show how often it was tried."""
        return figure(request.attempts)

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

    def row_actions(self, request: HttpRequest, record: Request) -> list[RowAction]:
        """Offer the request, what can be done to it, and its report."""
        view = RowAction("View Request", admin_url(self._url_name("change"), record.pk))
        return [view, *self.deed_actions(request, record), *self._report_action(request, record)]

    def _report_action(self, request: HttpRequest, record: Request) -> list[RowAction]:
        model_name = self.reports.get(Entity(record.entity), "")
        if not record.processed_at:
            return []
        url = admin_url(f"{self.opts.app_label}_{model_name}_of_request", record.pk)
        return [RowAction(self.report_title, url)]

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
