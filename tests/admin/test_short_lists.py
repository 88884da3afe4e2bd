"""Short lists are searched and filtered as the long ones are."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from exports.models import EndpointState
from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.problems.models import ProblemRoute

pytestmark = pytest.mark.django_db

STATES = ("healthy", "failing", "open")


def rows(client, address):
    """Return the titles of the rows that a list shows at an address."""
    shown = client.get(address)
    assert shown.status_code == 200
    return sorted(str(each) for each in shown.context_data["cl"].result_list)


def test_endpoints_are_found_by_their_state_and_by_what_they_are_called(boss):
    now = timezone.now()
    EndpointState.objects.create(endpoint="https://good.example/web/")
    EndpointState.objects.create(endpoint="https://bad.example/web/", failures=2)
    EndpointState.objects.create(endpoint="https://left.example/", failures=5, opened_at=now)

    lists = {state: rows(boss, f"/admin/exports/endpointstate/?state={state}") for state in STATES}

    assert lists == {
        "healthy": ["https://good.example/web/"],
        "failing": ["https://bad.example/web/"],
        "open": ["https://left.example/"],
    }
    assert len(rows(boss, "/admin/exports/endpointstate/?q=web")) == 2


def test_tokens_are_found_by_whether_they_are_valid(boss):
    user = User.objects.create_user("orderflow")
    now = timezone.now()
    valid, expired = (
        AccessToken.objects.create(
            user=user, digest=str(hours), expires_at=now + timedelta(hours=hours)
        )
        for hours in (1, -1)
    )

    assert rows(boss, "/admin/access/accesstoken/?status=yes") == [str(valid)]
    assert rows(boss, "/admin/access/accesstoken/?status=no") == [str(expired)]


def test_problem_routes_are_found_by_whom_they_tell_and_of_what(boss):
    ProblemRoute.objects.create(kind="late_order", address="desk@shop.example")
    ProblemRoute.objects.create(address="boss@shop.example", least_severity=3)

    assert len(rows(boss, "/admin/problems/problemroute/?q=desk")) == 1
    assert len(rows(boss, "/admin/problems/problemroute/?kind=late_order")) == 1
    assert len(rows(boss, "/admin/problems/problemroute/?least_severity=3")) == 1
    assert len(rows(boss, "/admin/problems/problemroute/?view=default")) == 2
