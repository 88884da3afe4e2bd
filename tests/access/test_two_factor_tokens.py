"""A password alone gets no token for somebody with a second factor."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from orderflow_bridge.access.models import AccessToken
from orderflow_bridge.access.second_factor import SECOND_FACTOR_NEEDED
from orderflow_bridge.access.services import SIGN_IN_REFUSED
from orderflow_bridge.configuration.sections import RequiredFor, WebServices
from orderflow_bridge.configuration.services import write_settings
from tests.access.two_factor import (
    PASSWORD,
    code_of,
    give_authenticator,
    make_staff,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db


TOKEN = "/rest/V1/integration/admin/token"
TOKEN_WITH_CODE = "/rest/V1/tfa/provider/google/authenticate"


def ask_token(path: str, **body: str) -> Any:
    """Ask for a REST token."""
    return Client().post(path, body, content_type="application/json")


def test_a_password_alone_gets_no_token_for_somebody_with_a_second_factor(clock):
    user = make_staff()
    give_authenticator(user)

    right = ask_token(TOKEN, username="ann", password=PASSWORD)
    wrong = ask_token(TOKEN, username="ann", password="wrong")

    assert (right.status_code, right.json()["message"]) == (400, SECOND_FACTOR_NEEDED)
    assert (wrong.status_code, wrong.json()["message"]) == (401, SIGN_IN_REFUSED)
    assert not AccessToken.objects.exists()


def test_password_and_code_get_a_token_and_a_wrong_code_does_not(clock):
    user = make_staff()
    give_authenticator(user)

    wrong = ask_token(TOKEN_WITH_CODE, username="ann", password=PASSWORD, otp="000000")
    clock.shift(timedelta(seconds=60))
    right = ask_token(TOKEN_WITH_CODE, username="ann", password=PASSWORD, otp=code_of(user))

    assert (wrong.status_code, wrong.json()["message"]) == (401, SIGN_IN_REFUSED)
    assert right.status_code == 200
    assert len(right.json()) == 32
    assert AccessToken.objects.get().user == user


def test_orderflows_user_needs_no_second_factor_even_where_staff_does():
    write_settings(WebServices, {"second_factor": RequiredFor.STAFF})
    make_user("orderflow", password=PASSWORD)

    answer = ask_token(TOKEN, username="orderflow", password=PASSWORD)

    assert answer.status_code == 200
