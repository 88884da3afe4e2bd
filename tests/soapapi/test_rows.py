"""The quick way of reading arrays gives what the slow way gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from soapapi.rows import _any_rows, _uniform_rows, rows_of

FIELDS = ("sku", "qty", "source")

_names = st.sampled_from(["sku", "qty", "source", "other", "{urn:n}sku"])
_texts = st.sampled_from(["", "A", " B ", "9"])
_fields = st.lists(st.tuples(_names, _texts), max_size=4)


def _array(items: list[list[tuple[str, str]]], member: str = "item") -> etree._Element:
    array = etree.Element("array")
    for fields in items:
        item = etree.SubElement(array, member)
        for name, text in fields:
            etree.SubElement(item, name).text = text or None
    return array


@given(st.lists(_fields, min_size=1, max_size=5))
def test_the_quick_way_agrees_or_declines(items: list[list[tuple[str, str]]]) -> None:
    array = _array(items)

    assert _uniform_rows(array, "item", FIELDS) in (None, _any_rows(array, "item", FIELDS))


@given(_fields, st.integers(1, 20))
def test_uniform_items_are_read_alike(fields: list[tuple[str, str]], count: int) -> None:
    array = _array([fields] * count)

    assert rows_of(array, "item", FIELDS) == _any_rows(array, "item", FIELDS)


def test_uniform_items_take_the_quick_way() -> None:
    array = _array([[("qty", str(n)), ("sku", f"S-{n}"), ("source", "")] for n in range(3)])

    assert _uniform_rows(array, "item", FIELDS) == [
        ("S-0", "0", None),
        ("S-1", "1", None),
        ("S-2", "2", None),
    ]


@pytest.mark.parametrize(
    "xml",
    [
        "<a><item><sku>1</sku></item><item><sku/></item></a>",
        "<a><item><sku>1<b/>2</sku></item><item><sku/></item></a>",
        "<a><item><sku>1</sku><sku>2</sku></item><item/></a>",
        "<a><item><sku>1</sku></item><other><sku>2</sku></other></a>",
        "<a><item><sku>1</sku><qty>2</qty></item><item><qty>3</qty><sku>4</sku></item></a>",
    ],
)
def test_items_that_differ_do_not(xml: str) -> None:
    array = etree.fromstring(xml)

    assert _uniform_rows(array, "item", FIELDS) is None
    assert len(rows_of(array, "item", FIELDS)) == len(array.findall("item"))
