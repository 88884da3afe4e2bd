"""What makes an admin's list one of ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters, ShowFacets
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin

from orderflow_bridge.common.grids import downloads
from orderflow_bridge.common.grids.address import COLUMNS
from orderflow_bridge.common.grids.bound import bind
from orderflow_bridge.common.grids.changelist import Grid
from orderflow_bridge.common.grids.columns import chosen
from orderflow_bridge.common.grids.filters import Filter
from orderflow_bridge.common.grids.reading import batches, shown_columns
from orderflow_bridge.common.grids.row_actions import RowAction, action_links
from orderflow_bridge.common.grids.searching import literal_search
from orderflow_bridge.common.paging import CappedPaginator


class GridAdmin(ModelAdmin):
    """A list with our columns, filters, pages, row actions and downloads.

    `list_display` are the columns that are shown unless others are chosen, `more_columns` those on
    offer beside them. `filters` take the place of Django's `list_filter`. `search_order` is the
    order of what a search finds, where an index serves both. `sorted_by` names the columns that are
    sorted by another one.
    """

    list_per_page = 20
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = CappedPaginator
    list_filter_submit = True
    list_fullwidth = True
    filters: Sequence[Filter] = ()
    more_columns: Sequence[str] = ()
    search_order: Sequence[Any] = ()
    sorted_by: Mapping[str, str] = {}
    list_title = ""
    empty_title = "Nothing here yet"
    empty_text = ""

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Search as Django does; quotes that enclose nothing are looked for as they stand."""
        return super().get_search_results(request, queryset, literal_search(search_term))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Grid]:
        """Return our list page."""
        return Grid

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """Return the columns that the address asks for, else the usual ones."""
        usual = super().get_list_display(request)
        return chosen(request.GET.getlist(COLUMNS), self.offered_columns(request), usual)

    def offered_columns(self, request: HttpRequest) -> Sequence[str]:
        """Return all columns of the list."""
        return [*super().get_list_display(request), *self.more_columns]

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """Return our filters, bound to the request, and Django's."""
        return [*bind(self.filters), *super().get_list_filter(request)]

    def empty_state(self, request: HttpRequest) -> tuple[str, str]:
        """Return title and text of an empty list: they say what to do next."""
        return self.empty_title, self.empty_text

    def empty_help(self, request: HttpRequest) -> str:
        """Return what stands below the words of an empty list: HTML, made only if it is empty."""
        return ""

    def row_actions(self, request: HttpRequest, record: Any) -> Sequence[RowAction]:
        """Return what this user may do with a row."""
        return ()

    @admin.display(description="Action")
    def action_links(self, record: Any) -> SafeString:
        """Show what one may do with the row."""
        return action_links(record.grid_actions, record)

    def get_urls(self) -> list[URLPattern]:
        """Add the downloads."""
        view = path(
            "download/<str:kind>/",
            self.admin_site.admin_view(self.download_view),
            name=self._grid_url_name("download"),
        )
        return [view, *super().get_urls()]

    def download_urls(self) -> list[tuple[str, str]]:
        """Return the kinds of file on offer with their addresses."""
        name = f"admin:{self._grid_url_name('download')}"
        return [(title, reverse(name, args=[kind])) for kind, title in downloads.KINDS.items()]

    def download_view(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        """Send the list as it is shown, with all its pages."""
        if kind not in downloads.KINDS:
            raise Http404("There is no such file.")
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        try:
            grid = self.get_changelist_instance(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse(f"admin:{self._grid_url_name('changelist')}"))
        titles = [grid.column_title(name) for name in shown_columns(grid)]
        return downloads.send(kind, grid.title, titles, batches(grid))

    def _grid_url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"
