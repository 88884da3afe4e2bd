"""Two-factor login as its user meets it: switched on with an app, then asked for."""

import time
from base64 import b32decode

from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "nothing"


def test_a_user_switches_it_on_and_is_asked_for_the_code(page: Page, site: Site):
    site.sign_in(page, goal="/admin/account/")
    page.get_by_role("link", name="Switch on").click()
    assert faults(page) == []
    secret = page.locator(".bridge-key").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(f"{totp(b32decode(secret)):06}")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("they are shown only now")).to_be_visible()
    assert faults(page) == []
    recovery_code = page.locator(".bridge-codes code").first.inner_text()

    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("button", name="admin").click()
    page.get_by_role("button", name="Log out").click()
    page.goto(site.url("/admin/"))
    page.fill("#id_username", "admin")
    page.fill("#id_password", "admin-12345")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_label("Code")).to_be_focused()
    assert faults(page) == []
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("This code is wrong")).to_be_visible()
    assert faults(page) == []
    enter_after_the_pause(page, recovery_code)

    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()


def enter_after_the_pause(page: Page, code: str) -> None:
    """Enter a code until it counts: after a wrong one, even the right one has to wait."""
    deadline = time.monotonic() + 20
    while "/login/code/" in page.url and time.monotonic() < deadline:
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Log in").click()
        page.wait_for_load_state()
