"""What a document on the wire looks like: its fields, their kinds, and those always there.

One description serves both endpoints (docs/contract/documents.md): REST sends a document as it is,
SOAP derives its types and its camelCase elements from the same record.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple, Union

_INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Kind(Enum):
    """The simple kinds of value. A TEXT that is a time is `Y-m-d H:i:s` in UTC."""

    INT = "int"
    FLOAT = "float"
    TEXT = "string"
    FLAG = "boolean"
    ANY = "anyType"
    SELF = "self"  # the record itself again, nested
    # What messages of OrderFlow hold; an import judges it later.
    CODE = "code"  # a text or a whole number, digit for digit
    WORDS = "words"  # a text for people, without the NULs that nobody can keep
    QUANTITY = "quantity"  # a number or a text, kept as a text
    SEQUENCE = "sequence"  # a whole number of at most 64 bits, not negative
    SWITCH = "switch"  # true, false or a text; "1" and "0" as SOAP would send it


class Many(NamedTuple):
    """A list of values of one shape."""

    of: "Kind | Record"


Shape = Union[Kind, Many, "Record"]


class Document(dict[str, Any]):
    """A record's values, ready for the wire: snake_case, nulls left out."""


class AddedText(str):
    """A text that a shop's mapping adds to a record; SOAP declares it and writes it, too."""


class Unknown(Enum):
    """What becomes of members that a record does not declare."""

    IGNORED = "ignored"
    REFUSED = "refused"
    KEPT = "kept"  # as JSON, for what modules of a shop add to its documents; SOAP cannot say it


@dataclass(frozen=True, eq=False)
class Record:
    """A kind of document: Magento's type name, its fields in order, and those always present."""

    name: str
    fields: Mapping[str, Shape]
    required: frozenset[str] = frozenset()
    unknown: Unknown = Unknown.IGNORED

    def of(self, values: Mapping[str, Any]) -> Document:
        """Return the document of these values.

        Unknown names are left out unless they are kept, and so is what is null or cannot be of its
        kind, unless the field is required: then it is there, be it null.
        """
        document = Document()
        get = values.get
        for name, finished, shaped, is_required in self._plan:
            value = get(name)
            if value is None:
                if is_required:
                    document[name] = None
                continue
            if type(value) is not finished:
                value = shaped(value)
            if is_required or (value is not None and value != ""):
                document[name] = value
        if self.unknown is Unknown.KEPT:
            document |= {name: value for name, value in values.items() if name not in self.fields}
        return document

    @cached_property
    def _plan(self) -> tuple[tuple[str, type | None, Callable[[Any], Any], bool], ...]:
        """The fields, each with what brings a value that is not null into its shape.

        Before that stands the type whose values have it already: most have, and a call costs more
        than all else that becomes of them.
        """
        return tuple(
            (name, _FINISHED.get(shape), _shaper(shape, self), name in self.required)
            for name, shape in self.fields.items()
        )


def record(name: str, *parts: Mapping[str, Shape], required: str = "") -> Record:
    """Return a record whose fields are these parts, one after the other."""
    fields = {field: shape for part in parts for field, shape in part.items()}
    return Record(name, fields, frozenset(required.split()))


def ints(names: str) -> dict[str, Shape]:
    """Return fields that are whole numbers; yes and no are 1 and 0."""
    return dict.fromkeys(names.split(), Kind.INT)


def floats(names: str) -> dict[str, Shape]:
    """Return fields that are amounts or quantities."""
    return dict.fromkeys(names.split(), Kind.FLOAT)


def texts(names: str) -> dict[str, Shape]:
    """Return fields that are texts, times among them."""
    return dict.fromkeys(names.split(), Kind.TEXT)


def flags(names: str) -> dict[str, Shape]:
    """Return fields that are true or false."""
    return dict.fromkeys(names.split(), Kind.FLAG)


def given(record: Record, *, required: str = "") -> Record:
    """Return the record of a document as callers may write it: all optional but `required`."""
    return replace(
        _closed_throughout(record, given),
        name=f"{record.name}Given",
        required=frozenset(required.split()),
    )


