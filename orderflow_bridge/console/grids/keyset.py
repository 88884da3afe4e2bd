"""Pages of millions of rows without counting or skipping them: after this row, before that one.

`OFFSET 5,000,000` reads five million rows; a comparison with the last row of the page before reads
twenty (docs/decisions/history-by-day.md). It takes an order that is unique and has no NULL: by the
key, or by one further column and then the key.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Field, Q, QuerySet

from orderflow_bridge.console.grids.byte_order import ByteOrder

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
