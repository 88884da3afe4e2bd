"""What a call holds besides what is read of it, refused where it may be what somebody meant.

PHP drops whatever it does not know. Of a despatch it would so drop the lines, and ship the whole
order: what is not understood is not acknowledged.
"""

import re
from collections.abc import Collection, Iterable

from lxml import etree

from orderflow_bridge.documents.records import meant_by
from soapapi.refusals import Refusal, invalid_input, shown_name

SESSION = "sessionId"
# What attributes without a namespace may say without being a value.
_MARKS = frozenset({"id", "href", "root", "lang", "nil", "null", "type", "arrayType"})
_SIZES = (
    "{http://schemas.xmlsoap.org/soap/encoding/}arrayType",
    "{http://www.w3.org/2003/05/soap-encoding}arraySize",
)
_SIZE = re.compile(r"[1-9]")
_LOOSE_TEXT = etree.XPath("boolean(text()[normalize-space()])")


def split_tag(element: etree._Element) -> tuple[str, str]:
    """Return the namespace ("" when there is none) and the local name of an element."""
    namespace, _, name = str(element.tag).rpartition("}")
    return namespace[1:], name


def has_loose_text(element: etree._Element) -> bool:
    """Tell whether a text stands within an element, beside other elements or alone."""
    return bool(_LOOSE_TEXT(element))


def holds_lines(element: etree._Element, fields: Collection[str]) -> bool:
    """Tell whether there are, within an element, parts of a list's items, misspelt or not."""
    names = {"item", *fields}
    parts = (split_tag(part)[1] for part in element.iterdescendants())
    return any(part in names or meant_by(part, names) for part in parts)


def refuse_unread(
    call: etree._Element,
    unread: Iterable[etree._Element],
    *,
    known: Collection[str],
    fields: Collection[str],
    is_complete: bool,
) -> None:
    """Refuse what stands in a call under no argument's name, if it may be one or lines of one.

    `fields` are those of the lists among the arguments, "" without any. `is_complete` says that
    every list came with lines: then elements of other names are nobody's list.
    """
    for element in unread:
        name = split_tag(element)[1]
        refuse_misspelt(name, known)
        parts = [part for part in element.iterdescendants() if split_tag(part)[1] != SESSION]
        if not fields or not parts:
            continue
        if holds_lines(element, fields):
            raise invalid_input(shown_name(name), "is not known here, yet it holds lines.")
        if not is_complete:
            raise invalid_input(shown_name(name), "is not known here, yet it may hold lines.")
    if fields and not is_complete and has_loose_text(call):
        raise invalid_input(shown_name(split_tag(call)[1]), "holds a text beside its arguments.")


def refuse_misspelt(name: str, known: Collection[str]) -> None:
    """Refuse a name that is a known one but for capitals, hyphens and underscores."""
    meant = meant_by(name, known)
    if meant:
        raise invalid_input(shown_name(name), f'is not known here. Is "{meant}" meant?')


def refuse_hollow(name: str, element: etree._Element) -> None:
    """Refuse an element without content whose attributes speak of one."""
    for attribute, text in element.attrib.items():
        if attribute in _SIZES and _SIZE.search(str(text).rpartition("[")[2]):
            raise invalid_input(name, "says that it has items, and holds none.")
        if is_value(str(attribute)):
            raise _in_attribute(name, str(attribute))


def refuse_attributes(name: str, element: etree._Element, fields: Collection[str]) -> None:
    """Refuse an item of the list `name`, or a field of one, that has a value in an attribute."""
    if not element.attrib:
        return
    is_empty = not len(element) and not (element.text or "").strip()
    for attribute in map(str, element.attrib):
        if is_value(attribute) and (is_empty or attribute in fields or meant_by(attribute, fields)):
            raise _in_attribute(name, attribute)


def is_value(attribute: str) -> bool:
    """Tell whether an attribute may hold a value: one that belongs to no standard."""
    return not attribute.startswith("{") and attribute not in _MARKS


def _in_attribute(name: str, attribute: str) -> Refusal:
    return invalid_input(
        name, f'has an attribute "{shown_name(attribute)}". Values have to be elements.'
    )