def closed(record: Record) -> Record:
    """Return a record that refuses what neither it nor the records within it declare."""
    return _closed_throughout(record, closed)


def _closed_throughout(record: Record, change: Callable[[Record], Record]) -> Record:
    """Return a record that refuses what it does not know, with the records within it changed."""

    def inner(shape: Shape) -> Any:
        if isinstance(shape, Many):
            return Many(inner(shape.of))
        return change(shape) if isinstance(shape, Record) else shape

    return replace(
        record,
        fields={name: inner(shape) for name, shape in record.fields.items()},
        unknown=Unknown.KEPT if record.unknown is Unknown.KEPT else Unknown.REFUSED,
    )


@cache
def camel_case(name: str) -> str:
    """Return a name as SOAP and Magento's interfaces write it: source_code → sourceCode."""
    first, *others = name.split("_")
    return first + "".join(part.capitalize() for part in others)


def snake_case(name: str) -> str:
    """Return a name as documents write it: sourceCode → source_code."""
    return _INNER_CAPITAL.sub("_", name).lower()


def meant_by(name: str, known: Iterable[str]) -> str | None:
    """Return the one of the known names that differs by capitals, hyphens or underscores alone.

    None if there is none, or if it is the name itself.
    """
    bare = _bare(name)
    return next((each for each in known if each != name and _bare(each) == bare), None)


@lru_cache(maxsize=1024)
def _bare(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def number(value: Any) -> int | float | None:
    """Return an amount in its shortest form, 90 rather than 90.0; None for what is no number."""
    if type(value) is int:
        return value
    if type(value) is Decimal and not value:  # most amounts of an order are zero
        return 0
    try:
        exact = value if type(value) is Decimal else Decimal(str(value))
        whole = int(exact)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return whole if whole == exact else float(exact)


def timestamp(at: datetime) -> str:
    """Return a time as Magento writes it: UTC, `2017-03-22 15:25:16`."""
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "seconds")[:19]


def _shaper(shape: Shape, owner: Record) -> Callable[[Any], Any]:
    """Return what brings a value, which is not null, into a shape; found once for each field."""
    if isinstance(shape, Many):
        return _lister(_shaper(shape.of, owner))
    if shape is Kind.SELF:
        return _nester(owner)
    return _nester(shape) if isinstance(shape, Record) else _SIMPLE[shape]


def _nester(record: Record) -> Callable[[Any], Any]:
    def nested(value: Any) -> Any:
        if type(value) is Document:  # shaped already; what a caller gave is not
            return value
        return record.of(value) if isinstance(value, Mapping) else None

    return nested


def _lister(shaped: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def listed(value: Any) -> list[Any] | None:
        if type(value) is not list and (
            isinstance(value, str | Mapping) or not isinstance(value, Iterable)
        ):
            return None
        entries = (None if entry is None else shaped(entry) for entry in value)
        return [entry for entry in entries if entry is not None]

    return listed


def _flag(value: Any) -> bool:
    return value not in (False, 0, "", "0", "false")


def _any(value: Any) -> Any:
    return [_text(entry) for entry in value] if isinstance(value, list | tuple) else _text(value)


def _whole(value: Any) -> int | None:
    if type(value) is int:
        return value
    exact = number(int(value) if isinstance(value, bool) else value)
    return exact if isinstance(exact, int) else None


def _text(value: Any) -> str | None:
    match value:
        case str():
            return value
        case datetime():
            return timestamp(value)
        case bool():
            return str(int(value))
        case int() | float() | Decimal():
            return str(number(value))
    return None


_SIMPLE: dict[Any, Callable[[Any], Any]] = {
    Kind.INT: _whole,
    Kind.FLOAT: number,
    Kind.TEXT: _text,
    Kind.FLAG: _flag,
    Kind.ANY: _any,
}
_FINISHED: Mapping[Any, type] = {Kind.INT: int, Kind.FLOAT: int, Kind.TEXT: str}
