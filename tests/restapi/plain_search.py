"""Magento's comparisons over documents as they are answered, in plain Python: a model."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderflow_bridge.documents.conditions import Column, ColumnKind

CONDITIONS = (
    *("eq", "neq", "seq", "sneq", "like", "nlike", "fulltext", "in", "nin", "null", "notnull"),
    *("gt", "lt", "gteq", "moreq", "from", "lteq", "to", "finset", "nfinset", "regexp"),
)
ON_TEXTS = ("like", "nlike", "fulltext", "regexp")
_OPPOSITES = {"neq": "eq", "nlike": "like", "nin": "in", "nfinset": "finset", "notnull": "null"}


def matches(shown: Any, column: Column, condition: str, value: str) -> bool:
    """Tell whether a value that a document shows matches; None is one that it does not show.

    A text that is not shown is an empty one, unless its column can be without a value.
    """
    kind = column.kind
    is_there = shown not in (None, "")
    if condition == "null":
        return not is_there
    if condition == "notnull":
        return is_there
    if condition in ("seq", "sneq") and not value:
        return is_there is (condition == "sneq")
    if not is_there and (column.is_nullable or kind is not ColumnKind.TEXT):
        return False
    shown = shown or ("" if kind is ColumnKind.TEXT else shown)
    if condition == "sneq":
        return not _COMPARED["eq"](_read(shown, kind), value, kind)
    if condition in _OPPOSITES:
        return not _COMPARED[_OPPOSITES[condition]](_read(shown, kind), value, kind)
    return _COMPARED[condition](_read(shown, kind), value, kind)


def _read(value: Any, kind: ColumnKind) -> Any:
    text = str(int(value)) if isinstance(value, bool) else str(value)
    if kind is ColumnKind.FLAG:
        return text != "0"
    return Decimal(text) if kind in (ColumnKind.WHOLE, ColumnKind.NUMBER) else text


def _in(shown: Any, value: str, kind: ColumnKind) -> bool:
    return shown in [_read(part.strip(), kind) for part in value.split(",") if part.strip()]


def _finset(shown: Any, value: str, kind: ColumnKind) -> bool:
    if kind is not ColumnKind.TEXT:
        return bool(shown == _read(value, kind))
    return "," not in value and value in shown.split(",")


def _like(shown: Any, value: str, kind: ColumnKind) -> bool:
    signs = {"%": "[\\s\\S]*", "_": "[\\s\\S]"}
    pattern = "".join(signs.get(sign, re.escape(sign)) for sign in value)
    return re.fullmatch(pattern, shown, re.IGNORECASE | re.ASCII) is not None


_Compare = Callable[[Any, str, ColumnKind], bool]
_COMPARED: dict[str, _Compare] = {
    "eq": lambda shown, value, kind: bool(shown == _read(value, kind)),
    "seq": lambda shown, value, kind: bool(shown == _read(value, kind)),
    "like": _like,
    "fulltext": lambda shown, value, kind: _like(shown, f"%{value}%", kind),
    "regexp": lambda shown, value, kind: re.search(value, shown, re.IGNORECASE) is not None,
    "in": _in,
    "finset": _finset,
    "gt": lambda shown, value, kind: bool(shown > _read(value, kind)),
    "lt": lambda shown, value, kind: bool(shown < _read(value, kind)),
    **dict.fromkeys(
        ("gteq", "moreq", "from"), lambda shown, value, kind: bool(shown >= _read(value, kind))
    ),
    **dict.fromkeys(("lteq", "to"), lambda shown, value, kind: bool(shown <= _read(value, kind))),
}
