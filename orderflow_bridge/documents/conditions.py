"""Magento's comparisons, each as a condition of a query (docs/contract/rest.md, "Search criteria").

They compare as MySQL does for Magento: a row whose column is null matches no comparison but `null`,
and LIKE does not mind the case of letters. An empty text stands for null, as our columns keep it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q
from django.utils.dateparse import parse_date, parse_datetime

from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.documents.criteria import Filter

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?", re.ASCII)
# No groups, counts or classes by name: what is left cannot take long, whatever the text.
_PATTERN = re.compile(r"\^?(?:[^\\()\[\]{}^$]|\[\^?[^\\\[\]]+\])*\$?")
_MOST_REPETITIONS = 3
_LONGEST_PATTERN = 255
_SECOND = timedelta(seconds=1)
# A time is after a second when that has passed, and not after it until then.
_AFTER_SECOND = {"gt": "gte", "lte": "lt"}


class ColumnKind(Enum):
    """How a column's values compare; the value is Magento's name of the type."""

    WHOLE = "int"
    NUMBER = "float"
    TEXT = "string"
    DATETIME = "datetime"
    FLAG = "boolean"


@dataclass(frozen=True)
class Column:
    """A column that callers may search: its path in the ORM, and whether it is of another table.

    Where a value is worked out, `path` is a name for it and `expressions` are what has to be
    annotated: by name, in order. `number` is a path at which texts are compared by size if they are
    compared with a number. `source` is the column that a worked out text was read from. `held` are
    the JSON column and the member where a text lies that an index finds by its value.
    """

    path: str
    kind: ColumnKind
    is_nullable: bool = False
    is_related: bool = False
    expressions: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""
    source: str = ""
    held: tuple[str, str] | None = None


def condition(model: type[Model], column: Column, wanted: Filter, most_values: int) -> Q:
    """Return what a filter asks of a row. Raises CriteriaRefused if that makes no sense.

    `most_values` caps the list of `in` and `nin`.
    """
    found = _CONDITIONS.get(wanted.condition_type)
    if found is None:
        raise CriteriaRefused.unsupported(wanted.condition_type)
    make, is_negated = found
    matching = make(column, wanted, most_values)
    if column.is_related:
        # A condition on another table would repeat a row for each of its matches there.
        rows = model._default_manager.alias(**column.expressions).filter(matching)
        matching = Q(pk__in=rows.order_by().values("pk"))
        return ~matching if is_negated else matching
    if not is_negated:
        return matching
    return ~matching & ~_null(column) if column.is_nullable else ~matching


def _equal(column: Column, wanted: Filter, most_values: int) -> Q:
    value = _value(column, wanted)
    if column.kind is ColumnKind.DATETIME:
        return _within(column, value)
    return Q(**{column.path: value}) & _held(column, [value])


def _held(column: Column, values: Sequence[Any]) -> Q:
    """Return what an index can tell of a member of JSON that equals one of these."""
    if column.held is None:
        return Q()
    path, name = column.held
    return Q(**{f"{path}__may_hold": (name, values)})


def _within(column: Column, second: datetime) -> Q:
    """Return what asks for a time within a second: documents tell no parts of one."""
    return Q(**{f"{column.path}__gte": second, f"{column.path}__lt": second + _SECOND})


def _string_equal(column: Column, wanted: Filter, most_values: int) -> Q:
    return _equal(column, wanted, most_values) if wanted.value else _null(column)


def _compared(lookup: str) -> Callable[[Column, Filter, int], Q]:
    def compare(column: Column, wanted: Filter, most_values: int) -> Q:
        if column.number and _NUMBER.fullmatch(wanted.value.strip()):
            column = replace(column, path=column.number, kind=ColumnKind.NUMBER)
        value = _value(column, wanted)
        if column.kind is ColumnKind.DATETIME and lookup in _AFTER_SECOND:
            return Q(**{f"{column.path}__{_AFTER_SECOND[lookup]}": value + _SECOND})
        return Q(**{f"{column.path}__{lookup}": value})

    return compare


def _like(column: Column, wanted: Filter, most_values: int) -> Q:
    _require_text(column, wanted)
    return Q(**{f"{column.path}__sql_like": _complete(wanted.value)})


def _fulltext(column: Column, wanted: Filter, most_values: int) -> Q:
    _require_text(column, wanted)
    return Q(**{f"{column.path}__sql_like": f"%{_complete(wanted.value)}%"})


def _in(column: Column, wanted: Filter, most_values: int) -> Q:
    parts = [part.strip() for part in wanted.value.split(",")]
    if len(parts) > most_values:
        raise CriteriaRefused(
            'Maximum items of type "%type" is %max',
            {"type": wanted.field, "max": str(most_values)},
        )
    values = [_value(column, Filter(wanted.field, part)) for part in parts if part]
    if column.kind is ColumnKind.DATETIME:
        return reduce(or_, (_within(column, value) for value in values), Q(pk__in=()))
    return Q(**{f"{column.path}__in": values}) & _held(column, values)


def _in_set(column: Column, wanted: Filter, most_values: int) -> Q:
    """MySQL's FIND_IN_SET: the column is a comma list and the value one of its parts."""
    if column.kind is not ColumnKind.TEXT:
        return _equal(column, wanted, most_values)
    if "," in wanted.value:
        return Q(pk__in=())
    path, value = column.path, wanted.value
    return (
        Q(**{path: value})
        | Q(**{f"{path}__startswith": f"{value},"})
        | Q(**{f"{path}__endswith": f",{value}"})
        | Q(**{f"{path}__contains": f",{value},"})
    )


