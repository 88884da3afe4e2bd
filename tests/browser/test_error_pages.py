"""Pages for what goes wrong have no fault, in light, in the dark and on a phone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.accessibility import MENU, faults
from tests.browser.site import Site

FILL = "shop"
PRODUCTS = "/admin/catalog/product/"
RUNS = "/admin/scheduler/jobrun/"
MISSING = "/admin/catalog/nothing/"
# A moment in a thirteenth month: whatever reads the row fails.
UNREADABLE_RUN = """
    INSERT INTO scheduler_jobrun (job, scope, scheduled_for, status, summary, host, created_at)
    SELECT 'x', count(*), '2026-13-45 00:00:00', 'success', '', '', '2026-12-01'
    FROM scheduler_jobrun
"""
SCREENS = pytest.mark.parametrize("width", [1440, 390])


@pytest.fixture(scope="module")
def window(browser: Browser, site: Site) -> Iterator[Page]:
    """A window in which an operator is signed in."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    site.sign_in(page, name="operator")
    yield page
    context.close()


def write(site: Site, statement: str) -> None:
    """Do something to the bridge's database behind its back."""
    with closing(sqlite3.connect(site.folder / "bridge.sqlite3", timeout=20)) as database, database:
        database.execute(statement)


def open_page(page: Page, site: Site, path: str, width: int) -> Response:
    page.set_viewport_size({"width": width, "height": 844})
    answer = page.goto(site.url(path))
    assert answer is not None
    return answer


def check(page: Page, title: str, *, has_menu: bool) -> None:
    """Look for the sentence and the way back, and for faults."""
    expect(page.get_by_role("heading", name=title, level=2)).to_be_visible()
    expect(page.get_by_role("link", name="To the first page")).to_be_in_viewport(ratio=1)
    expect(page.locator(MENU)).to_have_count(1 if has_menu else 0)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert faults(page) == []


@SCREENS
def test_a_page_that_is_not_there(window, site, width):
    assert open_page(window, site, MISSING, width).status == 404

    check(window, "Page not found", has_menu=True)


@SCREENS
def test_a_guest_at_a_page_that_is_not_there(page, site, width):
    assert open_page(page, site, "/nothing/", width).status == 404

    check(page, "Page not found", has_menu=False)


@SCREENS
def test_a_page_that_is_not_open_to_somebody(window, site, width):
    assert open_page(window, site, "/admin/auth/user/", width).status == 403

    check(window, "Not open to you", has_menu=True)


@SCREENS
def test_a_form_that_is_not_taken(window, site, width):
    open_page(window, site, "/admin/account/", width)
    window.context.clear_cookies(name="csrftoken")

    with window.expect_response(lambda answer: answer.request.method == "POST") as answered:
        window.get_by_role("button", name="Save", exact=True).click()
    assert answered.value.status == 403
    check(window, "The form was not taken", has_menu=True)
    expect(window.get_by_role("link", name="Back to the form")).to_be_visible()


@SCREENS
def test_a_page_that_fails(window, site, width):
    write(site, UNREADABLE_RUN)

    assert open_page(window, site, RUNS, width).status == 500
    check(window, "This page has failed", has_menu=False)


@SCREENS
def test_a_database_that_does_not_answer(window, site, width):
    write(site, "ALTER TABLE catalog_product RENAME TO catalog_away")
    try:
        assert open_page(window, site, PRODUCTS, width).status == 503
        check(window, "Not available just now", has_menu=False)
    finally:
        write(site, "ALTER TABLE catalog_away RENAME TO catalog_product")
