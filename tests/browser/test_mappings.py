"""An administrator changes a row of the mapping by keyboard: finds a field, tries it, saves it."""

from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "shop"
TABLE = "/admin/mapping/changedrow/"


def test_a_row_is_changed_by_keyboard_tried_and_saved(page: Page, site: Site):
    site.sign_in(page, goal=TABLE)
    assert faults(page) == []
    page.get_by_role("link", name="Edit barcode", exact=True).focus()
    page.keyboard.press("Enter")
    value = page.locator("#id_value")
    expect(value).to_be_disabled()
    page.locator("#id_inherit").focus()
    page.keyboard.press("Space")
    expect(value).to_be_enabled()
    assert page.locator("datalist option[value='product.sku']").count() == 1
    page.select_option("#id_use", "template")
    value.fill("{{ product.sku|lower }}")

    page.get_by_role("button", name="Preview").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mapping-changed ins")).to_contain_text("barcode=")
    assert faults(page) == []
    assert page.locator("#id_value").input_value() == "{{ product.sku|lower }}"
    page.get_by_role("button", name="Save Row").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_text("You saved the mapping.")).to_be_visible()
    row = page.locator(".mapping-own", has_text="barcode")
    expect(row).to_contain_text("{{ product.sku|lower }}")
    page.set_viewport_size({"width": 390, "height": 800})
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    page.get_by_role("button", name="Put back Product: barcode").press("Enter")
    expect(page.get_by_text("You put back barcode.")).to_be_visible()
    expect(page.locator(".mapping-own")).to_have_count(0)
