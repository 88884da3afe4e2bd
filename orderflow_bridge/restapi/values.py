"""Single values of a body, by their kind. Numbers may come as texts (docs/contract/rest.md)."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.common.numbers import parse_sequence, plain
from orderflow_bridge.documents.records import Kind
from orderflow_bridge.restapi.errors import wrong_type

_WHOLE = re.compile(r"-?[0-9]{1,10}(\.0*)?", re.ASCII)
_NUMBER = re.compile(r"-?0*[0-9]{1,16}(\.[0-9]{0,12}0*)?", re.ASCII)
# Magento's int.
_LARGEST = 2**31 - 1
_LARGEST_AMOUNT = 10**16
# JSON numbers beyond this have lost digits on the way.
_EXACT = 10**15
_FLAGS = {"1": True, "0": False, "true": True, "false": False}


def _int(value: Any, path: str) -> int:
    match value:
        case bool() | int():
            whole = int(value)
        case float() if value.is_integer() and abs(value) <= _LARGEST:
            whole = int(value)
        case str() if _WHOLE.fullmatch(value.strip()):
            whole = int(value.strip().partition(".")[0])
        case _:
            raise wrong_type(path, "int")
    if abs(whole) > _LARGEST:
        raise wrong_type(path, "int")
    return whole


def _float(value: Any, path: str) -> Decimal:
    match value:
        case bool():
            raise wrong_type(path, "float")
        case int() | float() if abs(value) < _LARGEST_AMOUNT:
            return Decimal(repr(value))
        case str() if _NUMBER.fullmatch(value.strip()):
            return Decimal(value.strip())
    raise wrong_type(path, "float")


def _string(value: Any, path: str) -> str:
    return str(value) if isinstance(value, float) else _code(value, path)


def _code(value: Any, path: str) -> str:
    match value:
        case str() if "\0" not in value:
            return value
        case int() if not isinstance(value, bool):
            return str(value)
    raise wrong_type(path, "string")


def _words(value: Any, path: str) -> str:
    return _code(value.replace("\0", "") if isinstance(value, str) else value, path)


def _quantity(value: Any, path: str) -> str:
    if isinstance(value, float) and abs(value) < _EXACT:
        return plain(Decimal(repr(value)))
    return _code(value, path)


def _sequence(value: Any, path: str) -> int:
    text = _code(value, path)
    try:
        return parse_sequence(text)
    except ValueError:
        raise wrong_type(path, "int") from None


def _bool(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, int | str) else ""
    if text not in _FLAGS:
        raise wrong_type(path, "boolean")
    return _FLAGS[text]


def _switch(value: Any, path: str) -> str:
    return str(int(value)) if isinstance(value, bool) else _code(value, path)


def _any(value: Any, path: str) -> Any:
    """Return a text, a number, a switch or a list of these."""
    if isinstance(value, list):
        return [_any(entry, path) for entry in value if entry is not None]
    return value if isinstance(value, bool) else _string(value, path)


# Kind → what reads a value of it; `path` leads to the value, for the refusal.
READERS: Mapping[Any, Callable[[Any, str], Any]] = {
    Kind.INT: _int,
    Kind.FLOAT: _float,
    Kind.TEXT: _string,
    Kind.FLAG: _bool,
    Kind.ANY: _any,
    Kind.CODE: _code,
    Kind.WORDS: _words,
    Kind.QUANTITY: _quantity,
    Kind.SEQUENCE: _sequence,
    Kind.SWITCH: _switch,
}
