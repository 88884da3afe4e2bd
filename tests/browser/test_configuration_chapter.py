"""The guide's chapter Magento Configuration, in a shop in which nothing is set yet."""

from playwright.sync_api import Page

from tests.browser.chapter_of_configuration import CONFIGURATION
from tests.browser.chapters import check_chapter
from tests.browser.desk import Desk
from tests.browser.hands import Counting
from tests.browser.site import Site

FILL = "induction"


def test_the_shop_is_configured_with_no_more_clicks_than_the_guide_needs(page: Page, site: Site):
    site.sign_in(page)
    desk = Desk(page, page, Counting(), site)

    check_chapter(desk, "Magento Configuration", CONFIGURATION)
