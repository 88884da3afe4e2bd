"""Search criteria as a plain function of a row's values: slow, and easy to believe.

Values of a field are a list: one for a column, any number for what a row has several of. None
stands for nothing, an attribute's empty text too. Numbers are compared as numbers.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from orderflow_bridge.documents.criteria import Filter

Row = Mapping[str, Sequence[Any]]
_COMPARISONS: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "gt": lambda one, other: one > other,
    "gteq": lambda one, other: one >= other,
    "lt": lambda one, other: one < other,
    "lteq": lambda one, other: one <= other,
}
_OPPOSITES = {"neq": "eq", "nlike": "like", "nin": "in", "notnull": "null", "nfinset": "finset"}


def matches(row: Row, groups: Sequence[Sequence[Filter]], several: Sequence[str]) -> bool:
    """Tell whether a row matches all groups; `several` are fields of which it may have many."""
    return all(any(_holds(row, wanted, several) for wanted in group) for group in groups)


def _holds(row: Row, wanted: Filter, several: Sequence[str]) -> bool:
    values = row[wanted.field]
    positive = _OPPOSITES.get(wanted.condition_type)
    if wanted.field in several:
        if positive:
            return not any(_is(value, positive, wanted.value) for value in values)
        return any(_is(value, wanted.condition_type, wanted.value) for value in values)
    [value] = values
    if positive == "null" or wanted.condition_type == "null":
        return _is(value, "null", "") != (positive == "null")
    if positive:
        return value is not None and not _is(value, positive, wanted.value)
    return _is(value, wanted.condition_type, wanted.value)


def _is(value: Any, condition: str, wanted: str) -> bool:
    if condition == "null":
        return value in (None, "")
    if value is None:
        return False
    if condition == "like":
        pattern = re.escape(wanted).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, str(value), re.IGNORECASE | re.DOTALL) is not None
    if condition == "in":
        return any(_is(value, "eq", part.strip()) for part in wanted.split(",") if part.strip())
    if condition == "finset":
        return wanted in str(value).split(",")
    number, other = _number(value), _number(wanted)
    if condition == "eq":
        return number == other if isinstance(value, Decimal) else str(value) == wanted
    return number is not None and other is not None and _COMPARISONS[condition](number, other)


def _number(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None
