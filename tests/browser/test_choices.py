"""Fields that choose other records: searched while one types, and with windows of their own."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "shop"
ALIAS = "/admin/imports/skualias/add/"
STOCK = "/admin/inventory/stock/1/change/"
STORE = "/admin/stores/storegroup/add/"
CATEGORIES = "/admin/catalog/product/3/change/#category_links"


@pytest.fixture
def user(page: Page, site: Site) -> Iterator[Page]:
    """A window in which the administrator is signed in, and that fails with its console."""
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    site.sign_in(page)
    yield page
    assert told == []


def searched(user: Page, name: str) -> Locator:
    return user.get_by_role("combobox", name=name, exact=True)


def options(user: Page) -> Locator:
    return user.locator(".bridge-combobox-found").get_by_role("option")


def save(user: Page) -> None:
    user.get_by_role("button", name="Save and continue editing").click()
    expect(user.get_by_text(re.compile("was (added|changed) successfully"))).to_be_visible()


def test_a_record_is_found_by_typing_and_chosen_by_the_keyboard(user: Page, site: Site):
    user.goto(site.url(ALIAS))
    user.fill("#id_sku", "OF-BAG")
    field = searched(user, "Product*")
    field.focus()
    user.keyboard.type("24-MB0")
    expect(options(user)).to_have_count(6)
    assert faults(user) == []
    chosen = options(user).nth(1)
    wanted = chosen.inner_text()

    user.keyboard.press("ArrowDown")
    expect(chosen).to_have_attribute("aria-selected", "true")
    user.keyboard.press("Enter")

    expect(options(user)).to_have_count(0)
    expect(field).to_have_value(wanted)
    save(user)
    expect(searched(user, "Product*")).to_have_value(wanted)


def test_a_list_goes_on_where_it_ends_and_says_when_nothing_is_found(user: Page, site: Site):
    user.goto(site.url(ALIAS))
    field = searched(user, "Product*")

    field.click()
    expect(options(user)).to_have_count(20)
    expect(user.get_by_text("The first 20: type to find others")).to_be_visible()
    options(user).last.scroll_into_view_if_needed()
    expect(options(user)).to_have_count(40)

    user.keyboard.type("nothing like it")
    expect(user.get_by_text("Nothing found")).to_be_visible()
    user.keyboard.press("Escape")
    expect(field).to_have_value("")


def test_what_was_typed_and_not_chosen_goes_and_the_choice_stays(user: Page, site: Site):
    user.goto(site.url("/admin/catalog/category/3/change/"))
    field = searched(user, "Parent")
    before = field.input_value()
    assert before.endswith("Gear")

    field.fill("Clo")
    expect(options(user)).to_have_count(1)
    user.keyboard.press("Tab")
    expect(field).to_have_value(before)

    field.fill("")
    user.keyboard.press("Tab")
    expect(field).to_have_value("")
    expect(user.locator("#id_parent")).to_have_value("")


def test_several_records_are_chosen_and_taken_away_again(user: Page, site: Site):
    user.goto(site.url(STOCK))
    field = searched(user, "Websites")
    british = user.get_by_role("button", name="Remove UK Website")

    british.click()
    expect(british).to_have_count(0)
    expect(field).to_be_focused()
    save(user)
    expect(british).to_have_count(0)

    field.fill("UK")
    expect(options(user)).to_have_count(1)
    user.keyboard.press("Enter")
    expect(british).to_be_visible()
    save(user)
    expect(british).to_be_visible()
    expect(user.get_by_role("button", name="Remove Main Website")).to_be_visible()


def test_added_rows_search_too_and_keep_their_choice_when_another_goes(user: Page, site: Site):
    user.goto(site.url(CATEGORIES))
    group = user.locator("#category_links-group")
    rows = group.get_by_role("combobox")
    had = rows.count()
    for name in ("Jackets", "Tops"):
        group.locator(".add-row").click()
        rows.last.fill(name)
        expect(options(user)).to_have_count(1)
        user.keyboard.press("Enter")
    assert [each.input_value().split(" / ")[-1] for each in rows.all()[had:]] == ["Jackets", "Tops"]

    group.locator(".form-group:not(.empty-form) .delete-template").first.click()
    expect(rows).to_have_count(had + 1)
    assert rows.last.input_value().endswith("Tops")
    save(user)
    assert rows.last.input_value().endswith("Tops")


def test_a_row_that_was_typed_comes_back_with_its_choice(user: Page, site: Site):
    user.goto(site.url(CATEGORIES))
    group = user.locator("#category_links-group")
    rows = group.get_by_role("combobox")
    had = rows.count()
    group.locator(".add-row").click()
    rows.last.fill("Watches")
    expect(options(user)).to_have_count(1)
    user.keyboard.press("Enter")
    user.once("dialog", lambda dialog: dialog.accept())

    user.reload()

    expect(rows).to_have_count(had + 1)
    assert rows.last.input_value().endswith("Watches")


def test_a_list_that_cannot_be_read_says_so(user: Page, site: Site):
    user.goto(site.url(ALIAS))
    user.route("**/autocomplete/**", lambda route: route.fulfill(status=204, body=""))

    searched(user, "Product*").click()

    expect(user.get_by_text("The bridge did not answer: try again.")).to_be_visible()


def test_a_record_added_in_a_window_of_its_own_is_chosen(user: Page, site: Site):
    user.goto(site.url(STORE))
    field = user.locator("#id_website")
    opener = user.get_by_role("button", name="More about website")

    opener.click()
    with user.expect_popup() as opened:
        user.get_by_role("link", name="Add another website").click()
    popup = opened.value
    popup.fill("#id_code", "fr")
    popup.fill("#id_name", "French Website")
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save", exact=True).click()
    expect(field.locator("option:checked")).to_have_text("French Website")

    with user.expect_popup() as opened:
        user.get_by_role("link", name="Change selected website").click()
    popup = opened.value
    popup.fill("#id_name", "Website of France")
    with popup.expect_event("close"):
        popup.get_by_role("button", name="Save", exact=True).click()
    expect(field.locator("option:checked")).to_have_text("Website of France")
    field.select_option("")
    expect(user.locator("#change_id_website")).to_have_attribute("aria-disabled", "true")
