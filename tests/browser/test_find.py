"""Finding from anywhere by keyboard, the keys, and walking through a list without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import MENU, faults
from tests.browser.site import Site

FILL = "shop"


def test_the_first_hit_is_chosen_and_enter_opens_it(page: Page, site: Site):
    site.sign_in(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("24-MB01")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Product 24-MB01")

    page.keyboard.press("Enter")

    page.wait_for_url("**/admin/timeline/timeline/product/24-MB01/")


def test_enter_waits_for_an_answer_that_has_not_come(page: Page, site: Site):
    site.sign_in(page)
    page.keyboard.press("/")
    page.keyboard.type("products")
    page.keyboard.press("Enter")

    page.wait_for_url("**/admin/catalog/product/")


def test_a_setting_that_is_found_has_the_focus(page: Page, site: Site):
    site.sign_in(page)
    page.keyboard.press("/")
    page.keyboard.type("admin email")
    page.keyboard.press("Enter")

    page.wait_for_url("**/admin/configuration/emailsettings/#admin_email-value")
    expect(page.locator(".configuration-row:focus-within")).to_contain_text("Admin Email")


def test_nothing_found_says_so_and_the_shortcut_is_that_of_the_system(page: Page, site: Site):
    site.sign_in(page)
    expect(page.locator(".bridge-find-button kbd")).to_have_text("Ctrl K")
    page.locator(".bridge-find-button").click()
    page.keyboard.type("qqqq")

    expect(page.locator("#palette")).to_contain_text("Nothing found for “qqqq”.")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_the_keys_are_shown_and_can_be_switched_off(page: Page, site: Site):
    site.sign_in(page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("/")

    expect(page.locator("#palette")).to_be_hidden()


def test_a_list_is_walked_through_by_j_and_k_and_a_row_opened_by_enter(page: Page, site: Site):
    site.sign_in(page, goal="/admin/sales/order/")
    rows = page.locator("#result_list .data-row")
    for key in "jjk":
        page.keyboard.press(key)
    expect(rows.nth(0)).to_be_focused()

    page.keyboard.press("Enter")

    page.wait_for_url("**/admin/sales/order/*/change/**")


def test_the_palette_and_the_keys_are_accessible(page: Page, site: Site):
    site.sign_in(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("or")
    expect(page.locator("#palette [aria-selected=true]")).to_be_visible()
    assert faults(page, without=MENU) == []

    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert faults(page, without=MENU) == []
