"""Two-factor login is switched on and off by its user, reset or required by others."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from orderflow_bridge.access import second_factor
from orderflow_bridge.access.forms import WRONG_CODE
from orderflow_bridge.access.models import Authenticator
from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR
from orderflow_bridge.configuration.sections import RequiredFor, WebServices
from orderflow_bridge.configuration.services import write_settings
from tests.access.two_factor import (
    ACCOUNT,
    code_of,
    enter_password,
    give_authenticator,
    is_in,
    make_staff,
)

pytestmark = pytest.mark.django_db


def test_a_user_switches_it_on_with_the_apps_code_and_gets_recovery_codes_once(clock):
    user = make_staff()
    client, _ = enter_password()
    page = client.get(reverse("two_factor_setup")).content.decode()
    secret = Authenticator.objects.get(user=user).secret

    answer = client.post(reverse("two_factor_setup"), {"code": code_of(user)}).content.decode()

    assert "<svg" in page
    assert "<script" not in page.split("<svg")[1].split("</svg>")[0]
    assert secret[:4] in page
    assert len(re.findall(r"<li><code>\w{5}-\w{5}</code></li>", answer)) == 10
    assert Authenticator.objects.get(user=user).confirmed
    assert "Recovery codes left: <strong>10</strong>" in client.get(ACCOUNT).content.decode()
    assert is_in(client)


def test_a_wrong_code_switches_nothing_on(clock):
    user = make_staff()
    client, _ = enter_password()
    client.get(reverse("two_factor_setup"))

    answer = client.post(reverse("two_factor_setup"), {"code": "000000"})

    assert WRONG_CODE in answer.content.decode()
    assert second_factor.authenticator_of(user) is None


def test_secret_and_recovery_codes_are_not_stored_in_clear(clock):
    user = make_staff()
    codes = give_authenticator(user)
    device = Authenticator.objects.get(user=user)

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM access_authenticator")
        stored = str(cursor.fetchone()[0])
        cursor.execute("SELECT digest FROM access_recoverycode")
        digests = [row[0] for row in cursor.fetchall()]

    assert device.secret not in stored
    assert not {code.replace("-", "") for code in codes} & set(digests)


def test_it_is_switched_off_against_a_code(clock):
    user = make_staff()
    give_authenticator(user)
    client, asked = enter_password()
    client.post(asked["Location"], {"code": code_of(user)})
    clock.shift(timedelta(seconds=60))

    wrong = client.post(reverse("two_factor_off"), {"code": "000000"})
    clock.shift(timedelta(seconds=60))
    right = client.post(reverse("two_factor_off"), {"code": code_of(user)})

    assert WRONG_CODE in wrong.content.decode()
    assert right["Location"] == ACCOUNT
    assert not Authenticator.objects.exists()


def test_new_recovery_codes_replace_the_old_ones(clock):
    user = make_staff()
    old = give_authenticator(user)
    client, asked = enter_password()
    client.post(asked["Location"], {"code": code_of(user)})
    clock.shift(timedelta(seconds=60))

    page = client.post(reverse("two_factor_codes"), {"code": code_of(user)}).content.decode()
    other, asked = enter_password()
    other.post(asked["Location"], {"code": old[0]})

    assert len(re.findall(r"<li><code>", page)) == 10
    assert not is_in(other)


def test_an_administrator_resets_it_for_somebody_who_lost_the_phone(clock):
    user = make_staff("bob", OPERATOR)
    give_authenticator(user)
    make_staff("ann", ADMINISTRATOR)
    client, _ = enter_password()
    address = reverse("admin:auth_user_reset-two-factor", args=[user.pk])

    question = client.get(address)
    answer = client.post(address, follow=True)

    assert "Take this user's authenticator away?" in question.content.decode().replace(
        "&#x27;", "'"
    )
    assert "bob can log in with the password alone." in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_nobody_resets_it_for_somebody_with_more_rights(clock):
    boss = make_staff("boss", is_superuser=True)
    give_authenticator(boss)
    make_staff("ann", ADMINISTRATOR)
    client, _ = enter_password()

    client.post(reverse("admin:auth_user_reset-two-factor", args=[boss.pk]))

    assert second_factor.authenticator_of(boss) is not None


@pytest.mark.parametrize(
    ("required", "role", "must"),
    [
        (RequiredFor.NOBODY, ADMINISTRATOR, False),
        (RequiredFor.ADMINISTRATORS, ADMINISTRATOR, True),
        (RequiredFor.ADMINISTRATORS, OPERATOR, False),
        (RequiredFor.STAFF, OPERATOR, True),
    ],
)
def test_the_configuration_says_who_has_to_use_it(required, role, must):
    write_settings(WebServices, {"second_factor": required})
    make_staff("ann", role)
    client, _ = enter_password()

    answer = client.get("/admin/sales/order/")

    assert (answer.status_code == 302) is must
    if must:
        assert answer["Location"] == reverse("two_factor_setup")
        assert "it is required of you" in client.get(answer["Location"]).content.decode()


def test_who_has_to_use_it_cannot_switch_it_off(clock):
    write_settings(WebServices, {"second_factor": RequiredFor.STAFF})
    user = make_staff("ann", OPERATOR)
    give_authenticator(user)
    client, asked = enter_password()
    client.post(asked["Location"], {"code": code_of(user)})
    clock.shift(timedelta(seconds=60))

    client.post(reverse("two_factor_off"), {"code": code_of(user)})

    assert second_factor.authenticator_of(user) is not None
