"""The list of lines of all reports, millions of them: what import and export lines share.

Nothing here counts or sorts them: the order is that of the key, and every filter is served by an
index or, for days, by partitions (docs/decisions/history-by-day.md).
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from orderflow_bridge.catalog.selectors import sku_beginnings
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids.byte_order import ByteOrder
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Text
from orderflow_bridge.console.pages import admin_url, link, unbroken
from orderflow_bridge.request_queue.report_lines import RESULT as RESULT
from orderflow_bridge.request_queue.reports import result_badge

_ENTITY_PAGES = {
    Entity.INVENTORY: "catalog_product_by_sku",
    Entity.PRODUCT: "catalog_product_by_sku",
    Entity.SHIPMENT: "sales_order_by_number",
    Entity.ORDER: "sales_order_by_number",
}
_STORIES = {
    Entity.INVENTORY: "timeline_product",
    Entity.PRODUCT: "timeline_product",
    Entity.SHIPMENT: "timeline_order",
    Entity.ORDER: "timeline_order",
}
# Lines of one SKU or order after the other, the newest first in each.
BY_REFERENCE = (ByteOrder("reference"), "-id")


def about_line(line: Any) -> Any:
    """Return what a line is about, as a link to it."""
    page = _ENTITY_PAGES[Entity(line.parent.entity)]
    url = admin_url(page, line.reference) if line.reference else ""
    return link(unbroken(line.reference), url)


class Reference(Text):
    """What a line is about begins with a text."""

    def narrow(self, rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
        """Return the lines that are about it."""
        return beginning_with(rows, wanted)


REFERENCE = Reference(
    "reference", gettext_lazy("SKU or Order #"), lookup="startswith", order=BY_REFERENCE
)


class LineAdmin(RecordAdmin):
    """A list of lines, each leading to its report, its message and its product or order."""

    missing_text = gettext_lazy("This line no longer exists.")
    reports: Mapping[Entity, str] = {}
    request_page = ""
    report_title = ""
    list_display_links = None
    ordering: Sequence[str] = ("-id",)
    search_fields = ("reference__startswith",)
    search_order = BY_REFERENCE
    search_help_text = gettext_lazy("SKU or order number begins with…")
    empty_title = gettext_lazy("No lines yet")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Read the reports along, in a statement of its own: a join might be planned wrongly."""
        return super().get_queryset(request).prefetch_related("parent")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find lines by the beginning of what they are about; blanks are part of it."""
        wanted = search_term.strip().replace("\0", "")
        return (beginning_with(queryset, wanted) if wanted else queryset), False

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """Lead to the line within its report."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        line = self._find(request, object_id)
        return self._gone(request) if line is None else self._to_report(request, line)

    def row_actions(self, request: HttpRequest, record: Any) -> Sequence[RowAction]:
        """Offer the report, the message behind it, and the story of the product or order."""
        report = report_of(record)
        if report is None:
            return ()
        message = admin_url(f"{self.request_page}_change", report.request_id)
        story = admin_url(_STORIES[Entity(report.entity)], record.reference)
        return (
            RowAction(self.report_title, self.report_url(record)),
            RowAction(_("View Message"), message if report.request_id else ""),
            RowAction(_("Timeline"), story if record.reference else ""),
        )

    def report_url(self, line: Any) -> str:
        """Return the address of a line within its report, "" where it may not be seen."""
        report = report_of(line)
        if report is None:
            return ""
        name = f"{self.opts.app_label}_{self.reports[Entity(report.entity)]}_change"
        page = admin_url(name, report.pk)
        return f"{page}?{urlencode({'q': line.reference})}#lines" if page else ""

    sequence = column(
        gettext_lazy("Sequence ID"),
        lambda line: "" if line.sequence_id is None else number_cell(line.sequence_id),
    )

    about = column(gettext_lazy("SKU or Order #"), about_line)
    entity = column(gettext_lazy("Entity"), lambda line: str(line.parent.get_entity_display()))
    outcome = column(gettext_lazy("Result"), result_badge)
    message_id = column(gettext_lazy("Message ID"), "parent.message_id", str, ordering="")
    number = column(gettext_lazy("Line ID"), "pk", number_cell, ordering="id")

    def _to_report(self, request: HttpRequest, line: Any) -> HttpResponse:
        url = self.report_url(line)
        return HttpResponseRedirect(url) if url else self._gone(request)


def beginning_with(lines: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return the lines about SKUs and orders that begin with a text, however it is spelled.

    An index finds what begins with one spelling. Those that no line has are left out first, as the
    order of the lines must come from the index too.
    """
    written = [
        Q(reference__startswith=spelling) for spelling in sorted({text, *sku_beginnings(text)})
    ]
    every = lines.model._base_manager.using(lines.db)
    used = [one for one in written if every.filter(one).exists()]
    return lines.filter(reduce(or_, used, Q(pk__in=())))


def report_of(line: Any) -> Any:
    """Return a line's report, None if the log cleaning has taken it first."""
    try:
        return line.parent
    except ObjectDoesNotExist:
        return None
