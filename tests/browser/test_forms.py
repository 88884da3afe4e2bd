"""Nothing typed is lost, nobody is overwritten, and a form says what is wrong and where."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser.accessibility import faults
from tests.browser.serve import PASSWORD
from tests.browser.site import Site

FILL = "shop"
API = "/admin/configuration/apisettings/"
BACK = "What you had typed here is back. It is not saved yet."


def open_product(page: Page, site: Site, number: int) -> str:
    """Sign in and open a product's form; return its address."""
    address = f"/admin/catalog/product/{number}/change/"
    site.sign_in(page, goal=address)
    return site.url(address)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def kept(page: Page) -> dict[str, Any]:
    """Return what the tab keeps of forms."""
    text = page.evaluate("JSON.stringify({...sessionStorage})")
    return {name: each for name, each in json.loads(text).items() if name.startswith("typed:")}


def asked(page: Page, *, leave: bool) -> list[str]:
    """Answer every question about leaving; return the list of those that will be asked."""
    kinds: list[str] = []

    def answer(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.accept() if leave else dialog.dismiss()

    page.on("dialog", answer)
    return kinds


def test_what_was_typed_survives_the_sessions_end(page: Page, site: Site) -> None:
    address = open_product(page, site, 1)
    page.fill("#id_name", "Typed for an hour")
    page.select_option("#id_status", "2")
    page.context.clear_cookies(name="sessionid")

    save(page)
    expect(page.locator(".form-restored")).to_contain_text("Your session has ended")
    assert faults(page) == []
    page.fill("#id_username", "admin")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")

    page.wait_for_url(address)
    expect(page.locator("#id_name")).to_have_value("Typed for an hour")
    expect(page.locator("#id_status")).to_have_value("2")
    expect(page.locator(".form-restored")).to_contain_text(BACK)
    assert faults(page) == []
    save(page)
    page.wait_for_url(site.url("/admin/catalog/product/"))
    page.goto(address)
    expect(page.locator("#id_name")).to_have_value("Typed for an hour")
    expect(page.locator(".form-restored")).to_have_count(0)


def test_what_was_typed_survives_a_refused_token(page: Page, site: Site) -> None:
    address = open_product(page, site, 2)
    page.fill("#id_name", "Typed with an old token")
    page.context.clear_cookies(name="csrftoken")

    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        save(page)
    assert answered.value.status == 403
    page.goto(address)

    expect(page.locator("#id_name")).to_have_value("Typed with an old token")
    page.get_by_role("button", name="Drop It").click()
    expect(page.locator("#id_name")).not_to_have_value("Typed with an old token")
    expect(page.locator(".form-restored")).to_have_count(0)


def test_only_a_changed_form_asks_before_it_is_left(page: Page, site: Site) -> None:
    address = open_product(page, site, 3)
    questions = asked(page, leave=False)
    page.locator("#id_name").click()
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url(site.url("/admin/catalog/product/"))
    assert questions == []

    page.goto(address)
    before = page.locator("#id_name").input_value()
    page.fill("#id_name", "Half of a na")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page).to_have_url(address)
    assert questions == ["beforeunload"]
    page.fill("#id_name", before)
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url(site.url("/admin/catalog/product/"))
    assert questions == ["beforeunload"]


def test_saving_does_not_ask(page: Page, site: Site) -> None:
    open_product(page, site, 3)
    questions = asked(page, leave=True)
    page.fill("#id_name", "A whole name")

    save(page)

    page.wait_for_url(site.url("/admin/catalog/product/"))
    assert questions == []
    assert kept(page) == {}


def test_a_form_left_on_purpose_is_there_when_one_comes_back(page: Page, site: Site) -> None:
    address = open_product(page, site, 4)
    asked(page, leave=True)
    page.fill("#id_name", "Left in the middle")
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_url(site.url("/admin/catalog/product/"))

    page.goto(address)

    expect(page.locator("#id_name")).to_have_value("Left in the middle")
    expect(page.locator(".form-restored")).to_contain_text(BACK)


def test_a_password_is_never_kept(page: Page, site: Site) -> None:
    site.sign_in(page, goal=API)
    page.uncheck("#id_inherit-password")
    page.uncheck("#id_inherit-username")
    page.fill("#id_username", "orderflow")
    page.fill("#id_password", "open-sesame")
    page.context.clear_cookies(name="sessionid")

    page.get_by_role("button", name="Save Config").click()
    page.wait_for_url("**/login/**")
    assert "orderflow" in str(kept(page))
    assert "open-sesame" not in page.evaluate(
        "JSON.stringify([{...sessionStorage}, {...localStorage}])"
    )
    site.sign_in(page, goal=API)

    expect(page.locator("#id_username")).to_have_value("orderflow")
    expect(page.locator(".form-restored")).to_contain_text("Passwords and files were not kept")


