"""Problems by REST: a chat bot takes, snoozes and resolves what its user may see."""

from typing import Any

import pytest
import time_machine

from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.problems.kinds import EXPORT_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems
from tests.admin.problem_pages import unknown
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

NOON = "2026-03-03T12:00:00+00:00"
LIST = "orderflow/problems"
STOCK, SETTLE = "imports.view_inventoryimport", "problems.settle_problem"


@pytest.fixture
def bot() -> Shop:
    """A user who may see what stock imports meet, and settle it."""
    return Shop(STOCK, SETTLE)


def test_a_bot_takes_a_problem_with_a_note(bot: Shop) -> None:
    problem = unknown()

    status, answer = bot.post(f"{LIST}/{problem.pk}/acknowledge", {"note": " On it. "})

    assert status == 200
    problem.refresh_from_db()
    assert problem.owner is not None
    assert (answer["owner"], answer["state"]) == (problem.owner.username, "open")
    assert [each["text"] for each in answer["notes"]] == ["Taken. On it."]
    assert bot.post(f"{LIST}/{problem.pk}/acknowledge", {})[0] == 200


def test_a_bot_snoozes_for_some_hours_or_until_it_grows(bot: Shop) -> None:
    problem = unknown(count=2)
    with time_machine.travel(NOON, tick=False):
        status, answer = bot.post(f"{LIST}/{problem.pk}/snooze", {"hours": 2, "note": "Known."})

        assert status == 200
        assert (answer["state"], answer["snoozed_until"]) == ("snoozed", "2026-03-03 14:00:00")
        assert answer["notes"][0]["text"] == "Snoozed until 2026-03-03 14:00 UTC. Known."

        status, answer = bot.post(f"{LIST}/{problem.pk}/snooze", {"until_it_grows": True})
        assert status == 200
        assert answer["state"] == "snoozed"
        assert "snoozed_until" not in answer
    problem.refresh_from_db()
    assert (problem.snoozed_until, problem.snoozed_count) == (None, 20)


def test_a_bot_resolves_with_a_note(bot: Shop) -> None:
    problem = unknown()

    status, answer = bot.post(f"{LIST}/{problem.pk}/resolve", {"note": "Sold out for good."})

    assert status == 200
    assert answer["state"] == "resolved"
    assert answer["resolved_by"]
    assert answer["notes"][0]["text"] == "Resolved. Sold out for good."
    assert bot.get(LIST)[1]["items"] == []


@pytest.mark.parametrize(
    ("verb", "body", "text"),
    [
        ("snooze", {}, 'Say for how many "hours", or say "until_it_grows": true.'),
        ("snooze", {"hours": 1, "until_it_grows": True}, 'Say for how many "hours"'),
        ("snooze", {"hours": 0}, "A problem is snoozed for 1 to 8,784 hours."),
        ("snooze", {"hours": 99_999}, "A problem is snoozed for 1 to 8,784 hours."),
        ("resolve", {"note": "x" * 2001}, "A note has at most 2,000 characters."),
        ("acknowledge", {"note": "x" * 2001}, "A note has at most 2,000 characters."),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_and_is_no_refused_call(
    bot: Shop, verb: str, body: dict[str, Any], text: str
) -> None:
    problem = unknown()

    status, answer = bot.post(f"{LIST}/{problem.pk}/{verb}", body)

    assert status == 400
    assert answer["message"].startswith(text)
    assert not RefusedCall.objects.exists()
    problem.refresh_from_db()
    assert problem.is_open
    assert not problem.notes.exists()


@pytest.mark.parametrize("verb", ["acknowledge", "resolve"])
def test_a_problem_that_has_ended_says_so(bot: Shop, verb: str) -> None:
    problem = unknown()
    end_problems(UNKNOWN_SKU)

    status, answer = bot.post(f"{LIST}/{problem.pk}/{verb}", {})

    assert (status, answer["message"]) == (400, "The problem has ended: nothing was changed.")


def test_nobody_settles_what_he_may_not_see() -> None:
    raise_problems([Finding(EXPORT_FAILED, "login", "86 products fail.")])
    problem = Problem.objects.get()

    assert Shop(STOCK, SETTLE).post(f"{LIST}/{problem.pk}/resolve", {})[0] == 404
    problem.refresh_from_db()
    assert problem.is_open


def test_to_see_a_problem_is_not_to_settle_it() -> None:
    problem = unknown()

    status, answer = Shop(STOCK).post(f"{LIST}/{problem.pk}/resolve", {})

    assert status == 401
    assert answer["parameters"] == {"resources": "RealtimeDespatch_OrderFlow::problems"}
