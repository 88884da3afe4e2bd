"""POST /rest/V1/integration/admin/token."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.selectors import caller_of
from tests.factories import make_user
from tests.restapi.conftest import Post

pytestmark = pytest.mark.django_db

PATH = "/rest/V1/integration/admin/token"
RIGHT = {"username": "orderflow", "password": "secret-12345"}
REFUSED = {
    "message": (
        "The account sign-in was incorrect or your account is disabled temporarily."
        " Please wait and try again later."
    )
}


@pytest.mark.parametrize("path", [PATH, PATH + "/", "/rest/all/V1/integration/admin/token"])
def test_a_password_is_exchanged_for_a_token(post: Post, path: str) -> None:
    make_user("orderflow")

    answer = post(path, RIGHT)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.content == f'"{answer.json()}"'.encode()
    assert caller_of(answer.json()).username == "orderflow"


def test_a_wrong_password_a_disabled_user_and_nobody_are_answered_alike(post: Post) -> None:
    make_user("orderflow")
    make_user("disabled", is_active=False)

    answers = [
        post(PATH, {**RIGHT, "password": "wrong"}),
        post(PATH, {**RIGHT, "username": "disabled"}),
        post(PATH, {**RIGHT, "username": "nobody"}),
        post(PATH, {**RIGHT, "username": "x" * 1000}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
    assert [answer.json() for answer in answers] == [REFUSED] * 4
    assert not AccessToken.objects.exists()


def test_a_locked_user_is_answered_like_a_wrong_password_until_the_lockout_ends(
    post: Post,
) -> None:
    make_user("orderflow")
    with time_machine.travel(datetime(2026, 3, 22, 12, 0, tzinfo=UTC), tick=False) as clock:
        for _ in range(6):
            post(PATH, {**RIGHT, "password": "wrong"})

        locked = post(PATH, RIGHT)
        clock.shift(timedelta(seconds=1801))
        released = post(PATH, RIGHT)

    assert (locked.status_code, locked.json()) == (401, REFUSED)
    assert released.status_code == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"password": "x"}, ["username"]),
        ({"username": "x"}, ["password"]),
        ({"username": "", "password": "x"}, ["username"]),
        ({"username": None, "password": "x"}, ["username"]),
        ({}, ["username", "password"]),
    ],
)
def test_missing_credentials_are_named(post: Post, body: Any, fields: list[str]) -> None:
    required = '"%fieldName" is required. Enter and try again.'
    errors = [{"message": required, "parameters": {"fieldName": field}} for field in fields]

    answer = post(PATH, body)

    assert answer.status_code == 400
    assert answer.json() == (
        errors[0]
        if len(errors) == 1
        else {"message": "One or more input exceptions have occurred.", "errors": errors}
    )


@pytest.mark.parametrize("username", [["orderflow"], {"a": 1}, True, 1.5, "order\0flow"])
def test_credentials_of_a_wrong_type_are_refused(post: Post, username: Any) -> None:
    answer = post(PATH, {**RIGHT, "username": username})

    assert answer.status_code == 400
    assert answer.json()["parameters"] == {"fieldName": "username", "type": "string"}


def test_a_bad_token_does_not_keep_anybody_from_signing_in(post: Post) -> None:
    make_user("orderflow")

    assert post(PATH, RIGHT, token="expired").status_code == 200