def test_after_an_error_the_first_wrong_field_has_the_focus(page: Page, site: Site) -> None:
    site.sign_in(page, goal="/admin/configuration/inventoryimportsettings/")
    page.uncheck("#id_inherit-cron_expression")
    page.fill("#id_cron_expression", "61 * * * *")

    page.get_by_role("button", name="Save Config").click()

    wrong = page.locator("#id_cron_expression")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("61 * * * *")
    expect(page.locator(".configuration-error").last).to_contain_text("Minute 61: 0–59 is allowed.")
    assert faults(page) == []


def test_an_error_in_a_records_form_is_where_the_focus_is(page: Page, site: Site) -> None:
    open_product(page, site, 5)
    page.fill("#id_name", "A name that stays")
    page.fill("#id_sku", "")

    save(page)

    expect(page.locator("#id_sku")).to_be_focused()
    expect(page.locator("#id_name")).to_have_value("A name that stays")


def test_who_is_second_sees_both_and_chooses(page: Page, site: Site) -> None:
    address = open_product(page, site, 6)
    other = page.context.new_page()
    other.goto(address)
    other.fill("#id_name", "Theirs")
    save(other)
    other.wait_for_url(site.url("/admin/catalog/product/"))

    page.fill("#id_name", "Mine")
    save(page)
    conflict = page.locator(".form-conflict")
    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("admin saved it at")
    expect(conflict.locator("tbody tr")).to_have_text(re.compile(r"Name\s*Mine\s*Theirs"))
    expect(page.locator("#id_name")).to_have_value("Mine")
    assert faults(page) == []
    conflict.get_by_role("link", name="Take Theirs").click()
    expect(page.locator("#id_name")).to_have_value("Theirs")
    expect(page.locator(".form-restored")).to_have_count(0)

    other.goto(address)
    other.fill("#id_name", "Theirs again")
    save(other)
    other.wait_for_url(site.url("/admin/catalog/product/"))
    page.fill("#id_name", "Mine")
    save(page)
    conflict.get_by_role("button", name="Save Mine Anyway").click()
    page.wait_for_url(site.url("/admin/catalog/product/"))
    page.goto(address)
    expect(page.locator("#id_name")).to_have_value("Mine")


def test_a_stored_password_looks_stored(page: Page, site: Site) -> None:
    site.sign_in(page, goal=API)
    page.uncheck("#id_inherit-password")
    page.fill("#id_password", "open-sesame")
    page.get_by_role("button", name="Save Config").click()

    stored = page.locator(".form-secret")
    expect(stored).to_have_text(re.compile(r"••••••••.*set \d{4}-\d\d-\d\d \d\d:\d\d by admin"))
    expect(page.locator("#id_password")).to_be_hidden()
    assert faults(page) == []
    stored.get_by_role("button", name="Change").click()
    expect(page.locator("#id_password")).to_be_focused()
    page.reload()
    stored.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Save Config").click()
    expect(page.locator("#id_inherit-password")).to_be_checked()
    expect(stored).to_have_count(0)


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768)], ids=["1440", "1024"])
def test_the_connection_is_tested_without_scrolling(
    page: Page, site: Site, size: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    site.sign_in(page, goal=API)
    button = page.get_by_role("button", name="Test Connection")

    expect(button).to_be_in_viewport(ratio=1)
    button.click()

    expect(page.locator("#connection-verdict")).to_contain_text("The test stopped at")
    expect(page.locator("#connection-steps li").first).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0
    assert faults(page) == []


def test_a_phone_shows_a_section_of_the_configuration_before_the_list_of_all(
    page: Page, site: Site
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    site.sign_in(page, goal=API)

    expect(page.locator("#id_endpoint")).to_be_in_viewport()
    pages = page.get_by_role("navigation", name="Configuration")
    expect(pages).to_be_hidden()
    page.get_by_text("All pages of the configuration").click()
    expect(pages.get_by_role("link", name="Email Settings")).to_be_in_viewport()
    assert faults(page) == []


def test_a_product_has_one_row_of_tabs_and_is_deleted_from_its_head(page: Page, site: Site) -> None:
    open_product(page, site, 7)

    tabs = page.get_by_role("navigation", name="Pages of this record")
    assert [text.strip() for text in tabs.get_by_role("link").all_inner_texts()][-1] == "Timeline"
    assert len({round(each.bounding_box()["y"]) for each in tabs.get_by_role("link").all()}) == 1
    expect(page.locator("[role=tablist]:visible, #tabs-items:visible")).to_have_count(0)
    tabs.get_by_role("link", name="Websites").click()
    expect(page.locator("#website_links-group")).to_be_visible()
    expect(page.locator("#id_name")).to_be_hidden()
    assert faults(page) == []
    expect(page.locator("#submit-row")).not_to_contain_text("Delete")
    page.locator("header").get_by_role("link", name="Delete product").click()
    page.wait_for_url("**/delete/")
