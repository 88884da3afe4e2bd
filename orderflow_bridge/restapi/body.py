"""Read a JSON body member by member, as Magento's service parameters (docs/contract/rest.md)."""

import json
import re
from decimal import Decimal
from typing import Any

import orjson
from django.conf import settings
from django.http import HttpRequest
from rest_framework import status

from orderflow_bridge.common.numbers import parse_sequence, plain
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.records import Record
from orderflow_bridge.restapi.errors import (
    Refusal,
    missing_fields,
    too_large,
    too_many_items,
    wrong_type,
)

# JSON numbers beyond this have lost digits on the way.
_EXACT = 10**15
# Values of a body, for each line allowed in a message.
_VALUES_PER_ITEM = 40
_VALUES_BESIDES = 2000
_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Body:
    """A JSON object. Names are Magento's camelCase; snake_case is understood too.

    A missing required member is remembered, so that `check_complete` can name all of them at once;
    a member of the wrong type is refused where it is met. Unknown members are ignored.
    """

    def __init__(
        self, values: dict[str, Any], *, path: str = "", missing: list[str] | None = None
    ) -> None:
        self._values = values
        self._path = path
        self._missing: list[str] = [] if missing is None else missing

    def text(self, name: str) -> str | None:
        """Return an optional text; a whole number is taken for its digits."""
        return _text(self._find(name), self._path + name)

    def words(self, name: str) -> str | None:
        """Return an optional text for people to read; NULs, which nobody can keep, are left out."""
        value = self._find(name)
        if isinstance(value, str):
            value = value.replace("\0", "")
        return _text(value, self._path + name)

    def stock_quantity(self, name: str) -> str | None:
        """Return an optional quantity or sequence id, a number or a text, as a text."""
        value = self._find(name)
        if isinstance(value, float) and abs(value) < _EXACT:
            return plain(Decimal(repr(value)))
        return _text(value, self._path + name)

    def needed_text(self, name: str, *, may_be_empty: bool = True) -> str:
        """Return a required text."""
        value = self.text(name)
        if value is None or not (value or may_be_empty):
            self._missing.append(self._path + name)
            return ""
        return value

    def flag(self, name: str) -> str | None:
        """Return an optional switch as SOAP would send it: true is "1", false is "0"."""
        value = self._find(name)
        return str(int(value)) if isinstance(value, bool) else _text(value, self._path + name)

    def needed_number(self, name: str) -> int:
        """Return a required whole number of at most 64 bits, not negative."""
        text = self.text(name)
        if text is None:
            self._missing.append(self._path + name)
            return 0
        try:
            return parse_sequence(text)
        except ValueError:
            raise wrong_type(self._path + name, "int") from None

    def objects(self, name: str) -> list["Body"]:
        """Return an optional list of objects; it may be as long as the configuration allows."""
        spellings = {name, _snake(name)}
        if sum(self._values.get(spelt) is not None for spelt in spellings) > 1:
            raise _lost(self._path + name, "is given twice, in two spellings.")
        items = self._find(name)
        if items is None:
            return []
        if not isinstance(items, list):
            raise wrong_type(self._path + name, "array")
        limit = web_services().max_items
        if len(items) > limit:
            raise too_many_items(self._path + name, limit)
        return [self._child(item, f"{self._path}{name}[{at}]") for at, item in enumerate(items)]

    def needed_objects(self, name: str) -> list["Body"]:
        """Return a required list of objects, which may be empty."""
        if self._find(name) is None:
            self._missing.append(self._path + name)
        return self.objects(name)

    def check_lists(self, raw: bytes, message: Record) -> None:
        """Refuse a message of which something would be lost: a member that is there twice, or
        lines under a name that the message does not have. `raw` is its text.
        """
        names = {spelt for name in message.fields for spelt in (name, _snake(name))}
        if any(raw.count(b'"%b"' % name.encode()) > 1 for name in names):
            json.loads(raw, object_pairs_hook=_once)
        for name, value in self._values.items():
            if name not in names and _holds_lines(value):
                raise _lost(name, "is not known here, yet it holds lines.")

    def check_complete(self) -> None:
        """Refuse the body if a required member was missing."""
        if self._missing:
            raise missing_fields(self._missing)

    def _find(self, name: str) -> Any:
        value = self._values.get(name)
        return self._values.get(_snake(name)) if value is None else value

    def _child(self, value: Any, path: str) -> "Body":
        if not isinstance(value, dict):
            raise wrong_type(path, "object")
        return Body(value, path=f"{path}.", missing=self._missing)


