"""Which page of a list is shown, and where the others are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from orderflow_bridge.console.grids.address import AFTER, BEFORE, END, PAGE
from orderflow_bridge.console.grids.keyset import Slice, Term, page_after, page_before, terms_of
from orderflow_bridge.console.paging import MOST_COUNTED, CappedPaginator

Link = Callable[[dict[str, str]], str]


@dataclass(frozen=True)
class Pager:
    """The rows of a page, and the addresses of others; "" where there is none.

    `numbers` are the pages one can jump to, None being a gap; a list too long to be counted has
    none. `note` tells what cannot be reached.
    """

    rows: list[Any]
    number: int = 0
    first: str = ""
    previous: str = ""
    next: str = ""
    last: str = ""
    numbers: Sequence[tuple[int, str] | None] = field(default=())
    note: str = ""

    @property
    def is_needed(self) -> bool:
        """Tell whether there is any other page."""
        return bool(self.previous or self.next)


def pager(
    request: HttpRequest, rows: QuerySet[Any], paginator: CappedPaginator, link: Link
) -> Pager:
    """Return the page that the address asks for; an impossible one gives the nearest.

    `link` returns the list's address with these names for the place in it and no others.
    """
    if not paginator.is_capped:
        return _numbered(request, paginator, link)
    terms = terms_of(rows)
    if terms is None:
        note = f"Only the first {MOST_COUNTED:,} are shown in this order. Narrow them by filters."
        return _numbered(request, paginator, link, note=note)
    return _walking(request, rows, terms, paginator.per_page, link)


def _numbered(
    request: HttpRequest, paginator: "Paginator[Any]", link: Link, *, note: str = ""
) -> Pager:
    page = paginator.get_page(request.GET.get(PAGE))
    number, last = page.number, min(paginator.num_pages, -(-MOST_COUNTED // paginator.per_page))

    def address(wanted: int) -> str:
        return link({PAGE: str(wanted)} if wanted > 1 else {})

    shown = paginator.get_elided_page_range(number, on_each_side=2, on_ends=1)
    return Pager(
        list(page.object_list),
        number,
        first=address(1) if number > 1 else "",
        previous=address(number - 1) if number > 1 else "",
        next=address(number + 1) if number < last else "",
        last=address(last) if number < last else "",
        numbers=[(one, address(one)) if isinstance(one, int) else None for one in shown],
        note=note,
    )


def _walking(
    request: HttpRequest, rows: QuerySet[Any], terms: Sequence[Term], size: int, link: Link
) -> Pager:
    found = _asked_for(request, rows, terms, size)
    page = found or page_after(rows, terms, "", size) or Slice([], False, False)
    if not page.rows:
        return Pager([])
    first, last = str(page.rows[0].pk), str(page.rows[-1].pk)
    return Pager(
        page.rows,
        first=link({}) if page.has_previous else "",
        previous=link({BEFORE: first}) if page.has_previous else "",
        next=link({AFTER: last}) if page.has_next else "",
        last=link({END: "1"}) if page.has_next else "",
    )


def _asked_for(
    request: HttpRequest, rows: QuerySet[Any], terms: Sequence[Term], size: int
) -> Slice | None:
    """Return the page after, before, or at the end, as the address says; None if it is empty."""
    page: Slice | None = None
    if request.GET.get(AFTER):
        page = page_after(rows, terms, request.GET[AFTER], size)
    elif request.GET.get(BEFORE):
        page = page_before(rows, terms, request.GET[BEFORE], size)
    elif END in request.GET:
        page = page_before(rows, terms, "", size)
    return page if page and page.rows else None
