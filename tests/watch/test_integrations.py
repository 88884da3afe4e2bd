"""Integrations that end, and those that are refused."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from orderflow_bridge.access.integrations.services import revoke
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.problems.kinds import CALLER_REFUSED, INTEGRATION_ENDS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.support.doctor import examine
from orderflow_bridge.watch.callers import look_for_refused_callers
from orderflow_bridge.watch.integrations import look_for_ending_integrations
from tests.access.integrations.signing import call, make_integration

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)


def told() -> list[str]:
    look_for_ending_integrations(NOON)
    return [each.text for each in open_problems(INTEGRATION_ENDS)]


def test_an_end_is_told_of_two_weeks_before_and_a_week_after() -> None:
    for name, days in (("Far", 15), ("Near", 14), ("Over", -6), ("Long over", -8)):
        make_integration(name, ends_at=NOON + timedelta(days=days))
    make_integration("Without")

    assert sorted(told()) == [
        "The last day of the integration Near is 5 April 2026; after it all its calls are refused.",
        "The last day of the integration Over was 16 March 2026; after it all its calls are"
        " refused.",
    ]


def test_it_ends_with_a_later_end_or_a_revocation() -> None:
    later, revoked = (make_integration(name, ends_at=NOON) for name in ("Later", "Revoked"))
    assert len(told()) == 2

    later.ends_at = NOON + timedelta(days=90)
    later.save()
    revoke(revoked)

    assert told() == []


def test_the_doctor_says_it_too() -> None:
    make_integration("Near", ends_at=datetime.now(UTC) + timedelta(days=1))

    found = [line for line in examine(is_offline=True) if line.check == "integrations"]

    assert [(line.state, line.trouble and line.trouble.name) for line in found] == [
        ("warning", "Near")
    ]


@pytest.mark.parametrize(
    ("values", "reason", "remedy"),
    [
        ({"client_secret": "0" * 32}, "the call is not signed as it should be", "credentials"),
        ({"timestamp": "1"}, "its clock is wrong", "clock"),
    ],
)
def test_an_integration_that_is_refused_is_a_problem_with_its_name(
    values: dict[str, Any], reason: str, remedy: str
) -> None:
    with time_machine.travel(NOON):
        integration = make_integration(has_all_rights=True)
        for _ in range(3):
            assert call(integration, **values).status_code in (400, 401)

        look_for_refused_callers(NOON + timedelta(minutes=1))

        problem = Problem.objects.get(kind=CALLER_REFUSED.name)
        assert reason in problem.text
        assert remedy in problem.remedy


@pytest.mark.parametrize("reason", RefusedCall.Reason.values)
def test_every_reason_has_a_remedy(reason: str) -> None:
    RefusedCall.objects.create(
        hour=NOON, username="integration ERP", is_user=True, reason=reason, endpoint="rest",
        count=9, recent=9, recent_from=NOON, first_at=NOON, last_at=NOON, url="http://shop/rest",
    )  # fmt: skip

    look_for_refused_callers(NOON + timedelta(minutes=3))

    problem = Problem.objects.get(kind=CALLER_REFUSED.name)
    assert problem.subject == "integration ERP"
    assert problem.text.startswith("Integration ERP was refused 9 times")
    assert problem.remedy
