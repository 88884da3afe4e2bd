"""A newcomer plays the guide's four chapters in the demo shop, with no more clicks than in Magento.

The table of docs/guide-map.md says the clicks of each part; it is held to what is counted here.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chapters_of_exports import ORDER_EXPORT, PRODUCT_EXPORT
from tests.browser.chapters_of_imports import INVENTORY_IMPORT, SHIPMENT_IMPORT
from tests.browser.desk import Desk, Part
from tests.browser.hands import Counting
from tests.browser.site import Site, serving_sandbox

FILL = "shop"
MAP = Path(__file__).parents[2] / "docs" / "guide-map.md"
CHAPTERS = {
    "Product Export": PRODUCT_EXPORT,
    "Order Export": ORDER_EXPORT,
    "Inventory Import": INVENTORY_IMPORT,
    "Shipment Import": SHIPMENT_IMPORT,
}


@pytest.fixture(scope="module")
def warehouse(site: Site) -> Iterator[str]:
    """The address of the stand-in for OrderFlow beside the shop."""
    with serving_sandbox(site) as address:
        yield address


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_is_played_with_no_more_clicks_than_the_guide_needs(
    page: Page, site: Site, warehouse: str, chapter: str
):
    desk = _at_the_first_pages(page, site, warehouse)
    parts = CHAPTERS[chapter]

    here = [_clicks(desk, part) for part in parts]

    there = [part.guide_clicks for part in parts]
    told = [_row(chapter, *each) for each in zip(parts, here, strict=True)]
    told.append(f"| **{chapter}** | | | **{sum(there)}** | **{sum(here)}** |")
    assert sum(here) <= sum(there)
    assert _told_of(chapter) == told


def _at_the_first_pages(page: Page, site: Site, warehouse: str) -> Desk:
    """Sign in, and open OrderFlow in a window beside."""
    site.sign_in(page)
    beside = page.context.new_page()
    beside.goto(warehouse)
    return Desk(page, beside, Counting(), site)


def _clicks(desk: Desk, part: Part) -> int:
    before = desk.hands.clicks
    part.play(desk)
    return desk.hands.clicks - before


def _row(chapter: str, part: Part, here: int) -> str:
    return f"| {chapter} | {part.title} | {part.guide} | {part.guide_clicks} | {here} |"


def _told_of(chapter: str) -> list[str]:
    """Return the map's rows about a chapter's clicks."""
    rows = re.findall(r"^\|.*\|$", MAP.read_text(), re.MULTILINE)
    five = [row for row in rows if row.count(" | ") == 4 or row.startswith(f"| **{chapter}** ")]
    return [row for row in five if re.match(rf"\| (\*\*)?{chapter}(\*\*)? \|", row)]
