"""Watch → Problems: the list, a problem's page, and what people decide about it."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.problems.kinds import (
    DESPATCH_FAILED,
    EXPORT_FAILED,
    NOTHING_RUNS,
    UNKNOWN_SKU,
    WEBHOOK_FAILING,
)
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems
from tests.admin.problem_pages import (
    LIST,
    browser,
    page_of,
    soup,
    subjects,
    unknown,
)
from tests.factories import make_product, make_website

pytestmark = pytest.mark.django_db


def test_the_menu_begins_with_the_problems(boss):
    first = soup(boss, "/admin/").select_one("#main-menu a[href^='/admin/']")

    assert first["href"] == LIST


def test_the_list_shows_what_is_open_worst_first(boss):
    unknown("A")
    raise_problems([Finding(DESPATCH_FAILED, "100", "Despatch 38 was not booked.")])
    unknown("B")
    end_problems(UNKNOWN_SKU, ["B"])

    assert subjects(boss) == ["100", "A"]
    text = boss.get(LIST).content.decode()
    for words in ("Critical", "Despatch Failed", "Despatch 38 was not booked.", "Open"):
        assert words in text, words


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=open", {"A"}),
        ("?state=snoozed", {"B"}),
        ("?state=resolved", {"C"}),
        ("?state=open&state=snoozed", {"A", "B"}),
        ("?severity=3", set()),
        ("?kind=unknown_sku", {"A"}),
        ("?owner=none", set()),
        ("?q=unknown", {"A"}),
    ],
)
def test_the_list_is_filtered_by_state_severity_kind_and_owner(boss, query, shown):
    for sku in ("A", "B", "C"):
        unknown(sku)
    user = User.objects.get(username="boss")
    now = timezone.now()
    Problem.objects.filter(subject="A").update(owner=user)
    Problem.objects.filter(subject="B").update(snoozed_until=now + timedelta(hours=1))
    end_problems(UNKNOWN_SKU, ["C"])

    assert set(subjects(boss, query)) == shown


def test_the_list_is_filtered_by_website_and_by_ones_own_problems(boss):
    website = make_website()
    unknown("A", website_id=website.pk)
    unknown("B")
    boss.post(f"{LIST}{unknown('B').pk}/take/")
    mine = User.objects.get(username="boss")

    assert subjects(boss, f"?website={website.pk}") == ["A"]
    assert subjects(boss, f"?owner={mine.pk}") == ["B"]


def test_links_above_the_list_lead_to_each_state(boss):
    states = soup(boss, f"{LIST}?state=snoozed").select(".bridge-states a")

    assert [(link["href"], link.get("aria-current")) for link in states] == [
        ("?state=open", None),
        ("?state=snoozed", "page"),
        ("?state=resolved", None),
    ]


def test_each_user_sees_the_problems_of_what_he_may_see():
    unknown()
    export = Finding(EXPORT_FAILED, "login", "86 products fail.")
    webhook = Finding(WEBHOOK_FAILING, "erp", "The receiver refuses.")
    raise_problems([export, webhook, Finding(NOTHING_RUNS, "scheduler", "Nothing runs.")])
    everything = {"NO-SUCH-SKU", "login", "erp", "scheduler"}

    assert set(subjects(browser("view_shipmentimport"))) == {"NO-SUCH-SKU", "scheduler"}
    assert set(subjects(browser("view_website"))) == {"scheduler"}
    assert set(subjects(browser(role=OPERATOR))) == everything


def test_a_problem_that_is_not_for_ones_eyes_has_no_page():
    problem = unknown()

    answer = browser("view_website").get(page_of(problem))

    assert (answer.status_code, answer.headers["Location"]) == (302, LIST)


def test_when_nothing_is_wrong_the_list_says_so(boss):
    assert "Nothing is wrong" in boss.get(LIST).content.decode()


# --- a problem's page -----------------------------------------------------------------------------
def test_the_page_says_what_is_wrong_and_leads_to_what_mends_it(boss):
    address = reverse("admin:imports_importrequest_changelist")
    problem = unknown(remedy="Create the product.", url=address)

    page = soup(boss, page_of(problem)).select_one(".bridge-problem")

    assert "SKU NO-SUCH-SKU is unknown." in page.text
    assert "Create the product." in page.text
    assert page.select_one("a.bridge-primary")["href"] == address


def test_the_way_to_the_remedy_is_shown_to_those_who_may_go_it():
    problem = unknown(remedy="Create the product.", url=reverse("admin:catalog_product_add"))

    page = soup(browser("view_inventoryimport"), page_of(problem))

    assert "Create the product." in page.text
    assert not page.select(".bridge-problem a")


def test_the_newest_case_is_linked(boss):
    make_product("24-MB01")
    problem = unknown(
        "24-MB01", evidence={"sku": "24-MB01", "message_id": "71", "request": 7, "sku_key": "x"}
    )

    page = soup(boss, page_of(problem))
    facts = dict(zip(page.select("dt"), page.select("dd"), strict=True))
    shown = {name.text: value for name, value in facts.items()}

    assert shown["Request"].a["href"] == "/admin/imports/importrequest/7/change/"
    assert shown["SKU"].a["href"] == "/admin/catalog/product/by-sku/24-MB01/"
    assert shown["Message ID"].text == "71"
    assert "x" not in [value.text for value in shown.values()]


def test_the_import_of_a_despatch_is_its_own_page(boss):
    raise_problems([Finding(DESPATCH_FAILED, "100", "Not booked.", evidence={"import": 5})])

    page = soup(boss, page_of(Problem.objects.get()))

    assert page.select("dd a[href='/admin/imports/shipmentimport/5/change/']")


def test_what_was_done_reads_as_a_story(boss):
    problem = unknown()
    boss.post(f"{LIST}{problem.pk}/take/")
    boss.post(f"{LIST}{problem.pk}/note/", {"text": "The buyer knows."})
    end_problems(UNKNOWN_SKU)

    story = [
        re.sub(r"\s+", " ", step.text).strip()
        for step in soup(boss, page_of(problem)).select(".bridge-story .bridge-step")
    ]

    assert story == [
        "It was met for the first time.",
        "boss: Taken.",
        "boss: The buyer knows.",
        "It ended: its cause is gone.",
    ]


# --- what people decide ---------------------------------------------------------------------------
