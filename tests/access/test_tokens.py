"""Tokens: granted, looked up, expired, revoked, deleted."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.selectors import GUEST, caller_of
from orderflow_bridge.access.services import delete_expired_tokens, grant_token, revoke_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)


def test_a_token_has_32_characters_and_no_two_are_alike() -> None:
    user = make_user()

    tokens = {grant_token(user) for _ in range(5)}

    assert len(tokens) == 5
    assert {len(token) for token in tokens} == {32}


def test_the_database_does_not_hold_the_token_itself() -> None:
    token = grant_token(make_user())

    row = AccessToken.objects.values().get()

    assert token not in str(row)


def test_a_token_leads_to_its_user() -> None:
    make_user("somebody else")
    user = make_user("orderflow")
    token = grant_token(user)

    caller = caller_of(token)

    assert (caller.user_id, caller.username) == (user.pk, "orderflow")
    assert caller.is_authenticated


@pytest.mark.parametrize("token", [None, "", "unknown", "x" * 5000, "naïve", "\ud800"])
def test_whoever_has_no_valid_token_is_a_guest(token: str | None) -> None:
    grant_token(make_user())

    assert caller_of(token) == GUEST


def test_a_token_ends_when_its_user_gets_another_password() -> None:
    user, other = make_user("orderflow"), make_user("other")
    ended = [grant_token(user), grant_token(user, idle_seconds=3600)]
    kept = grant_token(other)

    user.set_password("another one entirely")
    user.save()

    assert [caller_of(token) for token in ended] == [GUEST, GUEST]
    assert caller_of(kept).is_authenticated
    assert caller_of(grant_token(user)).is_authenticated


def test_a_token_lasts_four_hours_from_its_grant() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        token = grant_token(make_user())
        clock.shift(timedelta(hours=4, seconds=-1))
        assert caller_of(token).is_authenticated

        clock.shift(1)

        assert caller_of(token) == GUEST


def test_a_session_lasts_as_long_as_it_is_used() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        token = grant_token(make_user(), idle_seconds=3600)
        for _ in range(5):
            clock.shift(3599)
            assert caller_of(token).is_authenticated

        clock.shift(3601)

        assert caller_of(token) == GUEST


def test_a_session_that_is_used_often_is_written_once_a_minute() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        token = grant_token(make_user(), idle_seconds=3600)
        clock.shift(59)
        caller_of(token)
        assert AccessToken.objects.get().expires_at == NOON + timedelta(hours=1)

        clock.shift(1)
        caller_of(token)

        assert AccessToken.objects.get().expires_at == NOON + timedelta(hours=1, minutes=1)


def test_using_a_token_never_writes_it() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        token = grant_token(make_user())
        clock.shift(timedelta(hours=3))

        with CaptureQueriesContext(
            connection,
        ) as queries:
            caller_of(token)

    assert len(queries) == 1


def test_a_revoked_token_is_worth_nothing_and_others_stay() -> None:
    user = make_user()
    revoked, kept = grant_token(user), grant_token(user)

    revoke_token(revoked)
    revoke_token("unknown")

    assert caller_of(revoked) == GUEST
    assert caller_of(kept).is_authenticated


def test_only_expired_tokens_are_deleted() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        grant_token(make_user())
        grant_token(make_user(), idle_seconds=60)
        clock.shift(timedelta(hours=4))
        kept = grant_token(make_user())

        assert delete_expired_tokens() == 2

        assert caller_of(kept).is_authenticated
        assert delete_expired_tokens() == 0
