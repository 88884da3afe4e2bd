"""The login asks whoever uses two-factor login for a code."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from orderflow_bridge.access.forms import TOO_EARLY, WRONG_CODE
from orderflow_bridge.access.models import Authenticator, FailedSignIn
from orderflow_bridge.access.services import SIGN_IN_REFUSED
from orderflow_bridge.access.views import TOO_LATE
from tests.access.two_factor import (
    CODE,
    LOGIN,
    code_of,
    enter_password,
    give_authenticator,
    is_in,
    make_staff,
)

pytestmark = pytest.mark.django_db


def test_without_a_second_factor_the_password_lets_in():
    make_staff()

    client, answer = enter_password(goal="/admin/account/")

    assert answer["Location"] == "/admin/account/"
    assert is_in(client)


def test_the_login_then_asks_for_a_code_and_leads_to_the_page_that_was_wanted(clock):
    user = make_staff()
    give_authenticator(user)

    client, asked = enter_password(goal="/admin/account/")
    before = is_in(client)
    answer = client.post(asked["Location"], {"code": code_of(user)})

    assert asked["Location"].startswith(CODE)
    assert not before
    assert answer["Location"] == "/admin/account/"
    assert is_in(client)


def test_the_code_page_leads_to_no_other_site(clock):
    user = make_staff()
    give_authenticator(user)
    client, _ = enter_password()

    answer = client.post(f"{CODE}?next=https://evil.example/", {"code": code_of(user)})

    assert answer["Location"] == "/admin/"


def test_a_code_counts_once(clock):
    user = make_staff()
    give_authenticator(user)
    client, asked = enter_password()
    code = code_of(user)
    client.post(asked["Location"], {"code": code})

    other, asked = enter_password()
    answer = other.post(asked["Location"], {"code": code})

    assert WRONG_CODE in answer.content.decode()
    assert not is_in(other)


def test_a_recovery_code_lets_in_once(clock):
    user = make_staff()
    codes = give_authenticator(user)

    first, asked = enter_password()
    first.post(asked["Location"], {"code": codes[0].upper()})
    second, asked = enter_password()
    second.post(asked["Location"], {"code": codes[0]})

    assert is_in(first)
    assert not is_in(second)
    assert Authenticator.objects.get(user=user).recovery_codes.count() == 9


def test_after_wrong_codes_one_has_to_wait(clock):
    user = make_staff()
    give_authenticator(user)
    client, asked = enter_password()
    client.post(asked["Location"], {"code": "000000"})
    client.post(asked["Location"], {"code": "000000"})

    at_once = client.post(asked["Location"], {"code": code_of(user)})
    clock.shift(timedelta(seconds=5))
    later = client.post(asked["Location"], {"code": code_of(user)})

    assert TOO_EARLY in at_once.content.decode()
    assert later.status_code == 302


def test_wrong_codes_lock_the_user_name_as_wrong_passwords_do(clock):
    user = make_staff()
    give_authenticator(user)
    client, asked = enter_password()
    for _ in range(6):
        client.post(asked["Location"], {"code": "000000"})
        clock.shift(timedelta(seconds=40))

    answer = client.post(asked["Location"], {"code": code_of(user)})
    _, again = enter_password()

    assert FailedSignIn.objects.get(username="ann").failures_since_start == 6
    assert SIGN_IN_REFUSED in answer.content.decode()
    assert SIGN_IN_REFUSED in again.content.decode()
    assert not is_in(client)


def test_the_code_has_to_follow_the_password_soon(clock):
    user = make_staff()
    give_authenticator(user)
    client, asked = enter_password()
    clock.shift(timedelta(minutes=6))

    answer = client.post(asked["Location"], {"code": code_of(user)}, follow=True)

    assert TOO_LATE in answer.content.decode()
    assert not is_in(client)


def test_nobody_reaches_the_code_page_without_a_password():
    answer = Client().get(CODE)

    assert answer["Location"] == LOGIN


def test_switching_it_on_ends_sessions_in_which_no_code_was_given(clock):
    user = make_staff()
    here, _ = enter_password()
    elsewhere, _ = enter_password()
    here.get(reverse("two_factor_setup"))
    here.post(reverse("two_factor_setup"), {"code": code_of(user)})

    assert is_in(here)
    assert "/login/" in elsewhere.get("/admin/account/")["Location"]
