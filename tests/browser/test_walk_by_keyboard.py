"""The same walk with Tab, Enter and the space bar alone; the focus can be seen at every stop."""

from playwright.sync_api import Page

from tests.browser.hands import Keyboard
from tests.browser.site import Site
from tests.browser.walk import walk
from tests.fakes import FakeOrderFlow

FILL = "shop"


def test_an_administrator_walks_the_whole_way_by_keyboard(page: Page, site: Site):
    with FakeOrderFlow().running() as orderflow:
        walk(page, Keyboard(page), site, orderflow)
