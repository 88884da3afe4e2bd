"""An integration is activated in a browser: its system's sign-in opens beside, and closes."""

from playwright.sync_api import Page, expect

from tests.access.integrations.other_system import other_system
from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "shop"
LIST = "/admin/integrations/integration/"


def test_the_other_systems_sign_in_opens_and_leads_back(page: Page, site: Site):
    with other_system(site.address) as system:
        site.sign_in(page, goal=f"{LIST}add/")
        page.fill("#id_name", "ERP")
        page.fill("#id_callback_url", system.url)
        page.fill("#id_identity_link_url", system.url.replace("callback", "login"))
        page.get_by_role("button", name="Save", exact=True).click()
        page.locator("#result_list").get_by_role("link", name="ERP").click()
        page.get_by_role("link", name="Activate").click()
        with page.expect_popup() as opened:
            page.get_by_role("button", name="Activate").click()
        window = opened.value
        expect(page.get_by_text("ERP is active: its system has fetched the token.")).to_be_visible()
        assert faults(page) == []

        assert [*system.signed_in[0]] == ["oauth_consumer_key", "success_call_back"]
        if not window.is_closed():
            window.wait_for_event("close")
        page.get_by_role("link", name="Back", exact=True).click()
        page.get_by_role("link", name="Show Credentials").wait_for()
