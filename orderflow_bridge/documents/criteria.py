"""Search criteria as callers write them: nested, in snake_case or camelCase."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.documents.records import snake_case

_WHOLE = re.compile(r"\+?0*[0-9]{1,18}", re.ASCII)
_MOST_FILTERS = 100
_DIRECTIONS = {"": True, "DESC": True, "ASC": False}


@dataclass(frozen=True)
class Filter:
    """One comparison. `condition_type` is one of Magento's words, lower case."""

    field: str
    value: str
    condition_type: str = "eq"


@dataclass(frozen=True)
class SearchCriteria:
    """What a caller asks of a list. `sort_orders` are pairs of field and "is descending"."""

    groups: tuple[tuple[Filter, ...], ...] = ()
    sort_orders: tuple[tuple[str, bool], ...] = ()
    page_size: int | None = None
    current_page: int = 1

    @classmethod
    def parse(cls, given: Mapping[str, Any]) -> "SearchCriteria":
        """Read criteria from nested mappings and lists; a mapping may stand for a list by number.

        Raises CriteriaRefused for names that are none of Magento's, for a filter without a field,
        for a direction other than ASC and DESC, and for too many filters.
        """
        known = _members(given, "filter_groups sort_orders page_size current_page")
        groups = tuple(
            tuple(_filter(entry) for entry in _entries(_members(group, "filters").get("filters")))
            for group in _entries(known.get("filter_groups"))
        )
        sort_orders = tuple(_sort_order(entry) for entry in _entries(known.get("sort_orders")))
        if sum(map(len, groups)) + len(sort_orders) + len(groups) > _MOST_FILTERS:
            raise CriteriaRefused(
                'Maximum items of type "%type" is %max',
                {"type": "filters", "max": str(_MOST_FILTERS)},
            )
        return cls(
            groups=tuple(group for group in groups if group),
            sort_orders=sort_orders,
            page_size=_number(known, "page_size") or None,
            current_page=_number(known, "current_page") or 1,
        )

    def echo(self) -> dict[str, Any]:
        """Return the criteria as the answer repeats them; what was not asked for is left out."""
        sort_orders = [
            {"field": field, "direction": "DESC" if is_descending else "ASC"}
            for field, is_descending in self.sort_orders
        ]
        groups = [{"filters": [vars(wanted) for wanted in group]} for group in self.groups]
        return {
            "filter_groups": groups,
            **({"sort_orders": sort_orders} if sort_orders else {}),
            **({"page_size": self.page_size} if self.page_size else {}),
            "current_page": self.current_page,
        }


def _members(given: Any, names: str) -> dict[str, Any]:
    """Return a mapping's members in snake_case. Raises CriteriaRefused for any but these."""
    if given in (None, "", []):
        return {}
    if not isinstance(given, Mapping):
        raise CriteriaRefused.wrong_type(names.split()[0], "object")
    members: dict[str, Any] = {}
    for written, value in given.items():
        name = snake_case(str(written))
        if name not in names.split():
            raise CriteriaRefused.unsupported(str(written))
        members[name] = value
    return members


def _entries(given: Any) -> Iterable[Any]:
    """Return a list's entries; a query string numbers them: {"0": …, "1": …}."""
    if given is None or given == "":
        return ()
    if isinstance(given, Mapping):
        return given.values()
    if not isinstance(given, list | tuple):
        raise CriteriaRefused.wrong_type("searchCriteria", "array")
    return given


def _filter(given: Any) -> Filter:
    members = _members(given, "field value condition_type")
    return Filter(
        _field(members), _text(members, "value"), _text(members, "condition_type").lower() or "eq"
    )


def _sort_order(given: Any) -> tuple[str, bool]:
    members = _members(given, "field direction")
    direction = _text(members, "direction").upper()
    if direction not in _DIRECTIONS:
        raise CriteriaRefused(
            "The sort order has to be specified as ASC for ascending order"
            " or DESC for descending order."
        )
    return _field(members), _DIRECTIONS[direction]


def _field(members: Mapping[str, Any]) -> str:
    field = _text(members, "field")
    if not field:
        raise CriteriaRefused(
            '"%fieldName" is required. Enter and try again.', {"fieldName": "field"}
        )
    return field


def _text(members: Mapping[str, Any], name: str) -> str:
    """Return a member as text, "" when absent; a list is Magento's comma list."""
    value = members.get(name)
    if isinstance(value, list | tuple):
        value = ",".join(str(entry) for entry in value)
    if isinstance(value, bool):
        value = int(value)
    text = "" if value is None else str(value)
    if isinstance(value, Mapping) or "\0" in text:
        raise CriteriaRefused.wrong_type(name, "string")
    return text


def _number(members: Mapping[str, Any], name: str) -> int:
    text = _text(members, name).strip() or "0"
    if not _WHOLE.fullmatch(text):
        raise CriteriaRefused.wrong_type(name, "int")
    return int(text)
