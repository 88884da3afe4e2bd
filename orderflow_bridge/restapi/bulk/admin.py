"""Data → Bulk Calls: what was asked for by bulk REST calls, what failed, and another try."""

import orjson
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.common.translation import gettext_lazy
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
        messages.info(request, _("Nothing of this call has failed."))
        return
    messages.success(
        request,
        _("%(count)s failed operation(s) have been requeued. They are carried out within a minute.")
        % {"count": number_text(again.operation_count)},
    )


REQUEUE = RecordAction(
    slug="requeue",
    title=gettext_lazy("Requeue Failures"),
    question=gettext_lazy("Are you sure you wish to try the failed operations again?"),
    run=requeue,
    is_offered=lambda bulk: bool(bulk.failed and bulk.finished_at),
    icon="replay",
)


_TITLES = {
    "source_items": gettext_lazy("Source items"),
    "source_items_delete": gettext_lazy("Source items delete"),
    "orders": gettext_lazy("Orders"),
    "shipments": gettext_lazy("Shipments"),
    "order_comments": gettext_lazy("Order comments"),
    "products": gettext_lazy("Products"),
    "products_by_sku": gettext_lazy("Products by sku"),
    "products_delete": gettext_lazy("Products delete"),
    "base_prices": gettext_lazy("Base prices"),
    "special_prices": gettext_lazy("Special prices"),
    "special_prices_delete": gettext_lazy("Special prices delete"),
    "tier_prices": gettext_lazy("Tier prices"),
    "tier_prices_replace": gettext_lazy("Tier prices replace"),
    "tier_prices_delete": gettext_lazy("Tier prices delete"),
}


def _title(kind: str) -> str:
    return _TITLES.get(kind, kind)


@admin.register(Bulk)
class BulkAdmin(RecordAdmin):
    """Data → Bulk Calls."""

    missing_text = gettext_lazy("This bulk call no longer exists: the log cleaning has deleted it.")
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
        Choices("kind", gettext_lazy("What"), choices=[(name, _title(name)) for name in KINDS]),
        DateRange("created_at", gettext_lazy("Created"), "created"),
    )
    search_fields = ("uuid__startswith", "username__startswith")
    search_help_text = gettext_lazy("UUID or caller begins with…")
    empty_title = gettext_lazy("No bulk calls yet")
    empty_text = gettext_lazy(
        "Calls of /rest/async/bulk/V1/… are listed here, with what became of them."
    )

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
    kind_title = column(gettext_lazy("What"), lambda bulk: _title(bulk.kind), ordering="kind")
    failures = column(
        gettext_lazy("Failed"),
        lambda bulk: badge(number_text(bulk.failed), "danger") if bulk.failed else "0",
        ordering="failed",
    )
    created = column(gettext_lazy("Created"), "created_at", time_cell)
    finished = column(
        gettext_lazy("Finished"),
        lambda bulk: time_cell(bulk.finished_at, empty=_("Waiting")),
        ordering="finished_at",
    )

    def _information(self, record: Bulk) -> Section:
        waiting = record.operation_count - record.completed - record.failed
        facts = [
            ("UUID", str(record.uuid)),
            (_("Topic"), record.topic),
            (_("Called by"), record.username),
            (_("Operations"), number_text(record.operation_count)),
            (_("Completed"), number_text(record.completed)),
            (_("Failed"), number_text(record.failed)),
            (_("Waiting"), number_text(waiting)),
            (_("Created"), time_cell(record.created_at)),
            (_("Finished"), time_cell(record.finished_at)),
            (_("Waiting for"), why_bulk_waits(record)),
            (_("Last error"), record.last_error),
        ]
        if record.requeued_from_id:
            url = admin_url(self._url_name("change"), record.requeued_from_id)
            facts.append((_("Requeued from"), link(_("Bulk call"), url)))
        return cards("information", _("Information"), Card(_("Bulk Call"), facts))

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
                number_text(each.number),
                OperationStatus(each.status).label,
                each.message,
                Truncator(orjson.dumps(each.parameters).decode()).chars(_LONGEST_PARAMETERS),
            )
            for each in page.object_list
        ]
        table = Table(
            (_("Operation"), _("Status"), _("Message"), _("Parameters")),
            rows,
            empty=_("No operation matches.") if search else _("No operation has failed."),
        )
        return paged_table(
            "failures", _("Failures"), table, page, search=search, search_label=_("Search failures")
        )
