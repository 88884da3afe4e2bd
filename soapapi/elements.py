"""From elements to texts: plain ones, lists as rows of texts, and those that are referred to.

A list is never empty because it was not read. Long lists come in one of two ways: as programs write
them, every item alike, which XPath reads column by column in C; or in any other way, read element
by element, some five times slower.

In encoded messages (SOAP 1.1, section 5) a value may stand elsewhere in the Body under an `id`,
with `href="#id"` in its place. Programs that speak Magento 1's dialect write so; Magento 2's has no
references.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, cast

from lxml import etree

from soapapi.refusals import Refusal, beyond_limit, invalid_input, invalid_xml, shown_name
from soapapi.unread import (
    has_loose_text,
    holds_lines,
    refuse_attributes,
    refuse_misspelt,
    split_tag,
)

Row = tuple[str | None, str | None, str | None]
Texts = tuple[str | None, ...]
ITEM = "item"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_FEW = 8
# An attribute without a namespace, or a text beside an item's fields.
_MORE = etree.XPath("boolean(*/text()[normalize-space()] or descendant::*/@*[name()=local-name()])")
_ITEMS = etree.XPath(f"count({ITEM})")
_ELEMENTS = etree.XPath("count(descendant::*)")
_ALL_TEXTS = etree.XPath("*/*/text()", smart_strings=False)
_ENCODING12 = "http://www.w3.org/2003/05/soap-encoding"
_REF12, _ID12 = f"{{{_ENCODING12}}}ref", f"{{{_ENCODING12}}}id"
_REFERRING = etree.XPath("descendant::*[@href or @e:ref]", namespaces={"e": _ENCODING12})
_NAMED = etree.XPath("descendant::*[@id or @e:id]", namespaces={"e": _ENCODING12})


@dataclass(frozen=True, slots=True)
class Layout:
    """What a list looks like: its name, its items' fields, and whether items may have any name.

    In encoded messages (SOAP 1.1, section 5.4) the names of a list's members carry no meaning.
    """

    name: str
    fields: tuple[str, ...]
    takes_any_name: bool = False


@dataclass(frozen=True, slots=True)
class References:
    """The elements that others refer to, by id.

    `most_characters` limits what lists may come to when they are written out: one long text can be
    referred to by every item.
    """

    targets: Mapping[str, etree._Element] = field(default_factory=dict)
    most_characters: int = 0

    def followed(self, element: etree._Element) -> etree._Element:
        """Return the element meant: the one referred to, or else the element itself.

        Raises Refusal if it is not in the message, or refers on: so there is no going in circles.
        """
        if self is NONE:
            return element
        target_id = _target_id(element)
        if target_id is None:
            return element
        target = self.targets.get(target_id)
        if target is None or _target_id(target) is not None:
            raise _refers(element, "to an element that the message does not hold.")
        if len(element) or (element.text or "").strip():
            raise _refers(element, "to another element, yet it has a content of its own.")
        return target

    def check_length(self, characters: int) -> None:
        """Refuse lists that would be too long, in characters."""
        if characters > self.most_characters:
            raise beyond_limit(
                "its lists, written out, have more characters than", self.most_characters
            )


NONE = References()


def may_have_attribute(text: bytes, name: bytes) -> bool:
    """Tell whether a message may have an attribute; cheaper than to look at its elements.

    A name stands before an equals sign, and long lists have none: their bytes need no search. In
    an encoding that is not an extension of ASCII there may be any.
    """
    return text.find(name, 0, text.rfind(b"=") + 1) >= 0 or b"Envelope" not in text


def text_of(element: etree._Element) -> str | None:
    """Return an element's text without outer white space, None when it is empty or nil."""
    return None if is_nil(element) else (element.text or "").strip() or None


def is_nil(element: etree._Element) -> bool:
    """Tell whether an element says of itself that it is null."""
    return element.get(_NIL, "").strip() in ("true", "1")


def rows_of(
    array: etree._Element,
    layout: Layout,
    references: References = NONE,
    *,
    has_nils: bool = False,
) -> list[Texts]:
    """Return the texts of a list's items as tuples in the order of the fields.

    A field that is absent, empty or nil is None; elements that are not asked for are passed over.
    `has_nils` says that something in the message is nil. Raises Refusal for whatever would be lost.
    """
    if not len(array):
        _refuse_loose_text(array, layout.name)
        return []
    if len(array) > _FEW and references is NONE and not has_nils:
        rows = _uniform_rows(array, layout)
        if rows is not None:
            return rows
    return _any_rows(array, layout, references, has_nils=has_nils)


def items_of(array: etree._Element, name: str, *, takes_any_name: bool) -> list[etree._Element]:
    """Return a list's items. Raises Refusal for any content that is not one."""
    _refuse_loose_text(array, name)
    if takes_any_name:
        return list(array)
    items: list[etree._Element] = []
    others: list[etree._Element] = []
    for child in array:
        (items if split_tag(child)[1] == ITEM else others).append(child)
    for other in others:
        # One that is empty besides items is passed over, as any element we do not know.
        if not items or len(other) or (other.text or "").strip():
            called = shown_name(split_tag(other)[1])
            raise invalid_input(name, f'must be a list of "{ITEM}" elements; it holds "{called}".')
    return items


