"""The walk of an administrator on the first day: from signing in to a product's story."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.hands import Hands
from tests.browser.serve import PASSWORD
from tests.browser.site import Site
from tests.fakes import Answer, FakeOrderFlow

WEBSITE = "UK Website"


def walk(page: Page, hands: Hands, site: Site, orderflow: FakeOrderFlow) -> None:
    """Sign in, set up a website, export, meet a failure, requeue it, and read the story."""
    sign_in(page, hands, site)
    set_up_a_website(page, hands, orderflow)
    export_a_product(page, hands, site, "24-MB01")
    expect(message(page)).to_contain_text("24-MB01 has been queued for export to OrderFlow")

    orderflow.answers = [Answer(b"<h1>Down for maintenance</h1>", 503)] * 20
    export_a_product(page, hands, site, "24-MB02")
    site.run_job("orderflow_watch")
    page.reload()
    expect(page.locator("main")).to_contain_text("A recent OrderFlow export contains failures.")
    requeue_what_failed(page, hands)
    orderflow.answers = []

    read_the_story(page, hands)


def message(page: Page) -> Locator:
    """Return what the page says about what was done last."""
    return page.locator("main [role=status]").first


def sign_in(page: Page, hands: Hands, site: Site) -> None:
    """Go to the admin, sign in, and see the first steps."""
    page.goto(site.url("/admin/"))
    hands.write(page.locator("#id_username"), "admin")
    hands.write(page.locator("#id_password"), PASSWORD)
    hands.press(page.get_by_role("button", name="Log in"))
    expect(page.get_by_role("heading", name="First steps")).to_be_visible()


def set_up_a_website(page: Page, hands: Hands, orderflow: FakeOrderFlow) -> None:
    """Follow the first step; then give one website a channel of its own."""
    hands.press(page.get_by_role("link", name="Tell the bridge where OrderFlow is"))
    account = {"username": "magento", "password": "s3cret", "organisation": "acme"}
    save_settings(page, hands, {"endpoint": orderflow.endpoint, "channel": "magento", **account})
    scopes = page.get_by_role("navigation", name="Scope")
    hands.press(scopes.get_by_role("link", name=WEBSITE))
    expect(page.locator("[id='id_inherit-endpoint']")).to_be_checked()
    save_settings(page, hands, {"channel": "magento-uk"})
    expect(scopes.locator("[aria-current=page]")).to_have_text(WEBSITE)
    expect(page.locator("#id_endpoint")).to_have_value(orderflow.endpoint)
    expect(page.locator("#id_channel")).to_have_value("magento-uk")


def save_settings(page: Page, hands: Hands, values: dict[str, str]) -> None:
    """Take the ticks of inherited fields away, fill in the fields, and save."""
    for field in ("endpoint", "username", "password", "organisation", "channel"):
        if field in values:
            tick = page.locator(f"[id='id_inherit-{field}']")
            if tick.is_checked():
                hands.switch(tick)
            hands.write(page.locator(f"#id_{field}"), values[field])
    hands.press(page.get_by_role("button", name="Save Config"))
    expect(message(page)).to_contain_text("You saved the configuration.")


def export_a_product(page: Page, hands: Hands, site: Site, sku: str) -> None:
    """Find a product in the grid and export it, after the question."""
    menu = page.get_by_role("navigation", name="Main menu")
    if not menu.get_by_role("link", name="Products").first.is_visible():
        hands.press(menu.get_by_role("button", name="Catalog"))
    hands.press(menu.get_by_role("link", name="Products").first)
    page.wait_for_url("**/admin/catalog/product/")
    hands.write(page.get_by_label("Search by keyword"), sku)
    hands.press(page.locator("#changelist-search").get_by_role("button", name="Search"))
    page.wait_for_url(f"**/admin/catalog/product/?q={sku}*")
    hands.press(page.get_by_role("button", name=f"Actions: {sku}"))
    hands.press(page.get_by_role("link", name=f"Export: {sku}"))
    expect(page.locator("main")).to_contain_text("Are you sure you wish to export this product?")
    hands.press(page.get_by_role("button", name="Export", exact=True))
    page.wait_for_url(f"**/admin/catalog/product/?q={sku}*")


def requeue_what_failed(page: Page, hands: Hands) -> None:
    """Follow the failure bar to the problem and to what mends it; requeue the report's lines."""
    hands.press(
        page.locator(".failure-line", has_text="export contains failures").locator("a").first
    )
    expect(page.locator(".bridge-problem")).to_contain_text("503 Service Unavailable")
    hands.press(page.get_by_role("link", name="Go And Mend It"))
    page.wait_for_url("**/admin/exports/waitingproduct/?export_status=Failed")
    hands.press(page.get_by_role("button", name="Actions: 24-MB02").first)
    hands.press(page.get_by_role("link", name="View: 24-MB02").first)
    hands.press(page.get_by_role("tab", name="Export Lines"))
    hands.press(page.get_by_role("link", name="View Export").first)
    expect(page.get_by_role("heading", name="Product Export #").first).to_be_visible()
    hands.press(page.get_by_role("link", name="Requeue Failed Lines"))
    hands.press(page.get_by_role("button", name="Requeue Failed Lines"))
    expect(message(page)).to_contain_text("product(s) have been requeued.")


def read_the_story(page: Page, hands: Hands) -> None:
    """Go from the report to the product, and read what was sent about it."""
    hands.press(page.locator("#lines").get_by_role("link", name="24-MB02"))
    page.wait_for_url("**/admin/catalog/product/*/change/**")
    pages = page.get_by_role("navigation", name="Pages of this record")
    hands.press(pages.get_by_role("link", name="Timeline"))
    page.wait_for_url("**/admin/timeline/**")
    expect(page.locator("main")).to_contain_text("OrderFlow answered 503 Service Unavailable")
