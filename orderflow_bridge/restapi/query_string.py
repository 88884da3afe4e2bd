"""What a query string says, beside the route: criteria, which fields of the answer, and members.

Criteria are in PHP's bracket syntax (docs/contract/rest.md); `fields` is written as
`items[increment_id,items[sku]],total_count` (there, "Fields"). An expression that cannot be read
wants nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest

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
    nested: dict[str, Any] = {}
    is_given = False
    for name, path, value in _pairs(query_string):
        if name in NAMES:
            is_given = True
            if path:
                _put(nested, path, value, "searchCriteria")
    if not is_given and are_required:
        raise missing_fields(["searchCriteria"])
    return SearchCriteria.parse(nested)


def members_in(query_string: str) -> dict[str, Any]:
    """Return the members that a query string gives beside a body, as Magento reads them.

    `items[0][qty]=1&notify=1` is `{"items": [{"qty": "1"}], "notify": "1"}`. What numbers its
    members from 0 is a list. Raises Refusal for a query string that contradicts itself.
    """
    nested: dict[str, Any] = {}
    for name, path, value in _pairs(query_string):
        if name not in NAMES:
            _put(nested, [name, *path], value, name)
    return {name: _with_lists(value) for name, value in nested.items()}


def _pairs(query_string: str) -> Iterator[tuple[str, list[str], str]]:
    """Yield what a query string says: a name, the path below it in brackets, the value."""
    try:
        pairs = parse_qsl(query_string, keep_blank_values=True, max_num_fields=_MOST_PAIRS)
    except ValueError:
        raise wrong_type("searchCriteria", "object") from None
    for key, value in pairs:
        if matched := _KEY.fullmatch(key):
            yield matched[1], _PART.findall(matched[2]), value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _with_lists(entry) for name, entry in value.items()}
    are_numbered = list(inner) == [str(place) for place in range(len(inner))]
    return list(inner.values()) if are_numbered else inner


def _put(nested: dict[str, Any], path: list[str], value: str, name: str) -> None:
    """Put a value at its place; an empty pair of brackets is the next number, as in PHP."""
    place = nested
    for part in path[:-1]:
        inner = place.setdefault(part or str(len(place)), {})
        if not isinstance(inner, dict):
            raise wrong_type(name, "object")
        place = inner
    place[path[-1] or str(len(place))] = value


_TOKENS = re.compile(r"\w+|[\[\],]")
_ALLOWED = re.compile(r"[\w\[\],\s]*")
_LONGEST = 10_000
_DEEPEST = 20

Tree = dict[str, "Tree"]


@dataclass(frozen=True)
class FieldFilter:
    """The wanted fields by name, each with the wanted fields below it; none below means all.

    `tree` is None if the expression could not be read.
    """

    tree: Tree | None = field(default=None)

    @classmethod
    def parse(cls, expression: str | None) -> "FieldFilter | None":
        """Read an expression; without one there is no filter."""
        if not expression:
            return None
        if len(expression) > _LONGEST or not _ALLOWED.fullmatch(expression):
            return cls(None)
        tokens = iter([*_TOKENS.findall(expression), ""])
        try:
            tree, end = _branch(tokens)
        except ValueError:
            return cls(None)
        return cls(None if end else tree)

    def wants(self, name: str) -> bool:
        """Tell whether a field at the top is wanted."""
        return self.tree is not None and name in self.tree

    def of(self, answer: Any) -> Any:
        """Return what is wanted of an answer; a list is filtered entry by entry."""
        if not isinstance(answer, dict | list):
            return answer
        return [] if self.tree is None else _pick(answer, self.tree)


def _branch(tokens: Iterator[str], depth: int = 0) -> tuple[Tree, str]:
    """Return the names up to a closing bracket or the end, and which of both it was."""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    tree: Tree = {}
    sign = next(tokens)
    while True:
        if not sign or sign in "[],":
            raise ValueError("a name is missing")
        name, sign = sign, next(tokens)
        tree[name] = {}
        if sign == "[":
            tree[name], end = _branch(tokens, depth + 1)
            if end != "]":
                raise ValueError("a bracket is not closed")
            sign = next(tokens)
        if sign in ("]", ""):
            return tree, sign
        if sign != ",":
            raise ValueError("a comma is missing")
        sign = next(tokens)


def _pick(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        if value and all(isinstance(entry, dict) and "attribute_code" in entry for entry in value):
            chosen = [entry for entry in value if entry["attribute_code"] in tree]
            if chosen:
                return chosen
        return [_pick(entry, tree) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: _pick(value[name], below) for name, below in tree.items() if name in value}


def whole_number(http_request: HttpRequest, name: str) -> int | None:
    """Return a whole number of the query string; None if it is not there. Raises Refusal."""
    text = http_request.GET.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise wrong_type(name, "int")
    return int(text)
