"""The lines of a request as its page shows them: found, paged, as a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from orderflow_bridge.console.grids import downloads
from orderflow_bridge.console.grids.changelist import PAGE_SIZES
from orderflow_bridge.console.grids.columns import plain_value
from orderflow_bridge.console.grids.paging import CappedPaginator
from orderflow_bridge.console.pages import Section, Table, page_of, paged_table

USUAL_SIZE = 50
_AT_ONCE = 1_000
_SLUG = "lines"


@dataclass(frozen=True)
class Asked:
    """What the address asks of a page's lines: words, and how many at a time."""

    search: str = ""
    size: int = USUAL_SIZE

    @property
    def query(self) -> str:
        """The same as an address, without the page."""
        pairs = [("q", self.search)] if self.search else []
        if self.size != USUAL_SIZE:
            pairs.append(("per_page", str(self.size)))
        return urlencode(pairs)


def asked_of(request: HttpRequest) -> Asked:
    """Return what an address asks for; what makes no sense is passed over."""
    size = request.GET.get("per_page", "")
    return Asked(
        request.GET.get("q", "").strip(),
        int(size) if size in map(str, PAGE_SIZES) else USUAL_SIZE,
    )


def page_of_lines(request: HttpRequest, lines: Any, asked: Asked) -> Any:
    """Return the page that the address asks for."""
    return page_of(request, CappedPaginator(lines, asked.size))


def lines_section(title: str, content: Table, page: Any, asked: Asked, *, file_url: str) -> Section:
    """Return the tab. `file_url` ends where the kind of file is to follow."""
    section = paged_table(
        _SLUG, title, content, page, search=asked.search, search_label=_("Search by keyword")
    )
    sizes = [(size, _with_size(asked, size)) for size in PAGE_SIZES]
    section.context.update(
        query=asked.query,
        sizes=sizes,
        size=asked.size,
        is_narrowed=bool(asked.search),
        files=[
            (name, f"{file_url}{kind}/?{asked.query}") for kind, name in downloads.KINDS.items()
        ],
    )
    return section


def lines_file(
    kind: str, title: str, columns: Sequence[str], rows: Iterable[Any]
) -> HttpResponseBase:
    """Send lines as a file, as the page shows them, all pages."""
    return downloads.send(kind, title, columns, _values(rows))


def in_batches(records: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield records some at a time."""
    rest = iter(records)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _values(rows: Iterable[Any]) -> Iterator[list[list[Any]]]:
    for batch in in_batches(rows):
        yield [[plain_value(cell) for cell in row] for row in batch]


def _with_size(asked: Asked, size: int) -> str:
    return Asked(asked.search, size).query
