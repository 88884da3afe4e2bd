"""A list within the page of the record it belongs to: the same columns, filters, search and files.

What the list is asked for stands in the page's address, among what the page itself is asked for.
"""

from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict

from orderflow_bridge.console.admin import RecordAdmin
from orderflow_bridge.console.grids import address, downloads
from orderflow_bridge.console.grids.changelist import Grid


class PageGrid(Grid):
    """A list whose files have an address of their own, and which nothing is remembered of."""

    bare = "?"
    is_long = False  # what belongs to one record is sent at once

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """The files on offer, each with its address: the same state, all pages."""
        query = self.address({}, drop=address.PLACE)
        return [
            (title, self.model_admin.file_url(kind, query))
            for kind, title in downloads.KINDS.items()
        ]


class ListOnPage(RecordAdmin):
    """A list of what belongs to one record. `has_pages` tells whether it is shown page by page."""

    has_pages = True

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[Grid]:
        """Return the list whose files are the record's."""
        return PageGrid

    def file_url(self, kind: str, query: str) -> str:
        """Return the address of a file of what a query ("?q=24-") asks for."""
        raise NotImplementedError


def grid_on_page(request: HttpRequest, model_admin: ListOnPage) -> Grid:
    """Return the list as the page's address asks for it."""
    asked = copy(request)
    asked.GET = asked_of(request, model_admin)  # type: ignore[assignment]
    grid: Grid = model_admin.get_changelist_instance(asked)
    grid.formset = None  # as Django's own list view says it: nothing is edited in the list
    return grid


def asked_of(request: HttpRequest, model_admin: ListOnPage) -> QueryDict:
    """Return what of the page's address is about the list."""
    names = {name for each in model_admin.filters for name in each.names}
    names |= {address.SEARCH, address.COLUMNS, address.SORT}
    if model_admin.has_pages:
        names |= {address.PAGE_SIZE, *address.PLACE}
    found = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name in names:
            found.setlist(name, values)
    return found


def file_of(
    request: HttpRequest, model_admin: ListOnPage, kind: str, title: str
) -> HttpResponseBase:
    """Send the list as it is shown, with all its pages, as a file of a kind of KINDS."""
    grid = grid_on_page(request, model_admin)
    return downloads.send(kind, title, downloads.titles_of(grid), downloads.batches(grid))
