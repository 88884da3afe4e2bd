"""First login, first steps, a website of its own, an export, a failure, requeued, and the story."""

from playwright.sync_api import Page

from tests.browser.hands import Mouse
from tests.browser.site import Site
from tests.browser.walk import walk
from tests.fakes import FakeOrderFlow

FILL = "shop"


def test_an_administrator_walks_from_the_first_login_to_a_products_story(page: Page, site: Site):
    with FakeOrderFlow().running() as orderflow:
        walk(page, Mouse(), site, orderflow)
