"""Help: the pages of docs/ inside the admin, the page that belongs to each page, and its search."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.support.help import DOCS, PAGES
from tests.support.whole_texts import whole

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize(
    ("page", "belongs"),
    [
        ("/admin/", "dashboard.md"),
        ("/admin/sales/order/", "orders.md"),
        ("/admin/imports/inventoryimport/", "stock.md"),
        ("/admin/configuration/apisettings/", "configuration.md"),
        ("/admin/problems/problem/", "problems.md"),
    ],
)
def test_each_page_leads_to_its_page_of_the_docs(boss, page, belongs):
    link = whole(boss, page).select_one("[data-glossary]")

    assert link["href"] == f"/admin/help/{belongs}"
    assert whole(boss, link["href"]).select_one("#help-title").text


def test_every_page_that_is_led_to_is_there():
    assert [name for name in PAGES.values() if not (DOCS / name).exists()] == []


def test_links_and_pictures_of_a_page_lead_on_inside_the_admin(boss):
    page = whole(boss, "/admin/help/guide-map.md")

    picture = page.select_one(".help-page img")["src"]
    assert boss.get(f"/admin/help/{picture}")["Content-Type"] == "image/png"
    links = {str(a["href"]).partition("#")[0] for a in page.select(".help-page a")}
    pages = [link for link in links if link.endswith(".md")]
    assert [each for each in pages if boss.get(f"/admin/help/{each}").status_code != 200] == []


def test_a_long_page_asks_for_its_rest_apart_and_browsers_keep_it(boss):
    page = boss.get("/admin/help/configuration.md").content.decode()
    rest = BeautifulSoup(page, "html.parser").select_one("[data-at-once]")["data-reads"]

    answer = boss.get(rest)

    assert answer["Cache-Control"] == "private, max-age=3600"
    text = str(whole(boss, "/admin/help/configuration.md").select_one(".help-page"))
    headings = [
        line[3:]
        for line in (DOCS / "configuration.md").read_text().splitlines()
        if line[:3] == "## "
    ]
    assert [each.text for each in BeautifulSoup(text, "html.parser").select("h2")[1:]] == headings


def test_the_search_leads_to_the_section(boss):
    found = whole(boss, "/admin/help/?q=full+stock+push").select(".help-found a")

    assert found
    page, _, anchor = str(found[0]["href"]).partition("#")
    assert whole(boss, page).find(id=anchor)


def test_nothing_found_says_so(boss):
    assert "Nothing of the help has “qqqq”" in whole(boss, "/admin/help/?q=qqqq").text


def test_the_glossary_explains_words_of_the_pages(boss):
    terms = boss.get("/admin/help/glossary.json").json()

    assert terms["sequence id"].startswith("OrderFlow's inventory record id.")


@pytest.mark.parametrize("name", ["../manage.py", "nothing.md", "../pyproject.toml"])
def test_nothing_beside_the_docs_is_shown(boss, name):
    assert boss.get(f"/admin/help/{name}").status_code == 404


def test_a_guest_is_led_to_the_sign_in():
    assert "/login/" in Client().get("/admin/help/exports.md")["Location"]
