"""`manage.py problems` and /metrics: the list for a terminal, a monitor, a chat bot."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from orderflow_bridge.problems.kinds import LATE_ORDER, UNKNOWN_SKU, Severity
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def boss() -> User:
    return User.objects.create_user("boss")


@pytest.fixture
def problem() -> Problem:
    raise_problems([Finding(UNKNOWN_SKU, "A", "SKU A is unknown.", "Create it.", "/admin/")])
    return Problem.objects.get()


def problems(*arguments: str) -> str:
    out = StringIO()
    call_command("problems", *arguments, stdout=out)
    return out.getvalue()


def test_the_list_says_what_is_wrong_and_what_to_do(problem: Problem) -> None:
    text = problems("list")

    assert f"{problem.pk} [Warning] SKU A is unknown" in text
    assert "Create it." in text


def test_when_nothing_is_wrong_the_list_says_so() -> None:
    assert problems("list") == "Nothing is wrong.\n"


def test_a_problem_is_snoozed_for_some_hours_or_until_it_grows(problem: Problem) -> None:
    assert "for 2 hours" in problems("snooze", str(problem.pk), "--by", "boss", "--hours", "2")
    problem.refresh_from_db()
    assert problem.snoozed_until is not None
    assert problem.snoozed_until > timezone.now() + timedelta(hours=1)
    assert "[Warning, snoozed]" in problems("list")

    assert "until it grows" in problems("snooze", str(problem.pk), "--by", "boss")


def test_a_problem_is_taken_with_a_note(problem: Problem) -> None:
    assert "taken by boss" in problems("take", str(problem.pk), "--by", "boss", "--note", "On it.")

    problem.refresh_from_db()
    assert problem.owner is not None
    assert [each.text for each in problem.notes.all()] == ["Taken. On it."]


def test_a_problem_is_resolved_with_a_note(problem: Problem) -> None:
    problems("resolve", str(problem.pk), "--by", "boss", "--note", "Sold out.")

    problem.refresh_from_db()
    assert problem.resolved_by is not None
    assert [each.text for each in problem.notes.all()] == ["Resolved. Sold out."]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("resolve", "999", "--by", "boss"), "There is no open problem 999."),
        (("resolve", "{pk}", "--by", "nobody"), "There is no user nobody."),
        (("snooze", "{pk}", "--by", "boss", "--hours", "0"), "snoozed for 1 to 8,784 hours"),
        (("take", "{pk}", "--by", "boss", "--note", "x" * 2001), "at most 2,000 characters"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    problem: Problem, arguments: tuple[str, ...], text: str
) -> None:
    with pytest.raises(CommandError, match=text):
        problems(*(each.format(pk=problem.pk) for each in arguments))


def test_monitors_count_open_problems_by_kind_and_severity(
    client: Client, problem: Problem
) -> None:
    raise_problems(
        [Finding(LATE_ORDER, each, "Late.", severity=Severity.CRITICAL) for each in ("1", "2")]
    )

    text = client.get("/metrics").content.decode()
    assert 'bridge_problems_open{kind="unknown_sku",severity="warning"} 1.0' in text
    assert 'bridge_problems_open{kind="late_order",severity="critical"} 2.0' in text
