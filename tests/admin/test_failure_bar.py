"""The failure bar on every page: what needs somebody, worst first, until its cause is gone."""

import re
from datetime import timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.services import process_imports
from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.problems import services
from orderflow_bridge.problems.kinds import (
    DESPATCH_FAILED,
    EXPORT_FAILED,
    IMPORT_OFF,
    KINDS,
    LATE_ORDER,
    NOTHING_RUNS,
    STOCK_FAILED,
    UNKNOWN_SKU,
    WEBHOOK_FAILING,
)
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems
from orderflow_bridge.watch.services import watch
from tests.admin.samples import make_operator, queue_stock
from tests.factories import make_product, make_source_item

pytestmark = pytest.mark.django_db

ANY_PAGE = "/admin/stores/website/"
LIST = "/admin/problems/problem/"
NOON = "2026-03-03T12:00:00+00:00"


def unknown(sku="NO-SUCH-SKU", **values):
    return Finding(UNKNOWN_SKU, sku, f"SKU {sku} is unknown.", **values)


def browser(username, *codenames, role=""):
    user = make_operator(username)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    if role:
        user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def bar(client, page=ANY_PAGE):
    answer = client.get(page)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser").select_one(".failure-bar")


def lines_of(client, page=ANY_PAGE):
    """Return the bar's lines without their links, and what it says is left."""
    found = bar(client, page)
    if found is None:
        return [], ""
    lines = found.select(".failure-line p")
    left = found.select_one(".failure-left")
    for link in found.select("a[href]"):
        if link.parent in lines:
            link.extract()
    return [re.sub(r"\s+", " ", line.text).strip() for line in lines], left.text if left else ""


def test_a_line_says_what_how_many_and_since_when_after_magentos_words(boss):
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            raise_problems([unknown()])

        assert lines_of(boss)[0] == [
            "A recent OrderFlow import contains failures. SKU NO-SUCH-SKU is unknown: 3 lines"
            " since 12:00."
        ]


def test_what_began_on_another_day_is_told_with_its_day(boss):
    with time_machine.travel(NOON, tick=False):
        raise_problems([unknown()])
    with time_machine.travel("2026-03-05T08:00:00+00:00", tick=False):
        [text] = lines_of(boss)[0]

    assert text.endswith("SKU NO-SUCH-SKU is unknown: 1 line since 2026-03-03 12:00.")


def test_times_are_the_shops(boss):
    write_settings(General, {"timezone": "Asia/Kolkata"})
    with time_machine.travel(NOON, tick=False):
        raise_problems([unknown()])

        assert "since 17:30" in lines_of(boss)[0][0]


def test_exports_have_magentos_words_too_and_each_is_said_once(boss):
    raise_problems(
        [
            Finding(EXPORT_FAILED, "login", "86 products fail."),
            unknown(),
            Finding(STOCK_FAILED, "A", "SKU A holds no stock."),
        ]
    )

    text = " ".join(lines_of(boss)[0])

    assert text.count("A recent OrderFlow export contains failures.") == 1
    assert text.count("A recent OrderFlow import contains failures.") == 1


def test_the_worst_come_first_and_the_others_are_behind_a_link(boss):
    raise_problems(
        [
            unknown("A"),
            Finding(LATE_ORDER, "100", "Order 100 is late."),
            Finding(WEBHOOK_FAILING, "erp", "The receiver refuses."),
            Finding(IMPORT_OFF, "Shipment Import", "3 despatch messages wait."),
            Finding(DESPATCH_FAILED, "7", "Despatch 38 was not booked."),
        ]
    )

    lines, left = lines_of(boss)

    assert [line.rpartition(". ")[2].split()[0] for line in lines[:1]] == ["Since"]
    assert [words in line for words, line in zip(("3 despatch", "Despatch 38", "SKU A"), lines,
                                                 strict=True)] == [True] * 3  # fmt: skip
    assert left.strip() == "and 2 more"
    assert bar(boss).select_one(".failure-left a")["href"] == LIST


def test_a_hundred_of_a_kind_are_one_line(boss):
    raise_problems([unknown(f"SKU {number}") for number in range(100)])
    raise_problems([Finding(LATE_ORDER, "100", "Order 100 is late.")])

    lines, left = lines_of(boss)
    more = bar(boss).select_one(".failure-line:first-child a:last-child")

    assert len(lines) == 2
    assert left == ""
    assert (more.text, more["href"]) == ("99 more like it", f"{LIST}?kind=unknown_sku")


def test_view_details_leads_to_the_problem(boss):
    raise_problems([unknown()])

    url = bar(boss).select_one(".failure-line a")["href"]

    assert url == f"{LIST}{Problem.objects.get().pk}/change/"


def test_without_problems_there_is_no_bar(boss):
    assert bar(boss) is None


def test_the_bar_stands_on_every_kind_of_page(boss):
    raise_problems([unknown()])

    for page in ("/admin/imports/importrequest/", "/admin/stores/website/add/",
                 "/admin/configuration/apisettings/", "/admin/auth/user/"):  # fmt: skip
        assert len(lines_of(boss, page)[0]) == 1, page