def _regexp(column: Column, wanted: Filter, most_values: int) -> Q:
    _require_text(column, wanted)
    text = wanted.value
    repetitions = sum(text.count(sign) for sign in "*+?")
    if (
        not 0 < len(text) <= _LONGEST_PATTERN
        or not _PATTERN.fullmatch(text)
        or repetitions > _MOST_REPETITIONS
        or not _compiles(text)
    ):
        raise CriteriaRefused.wrong_type(wanted.field, "simple regular expression")
    return Q(**{f"{column.path}__iregex": text})


def _is_null(column: Column, wanted: Filter, most_values: int) -> Q:
    return _null(column)


def _null(column: Column) -> Q:
    empty = Q(**{f"{column.path}__isnull": True})
    return empty | Q(**{column.path: ""}) if column.kind is ColumnKind.TEXT else empty


def _value(column: Column, wanted: Filter) -> Any:
    """Return the value as the column compares. Raises CriteriaRefused if it cannot."""
    if column.kind is ColumnKind.TEXT:
        return wanted.value
    try:
        return _READERS[column.kind](wanted.value.strip())
    except (ValueError, OverflowError, InvalidOperation):
        raise CriteriaRefused.wrong_type(wanted.field, column.kind.value) from None


def _whole(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def _datetime(text: str) -> datetime:
    """Read a time in whole seconds, or midnight of a date; without a zone it is UTC."""
    day = parse_date(text) if len(text) <= len("2017-03-22") else None
    at = datetime.combine(day, time()) if day else parse_datetime(text)
    if at is None or at.year >= MAXYEAR:
        raise ValueError(text)
    return (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)).replace(microsecond=0)


_READERS: dict[ColumnKind, Callable[[str], Any]] = {
    ColumnKind.WHOLE: _whole,
    ColumnKind.NUMBER: _decimal,
    ColumnKind.DATETIME: _datetime,
    ColumnKind.FLAG: lambda text: bool(_whole(text)),
}


def _require_text(column: Column, wanted: Filter) -> None:
    if column.kind is not ColumnKind.TEXT:
        raise CriteriaRefused.wrong_type(wanted.field, column.kind.value)


def _complete(pattern: str) -> str:
    """Double a backslash that would escape nothing, which PostgreSQL refuses."""
    trailing = len(pattern) - len(pattern.rstrip("\\"))
    return pattern + "\\" if trailing % 2 else pattern


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


# What makes the condition, and whether it is then turned round.
_CONDITIONS: dict[str, tuple[Callable[[Column, Filter, int], Q], bool]] = {
    "eq": (_equal, False),
    "neq": (_equal, True),
    "seq": (_string_equal, False),
    "sneq": (_string_equal, True),
    "like": (_like, False),
    "nlike": (_like, True),
    "fulltext": (_fulltext, False),
    "in": (_in, False),
    "nin": (_in, True),
    "null": (_is_null, False),
    "notnull": (_is_null, True),
    "gt": (_compared("gt"), False),
    "lt": (_compared("lt"), False),
    "gteq": (_compared("gte"), False),
    "moreq": (_compared("gte"), False),
    "from": (_compared("gte"), False),
    "lteq": (_compared("lte"), False),
    "to": (_compared("lte"), False),
    "finset": (_in_set, False),
    "nfinset": (_in_set, True),
    "regexp": (_regexp, False),
}
