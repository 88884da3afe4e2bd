"""axe-core finds no violation of WCAG A or AA on any page of the admin, in light or in dark.

Every list, a record of each, every section of the configuration, forms, questions, the dashboard,
signing in and two-factor login; and nothing that a mouse can press is out of the keyboard's reach.
"""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import Error, Page

from tests.browser.accessibility import MENU, faults
from tests.browser.site import Site

FILL = "full"
OTHERS = (
    "/admin/",
    "/admin/account/",
    "/admin/account/two-factor/",
    "/admin/password_change/",
    "/admin/configuration/",
    "/admin/configuration/changes/",
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


def kind_of(path: str) -> str:
    """Return an address without the numbers and ids that tell one record from another."""
    return re.sub(r"/[0-9a-f-]*[0-9][0-9a-f-]*(?=/)", "/N", path)


def _links(page: Page, selector: str) -> list[str]:
    """Return the paths of links to pages of the admin."""
    paths = page.eval_on_selector_all(selector, "all => all.map(each => each.pathname)")
    return [path for path in paths if path.startswith("/admin/") and path.endswith("/")]


@pytest.fixture(scope="module")
def user(browser, site: Site) -> Iterator[Page]:
    """A window in which the administrator is signed in."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    site.sign_in(page)
    yield page
    context.close()


def faults_at(page: Page, site: Site, path: str) -> list[str]:
    """Open a page and return what is wrong with it, each with its address; a download is none."""
    try:
        answer = page.goto(site.url(path))
    except Error as error:
        if "Download is starting" not in str(error):
            raise
        return []
    if answer is None or answer.status in (403, 405):
        return []
    assert answer.status == 200, (path, answer.status)
    return [f"{path}: {fault}" for fault in faults(page, without=MENU)]


def test_the_login_has_no_fault(page: Page, site: Site):
    assert faults_at(page, site, "/admin/login/") == []

    page.fill("#id_username", "admin")
    page.fill("#id_password", "wrong")
    page.keyboard.press("Enter")
    page.get_by_text("The account sign-in was incorrect").wait_for()

    assert faults(page) == []


@pytest.fixture(scope="module")
def walked(user: Page, site: Site) -> SimpleNamespace:
    """Every list, a record of each, every form: what is wrong there, and where they lead to.

    `behind` holds one address of each kind that is none of them: questions, timelines, uploads,
    replays, credit memos.
    """
    found = SimpleNamespace(lists=[], forms=[], behind=[])
    leads: dict[str, str] = {}

    def look(path: str) -> list[str]:
        faults_here = faults_at(user, site, path)
        for link in _links(user, "#content a[href], main a[href]"):
            leads.setdefault(kind_of(link), link)
        return faults_here

    known = {kind_of(path) for path in (*lists(), *forms(), *OTHERS)}
    for path in lists():
        found.lists += look(path)
        for record in _links(user, "#result_list tbody a[href*='/change/']")[:1]:
            known.add(kind_of(record))
            found.lists += look(record)
    for path in (*OTHERS, *forms()):
        found.forms += look(path)
    found.behind = [link for kind, link in sorted(leads.items()) if kind not in known]
    return found


def test_the_menu_has_no_fault(user: Page, site: Site):
    user.goto(site.url("/admin/"))

    assert faults(user) == []


def test_no_list_and_no_record_has_a_fault(walked: SimpleNamespace):
    assert not walked.lists, "\n".join(walked.lists)


def test_no_form_and_no_other_page_has_a_fault(walked: SimpleNamespace):
    assert not walked.forms, "\n".join(walked.forms)


def test_no_question_and_no_page_behind_a_record_has_a_fault(
    user: Page, site: Site, walked: SimpleNamespace
):
    found = [fault for path in walked.behind for fault in faults_at(user, site, path)]

    assert len(walked.behind) > 50
    assert not found, "\n".join(found)


def test_what_opens_above_a_page_has_no_fault(user: Page, site: Site):
    found: list[str] = []
    for path, opener in (
        ("/admin/", "[aria-controls=user-menu]"),
        ("/admin/", ".bridge-find-button"),
        ("/admin/sales/order/", "text=Filters"),
        ("/admin/sales/order/", "text=Columns"),
        ("/admin/sales/order/", "text=Default View"),
        ("/admin/stores/store/add/", ".bridge-related > button"),
    ):
        user.goto(site.url(path))
        user.locator(opener).first.click()
        found += [f"{path} {opener}: {fault}" for fault in faults(user)]

    assert not found, "\n".join(found)