def references_of(body: etree._Element, text: bytes, most_characters: int) -> References:
    """Return the references of a message in Magento 1's dialect; NONE if there are none.

    `body` is the Body, `text` the message as received. Raises Refusal for a second call, and
    for an element that nothing refers to: it would be lost.
    """
    if not may_have_attribute(text, b"ref"):
        if len(body) > 1:
            raise _second_call()
        return NONE
    referring = _found(_REFERRING, body)
    referred = {_target_id(element) for element in referring}
    if any(_id(entry) not in referred or _id(entry) is None for entry in list(body)[1:]):
        raise _second_call()
    if not referring:
        return NONE
    targets: dict[str, etree._Element] = {}
    for element in _found(_NAMED, body):
        if targets.setdefault(_id(element) or "", element) is not element:
            raise invalid_xml("two elements have the same id")
    return References(targets, most_characters)


def refuse_references(body: etree._Element, text: bytes) -> None:
    """Refuse a message in Magento 2's dialect that holds references or a second call."""
    if may_have_attribute(text, b"ref"):
        for element in _found(_REFERRING, body):
            raise _refers(element, "to another element. Write its value in its place.")
    if len(body) > 1:
        raise _second_call()


def _refuse_loose_text(array: etree._Element, name: str) -> None:
    if has_loose_text(array):
        raise invalid_input(name, "must be a list of elements; it holds a text.")


def _uniform_rows(array: etree._Element, layout: Layout) -> list[Texts] | None:
    """Read items that all have the same fields in the same order, or return None."""
    count = len(array)
    order = [str(field.tag) for field in array[0]]
    if not order or len(set(order)) < len(order) or not set(order) <= set(layout.fields):
        return None
    # With every field in its place, this number leaves no room for any other element.
    if _ELEMENTS(array) != count * (len(order) + 1) or has_loose_text(array) or _MORE(array):
        return None
    if not layout.takes_any_name and _ITEMS(array) != count:
        return None
    paths = [_column(position, field) for position, field in enumerate(order, start=1)]
    if any(number(array) != count for number, _ in paths):
        return None
    all_texts: Any = _ALL_TEXTS(array)
    if len(all_texts) == count * len(order):
        found = [all_texts[at :: len(order)] for at in range(len(order))]
    else:
        found = [_texts(array, texts, count) for _, texts in paths]
    if any(len(column) != count for column in found):
        return None
    columns = dict(zip(order, found, strict=True))
    empty = [None] * count
    return list(zip(*(columns.get(field, empty) for field in layout.fields), strict=True))


def _texts(array: etree._Element, path: etree.XPath, count: int) -> list[Any]:
    """Return the texts of a column; of one without any text as many times None."""
    texts: Any = path(array)
    return texts or [None] * count


@lru_cache(maxsize=64)
def _column(position: int, field: str) -> tuple[etree.XPath, etree.XPath]:
    """Return the count of a field at its position, and its texts."""
    path = f"*/*[{position}]/self::{field}"
    return etree.XPath(f"count({path})"), etree.XPath(f"{path}/text()", smart_strings=False)


def _any_rows(
    array: etree._Element,
    layout: Layout,
    references: References = NONE,
    *,
    has_nils: bool = True,
) -> list[Texts]:
    rows = []
    characters = 0
    for item in items_of(array, layout.name, takes_any_name=layout.takes_any_name):
        row = _row(references.followed(item), layout, references, has_nils=has_nils)
        rows.append(row)
        if references is not NONE:
            characters += sum(len(text) for text in row if text)
            references.check_length(characters)
    return rows


def _row(item: etree._Element, layout: Layout, references: References, *, has_nils: bool) -> Texts:
    """Return one item's texts. Raises Refusal if something in it would be lost."""
    texts: dict[str, str | None] = {}
    loose = item.text or ""
    for child in item:
        loose += child.tail or ""
        name = split_tag(child)[1]
        if name in layout.fields:
            if name in texts:
                raise invalid_input(layout.name, f'has an item with two "{name}".')
            field = references.followed(child)
            if len(field):
                raise invalid_input(layout.name, f'has an item whose "{name}" is not a plain text.')
            texts[name] = None if has_nils and is_nil(field) else field.text
            refuse_attributes(layout.name, field, layout.fields)
        elif holds_lines(child, layout.fields):
            raise invalid_input(layout.name, "has an item within an item.")
        else:
            refuse_misspelt(name, layout.fields)
    has_loose = bool(loose.strip())
    has_content = len(item) > 0 or has_loose
    if has_content and (not texts or (has_nils and is_nil(item)) or has_loose):
        fields = ", ".join(layout.fields)
        raise invalid_input(layout.name, f"has an item that cannot be read: it needs {fields}.")
    refuse_attributes(layout.name, item, layout.fields)
    return tuple(map(texts.get, layout.fields))


def _found(path: etree.XPath, body: etree._Element) -> list[etree._Element]:
    return cast(list[etree._Element], path(body))


def _target_id(element: etree._Element) -> str | None:
    """Return the id that an element refers to, None if it does not refer; "" is nobody's id."""
    href = element.get("href")
    if href is not None:
        return href[1:] if href.startswith("#") else ""
    return element.get(_REF12)


def _id(element: etree._Element) -> str | None:
    return element.get("id") or element.get(_ID12)


def _refers(element: etree._Element, rule: str) -> Refusal:
    return invalid_input(shown_name(split_tag(element)[1]), f"refers {rule}")


def _second_call() -> Refusal:
    return invalid_xml("the SOAP body holds more than one call")
