"""Finding orders by the numbers that others write: exactly, else ignoring case."""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import In

from orderflow_bridge.sales.models import Order

Found = TypeVar("Found")


def numbered(numbers: Collection[str]) -> Q:
    """Return the condition for orders that may be meant by these numbers: more than are meant.

    Only numbers with letters are looked for in their lower case; an index serves both.
    """
    lowered = sorted({form for number in numbers for form in _lowered(number)})
    exactly = Q(increment_id__in=list(numbers))
    return exactly | Q(In(Lower("increment_id"), lowered)) if lowered else exactly


def by_number(
    numbers: Iterable[str], candidates: Iterable[Found], number_of: Callable[[Found], str]
) -> dict[str, Found]:
    """Return which candidate each number means; missing are those that mean none, or several.

    A number that is written just so is meant; else the only one that differs in case.
    """
    exactly: dict[str, Found] = {}
    ignoring_case: dict[str, list[Found]] = {}
    for each in candidates:
        number = number_of(each)
        exactly[number] = each
        ignoring_case.setdefault(number.lower(), []).append(each)
    found = {}
    for number in numbers:
        alike = ignoring_case.get(number.lower(), [])
        if number in exactly:
            found[number] = exactly[number]
        elif len(alike) == 1:
            found[number] = alike[0]
    return found


def find_order(number: str, orders: QuerySet[Order]) -> Order | None:
    """Return the one of these orders that a number means, None if it means none or several."""
    found = by_number([number], orders.filter(numbered([number])), lambda order: order.increment_id)
    return found.get(number)


def _lowered(number: str) -> set[str]:
    """Return what a database may make of a number in lower case: SQLite's knows ASCII only."""
    if number.lower() == number.upper():
        return set()
    return {number.lower(), "".join(c.lower() if c.isascii() else c for c in number.upper())}
