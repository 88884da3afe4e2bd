"""The lines of one report as a list on its page, with what a list has: columns to choose, sorting,
filters, search, files; and failed lines chosen for another try.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from orderflow_bridge.common.choices import Result
from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.console.grids.changelist import CHOICE
from orderflow_bridge.console.grids.columns import RowAction, column, number_cell
from orderflow_bridge.console.grids.filters import Choices, DateRange, Filter, NumberRange, Text
from orderflow_bridge.console.list_on_page import ListOnPage, grid_on_page
from orderflow_bridge.console.pages import Button, Section, admin_url, checkbox, time_cell
from orderflow_bridge.request_queue.history import HistoryLine

SLUG = "lines"
RESULT = Choices("result", gettext_lazy("Result"), choices=Result.choices)
PROCESSED = DateRange("created_at", gettext_lazy("Processed"), "processed")
SEQUENCE = NumberRange("sequence_id", gettext_lazy("Sequence ID"), "sequence")


CHOSEN = "line"
_LONGEST_KEY = 18


def chosen_failures(request: HttpRequest, record: Any) -> QuerySet[Any]:
    """Return a report's failed lines: those chosen in the address or form, else all of them."""
    failed: QuerySet[Any] = record.lines.filter(result=Result.FAILURE)
    asked = [*request.GET.getlist(CHOSEN), *request.POST.getlist(CHOSEN)]
    keys = [int(key) for key in asked if key.isdecimal() and len(key) <= _LONGEST_KEY]
    return failed.filter(pk__in=keys) if asked else failed


def requeue_question(request: HttpRequest, record: Any) -> str:
    """Ask about the true number of lines."""
    count = chosen_failures(request, record).count()
    return _("Are you sure you wish to requeue %(count)s failed line(s)?") % {"count": count}


def has_failures(record: Any) -> bool:
    """Tell whether a report has failed lines and knows the request they came with."""
    return bool(record.failures and record.request_id)


def beginning(title: str) -> Text:
    """Return the filter by what a line is about, a SKU or an order number."""
    return Text("reference__sku_key", title, "reference", lookup="startswith")


class ReportLines(ListOnPage):
    """A report's lines; the admin of lines that a subclass names beside it says how cells look.

    `line_model` is the table, `file_page` the name of the address of the lines' file.
    """

    line_model: type[Model]
    filters: Sequence[Filter] = ()
    list_per_page = 50
    list_display_links = None
    search_fields = ("reference",)
    search_help_text = gettext_lazy("Search by keyword")
    empty_title = gettext_lazy("No lines")
    empty_text = gettext_lazy("This message came without a line.")

    def __init__(self, record: Any, *, file_page: str, can_choose: bool) -> None:
        super().__init__(self.line_model, admin.site)
        self.record = record
        self._file_page = file_page
        self._can_choose = can_choose

    def file_url(self, kind: str, query: str) -> str:
        """Return the address of a file of the report's lines."""
        return f"{admin_url(self._file_page, self.record.pk, kind)}{query}"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may open the report sees its lines."""
        return True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep to the report's lines; each knows its report without asking for it."""
        lines: QuerySet[Any] = self.record.lines.all()
        return lines

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find lines by the name of a result, else by reference, text or number."""
        return find_lines(queryset, search_term.replace("\0", "").strip()), False

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns asked for, with one to choose failed lines where that is offered."""
        shown = super().get_list_display(request)
        return [CHOICE, *shown] if self._can_choose else shown

    def row_actions(self, request: HttpRequest, record: Any) -> Sequence[RowAction]:
        """Offer nothing: what one may do stands below the lines."""
        return ()

    @admin.display(description=gettext_lazy("Choose"))
    def choose(self, line: HistoryLine) -> Any:
        """Let a failed line be chosen."""
        if line.result != Result.FAILURE:
            return ""
        return checkbox(CHOSEN, line.pk, _("Choose %(reference)s") % {"reference": line.reference})

    sequence = column(
        gettext_lazy("Sequence ID"),
        lambda line: "" if line.sequence_id is None else number_cell(line.sequence_id),
        ordering="sequence_id",
    )
    processed = column(gettext_lazy("Processed"), "created_at", time_cell)


def lines_tab(
    request: HttpRequest, title: str, lines: ReportLines, requeue: Button | None
) -> Section:
    """Return the tab. `requeue` leads to the question about chosen lines, where that is offered."""
    grid = grid_on_page(request, lines)
    has_failed = any(line.result == Result.FAILURE for line in grid.result_list)
    context = {"cl": grid, "requeue": requeue if has_failed else None}
    return Section(SLUG, title, "bridge/report_lines.html", context)


def find_lines(lines: QuerySet[Any], search: str) -> QuerySet[Any]:
    """Narrow the lines of a report: by the name of a result, else by reference, text, number."""
    for result in Result:
        if search.casefold() == result.label.casefold():
            return lines.filter(result=result)
    if not search:
        return lines
    wanted = Q(reference__sku_key__contains=search) | Q(reason__icontains=search)
    if search.isdecimal() and len(search) < 19:
        wanted |= Q(sequence_id=int(search))
    return lines.filter(wanted)
