"""The list and the page that import and export requests have in common.

They are registered upstairs, by `imports` and `exports`, as proxies.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.xml import pretty_body, raw_body
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.downloads import KINDS
from orderflow_bridge.console.pages import (
    PENDING,
    Button,
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    time_cell,
)
from orderflow_bridge.request_queue.line_tab import (
    Asked,
    asked_of,
    lines_file,
    lines_section,
    page_of_lines,
)
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.waiting import why_message_waits

CHARACTERS_SHOWN = 20_000
_BODIES = {"request": "request_body", "response": "response_body"}


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
    row_record_actions = ("process",)
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
        """Add the download of a whole body, and the file of the lines."""
        body = path(
            "<path:object_id>/body/<str:which>/",
            self._wrapped(self.body_view),
            name=self._url_name("body"),
        )
        lines = path(
            "<path:object_id>/lines/<str:kind>/",
            self._wrapped(self.lines_view),
            name=self._url_name("lines"),
        )
        return [body, lines, *super().get_urls()]

    # A message without one is known by ours.
    request_id = column(
        "Request ID",
        lambda request: request.message_id or f"(no id) {request.pk}",
        ordering="message_number",
    )
    lines_text = column("Lines", "line_count", number_cell)
    number = column("ID", "pk", number_cell, ordering="id")
    tries = column("Attempts", "attempts", number_cell)
    created = column("Created", "created_at", time_cell)
    processed = column(
        "Processed",
        lambda request: time_cell(request.processed_at) or badge(PENDING, "warning"),
        ordering="processed_at",
    )
    # Why a request still waits: who works on it, or what went wrong.
    waiting_reason = column("Waiting for", why_message_waits)

    def row_actions(self, request: HttpRequest, record: Request) -> list[RowAction]:
        """Offer the request, what can be done to it, and its report."""
        view = RowAction("View Request", admin_url(self._url_name("change"), record.pk))
        return [
            view,
            *self.record_row_actions(request, record),
            *self._report_action(request, record),
        ]

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
            ("Created", time_cell(record.created_at)),
            ("Processed", time_cell(record.processed_at, empty=PENDING)),
            ("Received from", record.received_by),
            ("Correlation ID", record.correlation_id),
        ]

    def line_row(self, line: Any, record: Request) -> tuple[Any, Any]:
        """Return the first two cells of one stored line."""
        return "", as_json(line)

    def line_rank(self, row: tuple[Any, ...]) -> Any:
        """Return what lines are sorted by; usually they stay as they are stored."""
        return 0

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
            ("Waiting for", why_message_waits(record)),
            ("Attempts", record.attempts),
            ("Next try", time_cell(record.retry_at)),
            ("Last error", record.last_error),
        ]
        return cards("information", "Information", details, Card("Waiting", waiting))

    def _lines(self, http: HttpRequest, record: Request) -> Section:
        asked = asked_of(http)
        page = page_of_lines(http, self._found_lines(record, asked), asked)
        empty = "No line matches." if asked.search else "This request has no lines."
        return lines_section(
            "Request Lines",
            Table(self.line_columns, page.object_list, empty=empty),
            page,
            asked,
            file_url=admin_url(self._url_name("lines"), record.pk),
        )

    def _found_lines(self, record: Request, asked: Asked) -> list[tuple[Any, ...]]:
        """Return the cells of the lines that hold the words asked for."""
        processed = time_cell(record.processed_at, empty=PENDING)
        wanted = asked.search.casefold()
        rows = [self.line_row(line, record) for line in record.lines]
        found = [(*row, processed) for row in rows if wanted in f"{row[0]} {row[1]}".casefold()]
        return sorted(found, key=self.line_rank)

    def lines_view(self, http: HttpRequest, object_id: str, kind: str) -> HttpResponseBase:
        """Send the lines as a file."""
        if kind not in KINDS:
            raise Http404("There is no such file.")
        if not self.has_view_permission(http):
            raise PermissionDenied
        record = self._find(http, object_id)
        if record is None:
            return self._gone(http)
        rows = self._found_lines(record, asked_of(http))
        return lines_file(kind, self.record_title(record), self.line_columns, rows)

    def _body(self, which: str, title: str, unavailable: str, record: Request) -> Section:
        """Show a body formatted and raw, and in words why there is none."""
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


def as_json(line: Any) -> str:
    """Return a stored line as text."""
    return orjson.dumps(line).decode()


def _came_in(record: Request) -> bool:
    """Tell whether OrderFlow called us: its messages and its fetches."""
    return record.type == RequestType.IMPORT or record.operation == Operation.EXPORT
