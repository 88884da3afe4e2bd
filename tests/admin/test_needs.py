"""The dashboard begins with what needs somebody."""

import pytest
from bs4 import BeautifulSoup

from orderflow_bridge.problems.kinds import UNKNOWN_SKU
from orderflow_bridge.problems.services import Finding, raise_problems

pytestmark = pytest.mark.django_db


def test_the_dashboard_begins_with_what_needs_somebody_and_what_mends_it(boss):
    url = "/admin/catalog/product/add/"
    raise_problems([Finding(UNKNOWN_SKU, "A", "SKU A is unknown.", "Create the product.", url)])
    page = BeautifulSoup(boss.get("/admin/").content, "html.parser")

    needs = page.select_one("#content-main > :first-child")
    assert "is unknown" in needs.text
    [remedy] = needs.select(".failure-remedy a")
    assert (remedy.text, remedy["href"]) == ("Create the product.", url)
    assert page.select_one(".failure-bar") is None


def test_a_dashboard_without_problems_says_so_in_one_line(boss):
    page = BeautifulSoup(boss.get("/admin/").content, "html.parser")

    assert page.select_one(".dashboard-needs p").text.strip().endswith("Nothing needs you now.")