def read_body(http_request: HttpRequest) -> tuple[bytes, Body]:
    """Return the body as it came and as an object. Raises Refusal if it cannot be read."""
    return http_request.body, Body(json_object(http_request))


def json_object(http_request: HttpRequest) -> dict[str, Any]:
    """Return the members of a body that is one JSON object. Raises Refusal if it is not."""
    values = json_document(http_request)
    if not isinstance(values, dict):
        raise Refusal(status.HTTP_400_BAD_REQUEST, "Decoding error: the body must be an object.")
    return values


def json_document(http_request: HttpRequest) -> Any:
    """Return a body that is JSON. Raises Refusal if it is not, says otherwise or is too large."""
    _check_headers(http_request)
    return parsed(http_request.body)


def parsed(body: bytes) -> Any:
    """Return what a body of JSON holds. Raises Refusal if it is no JSON, or has too many values."""
    _check_values(body)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal(status.HTTP_400_BAD_REQUEST, f"Decoding error: {error}") from None


def check_size(http_request: HttpRequest) -> None:
    """Refuse a body that is too large, by its length in the header and before it is read."""
    limit = min(web_services().max_body_bytes, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    length = http_request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > limit:
        raise too_large(limit)


def _check_values(body: bytes) -> None:
    """Refuse a body whose values would cost far more memory than its bytes: `[{},{},{},…]`.

    Every value but the first of a list or an object follows one of these signs. Those within texts
    are counted too; the room for a line is wide enough for them.
    """
    limit = web_services().max_items
    if sum(body.count(sign) for sign in b",[{") > limit * _VALUES_PER_ITEM + _VALUES_BESIDES:
        raise too_many_items("body", limit)


def _check_headers(http_request: HttpRequest) -> None:
    if not http_request.META.get("CONTENT_TYPE"):
        raise Refusal(status.HTTP_400_BAD_REQUEST, "Content-Type header is empty.")
    if http_request.content_type != "application/json":
        raise Refusal(
            status.HTTP_400_BAD_REQUEST,
            "Server cannot understand Content-Type HTTP header media type %1",
            [http_request.content_type],
        )
    charset = (http_request.content_params or {}).get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8"):
        raise Refusal(status.HTTP_400_BAD_REQUEST, "UTF-8 is the only supported charset.")


def _text(value: Any, name: str) -> str | None:
    match value:
        case None:
            return None
        case str() if "\0" not in value:
            return value
        case bool():
            raise wrong_type(name, "string")
        case int():
            return str(value)
    raise wrong_type(name, "string")


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members, each of which must be there once."""
    values: dict[str, Any] = {}
    for name, value in members:
        if name in values:
            raise _lost(name, "is given twice.")
        values[name] = value
    return values


def _holds_lines(value: Any) -> bool:
    """Tell whether there are lines of a message within a value."""
    if isinstance(value, dict):
        return "sku" in value or any(_holds_lines(member) for member in value.values())
    return isinstance(value, list) and any(_holds_lines(entry) for entry in value)


def _lost(name: str, rule: str) -> Refusal:
    shown = name if re.fullmatch(r"[\w.\[\]]{1,100}", name, re.ASCII) else "?"
    return Refusal(status.HTTP_400_BAD_REQUEST, f'"%fieldName" {rule}', {"fieldName": shown})


def _snake(name: str) -> str:
    return _INNER_CAPITAL.sub("_", name).lower()
