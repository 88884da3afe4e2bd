"""Read a JSON body by its record: the members that are there, each of its kind.

Names are Magento's, in snake_case or camelCase. Numbers may come as texts. Members that a record
does not know are ignored around a document, as in Magento, and refused within one: nothing that a
document carries is dropped without a word. A member that is null is there and is None; where it is
required it is missing. All that are missing are named at once.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest

from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.records import Document, Kind, Many, Record, Shape, Unknown
from orderflow_bridge.restapi.body import json_object
from orderflow_bridge.restapi.errors import (
    missing_fields,
    too_many_items,
    unknown_field,
    wrong_type,
)

_WHOLE = re.compile(r"-?[0-9]{1,10}(\.0*)?", re.ASCII)
_NUMBER = re.compile(r"-?0*[0-9]{1,16}(\.[0-9]{0,12}0*)?", re.ASCII)
_LETTER = re.compile(r"_([a-z0-9])")
# Magento's int.
_LARGEST = 2**31 - 1
_LARGEST_AMOUNT = 10**16
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_FLAGS = {"1": True, "0": False, "true": True, "false": False}


class _Field(NamedTuple):
    """A field of a record: its names, its shape, the reader of a simple kind, and its duty."""

    name: str
    in_camel_case: str
    shape: Shape
    simple: Callable[[Any, str], Any] | None
    is_required: bool


class Members(Document):
    """The members of a body that were given: read, but not shaped for the wire (no JSON yet)."""


def given(record: Record, *, required: str = "") -> Record:
    """Return the record of a document as callers may write it: all optional but `required`."""
    return replace(
        record,
        name=f"{record.name}Given",
        fields={name: _given(shape) for name, shape in record.fields.items()},
        required=frozenset(required.split()),
        unknown=_refusing(record),
    )


def closed(record: Record) -> Record:
    """Return a record that refuses what neither it nor the records within it declare."""
    fields = {name: _closed(shape) for name, shape in record.fields.items()}
    return replace(record, fields=fields, unknown=_refusing(record))


def read_members(http_request: HttpRequest, record: Record) -> Document:
    """Return the members of a request's body. Raises Refusal if it cannot be read or is incomplete.

    An empty body is one without members.
    """
    return members_of(json_object(http_request) if http_request.body else {}, record)


def members_of(values: Mapping[str, Any], record: Record) -> Document:
    """Return the members of an object that has been parsed. Raises Refusal as `read_members`."""
    missing: list[str] = []
    document = _members(values, record, "", missing)
    if missing:
        raise missing_fields(missing)
    return document


def _given(shape: Shape) -> Shape:
    match shape:
        case Record():
            return given(shape)
        case Many():
            return Many(_given(shape.of))  # type: ignore[arg-type]
    return shape


def _closed(shape: Shape) -> Shape:
    match shape:
        case Record():
            return closed(shape)
        case Many():
            return Many(_closed(shape.of))  # type: ignore[arg-type]
    return shape


def _refusing(record: Record) -> Unknown:
    return Unknown.KEPT if record.unknown is Unknown.KEPT else Unknown.REFUSED


def _members(values: Mapping[str, Any], record: Record, path: str, missing: list[str]) -> Document:
    document = Members()
    for name, in_camel_case, shape, simple, is_required in _plan(record):
        written = name if name in values else in_camel_case
        value = values.get(written)
        if value is not None:
            at = path + name
            document[name] = (
                simple(value, at) if simple else _value(value, shape, record, at, missing)
            )
        elif is_required:
            missing.append(path + name)
        elif written in values:
            document[name] = None
    if record.unknown is not Unknown.IGNORED and values.keys() - _names(record):
        document |= _unknown(values, record, path)
    return document


def _unknown(values: Mapping[str, Any], record: Record, path: str) -> dict[str, Any]:
    """Return the members that a record keeps without knowing them. Raises Refusal for others.

    What is null or empty says nothing, and is passed over.
    """
    found = {
        name: value
        for name, value in values.items()
        if name not in _names(record) and value not in _EMPTY
    }
    for name, value in found.items():
        if record.unknown is Unknown.REFUSED:
            raise unknown_field(path + name)
        if "\\u0000" in json.dumps(value):  # what PostgreSQL's JSON cannot hold
            raise wrong_type(path + name, "string")
    return found


@cache
def _names(record: Record) -> frozenset[str]:
    return frozenset(name for field in _plan(record) for name in field[:2])


@cache
def _plan(record: Record) -> tuple[_Field, ...]:
    """Return how to read the fields of a record; worked out once, for bulk calls read thousands."""
    return tuple(
        _Field(name, camel_case(name), shape, _READERS.get(shape), name in record.required)
        for name, shape in record.fields.items()
    )


@cache
def camel_case(name: str) -> str:
    """Return a name as Magento's interfaces write it: source_code → sourceCode."""
    return _LETTER.sub(lambda shop_message: shop_message[1].upper(), name)


def _value(value: Any, shape: Shape, owner: Record, path: str, missing: list[str]) -> Any:
    if shape is Kind.SELF:
        shape = owner
    match shape:
        case Record():
            if not isinstance(value, Mapping):
                raise wrong_type(path, "object")
            return _members(value, shape, f"{path}.", missing)
        case Many():
            entries = _entries(value, shape, path)
            return [
                _value(entry, shape.of, owner, f"{path}[{at}]", missing)
                for at, entry in enumerate(entries)
            ]
    return _READERS[shape](value, path)


def _entries(value: Any, shape: Many, path: str) -> list[Any]:
    if isinstance(value, Mapping) and _is_attribute(shape.of):  # Magento takes {"color": "red"} too
        value = [{"attribute_code": code, "value": entry} for code, entry in value.items()]
    if not isinstance(value, list):
        raise wrong_type(path, "array")
    limit = web_services().max_items
    if len(value) > limit:
        raise too_many_items(path, limit)
    return value


def _is_attribute(shape: Shape) -> bool:
    return isinstance(shape, Record) and "attribute_code" in shape.fields


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
    match value:
        case str() if "\0" not in value:
            return value
        case int() | float() if not isinstance(value, bool):
            return str(value)
    raise wrong_type(path, "string")


def _bool(value: Any, path: str) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower() if isinstance(value, int | str) else ""
    if text not in _FLAGS:
        raise wrong_type(path, "boolean")
    return _FLAGS[text]


def _any(value: Any, path: str) -> Any:
    """Return a text, a number, a switch or a list of these."""
    if isinstance(value, list):
        return [_any(entry, path) for entry in value if entry is not None]
    if isinstance(value, bool):
        return value
    return _string(value, path)


_READERS: dict[Any, Callable[[Any, str], Any]] = {
    Kind.INT: _int,
    Kind.FLOAT: _float,
    Kind.TEXT: _string,
    Kind.FLAG: _bool,
    Kind.ANY: _any,
}
