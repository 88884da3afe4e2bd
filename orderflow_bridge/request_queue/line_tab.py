"""The lines of a report or a request as its page shows them: found, filtered, paged, as a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from orderflow_bridge.common.choices import Result
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
    """What the address asks of a page's lines: words, results, and how many at a time."""

    search: str = ""
    results: tuple[Result, ...] = ()
    size: int = USUAL_SIZE

    @property
    def query(self) -> str:
        """The same as an address, without the page."""
        pairs = [("q", self.search)] if self.search else []
        pairs += [("result", str(int(result))) for result in self.results]
        if self.size != USUAL_SIZE:
            pairs.append(("per_page", str(self.size)))
        return urlencode(pairs)

    @property
    def is_narrowed(self) -> bool:
        """Tell whether some lines are left out."""
        return bool(self.search or self.results)


def asked_of(request: HttpRequest) -> Asked:
    """Return what an address asks for; what makes no sense is passed over."""
    given = set(request.GET.getlist("result"))
    size = request.GET.get("per_page", "")
    return Asked(
        request.GET.get("q", "").strip(),
        tuple(result for result in Result if str(int(result)) in given),
        int(size) if size in map(str, PAGE_SIZES) else USUAL_SIZE,
    )


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


def narrowed(lines: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Return the lines of a report that the address asks for."""
    found = find_lines(lines, asked.search)
    return found.filter(result__in=asked.results) if asked.results else found


def page_of_lines(request: HttpRequest, lines: Any, asked: Asked) -> Any:
    """Return the page that the address asks for."""
    return page_of(request, CappedPaginator(lines, asked.size))


def lines_section(
    title: str, content: Table, page: Any, asked: Asked, *, file_url: str, has_results: bool
) -> Section:
    """Return the tab. `file_url` ends where the kind of file is to follow."""
    section = paged_table(
        _SLUG, title, content, page, search=asked.search, search_label="Search by keyword"
    )
    choices = [(int(one), one.label, one in asked.results) for one in Result]
    sizes = [(size, _with_size(asked, size)) for size in PAGE_SIZES]
    section.context.update(
        results=choices if has_results else (),
        query=asked.query,
        sizes=sizes,
        size=asked.size,
        is_narrowed=asked.is_narrowed,
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
    return Asked(asked.search, asked.results, size).query


def _files(url: str, asked: Asked) -> list[tuple[str, str]]:
    return [(name, f"{url}{kind}/?{asked.query}") for kind, name in downloads.KINDS.items()]
