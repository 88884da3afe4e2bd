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
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
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
    live,
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
# States as open pages know them (console/live.py): they are compared, not shown.
DONE, OPEN = "Processed", "Pending"
_BODIES = {"request": "request_body", "response": "response_body"}


def _processed(request: Request) -> Any:
    """Return when a request was processed; that of a message that waits is followed by the page."""
    at = request.processed_at
    cell = time_cell(at) or badge(PENDING, "warning")
    if request.type != RequestType.IMPORT:
        return cell
    return live(cell, f"imports.importrequest:{request.pk}", DONE if at else OPEN, waits=not at)


class RequestAdmin(RecordAdmin):
    """A list of messages, and the page of one message."""

    numbered_title = gettext_lazy("Request #%(number)s")
    missing_text = gettext_lazy("This request no longer exists.")
    list_display: Sequence[Any] = (
        "request_id",
        "processed",
        "entity",
        "operation",
        "created",
        "waiting_reason",
        "action_links",
    )
    more_columns = ("number", "lines_text", "tries", "received_by")
    list_display_links = ("request_id",)
    row_record_actions = ("process",)
    search_fields = ("message_id__startswith",)
    search_help_text = gettext_lazy("Request ID begins with…")
    report_title = gettext_lazy("View Report")
    reports: Mapping[Entity, str] = {}
    line_columns = (
        gettext_lazy("Sequence ID"),
        gettext_lazy("Request Data"),
        gettext_lazy("Processed"),
    )

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
        gettext_lazy("Request ID"),
        lambda request: request.message_id or _("(no id) %(number)s") % {"number": request.pk},
        ordering="message_number",
    )
    lines_text = column(gettext_lazy("Lines"), "line_count", number_cell)
    number = column("ID", "pk", number_cell, ordering="id")
    tries = column(gettext_lazy("Attempts"), "attempts", number_cell)
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    processed = column(
        gettext_lazy("Processed"),
        _processed,
        ordering="processed_at",
    )
    # Why a request still waits: who works on it, or what went wrong.
    waiting_reason = column(gettext_lazy("Waiting for"), why_message_waits)

    def row_actions(self, request: HttpRequest, record: Request) -> list[RowAction]:
        """Offer the request, what can be done to it, and its report."""
        view = RowAction(_("View Request"), admin_url(self._url_name("change"), record.pk))
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
        return self.numbered_title % {"number": record.message_id or record.pk}

    def buttons(self, request: HttpRequest, record: Request) -> list[Button]:
        """Offer the report, where there is one and the right to see it."""
        url = self.report_url(request, record)
        return [Button(self.report_title, url, "lab_profile")] if url else []

    def report_url(self, request: HttpRequest, record: Request) -> str:
        """Return the address of the report on this request, or ""."""
        return ""

    def sections(self, request: HttpRequest, record: Request) -> list[Section]:
        """Return the four tabs of the guide, what came of the message, and what was tried."""
        return [
            self._information(record),
            self._lines(request, record),
            self.effect(request, record),
            self.attempts(record),
            self._body("request", _("Request Body"), _("Request Unavailable"), record),
            self._body("response", _("Response Body"), _("Response Unavailable"), record),
        ]

    def effect(self, request: HttpRequest, record: Request) -> Section:
        """Return the tab "What It Changed"."""
        raise NotImplementedError

    def attempts(self, record: Request) -> Section:
        """Return the tab "Attempts"."""
        raise NotImplementedError

    def information(self, record: Request) -> list[tuple[str, Any]]:
        """Return the facts of the Information tab."""
        return [
            (_("Request ID"), record.message_id),
            (_("Entity"), record.get_entity_display()),
            (_("Operation"), record.get_operation_display()),
            (_("Lines"), number_text(record.line_count)),
            (_("Created"), time_cell(record.created_at)),
            (_("Processed"), time_cell(record.processed_at, empty=PENDING)),
            (_("Received from"), record.received_by),
            (_("Correlation ID"), record.correlation_id),
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
            raise Http404(_("There is no such body."))
        answer = HttpResponse(raw_body(bytes(body)), content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{which}-{record.pk}.txt"'
        return answer

    def _information(self, record: Request) -> Section:
        details = Card(_("Request Details"), self.information(record))
        if record.processed_at:
            return cards("information", _("Information"), details)
        waiting = [
            (_("Waiting for"), why_message_waits(record)),
            (_("Attempts"), record.attempts),
            (_("Next try"), time_cell(record.retry_at)),
            (_("Last error"), record.last_error),
        ]
        return cards("information", _("Information"), details, Card(_("Waiting"), waiting))

    def _lines(self, http: HttpRequest, record: Request) -> Section:
        asked = asked_of(http)
        page = page_of_lines(http, self._found_lines(record, asked), asked)
        empty = _("No line matches.") if asked.search else _("This request has no lines.")
        return lines_section(
            _("Request Lines"),
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
            raise Http404(_("There is no such file."))
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
            "raw_title": _raw_title((which == "request") == _came_in(record)),
            "full_url": admin_url(self._url_name("body"), record.pk, which),
        }
        return Section(f"{which}-body", title, "bridge/body.html", context)


def as_json(line: Any) -> str:
    """Return a stored line as text."""
    return orjson.dumps(line).decode()


def _raw_title(is_received: bool) -> str:
    return _("As received") if is_received else _("As sent")


def _came_in(record: Request) -> bool:
    """Tell whether OrderFlow called us: its messages and its fetches."""
    return record.type == RequestType.IMPORT or record.operation == Operation.EXPORT
