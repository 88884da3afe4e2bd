"""From an array's elements to rows of texts."""

from lxml import etree

from soapapi.versions import split_tag

Row = tuple[str | None, str | None, str | None]


def rows_of(
    array: etree._Element, member: str, fields: tuple[str, ...]
) -> list[tuple[str | None, ...]]:
    """Return the texts of an array's items as tuples in the order of `fields`.

    `member` is the items' local name. A field that is absent, empty or nil is None; of a field
    given twice the last counts; elements that are not asked for are passed over.
    """
    rows = []
    for item in array:
        if split_tag(item)[1] == member:
            texts = {split_tag(child)[1]: child.text for child in item}
            rows.append(tuple(map(texts.get, fields)))
    return rows
