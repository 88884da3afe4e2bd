"""In a browser: a copy says at its login what it is, the exchange is paused and resumed, a picture
is uploaded.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site, serving

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A shop whose database nobody has named, started as a test installation."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BRIDGE_ENVIRONMENT", "test")
        with serving(tmp_path_factory.mktemp("site"), fill="shop") as site:
            yield site


def test_the_login_and_every_page_say_what_this_is_and_what_to_do(page: Page, site: Site):
    page.goto(site.url("/admin/login/"))
    expect(page.get_by_text("run manage.py adopt --as test")).to_be_visible()
    assert faults(page) == []

    site.sign_in(page, goal="/admin/sales/order/", name="operator")
    expect(page.get_by_text("This installation exchanges with nobody.")).to_be_visible()
    assert page.title().startswith("[test]")


def test_the_exchange_is_paused_and_resumed(page: Page, site: Site):
    site.sign_in(page, goal="/admin/exchange/pause/add/", name="keeper")
    page.fill("#id_reason", "Stocktaking")
    assert faults(page) == []
    page.get_by_role("button", name="Save", exact=True).click()

    banner = page.get_by_role("region", name="Exchange with OrderFlow")
    expect(banner).to_contain_text("Paused by keeper until it is resumed: Stocktaking.")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(site.url("/admin/catalog/product/"))
    banner.get_by_role("link", name="Resume").click()
    page.get_by_role("button", name="Resume").click()

    expect(page.get_by_text("Resumed. What has waited goes on")).to_be_visible()
    expect(banner).not_to_contain_text("Stocktaking")


def test_a_picture_is_uploaded_in_the_product_form_and_shown(page: Page, site: Site):
    site.sign_in(page, goal="/admin/catalog/product/1/change/", name="keeper")
    page.get_by_text("Content", exact=True).first.click()
    page.locator("input[type=file][name=picture]").set_input_files(
        {"name": "bag.png", "mimeType": "image/png", "buffer": PNG}
    )
    page.get_by_role("button", name="Save and continue editing").click()

    page.get_by_text("Content", exact=True).first.click()
    assert "/media/catalog/product/b/a/bag" in (
        page.locator("img.bridge-picture").get_attribute("src") or ""
    )
