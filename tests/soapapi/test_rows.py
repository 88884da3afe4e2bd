"""The quick way of reading lists gives what the slow way gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from soapapi.elements import Layout, _any_rows, _uniform_rows, rows_of
from soapapi.refusals import Refusal

LAYOUTS = (
    Layout("array", ("sku", "qty", "source")),
    Layout("array", ("sku", "qty", "source"), takes_any_name=True),
)

_names = st.sampled_from(["sku", "qty", "source", "other", "{urn:n}sku"])
_texts = st.sampled_from(["", "A", " B ", "9"])
_fields = st.lists(st.tuples(_names, _texts), max_size=4)
_layouts = st.sampled_from(LAYOUTS)
_members = st.sampled_from(["item", "skuQty", "{urn:n}item"])


def _array(items: list[list[tuple[str, str]]], member: str = "item") -> etree._Element:
    array = etree.Element("array")
    for fields in items:
        item = etree.SubElement(array, member)
        for name, text in fields:
            etree.SubElement(item, name).text = text or None
    return array


def _read(array: etree._Element, layout: Layout) -> object:
    try:
        return _any_rows(array, layout)
    except Refusal as refusal:
        return refusal.reason


@given(st.lists(_fields, min_size=1, max_size=5), _members, _layouts)
def test_the_quick_way_agrees_or_declines(
    items: list[list[tuple[str, str]]], member: str, layout: Layout
) -> None:
    array = _array(items, member)

    assert _uniform_rows(array, layout) in (None, _read(array, layout))


@given(_fields, st.integers(1, 20), _members, _layouts)
def test_uniform_items_are_read_alike(
    fields: list[tuple[str, str]], count: int, member: str, layout: Layout
) -> None:
    array = _array([fields] * count, member)

    try:
        rows: object = rows_of(array, layout)
    except Refusal as refusal:
        rows = refusal.reason
    assert rows == _read(array, layout)


@pytest.mark.parametrize("source", ["", "eu"])
@pytest.mark.parametrize(("member", "layout"), [("item", LAYOUTS[0]), ("skuQty", LAYOUTS[1])])
def test_uniform_items_take_the_quick_way(source: str, member: str, layout: Layout) -> None:
    items = [[("qty", str(n)), ("sku", f"S-{n}"), ("source", source)] for n in range(3)]

    assert _uniform_rows(_array(items, member), layout) == [
        ("S-0", "0", source or None),
        ("S-1", "1", source or None),
        ("S-2", "2", source or None),
    ]


@pytest.mark.parametrize(
    "xml",
    [
        "<a><item><sku>1</sku></item><item><sku/></item></a>",
        "<a><item><sku>1</sku></item><item><sku>2</sku></item><other/></a>",
        "<a><item><sku>1</sku><qty>2</qty></item><item><qty>3</qty><sku>4</sku></item></a>",
    ],
)
def test_items_that_differ_do_not(xml: str) -> None:
    array = etree.fromstring(xml)

    assert _uniform_rows(array, LAYOUTS[0]) is None
    assert len(rows_of(array, LAYOUTS[0])) == len(array.findall("item"))


@pytest.mark.parametrize(
    "xml",
    [
        "<a><item><sku>1<b/>2</sku></item><item><sku/></item></a>",
        "<a><item><sku>1</sku><sku>2</sku></item><item/></a>",
        "<a><item><sku>1</sku></item><other><sku>2</sku></other></a>",
        "<a><item><sku>1</sku></item>and more</a>",
        "<a><item>1</item></a>",
    ],
)
def test_items_of_which_something_would_be_lost_are_refused(xml: str) -> None:
    array = etree.fromstring(xml)

    assert _uniform_rows(array, LAYOUTS[0]) is None
    with pytest.raises(Refusal):
        rows_of(array, LAYOUTS[0])
