"""The configuration of Web Services decides how long tokens and lockouts last."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.configuration.services import write_settings
from tests.access.test_sign_in import fail, try_sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)


def test_the_life_of_a_token_is_configured_in_hours() -> None:
    write_settings(WebServices, {"token_hours": 1})

    with time_machine.travel(NOON, tick=False):
        grant_token(make_user())

    assert AccessToken.objects.get().expires_at == NOON + timedelta(hours=1)


def test_the_number_of_failures_is_configured() -> None:
    write_settings(WebServices, {"max_failures": 2})
    make_user("orderflow")
    fail("orderflow", 1)
    assert try_sign_in("orderflow")

    fail("orderflow", 2)

    assert not try_sign_in("orderflow")


def test_the_length_of_a_lockout_is_configured_in_seconds() -> None:
    write_settings(WebServices, {"lockout_seconds": 60})
    make_user("orderflow")
    with time_machine.travel(NOON, tick=False) as clock:
        fail("orderflow", 6)
        clock.shift(59)
        assert not try_sign_in("orderflow")

        clock.shift(2)

        assert try_sign_in("orderflow")