def test_the_pages_of_problems_do_not_say_twice_what_is_wrong(boss):
    raise_problems([unknown()])

    for page in (LIST, f"{LIST}{Problem.objects.get().pk}/change/"):
        assert lines_of(boss, page) == ([], "")


def test_reading_is_not_mending(boss):
    raise_problems([unknown()])
    boss.get(bar(boss).select_one(".failure-line a")["href"])

    assert len(lines_of(boss)[0]) == 1


def test_the_bar_ends_with_the_cause(boss):
    make_product("OTHER")
    queue_stock("71", [("24-MB09", "5", "507")])
    process_imports(Entity.INVENTORY)
    assert "SKU 24-MB09 is unknown" in lines_of(boss)[0][0]

    make_source_item("24-MB09")
    watch()

    assert lines_of(boss) == ([], "")


def test_what_is_snoozed_calls_nobody_until_its_time_has_come(boss):
    raise_problems([unknown()])
    user = User.objects.get(username="boss")
    services.snooze(Problem.objects.all(), by=user, until=timezone.now() + timedelta(hours=1))
    assert lines_of(boss) == ([], "")

    with time_machine.travel(timezone.now() + timedelta(minutes=61), tick=False):
        JobRun.objects.create(job="orderflow_watch", scheduled_for=timezone.now())
        assert len(lines_of(boss)[0]) == 1


def test_only_those_who_may_see_the_matter_are_called_to_it():
    raise_problems([unknown(), Finding(EXPORT_FAILED, "login", "86 products fail.")])

    clerk = browser("clerk", "view_inventoryimport", "view_website")
    stranger = browser("stranger", "view_website")

    assert ["SKU NO-SUCH-SKU" in line for line in lines_of(clerk)[0]] == [True]
    assert lines_of(stranger) == ([], "")


def test_the_bar_takes_two_queries_however_much_is_wrong(boss):
    JobRun.objects.create(job="orderflow_watch", scheduled_for=timezone.now())
    boss.get(ANY_PAGE)
    raise_problems([Finding(kind, f"{n}", "Wrong.") for kind in KINDS.values() for n in range(50)])

    with CaptureQueriesContext(connection) as found:
        boss.get(ANY_PAGE)

    about = [
        each["sql"]
        for each in found.captured_queries
        if "problems_problem" in each["sql"] or "scheduler_jobrun" in each["sql"]
    ]
    assert len(about) == 2


def test_a_guest_costs_no_query():
    raise_problems([unknown()])

    with CaptureQueriesContext(connection) as found:
        assert Client().get("/admin/login/").status_code == 200

    assert not [each for each in found.captured_queries if "problem" in each["sql"]]


# --- nothing runs ---------------------------------------------------------------------------------
def test_that_nothing_runs_is_told_to_everybody_although_the_watch_does_not_run_either():
    clients = [browser("operator", role=OPERATOR), browser("stranger", "view_website")]
    start = timezone.now()
    JobRun.objects.create(job="orderflow_watch", scheduled_for=start, created_at=start)

    with time_machine.travel(start + timedelta(minutes=2), tick=False):
        assert [lines_of(client) for client in clients] == [([], "")] * 2
    with time_machine.travel(start + timedelta(minutes=4), tick=False):
        for client in clients:
            [text] = lines_of(client)[0]
            assert text == f"Nothing is running since {start:%Y-%m-%d %H:%M}."
        assert Problem.objects.get(kind=NOTHING_RUNS.name).count == 1


def test_the_problem_that_nothing_runs_is_in_the_list_at_once(boss):
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        rows = boss.get(LIST).context["cl"].result_list

    assert [row.text for row in rows] == ["No job has run yet."]


def test_when_the_watch_runs_something_runs(boss):
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        boss.get(ANY_PAGE)
        assert Problem.objects.filter(resolved_at__isnull=True).exists()
        watch()

        ended = Problem.objects.get(kind=NOTHING_RUNS.name)
    assert not ended.is_open


def test_a_new_shop_has_three_minutes_to_begin(boss):
    assert lines_of(boss) == ([], "")


def test_what_has_ended_and_begins_again_is_a_new_line(boss):
    raise_problems([unknown()])
    end_problems(UNKNOWN_SKU)
    assert lines_of(boss) == ([], "")

    raise_problems([unknown()])
    assert len(lines_of(boss)[0]) == 1


@pytest.mark.parametrize(
    "page",
    [ANY_PAGE, "/admin/", "/admin/stores/website/add/", "/admin/configuration/generalsettings/"],
)
def test_every_page_names_the_time_zone(boss, page):
    write_settings(General, {"timezone": "Asia/Kolkata"})

    zone = BeautifulSoup(boss.get(page).content, "html.parser").select_one(".bridge-zone")

    assert zone.text.startswith("Times are in Asia/Kolkata (UTC+0530), now ")
