"""JSON bodies: what they may be, and their members by a record (docs/contract/rest.md).

Names are Magento's, in snake_case or camelCase. Numbers may come as texts. Members that a record
does not know are ignored around a document, as in Magento, and refused within one: nothing that a
document carries is dropped without a word. A member that is null is there and is None; where it is
required it is missing. All that are missing are named at once.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.http import HttpRequest

from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.records import (
    Document,
    Kind,
    Many,
    Record,
    Shape,
    Unknown,
    camel_case,
    meant_by,
    snake_case,
)
from orderflow_bridge.restapi import errors
from orderflow_bridge.restapi.errors import bad_request, too_many_items, wrong_type
from orderflow_bridge.restapi.query_string import members_in
from orderflow_bridge.restapi.values import READERS

# Values of a body, for each line allowed in a message.
_VALUES_PER_ITEM = 40
_VALUES_BESIDES = 2000
_DEEPEST = 100
# OrderFlow's messages bring it in the body; only their header and SOAP know what to do with it.
SESSION = "sessionId"
_EMPTY: tuple[Any, ...] = (None, "", [], {})


class _Field(NamedTuple):
    """A field of a record: its names, its shape, the reader of a simple kind, and its duty."""

    name: str
    other_spelling: str
    shape: Shape
    simple: Callable[[Any, str], Any] | None
    is_required: bool


class Members(Document):
    """The members of a body that were given: read, but not shaped for the wire (no JSON yet)."""


def read_members(http_request: HttpRequest, record: Record) -> Document:
    """Return the members of a request. Raises Refusal if they cannot be read or are incomplete.

    An empty body is one without members. Those of the query string count where the body does not
    name them, as in Magento.
    """
    body = json_object(http_request) if http_request.body else {}
    if query_string := http_request.META.get("QUERY_STRING"):
        named = {snake_case(name) for name in body}
        members = members_in(query_string).items()
        body |= {name: value for name, value in members if snake_case(name) not in named}
    return members_of(body, record)


def members_of(values: Mapping[str, Any], record: Record) -> Document:
    """Return the members of an object that has been parsed. Raises Refusal as `read_members`."""
    reading = _Reading(web_services().max_items)
    document = reading.members(values, record, "")
    if reading.missing:
        raise errors.missing_fields(reading.missing)
    if reading.misspelt:
        raise reading.misspelt[0]
    _refuse_lost(values, record)
    return document


def json_object(http_request: HttpRequest) -> dict[str, Any]:
    """Return the members of a body that is one JSON object. Raises Refusal if it is not."""
    values = json_document(http_request)
    if not isinstance(values, dict):
        raise bad_request("Decoding error: the body must be an object.")
    return values


def json_document(http_request: HttpRequest) -> Any:
    """Return a body that is JSON. Raises Refusal if it is not, says otherwise or is too large."""
    if not http_request.META.get("CONTENT_TYPE"):
        raise bad_request("Content-Type header is empty.")
    if http_request.content_type != "application/json":
        raise bad_request(
            "Server cannot understand Content-Type HTTP header media type %1",
            [http_request.content_type],
        )
    charset = (http_request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise bad_request("UTF-8 is the only supported charset.")
    packing = http_request.META.get("HTTP_CONTENT_ENCODING", "").strip().lower()
    if packing not in ("", "identity"):
        raise bad_request(
            'The Content-Encoding "%1" is not read here. Send the body as it is.', [packing]
        )
    return parsed(http_request.body)


def parsed(body: bytes) -> Any:
    """Return what a body of JSON holds. Raises Refusal if it is no JSON, or has too many values.

    Values may cost far more memory than their bytes: `[{},{},{},…]`. Every value but the first of a
    list or an object follows one of these signs. Those within texts are counted too; the room for a
    line is wide enough for them.
    """
    limit = web_services().max_items
    signs = body.count(b",") + body.count(b"[") + body.count(b"{")
    if signs > limit * _VALUES_PER_ITEM + _VALUES_BESIDES:
        raise too_many_items("body", limit)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise bad_request(f"Decoding error: {error}") from None
    if signs > _DEEPEST:
        _refuse_depth(document)
    return document


def _refuse_depth(document: Any) -> None:
    """Refuse a document that nobody could walk through: Python's own functions go no deeper."""
    level = [document]
    for _ in range(_DEEPEST):
        within = (each.values() if isinstance(each, dict) else each for each in level)
        level = [value for values in within for value in values if isinstance(value, dict | list)]
        if not level:
            return
    raise bad_request("Decoding error: the body is nested too deeply.")


