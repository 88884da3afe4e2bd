"""From a list's elements to rows of texts. A list is never empty because it was not read.

Long lists come in one of two ways: as programs write them, every item alike, which XPath reads
column by column in C; or in any other way, read element by element, some five times slower.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree

from soapapi.envelope import is_nil
from soapapi.references import NONE, References
from soapapi.refusals import invalid_input, shown_name
from soapapi.versions import split_tag

Row = tuple[str | None, str | None, str | None]
Texts = tuple[str | None, ...]

ITEM = "item"

_FEW = 8
_LOOSE_TEXT = etree.XPath("boolean(text()[normalize-space()])")
_ITEMS = etree.XPath(f"count({ITEM})")
_ELEMENTS = etree.XPath("count(descendant::*)")
_ALL_TEXTS = etree.XPath("*/*/text()", smart_strings=False)


@dataclass(frozen=True, slots=True)
class Layout:
    """What a list looks like: its name, its items' fields, and whether items may have any name.

    In encoded messages (SOAP 1.1, section 5.4) the names of a list's members carry no meaning.
    """

    name: str
    fields: tuple[str, ...]
    takes_any_name: bool = False


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


def _refuse_loose_text(array: etree._Element, name: str) -> None:
    if _LOOSE_TEXT(array):
        raise invalid_input(name, "must be a list of elements; it holds a text.")


def _uniform_rows(array: etree._Element, layout: Layout) -> list[Texts] | None:
    """Read items that all have the same fields in the same order, or return None."""
    count = len(array)
    order = [str(field.tag) for field in array[0]]
    if not order or len(set(order)) < len(order) or not set(order) <= set(layout.fields):
        return None
    # With every field in its place, this number leaves no room for any other element.
    if _ELEMENTS(array) != count * (len(order) + 1) or _LOOSE_TEXT(array):
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
    for child in item:
        name = split_tag(child)[1]
        if name in layout.fields:
            if name in texts:
                raise invalid_input(layout.name, f'has an item with two "{name}".')
            field = references.followed(child)
            if len(field):
                raise invalid_input(layout.name, f'has an item whose "{name}" is not a plain text.')
            texts[name] = None if has_nils and is_nil(field) else field.text
        elif holds_lines(child, layout.fields):
            raise invalid_input(layout.name, "has an item within an item.")
    has_content = len(item) > 0 or bool((item.text or "").strip())
    if has_content and (not texts or (has_nils and is_nil(item))):
        fields = ", ".join(layout.fields)
        raise invalid_input(layout.name, f"has an item that cannot be read: it needs {fields}.")
    return tuple(map(texts.get, layout.fields))


def holds_lines(element: etree._Element, fields: tuple[str, ...]) -> bool:
    """Tell whether there are, within an element, parts of a list's items."""
    names = {ITEM, *fields}
    return any(split_tag(part)[1] in names for part in element.iterdescendants())
