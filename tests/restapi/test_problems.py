"""Problems by REST: a monitor reads what its user may see."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orderflow_bridge.configuration.sections import General, ProblemReports
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.problems.kinds import DESPATCH_FAILED, EXPORT_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, note, raise_problems
from tests.admin.problem_pages import unknown
from tests.factories import make_website
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

NOON = "2026-03-03T12:00:00+00:00"
LIST = "orderflow/problems"
STOCK = "imports.view_inventoryimport"
_ONE = "searchCriteria[filter_groups][0][filters][0]"


@pytest.fixture(autouse=True)
def _something_runs() -> None:
    JobRun.objects.create(job="orderflow_watch", scheduled_for=timezone.now())


@pytest.fixture
def monitor() -> Shop:
    """A user who may see what stock imports meet."""
    return Shop(STOCK)


def despatch(number: str) -> Finding:
    return Finding(DESPATCH_FAILED, number, f"Despatch 38 of order {number} was not booked.")


def subjects(shop: Shop, query: str = "") -> list[str]:
    status, answer = shop.get(f"{LIST}?{query}")
    assert status == 200, answer
    return [item["subject"] for item in answer["items"]]


def asked(field: str, value: str, condition: str = "eq") -> str:
    return f"{_ONE}[field]={field}&{_ONE}[value]={value}&{_ONE}[condition_type]={condition}"


def test_a_problem_is_told_with_all_that_a_person_needs(monitor: Shop) -> None:
    website = make_website()
    write_settings(ProblemReports, {"base_url": "https://bridge.example/"})
    write_settings(General, {"timezone": "Asia/Kolkata"})
    with time_machine.travel(NOON, tick=False):
        problem = unknown(
            "A",
            remedy="Create the product.",
            url="/admin/catalog/product/add/",
            website_id=website.pk,
            count=3,
            evidence={"message_id": "71", "requests": [5, 6], "sku_key": "a"},
        )
        owner = User.objects.create_user("anna")
        Problem.objects.update(owner=owner)
        note(problem, "I ask the buyer.", by=owner)
        status, answer = monitor.get(f"{LIST}/{problem.pk}")

    assert status == 200
    assert answer == {
        "id": problem.pk,
        "kind": "unknown_sku",
        "kind_title": "Unknown SKU",
        "severity": 2,
        "severity_name": "warning",
        "subject": "A",
        "website_id": website.pk,
        "website_code": website.code,
        "sentence": "SKU A is unknown: 3 lines since 17:30.",
        "what_to_do": "Create the product.",
        "what_to_do_url": "https://bridge.example/admin/catalog/product/add/",
        "url": f"https://bridge.example/admin/problems/problem/{problem.pk}/change/",
        "first_seen": "2026-03-03 12:00:00",
        "last_seen": "2026-03-03 12:00:00",
        "count": 3,
        "state": "open",
        "owner": "anna",
        "evidence": [
            {"name": "message_id", "value": "71"},
            {"name": "requests", "value": ["5", "6"]},
        ],
        "notes": [
            {"created_at": "2026-03-03 12:00:00", "user": "anna", "text": "I ask the buyer."}
        ],
    }


def test_without_a_base_url_links_lead_where_the_caller_came_in(monitor: Shop) -> None:
    problem = unknown("A")

    answer = monitor.get(f"{LIST}/{problem.pk}")[1]

    assert answer["url"] == f"http://testserver/admin/problems/problem/{problem.pk}/change/"


def test_without_criteria_the_open_ones_come_worst_first() -> None:
    unknown("A")
    raise_problems([despatch("100")])
    unknown("B")
    unknown("C")
    end_problems(UNKNOWN_SKU, ["B"])
    Problem.objects.filter(subject="C").update(snoozed_until=timezone.now() + timedelta(hours=1))
    shop = Shop("imports.view_importrequest")

    status, answer = shop.get(LIST)

    assert status == 200
    assert [item["subject"] for item in answer["items"]] == ["100", "A"]
    assert answer["total_count"] == 2
    told = answer["search_criteria"]
    assert [each["filters"][0]["field"] for each in told["filter_groups"]] == [
        "resolved_at",
        "state",
    ]
    assert told["sort_orders"][0] == {"field": "severity", "direction": "DESC"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("searchCriteria", ["100", "A", "B"]),
        (asked("state", "open"), ["100", "A", "B"]),
        (asked("state", "snoozed"), ["C"]),
        (asked("state", "resolved"), ["D"]),
        (asked("state", "snoozed,resolved", "in"), ["D", "C"]),
        (asked("state", "open", "neq"), ["D", "C"]),
        (asked("resolved_at", "2020-01-01", "gt"), ["D"]),
        (asked("kind", "despatch_failed"), ["100"]),
        (asked("severity", "3", "lt"), ["A", "B"]),
        (asked("subject", "B"), ["B"]),
        (asked("owner", "anna"), ["B"]),
        (asked("owner", "", "null"), ["100", "A"]),
        (asked("count", "4"), ["A"]),
        (asked("website_code", "nowhere"), []),
        (
            "searchCriteria[sortOrders][0][field]=subject"
            "&searchCriteria[sortOrders][0][direction]=ASC&searchCriteria[pageSize]=2"
            "&searchCriteria[currentPage]=2",
            ["B"],
        ),
    ],
)
def test_criteria_ask_for_others(query: str, found: list[str]) -> None:
    for minute, sku in enumerate("DCBA"):
        at = timezone.now() - timedelta(hours=1) + timedelta(minutes=minute)
        raise_problems([Finding(UNKNOWN_SKU, sku, "It is unknown.", count=minute + 1)], now=at)
    raise_problems([despatch("100")])
    now = timezone.now()
    anna = User.objects.create_user("anna")
    Problem.objects.filter(subject="B").update(owner=anna)
    Problem.objects.filter(subject="C").update(snoozed_until=now + timedelta(hours=1))
    end_problems(UNKNOWN_SKU, ["D"])
    Problem.objects.filter(subject="D").update(last_seen=now)
    shop = Shop("imports.view_importrequest")

    assert subjects(shop, query) == found


def test_a_field_that_cannot_be_searched_is_named(monitor: Shop) -> None:
    status, answer = monitor.get(f"{LIST}?{asked('text', 'x')}")

    assert status == 400
    assert answer["parameters"] == {"fieldName": "text"}


def test_each_caller_reads_what_its_user_would_see_in_the_admin() -> None:
    problem = unknown("A")
    raise_problems([Finding(EXPORT_FAILED, "login", "86 products fail.")])
    clerk, bringer = Shop(STOCK), Shop("access.orderflow_import")

    assert subjects(clerk) == ["A"]
    assert subjects(bringer) == []
    assert bringer.get(f"{LIST}/{problem.pk}")[0] == 404


def test_neither_guests_nor_anonymous_addresses_nor_users_without_rights_read_any() -> None:
    nobody = Shop()

    assert nobody.get(LIST)[0] == 401
    answer = Client().get(f"/rest/V1/{LIST}")
    assert answer.status_code == 401
    assert answer.json()["parameters"] == {"resources": "Magento_Backend::admin"}


def test_a_monitor_hears_that_nothing_runs_although_the_watch_does_not_run_either() -> None:
    shop = Shop("access.stores")
    with time_machine.travel(timezone.now() + timedelta(minutes=4), tick=False):
        [subject] = subjects(shop)
        assert shop.get(f"{LIST}/{Problem.objects.get(subject=subject).pk}")[0] == 200


def test_a_list_takes_the_same_queries_however_long_it_is(monitor: Shop) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            monitor.get(LIST)
        return len(found)

    unknown("A")
    monitor.get(LIST)
    few = queries()
    for number in range(20):
        note(unknown(f"B{number}"), "Known.", by=User.objects.get())

    assert queries() == few