class _Reading:
    """One body being read: how long its lists may be, and what is missing so far."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.missing: list[str] = []
        self.misspelt: list[errors.Refusal] = []

    def members(self, values: Mapping[str, Any], record: Record, path: str) -> Document:
        """Return the members of an object; `path` leads to it, with a dot at its end."""
        document = Members()
        for name, other, shape, simple, is_required in _plan(record):
            written = name if values.get(name) is not None or other not in values else other
            value = values.get(written)
            if value is not None:
                at = path + name
                document[name] = (
                    simple(value, at) if simple else self._value(value, shape, record, at)
                )
            elif is_required:
                self.missing.append(path + name)
            elif written in values:
                document[name] = None
        if values.keys() - names_of(record):
            if record.unknown is Unknown.IGNORED:
                self.misspelt += _misspelt(values, record, path)
            else:
                document |= _unknown(values, record, path)
        return document

    def _value(self, value: Any, shape: Shape, owner: Record, path: str) -> Any:
        if shape is Kind.SELF:
            shape = owner
        match shape:
            case Record():
                if not isinstance(value, Mapping):
                    raise wrong_type(path, "object")
                return self.members(value, shape, f"{path}.")
            case Many():
                return [
                    self._value(entry, shape.of, owner, f"{path}[{at}]")
                    for at, entry in enumerate(self._entries(value, shape, path))
                ]
        return READERS[shape](value, path)

    def _entries(self, value: Any, shape: Many, path: str) -> list[Any]:
        of = shape.of
        if isinstance(value, Mapping) and isinstance(of, Record) and "attribute_code" in of.fields:
            # Magento takes {"color": "red"} too.
            value = [{"attribute_code": code, "value": entry} for code, entry in value.items()]
        if not isinstance(value, list):
            raise wrong_type(path, "array")
        if len(value) > self.limit:
            raise too_many_items(path, self.limit)
        if of is Kind.TEXT:  # Magento's own lists of texts have nulls in them, and yes and no
            return [_as_php(entry) for entry in value]
        return value


def _as_php(entry: Any) -> Any:
    """Return null, yes or no as the texts that PHP makes of them; anything else as it is."""
    if entry is None or entry is False:
        return ""
    return "1" if entry is True else entry


def _misspelt(values: Mapping[str, Any], record: Record, path: str) -> list[errors.Refusal]:
    """Return refusals of members that are the record's but for how they are written."""
    return [
        lost_member(path + name, f'is not known here. Is "{meant}" meant?')
        for name in values.keys() - names_of(record)
        if (meant := meant_by(name, record.fields))
    ]


def lost_member(path: str, rule: str) -> errors.Refusal:
    """Refuse a body of which a member would be lost; `rule` says what is wrong with it."""
    shown = path if re.fullmatch(r"[\w.\[\]]{1,100}", path, re.ASCII) else "?"
    return bad_request(f'"%fieldName" {rule}', {"fieldName": shown})


def _refuse_lost(values: Mapping[str, Any], record: Record) -> None:
    """Refuse a body with an unknown member that may be the lines of a list that did not come.

    Whoever names no items means all of an order; whoever calls them `lines` does not.
    """
    lists = [name for name, shape in record.fields.items() if isinstance(shape, Many)]
    if not lists or all(values.get(name) or values.get(other_spelling(name)) for name in lists):
        return
    for name in values.keys() - names_of(record):
        if name != SESSION and values[name] and isinstance(values[name], dict | list):
            raise lost_member(name, "is not known here, yet it may hold lines.")


def _unknown(values: Mapping[str, Any], record: Record, path: str) -> dict[str, Any]:
    """Return the members that a record keeps without knowing them. Raises Refusal for others.

    What is null or empty says nothing, and is passed over.
    """
    found = {
        name: value
        for name, value in values.items()
        if name not in names_of(record) and value not in _EMPTY
    }
    for name, value in found.items():
        if record.unknown is Unknown.REFUSED:
            raise errors.unknown_field(path + name)
        if "\\u0000" in json.dumps(value):  # what PostgreSQL's JSON cannot hold
            raise wrong_type(path + name, "string")
    return found


def other_spelling(name: str) -> str:
    """Return a member's name in snake_case if it is in camelCase, and the reverse."""
    return camel_case(name) if "_" in name else snake_case(name)


@cache
def names_of(record: Record) -> frozenset[str]:
    """Return the names that a record's members are read under."""
    return frozenset(name for field in _plan(record) for name in field[:2])


@cache
def _plan(record: Record) -> tuple[_Field, ...]:
    """Return how to read the fields of a record; worked out once, for bulk calls read thousands."""
    return tuple(
        _Field(
            name,
            other_spelling(name),
            shape,
            READERS.get(shape),
            name in record.required,
        )
        for name, shape in record.fields.items()
    )
