"""A newcomer plays the guide's four chapters in the demo shop, with no more clicks than in Magento.

The table of docs/guide-map.md says the clicks of each part; it is held to what is counted here.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.chapters import check_chapter
from tests.browser.chapters_of_exports import ORDER_EXPORT, PRODUCT_EXPORT
from tests.browser.chapters_of_imports import INVENTORY_IMPORT, SHIPMENT_IMPORT
from tests.browser.desk import Desk
from tests.browser.hands import Counting
from tests.browser.site import Site, serving_sandbox

FILL = "shop"
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
    check_chapter(desk, chapter, CHAPTERS[chapter])


def _at_the_first_pages(page: Page, site: Site, warehouse: str) -> Desk:
    """Sign in, and open OrderFlow in a window beside."""
    site.sign_in(page)
    beside = page.context.new_page()
    beside.goto(warehouse)
    return Desk(page, beside, Counting(), site)
