"""Search criteria in a query string, in PHP's bracket syntax (docs/contract/rest.md)."""

import re
from typing import Any
from urllib.parse import parse_qsl

from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.restapi.errors import missing_fields, wrong_type

NAMES = ("searchCriteria", "search_criteria")
_KEY = re.compile(r"(\w+)((?:\[[^\[\]]*\])*)(?:\[.*)?")
_PART = re.compile(r"\[([^\[\]]*)\]")
_MOST_PAIRS = 1_000


def criteria_in(query_string: str, *, are_required: bool = True) -> SearchCriteria:
    """Return the criteria of a query string; a bare `searchCriteria` is one that asks for all.

    Raises Refusal without any, unless they may be left out; CriteriaRefused for bad ones.
    """
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, max_num_fields=_MOST_PAIRS)
    except ValueError:
        raise wrong_type("searchCriteria", "object") from None
    nested: dict[str, Any] = {}
    is_given = False
    for key, value in pairs:
        matched = _KEY.fullmatch(key)
        if matched is None or matched[1] not in NAMES:
            continue
        is_given = True
        path = _PART.findall(matched[2])
        if path:
            _put(nested, path, value)
    if not is_given and are_required:
        raise missing_fields(["searchCriteria"])
    return SearchCriteria.parse(nested)


def _put(nested: dict[str, Any], path: list[str], value: str) -> None:
    """Put a value at its place; an empty pair of brackets is the next number, as in PHP."""
    place = nested
    for part in path[:-1]:
        inner = place.setdefault(part or str(len(place)), {})
        if not isinstance(inner, dict):
            raise wrong_type("searchCriteria", "object")
        place = inner
    place[path[-1] or str(len(place))] = value
