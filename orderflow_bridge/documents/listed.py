"""Lists that no table holds, searched by the same criteria as those that one does.

Attributes, their sets, customer groups: short lists of documents, in the order they come in.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.documents.conditions import Column, ColumnKind, condition
from orderflow_bridge.documents.criteria import Filter, SearchCriteria
from orderflow_bridge.documents.records import Document, Kind, Record

_KINDS = {
    Kind.INT: ColumnKind.WHOLE,
    Kind.FLOAT: ColumnKind.NUMBER,
    Kind.TEXT: ColumnKind.TEXT,
    Kind.FLAG: ColumnKind.FLAG,
}
_TRUE = ("1", "true")


def listed(
    documents: Sequence[Document], record: Record, criteria: SearchCriteria, *, most_rows: int
) -> dict[str, Any]:
    """Return Magento's answer around the documents that the criteria ask for.

    Every simple field of the record can be searched and sorted by. Raises CriteriaRefused as a
    list of a table does.
    """
    if criteria.page_size is not None and criteria.page_size > most_rows:
        raise CriteriaRefused("Maximum SearchCriteria pageSize is %max", {"max": str(most_rows)})
    found = list(documents)
    for group in criteria.groups:
        for wanted in group:  # what makes no sense is refused, however few documents there are
            condition(Product, Column("pk", _kind(record, wanted.field)), wanted, most_rows)
        found = [each for each in found if any(_matches(each, wanted) for wanted in group)]
    for field, is_descending in reversed(criteria.sort_orders):
        _kind(record, field)
        found.sort(key=_sorter(field), reverse=is_descending)
    size = criteria.page_size or most_rows
    last = max(-(-len(found) // size), 1)
    start = (min(criteria.current_page, last) - 1) * size
    return {
        "items": found[start : start + size],
        "search_criteria": criteria.echo(),
        "total_count": len(found),
    }


def _kind(record: Record, field: str) -> ColumnKind:
    shape = record.fields.get(field)
    if not isinstance(shape, Kind) or shape not in _KINDS:
        raise CriteriaRefused.unsupported(field)
    return _KINDS[shape]


def _matches(document: Document, wanted: Filter) -> bool:
    """Tell whether a document is as a filter wants it; null matches nothing but `null`."""
    value = document.get(wanted.field)
    is_null = value is None or value == ""
    name, text = wanted.condition_type, wanted.value
    if name in ("null", "notnull"):
        return is_null is (name == "null")
    if name in ("seq", "sneq") and not text:
        return is_null is (name == "seq")
    return not is_null and _TESTS[name](value, text)


def _sorter(field: str) -> Callable[[Document], tuple[bool, Any]]:
    """Return what a document is sorted by; those without a value come first."""

    def key(document: Document) -> tuple[bool, Any]:
        value = document.get(field)
        if isinstance(value, str):
            return True, value.casefold()
        return value is not None, 0 if value is None else value

    return key


def _like(value: Any, text: str) -> bool:
    """SQL's LIKE, without the case of letters; never more steps than value times pattern."""
    signs = re.findall(r"\\[\s\S]|[\s\S]", text.casefold())
    reached = {0}
    subject = str(value).casefold()
    places = range(len(subject) + 1)
    for sign in signs:
        if sign == "%":
            first = min(reached, default=len(subject) + 1)
            reached = {place for place in places if place >= first}
        else:
            reached = {
                place + 1
                for place in reached
                if place < len(subject) and (sign == "_" or subject[place] == sign[-1])
            }
    return len(subject) in reached


def _equals(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return value is (text.strip().lower() in _TRUE)
    return value == text if isinstance(value, str) else Decimal(str(value)) == Decimal(text.strip())


def _compared(test: Callable[[Any, Any], bool]) -> Callable[[Any, str], bool]:
    def compare(value: Any, text: str) -> bool:
        if isinstance(value, str):
            return test(value, text)
        return test(Decimal(str(int(value) if isinstance(value, bool) else value)), Decimal(text))

    return compare


def _among(value: Any, text: str) -> bool:
    return any(_equals(value, part.strip()) for part in text.split(",") if part.strip())


def _in_set(value: Any, text: str) -> bool:
    return text in value.split(",") if isinstance(value, str) else _equals(value, text)


_FROM = _compared(lambda one, other: bool(one >= other))
_TO = _compared(lambda one, other: bool(one <= other))
_TESTS: dict[str, Callable[[Any, str], bool]] = {
    "eq": _equals,
    "neq": lambda value, text: not _equals(value, text),
    "seq": _equals,
    "sneq": lambda value, text: not _equals(value, text),
    "like": _like,
    "nlike": lambda value, text: not _like(value, text),
    "fulltext": lambda value, text: _like(value, f"%{text}%"),
    "in": _among,
    "nin": lambda value, text: not _among(value, text),
    "gt": _compared(lambda one, other: bool(one > other)),
    "lt": _compared(lambda one, other: bool(one < other)),
    "gteq": _FROM,
    "moreq": _FROM,
    "from": _FROM,
    "lteq": _TO,
    "to": _TO,
    "finset": _in_set,
    "nfinset": lambda value, text: not _in_set(value, text),
    "regexp": lambda value, text: re.search(text, str(value), re.IGNORECASE) is not None,
}
