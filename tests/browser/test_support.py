"""Somebody from OrderFlow finds out what runs; an operator reads a report and follows links."""

from io import BytesIO
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "support"
IN_ORDERFLOW = "https://demo.orderflow-wms.co.uk/web/"


def fits(page: Page, width: int) -> bool:
    """Tell whether a page of this width need not be scrolled sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_somebody_from_orderflow_reads_the_support_page_and_takes_the_archive(
    page: Page, site: Site
):
    site.sign_in(page, goal="/admin/support/support/", name="supporter")
    for part in ("Versions", "Environment"):
        expect(page.get_by_role("heading", name=part, exact=True)).to_be_visible()
    page.get_by_role("tab", name="Jobs").click()
    expect(page.get_by_role("tabpanel", name="Jobs")).to_contain_text("Inventory Import")
    assert fits(page, 390)
    assert fits(page, 1440)

    page.get_by_role("link", name="Download Diagnostics").click()
    expect(page.locator("main")).to_contain_text("Secrets, people’s data and all free texts")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download", exact=True).click()
    with ZipFile(BytesIO(taken.value.path().read_bytes())) as archive:
        assert "contents.txt" in archive.namelist()

    page.goto(site.url("/admin/"))
    page.get_by_role("contentinfo").get_by_role("link", name="OrderFlow Bridge").click()
    page.wait_for_url("**/admin/version/")
    expect(page.get_by_role("heading", name="Licence")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Magento version emulated")
    assert fits(page, 390)


def test_an_operator_chooses_columns_of_a_reports_lines_and_goes_from_them_into_orderflow(
    page: Page, site: Site
):
    site.sign_in(page, goal="/admin/imports/inventoryimport/2/change/", name="operator")
    lines = page.get_by_role("tabpanel", name="Import Lines")
    there = lines.get_by_role("link", name="Open the stock of 24-MB01 in OrderFlow")
    assert (there.get_attribute("href") or "").startswith(f"{IN_ORDERFLOW}inventory/")
    expect(lines.get_by_role("link", name="Open the stock of 24-MB04")).to_have_count(0)

    lines.locator("summary", has_text="Columns").click()
    lines.get_by_label("Units Received", exact=True).uncheck()
    lines.get_by_role("button", name="Apply", exact=True).click()
    expect(lines.locator("thead")).not_to_contain_text("Units Received")
    lines.locator("thead").get_by_role("link", name="SKU").click()
    by_sku = lines.get_by_role("columnheader", name="SKU")
    expect(by_sku).to_have_attribute("aria-sort", "ascending")
    lines.get_by_label("Search by keyword").fill("24-MB04")
    lines.get_by_role("button", name="Search").click()
    expect(lines.locator("tbody tr")).to_have_count(1)
    expect(lines.locator("thead")).not_to_contain_text("Units Received")
    assert fits(page, 390)
    assert fits(page, 1440)
    assert faults(page) == []

    page.get_by_role("tab", name="Information").click()
    page.get_by_role("link", name="Request Body").click()
    expect(page.get_by_role("tabpanel", name="Request Body")).to_contain_text("24-MB01")


def test_an_operator_is_led_into_orderflow_from_shipments_and_stock(page: Page, site: Site):
    site.sign_in(page, goal="/admin/sales/shipment/", name="operator")
    order = page.get_by_role("link", name="Open order 000000005 in OrderFlow")
    assert (order.get_attribute("href") or "").startswith(f"{IN_ORDERFLOW}despatch/order/")

    page.goto(site.url("/admin/inventory/sourceitem/?sku=24-MB01"))
    stock = page.get_by_role("link", name="Open the stock of 24-MB01 in OrderFlow")
    screen = stock.get_attribute("href") or ""
    assert screen.startswith(f"{IN_ORDERFLOW}inventory/")
    page.get_by_role("link", name="24-MB01", exact=True).click()
    expect(page.get_by_role("link", name=screen)).to_be_visible()
