"""Documents as XML, in both directions (docs/contract/soap.md).

Spyne could write them, member by member; a long order would then take a tenth of a second.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from orderflow_bridge.documents.records import AddedText, Kind, Many, Record, Shape, camel_case
from soapapi.elements import ITEM, items_of, text_of
from soapapi.refusals import invalid_input, shown_name
from soapapi.unread import has_loose_text, refuse_hollow, refuse_misspelt, split_tag

# What XML 1.0 cannot hold at all, escaped or not.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_RETURN = {"\r": "&#13;"}


def written(name: str, shape: Shape, value: Any) -> str:
    """Return a value as an element of this name; null is an empty element."""
    pieces: list[str] = []
    _write(pieces, name, shape, value, None)
    return "".join(pieces)


def read_members(element: etree._Element, record: Record) -> dict[str, Any]:
    """Return an element's members under the record's names: texts, lists and mappings.

    Unknown texts are passed over; what is absent, empty or nil is left out. Raises Refusal for a
    member given twice, for a list that holds anything but items, and for what would be lost: a
    misspelt member, elements under a name that is not known, and values elsewhere than in elements.
    """
    names = _names(record)
    members: dict[str, Any] = {}
    own_name = shown_name(split_tag(element)[1])
    if has_loose_text(element):
        raise invalid_input(own_name, "must be elements; it holds a text.")
    refuse_hollow(own_name, element)
    for child in element:
        written_name = split_tag(child)[1]
        name = names.get(written_name)
        if name is None:
            refuse_misspelt(written_name, names)
            if len(child):
                raise invalid_input(shown_name(written_name), "is not known here.")
        else:
            if name in members:
                raise invalid_input(camel_case(name), "is given twice.")
            value = _read(child, record.fields[name])
            if value is not None:
                members[name] = value
    return members


def _write(pieces: list[str], name: str, shape: Shape, value: Any, owner: Record | None) -> None:
    """Add an element to the pieces. `owner` is the record it is a member of."""
    if shape is Kind.SELF and owner is not None:
        shape = owner
    if value is None:
        pieces.append(f"<{name}/>")
    elif isinstance(shape, Kind):
        pieces.append(f"<{name}>{_simple(value)}</{name}>")
    else:
        pieces.append(f"<{name}>")
        if isinstance(shape, Many):
            for entry in value:
                _write(pieces, ITEM, shape.of, entry, owner)
        else:
            for field, member in value.items():
                if field in shape.fields:
                    _write(pieces, camel_case(field), shape.fields[field], member, shape)
                elif isinstance(member, AddedText):
                    _write(pieces, field, Kind.TEXT, member, shape)
        pieces.append(f"</{name}>")


def _simple(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return escape(_UNPRINTABLE.sub("\ufffd", value), _RETURN)
        case list():
            return "".join(f"<xsd:string>{_simple(entry)}</xsd:string>" for entry in value)
    return repr(value)


def _read(element: etree._Element, shape: Shape) -> Any:
    if isinstance(shape, Many):
        if not len(element):
            refuse_hollow(split_tag(element)[1], element)
        items = items_of(element, split_tag(element)[1], takes_any_name=False)
        return [_read(item, shape.of) or {} for item in items]
    if isinstance(shape, Record):
        return read_members(element, shape)
    if len(element):
        raise invalid_input(split_tag(element)[1], "must be a plain text; it holds elements.")
    return text_of(element)


@cache
def _names(record: Record) -> Mapping[str, str]:
    return {camel_case(name): name for name in record.fields}
