"""From an array's elements to rows of texts.

Long arrays come in one of two ways: as programs write them, every item alike, which XPath reads
column by column in C; or in any other way, read element by element, some five times slower.
"""

from functools import lru_cache
from typing import Any

from lxml import etree

from soapapi.versions import split_tag

Row = tuple[str | None, str | None, str | None]
Fields = tuple[str, ...]
Texts = tuple[str | None, ...]

_FEW = 8
_GRANDCHILDREN = etree.XPath("boolean(*/*/*)")
_ALL_FIELDS = etree.XPath("count(*/*)")


def rows_of(array: etree._Element, member: str, fields: Fields) -> list[Texts]:
    """Return the texts of an array's items as tuples in the order of `fields`.

    `member` is the items' local name. A field that is absent, empty or nil is None; of a field
    given twice the last counts; elements that are not asked for are passed over.
    """
    rows = _uniform_rows(array, member, fields) if len(array) > _FEW else None
    return _any_rows(array, member, fields) if rows is None else rows


def _uniform_rows(array: etree._Element, member: str, fields: Fields) -> list[Texts] | None:
    """Read items that all have the same fields in the same order, or return None."""
    count = len(array)
    order = [str(field.tag) for field in array[0]]
    if len(set(order)) < len(order) or not set(order) <= set(fields):
        return None
    if _ALL_FIELDS(array) != count * len(order) or _GRANDCHILDREN(array):
        return None
    columns: dict[str, list[Any]] = {}
    for position, field in enumerate(order, start=1):
        number, texts = _column(member, position, field)
        if number(array) != count:
            return None
        column: Any = texts(array)
        columns[field] = column or [None] * count
        if len(columns[field]) != count:
            return None
    empty = [None] * count
    return list(zip(*(columns.get(field, empty) for field in fields), strict=True))


@lru_cache(maxsize=64)
def _column(member: str, position: int, field: str) -> tuple[etree.XPath, etree.XPath]:
    """Return the count of a field at its position, and its texts."""
    path = f"{member}/*[{position}]/self::{field}"
    return etree.XPath(f"count({path})"), etree.XPath(f"{path}/text()", smart_strings=False)


def _any_rows(array: etree._Element, member: str, fields: Fields) -> list[Texts]:
    rows = []
    for item in array:
        if split_tag(item)[1] == member:
            texts = {split_tag(child)[1]: child.text for child in item}
            rows.append(tuple(map(texts.get, fields)))
    return rows
