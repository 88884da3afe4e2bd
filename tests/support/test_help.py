"""Help: the pages of docs/ inside the admin, the page that belongs to each page, and its search."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.support.help import DOCS, PAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def soup(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return BeautifulSoup(answer.content, "html.parser")


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
    link = soup(boss, page).select_one("[data-glossary]")

    assert link["href"] == f"/admin/help/{belongs}"
    assert soup(boss, link["href"]).select_one("#help-title").text


def test_every_page_that_is_led_to_is_there():
    assert [name for name in PAGES.values() if not (DOCS / name).exists()] == []


def test_links_and_pictures_of_a_page_lead_on_inside_the_admin(boss):
    page = soup(boss, "/admin/help/guide-map.md")

    picture = page.select_one(".help-page img")["src"]
    assert boss.get(f"/admin/help/{picture}")["Content-Type"] == "image/png"
    links = {a["href"].partition("#")[0] for a in page.select(".help-page a")}
    pages = [link for link in links if link.endswith(".md")]
    assert [each for each in pages if boss.get(f"/admin/help/{each}").status_code != 200] == []


def test_the_search_leads_to_the_section(boss):
    found = soup(boss, "/admin/help/?q=full+stock+push").select(".help-found a")

    assert found
    page, _, anchor = found[0]["href"].partition("#")
    assert soup(boss, page).find(id=anchor)


def test_nothing_found_says_so(boss):
    assert "Nothing of the help has “qqqq”" in soup(boss, "/admin/help/?q=qqqq").text


def test_the_glossary_explains_words_of_the_pages(boss):
    terms = boss.get("/admin/help/glossary.json").json()

    assert terms["sequence id"].startswith("OrderFlow's inventory record id.")


@pytest.mark.parametrize("name", ["../manage.py", "nothing.md", "../pyproject.toml"])
def test_nothing_beside_the_docs_is_shown(boss, name):
    assert boss.get(f"/admin/help/{name}").status_code == 404


def test_a_guest_is_led_to_the_sign_in():
    assert "/login/" in Client().get("/admin/help/exports.md")["Location"]
