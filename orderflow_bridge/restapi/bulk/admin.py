"""Data → Bulk Calls: what was asked for by bulk REST calls, what failed, and another try."""

import orjson
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.text import Truncator

from orderflow_bridge.console.actions import RecordAction
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.columns import column
from orderflow_bridge.console.grids.filters import Choices, DateRange
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.pages import (
    Card,
    Section,
    Table,
    admin_url,
    badge,
    cards,
    link,
    page_of,
    paged_table,
    time_cell,
)
from orderflow_bridge.restapi.bulk.models import Bulk, OperationStatus
from orderflow_bridge.restapi.bulk.selectors import failed_operations, why_bulk_waits
from orderflow_bridge.restapi.bulk.services import requeue_failures
from orderflow_bridge.restapi.bulk.topics import KINDS

_LINES = 50
_LONGEST_PARAMETERS = 400


def requeue(request: HttpRequest, bulk: Bulk) -> None:
    """Put the failed operations into a new bulk call."""
    again = requeue_failures(bulk, by=request.user.get_username())
    if again is None:
        messages.info(request, "Nothing of this call has failed.")
        return
    messages.success(
        request,
        f"{again.operation_count:,} failed operation(s) have been requeued. They are carried out"
        " within a minute.",
    )


REQUEUE = RecordAction(
    slug="requeue",
    title="Requeue Failures",
    question="Are you sure you wish to try the failed operations again?",
    run=requeue,
    is_offered=lambda bulk: bool(bulk.failed and bulk.finished_at),
    icon="replay",
)


def _title(kind: str) -> str:
    return kind.replace("_", " ").capitalize()


@admin.register(Bulk)
class BulkAdmin(RecordAdmin):
    """Data → Bulk Calls."""

    missing_text = "This bulk call no longer exists: the log cleaning has deleted it."
    list_display = (
        "number",
        "kind_title",
        "username",
        "operation_count",
        "completed",
        "failures",
        "created",
        "finished",
    )
    list_display_links = ("number",)
    act_right = "bulk.requeue_bulk"
    filters = (
        Choices("kind", "What", choices=[(name, _title(name)) for name in KINDS]),
        DateRange("created_at", "Created", "created"),
    )
    search_fields = ("uuid__startswith", "username__startswith")
    search_help_text = "UUID or caller begins with…"
    empty_title = "No bulk calls yet"
    empty_text = "Calls of /rest/async/bulk/V1/… are listed here, with what became of them."

    def record_actions(self) -> tuple[RecordAction, ...]:
        """Return requeueing."""
        return (REQUEUE,)

    def record_title(self, record: Bulk) -> str:
        """Return the kind and the UUID."""
        return f"{self.kind_title(record)}, {record.uuid}"

    def sections(self, request: HttpRequest, record: Bulk) -> list[Section]:
        """Return the facts, and the operations that failed."""
        return [self._information(record), self._failures(request, record)]

    number = column("UUID", "uuid", str, ordering="id")
    kind_title = column("What", lambda bulk: _title(bulk.kind), ordering="kind")
    failures = column(
        "Failed",
        lambda bulk: badge(f"{bulk.failed:,}", "danger") if bulk.failed else "0",
        ordering="failed",
    )
    created = column("Created", "created_at", time_cell)
    finished = column(
        "Finished",
        lambda bulk: time_cell(bulk.finished_at, empty="Waiting"),
        ordering="finished_at",
    )

    def _information(self, record: Bulk) -> Section:
        waiting = record.operation_count - record.completed - record.failed
        facts = [
            ("UUID", str(record.uuid)),
            ("Topic", record.topic),
            ("Called by", record.username),
            ("Operations", f"{record.operation_count:,}"),
            ("Completed", f"{record.completed:,}"),
            ("Failed", f"{record.failed:,}"),
            ("Waiting", f"{waiting:,}"),
            ("Created", time_cell(record.created_at)),
            ("Finished", time_cell(record.finished_at)),
            ("Waiting for", why_bulk_waits(record)),
            ("Last error", record.last_error),
        ]
        if record.requeued_from_id:
            url = admin_url(self._url_name("change"), record.requeued_from_id)
            facts.append(("Requeued from", link("Bulk call", url)))
        return cards("information", "Information", Card("Bulk Call", facts))

    def _failures(self, request: HttpRequest, record: Bulk) -> Section:
        search = request.GET.get("q", "").strip()
        found = [
            each
            for each in failed_operations(record)
            if not search or search.casefold() in f"{each.number} {each.message}".casefold()
        ]
        page = page_of(request, CappedPaginator(found, _LINES))
        rows = [
            (
                f"{each.number:,}",
                OperationStatus(each.status).label,
                each.message,
                Truncator(orjson.dumps(each.parameters).decode()).chars(_LONGEST_PARAMETERS),
            )
            for each in page.object_list
        ]
        table = Table(
            ("Operation", "Status", "Message", "Parameters"),
            rows,
            empty="No operation matches." if search else "No operation has failed.",
        )
        return paged_table(
            "failures", "Failures", table, page, search=search, search_label="Search failures"
        )
