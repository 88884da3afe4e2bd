"""Pages of a list without counting or skipping millions of rows (docs/decisions/history-by-day.md).

`OFFSET 5,000,000` reads five million rows; a comparison with the last row of the page before reads
twenty. It takes an order that is unique and has no NULL: by the key, or by one further column and
then the key.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import Field, Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from orderflow_bridge.common.formats import number_text
from orderflow_bridge.console.grids.address import AFTER, BEFORE, END, PAGE
from orderflow_bridge.console.grids.byte_order import ByteOrder

MOST_COUNTED = 10_000

_ESTIMATE = """
SELECT sum(c.reltuples)::bigint FROM pg_class c
WHERE c.oid = %s::regclass AND c.relkind = 'r'
   OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass)
"""
Link = Callable[[dict[str, str]], str]
_LONGEST_KEY = 18


@dataclass(frozen=True)
class Term:
    """One column of the order."""

    path: str
    is_descending: bool
    is_in_bytes: bool = False

    @property
    def lookup(self) -> str:
        """The comparison that finds what comes after a value."""
        word = "lt" if self.is_descending else "gt"
        return f"{self.path}__byte_{word}" if self.is_in_bytes else f"{self.path}__{word}"


@dataclass(frozen=True)
class Slice:
    """Rows of one page, and whether there are more before and after them."""

    rows: list[Any]
    has_previous: bool
    has_next: bool


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that stops counting after 10,000 rows; search and filter find the rest."""

    @cached_property
    def count(self) -> int:
        """The number of rows; of a query, at most one above the cap."""
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[: MOST_COUNTED + 1].count()
        return len(rows)

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return isinstance(self.object_list, QuerySet) and self.count > MOST_COUNTED

    @cached_property
    def count_text(self) -> str:
        """The count as people read it: "1,234", "10,000+", "about 9,800,000" for a whole table."""
        if not self.is_capped:
            return number_text(self.count)
        estimate = estimated_rows(self.object_list)
        if estimate > MOST_COUNTED:
            return _("about %(number)s") % {"number": number_text(estimate)}
        return f"{number_text(MOST_COUNTED)}+"


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
        note = _("Only the first %(number)s are shown in this order. Narrow them by filters.")
        note %= {"number": number_text(MOST_COUNTED)}
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


def estimated_rows(rows: Any) -> int:
    """Return PostgreSQL's own estimate of a whole table's rows, 0 if there is none.

    It is a look into the catalogue; a table in partitions is the sum of them.
    """
    connection = connections[rows.db]
    if connection.vendor != "postgresql" or rows.query.where or rows.query.is_sliced:
        return 0
    table = connection.ops.quote_name(rows.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_ESTIMATE, [table, table])
        found = cursor.fetchone()
    return round(found[0] or 0, -2)


def terms_of(rows: QuerySet[Any]) -> list[Term] | None:
    """Return the columns that rows are sorted by, None if pages cannot be found by comparison."""
    terms = [_term(one) for one in rows.query.order_by]
    if not terms or len(terms) > 2 or any(term is None for term in terms):
        return None
    known = [term for term in terms if term is not None]
    key = rows.model._meta.pk
    if known[-1].path not in ("pk", key.name):
        return None
    if len(known) == 1 or _is_plain(rows, known[0].path):
        return known
    return None


def page_after(rows: QuerySet[Any], terms: Sequence[Term], key: str, size: int) -> Slice | None:
    """Return the page after a row, None if that row is gone. An empty key: the first page."""
    following = _beyond(rows, terms, key)
    if following is None:
        return None
    found = list(following[: size + 1])
    return Slice(found[:size], bool(key), len(found) > size)


def page_before(rows: QuerySet[Any], terms: Sequence[Term], key: str, size: int) -> Slice | None:
    """Return the page before a row, None if that row is gone. An empty key: the last page."""
    turned = [replace(term, is_descending=not term.is_descending) for term in terms]
    preceding = _beyond(rows.reverse(), turned, key)
    if preceding is None:
        return None
    found = list(preceding[: size + 1])
    return Slice(found[:size][::-1], len(found) > size, bool(key))


def rows_after(
    rows: QuerySet[Any], terms: Sequence[Term], last: Any | None, size: int
) -> list[Any]:
    """Return the next rows after one that is at hand, for whoever walks through all of them."""
    if last is not None:
        rows = rows.filter(_condition(terms, [getattr(last, term.path) for term in terms]))
    return list(rows[:size])


def _beyond(rows: QuerySet[Any], terms: Sequence[Term], key: str) -> QuerySet[Any] | None:
    if not key:
        return rows
    if not (key.isascii() and key.isdecimal()) or len(key) > _LONGEST_KEY:
        return None
    values: Sequence[Any] | None = [int(key)]
    if len(terms) == 2:
        found = rows.model._base_manager.using(rows.db).filter(pk=key)
        values = found.values_list(terms[0].path, "pk").first()
    return None if values is None else rows.filter(_condition(terms, values))


def _condition(terms: Sequence[Term], values: Sequence[Any]) -> Q:
    """Return the condition of what comes after these values.

    The first column is compared on its own, too, because an index can begin there.
    """
    last = Q(**{terms[-1].lookup: values[-1]})
    if len(terms) == 1:
        return last
    beyond = terms[0].lookup
    return Q(**{f"{beyond}e": values[0]}) & (Q(**{beyond: values[0]}) | last)


def _term(one: Any) -> Term | None:
    if isinstance(one, ByteOrder):
        return Term(one.path, bool(one.descending), is_in_bytes=True)
    if not isinstance(one, str) or "__" in one:
        return None
    return Term(one.lstrip("-"), one.startswith("-"))


def _is_plain(rows: QuerySet[Any], path: str) -> bool:
    """Tell whether a column lies in the table itself and is never NULL."""
    own = {field.name: field for field in rows.model._meta.concrete_fields}
    field = own.get(path)
    return isinstance(field, Field) and not field.null and field.remote_field is None
