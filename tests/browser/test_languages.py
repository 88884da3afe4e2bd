"""The admin in German and French: as the browser asks, or as the user has chosen."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "shop"
GERMAN_MOMENT = re.compile(r"\d\d\.\d\d\.\d{4} \d\d:\d\d:\d\d")


@pytest.fixture
def german(browser: Browser) -> Iterator[Page]:
    """A window of a browser that asks for German."""
    context = browser.new_context(locale="de-DE", viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def test_a_german_browser_is_answered_in_german(german: Page, site: Site):
    german.goto(site.url("/admin/login/"))
    expect(german.get_by_role("button", name="Anmelden")).to_be_visible()
    assert german.locator("html").get_attribute("lang") == "de"

    site.sign_in(german, goal="/admin/sales/order/")

    expect(german.get_by_role("link", name="Bestelldatum", exact=True)).to_be_visible()
    row = german.locator("#result_list tbody tr").first
    expect(row.locator("time").first).to_have_text(GERMAN_MOMENT)
    assert faults(german, without="#nav-sidebar") == []


def test_what_scripts_say_is_german_too(german: Page, site: Site):
    site.sign_in(german, goal="/admin/sales/order/")

    german.keyboard.press("Control+k")
    german.keyboard.type("gibt es nicht 4711")

    expect(german.get_by_role("dialog")).to_contain_text("Nichts gefunden")


def test_who_has_chosen_french_reads_french_in_a_german_browser(german: Page, site: Site):
    site.sign_in(german, goal="/admin/account/")
    german.get_by_role("combobox", name="Sprache").select_option("fr")

    german.get_by_role("button", name="Speichern").click()

    expect(german.locator("main [role=status]").first).to_have_text(
        "Vos pages sont désormais rédigées dans cette langue."
    )
    expect(german.get_by_role("heading", name="Votre compte", level=2)).to_be_visible()
    german.get_by_role("combobox", name="Langue").select_option("")
    german.get_by_role("button", name="Enregistrer").click()
    expect(german.get_by_role("heading", name="Ihr Konto", level=2)).to_be_visible()
