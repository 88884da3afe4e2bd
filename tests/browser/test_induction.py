"""Connect OrderFlow and Go Live, walked as an administrator: at a desk, on a phone, on paper."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site
from tests.induction.walked import NAME, PASSWORD

FILL = "induction"
WIDTHS = (1440, 390)
CONNECT = "/admin/induction/connection/"
GO_LIVE = "/admin/induction/launch/"


def sign_in(page: Page, site: Site, goal: str) -> None:
    page.goto(site.url(f"/admin/login/?next={goal}"))
    page.fill("#id_username", NAME)
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(site.url(goal))


def fits(page: Page) -> bool:
    """Tell whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_connect_orderflow_is_read_and_its_values_are_copied(
    page: Page, site: Site, width: int, scheme: str
):
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, site, CONNECT)
    page.locator("#result_list tbody a").first.click()
    page.set_viewport_size({"width": width, "height": 900})

    expect(page.locator(".setup-step")).to_have_count(12)
    page.get_by_role("button", name="Copy Magento 2 API SOAP base URL").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.startswith("https://bridge.example/soap/")
    assert fits(page)
    assert faults(page) == []


def test_a_link_is_sent_read_by_a_stranger_and_revoked(page: Page, site: Site, browser: Browser):
    sign_in(page, site, CONNECT)
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Send A Link").click()
    page.get_by_label("For whom").fill("The warehouse")
    assert faults(page) == []
    page.get_by_role("button", name="Send A Link").click()
    page.get_by_role("tab", name="Links").click()
    address = page.locator(".setup-links code").first.inner_text()
    assert address.startswith("https://bridge.example/connect-orderflow/")

    stranger = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    stranger.goto(address.replace("https://bridge.example", site.address))
    expect(stranger.get_by_role("heading", name="Connect OrderFlow with")).to_be_visible()
    assert fits(stranger)
    assert faults(stranger) == []

    page.get_by_role("link", name="Revoke Links").click()
    page.get_by_role("button", name="Revoke Links").click()
    stranger.reload()
    expect(stranger.get_by_text("expired or was revoked")).to_be_visible()
    stranger.context.close()


def test_on_paper_there_is_neither_menu_nor_button(page: Page, site: Site, tmp_path: Path):
    sign_in(page, site, CONNECT)
    page.locator("#result_list tbody a").first.click()
    expect(page.locator(".setup-step").first).to_be_visible()

    page.emulate_media(media="print")
    page.pdf(path=tmp_path / "list.pdf", format="A4")

    assert not page.locator(".setup button:visible").count()
    assert not page.locator("#nav-sidebar:visible, .failure-bar:visible").count()
    assert page.locator(".setup-step:visible").count() == 12
    assert (tmp_path / "list.pdf").read_bytes().count(b"/Type /Page\n") <= 5


def test_a_website_goes_live_by_its_page(page: Page, site: Site):
    sign_in(page, site, GO_LIVE)
    page.locator("#result_list tbody a").first.click()
    address = page.url
    expect(page.get_by_text("Missing before going live")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert fits(page)
        assert faults(page) == []

    page.get_by_role("link", name="Set The Cut-over").click()
    page.get_by_label("Cut-over").fill("2026-12-01T08:00:00")
    page.get_by_role("button", name="Set The Cut-over").click()
    expect(page.locator("#step-cut")).to_contain_text("Set by nina")
    page.get_by_role("link", name="Place A Test Order").click()
    page.get_by_label("SKU of a simple product").fill("24-MB01")
    page.get_by_role("button", name="Place A Test Order").click()
    expect(page.get_by_text("has been placed")).to_be_visible()
    page.get_by_role("link", name="Remove Test Order").click()
    page.get_by_role("button", name="Remove Test Order").click()
    expect(page.get_by_text("all that told of it has been removed")).to_be_visible()
    page.goto(address)
    page.locator("#step-live").get_by_role("link", name="Go Live").click()
    expect(page.get_by_text("Still missing:")).to_be_visible()
    page.get_by_role("button", name="Go Live").click()
    expect(page.get_by_text("This website is live.")).to_be_visible()
    assert faults(page) == []
