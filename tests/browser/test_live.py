"""A row that waits keeps itself up to date, and what has settled is told with a link."""

from playwright.sync_api import Page, expect

from tests.browser.site import Site

FILL = "shop"


def test_messages_that_wait_are_followed_until_they_are_applied(page: Page, site: Site):
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/live/" in request.url else None
    )
    site.receive_stock("75", "24-MB03", "12", "530")
    site.sign_in(page, goal="/admin/imports/importrequest/")
    row = page.locator("[data-row]", has_text="75").first
    expect(row.locator("[data-waits]")).to_have_text("Pending")

    site.run_job("orderflow_import_inventory_update")

    told = page.locator(".bridge-news")
    expect(told).to_contain_text("Message 75 applied, 1 line", timeout=40_000)
    expect(row.locator("[data-waits]")).to_have_count(0)
    told.get_by_role("link", name="Message 75 applied").click()
    page.wait_for_url("**/admin/imports/inventoryimport/*/change/")
    assert asked


def test_a_lists_file_is_followed_until_it_is_ready(page: Page, site: Site):
    site.sign_in(page, goal="/admin/file_transfer/listexport/")
    site.ask_for_file("catalog.product")
    page.reload()
    row = page.locator("[data-row]", has_text="Products").first
    expect(row.locator("[data-waits]")).to_have_text("Being made")

    site.run_job("orderflow_file_import")

    told = page.locator(".bridge-news")
    expect(told).to_contain_text("The CSV file of Products is ready", timeout=40_000)
    expect(row.locator("[data-live]")).to_have_text("Ready")
    told.get_by_role("link", name="The CSV file of Products is ready").click()
    page.wait_for_url("**/listexport/*/change/")


def test_nothing_is_asked_for_where_nothing_waits_nor_in_a_hidden_tab(page: Page, site: Site):
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/live/" in request.url else None
    )
    site.sign_in(page, goal="/admin/imports/inventoryimport/")
    page.wait_for_timeout(4_000)
    assert asked == []

    site.receive_stock("76", "24-MB03", "13", "531")
    page.add_init_script("Object.defineProperty(document, 'hidden', { get: () => true })")
    page.goto(site.url("/admin/imports/importrequest/"))
    page.wait_for_timeout(4_000)

    assert asked == []
