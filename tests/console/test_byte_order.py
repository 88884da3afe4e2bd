"""Lines in the order of their bytes: the same on every database, and walked by comparison."""

from typing import Any

import pytest

from imports.models import ImportLine
from orderflow_bridge.common.choices import Result
from orderflow_bridge.console.grids import paging
from orderflow_bridge.console.grids.byte_order import ByteOrder

pytestmark = pytest.mark.django_db
REFERENCES = ["a", "B", "b", "a-1", "a_1", "ä", "A", "b", "a"]


@pytest.fixture
def lines() -> list[ImportLine]:
    return [
        ImportLine.objects.create(reference=reference, parent_id=1, result=Result.SUCCESS)
        for reference in REFERENCES
    ]


def in_bytes(line: ImportLine) -> tuple[bytes, int]:
    return line.reference.encode(), -line.pk


def test_capitals_come_first_and_accents_last(lines):
    found = ImportLine.objects.order_by(ByteOrder("reference"), "-id")

    assert list(found) == sorted(lines, key=in_bytes)


def test_the_order_can_be_turned(lines):
    found = ImportLine.objects.order_by(ByteOrder("reference"), "-id").reverse()

    assert list(found) == sorted(lines, key=in_bytes, reverse=True)


def test_pages_hold_every_line_once_forward_and_back(lines):
    found = ImportLine.objects.order_by(ByteOrder("reference"), "-id")
    terms = paging.terms_of(found)
    forward: list[Any] = []
    back: list[Any] = []
    key = ""

    while (page := paging.page_after(found, terms, key, 4)) and page.rows:
        forward += page.rows
        key = str(page.rows[-1].pk)
        if not page.has_next:
            break
    key = ""
    while (page := paging.page_before(found, terms, key, 4)) and page.rows:
        back = page.rows + back
        key = str(page.rows[0].pk)
        if not page.has_previous:
            break

    assert forward == back == sorted(lines, key=in_bytes)
