"""A problem is one row while it goes on: raised, counted, ended, snoozed, taken."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orderflow_bridge.configuration.selectors import sections_read
from orderflow_bridge.outbox.webhooks.models import Kind
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.problems import services
from orderflow_bridge.problems.kinds import LATE_ORDER, UNKNOWN_SKU
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.selectors import needing_somebody, visible
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems, settle
from orderflow_bridge.stores.models import Website

pytestmark = pytest.mark.django_db


def unknown(sku: str = "NO-SUCH-SKU", count: int = 1, **more: object) -> Finding:
    return Finding(UNKNOWN_SKU, sku, f"SKU {sku} is unknown.", count=count, **more)  # type: ignore[arg-type]


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss")


def test_what_is_met_again_is_the_same_problem_and_is_counted() -> None:
    now = timezone.now()
    raise_problems([unknown(evidence={"request": 1})], now=now)
    raise_problems([unknown(count=2, evidence={"request": 2})], now=now + timedelta(minutes=1))

    problem = Problem.objects.get()
    assert (problem.count, problem.evidence) == (3, {"request": 2})
    assert (problem.first_seen, problem.last_seen) == (now, now + timedelta(minutes=1))


def test_kinds_that_do_not_add_tell_how_many_there_are_now() -> None:
    for count in (5, 2):
        raise_problems([Finding(LATE_ORDER, "100", "Late.", count=count)])

    assert Problem.objects.get().count == 2


def test_the_same_thing_twice_in_one_report_is_added_up() -> None:
    assert raise_problems([unknown(), unknown(), unknown("B")]) == 2

    assert dict(Problem.objects.values_list("subject", "count")) == {"NO-SUCH-SKU": 2, "B": 1}


def test_a_problem_of_one_website_is_none_of_another() -> None:
    one, two = (Website.objects.create(code=code, name=code) for code in ("one", "two"))
    raise_problems([unknown(website_id=one.pk), unknown(website_id=two.pk), unknown()])

    assert Problem.objects.count() == 3


def test_what_has_ended_is_kept_and_the_next_time_is_a_new_problem() -> None:
    raise_problems([unknown(), unknown("B")])

    assert end_problems(UNKNOWN_SKU, ["NO-SUCH-SKU"]) == 1
    raise_problems([unknown()])

    states = sorted((each.subject, each.is_open) for each in Problem.objects.all())
    assert states == [("B", True), ("NO-SUCH-SKU", False), ("NO-SUCH-SKU", True)]


def test_a_detectors_look_ends_what_it_no_longer_finds() -> None:
    late = [Finding(LATE_ORDER, number, "Late.") for number in ("1", "2", "3")]
    settle(LATE_ORDER, late)

    assert settle(LATE_ORDER, late[1:]) == (2, 1)
    assert settle(LATE_ORDER, []) == (0, 2)


def test_100_000_findings_take_one_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sections_read, "seconds", 3_600.0)
    findings = [unknown(f"SKU {number}") for number in range(100_000)]
    listening_to(Kind.PROBLEM_OPENED)  # read anew every five seconds, as all configuration

    with CaptureQueriesContext(connection) as queries:
        raise_problems(findings, now=timezone.now())

    assert len(queries) == 1
    assert Problem.objects.count() == 100_000


def test_a_snoozed_problem_shows_again_when_its_time_has_come(boss: User) -> None:
    raise_problems([unknown()])
    now = timezone.now()

    services.snooze(Problem.objects.all(), by=boss, until=now + timedelta(hours=1))

    assert not needing_somebody(boss, now=now).exists()
    assert needing_somebody(boss, now=now + timedelta(hours=2)).exists()


def test_snoozed_until_it_grows_it_shows_again_at_ten_times_the_count(boss: User) -> None:
    raise_problems([unknown(count=2)])

    services.snooze(Problem.objects.all(), by=boss)
    raise_problems([unknown(count=17)])
    assert not needing_somebody(boss).exists()

    raise_problems([unknown()])
    assert needing_somebody(boss).exists()


def test_what_people_decide_is_written_on_the_problem(boss: User) -> None:
    raise_problems([unknown()])
    problem = Problem.objects.get()

    services.take(Problem.objects.all(), by=boss)
    services.note(problem, "The buyer knows.", by=boss)
    services.resolve(Problem.objects.all(), by=boss, text="Sold out for good.")

    problem.refresh_from_db()
    assert (problem.owner, problem.resolved_by, problem.is_open) == (boss, boss, False)
    assert [each.text for each in problem.notes.all()] == [
        "Taken.",
        "The buyer knows.",
        "Resolved. Sold out for good.",
    ]


def test_each_user_sees_the_kinds_of_what_he_may_see(boss: User) -> None:
    raise_problems([unknown()])
    nobody = User.objects.create_user("nobody")

    assert visible(boss).count() == 1
    assert visible(nobody).count() == 0
