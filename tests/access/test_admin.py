"""Users, roles, tokens and lockouts in the admin."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from orderflow_bridge.access.models import AccessToken, FailedSignIn
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.selectors import caller_of
from orderflow_bridge.access.services import SIGN_IN_REFUSED, grant_token
from tests.access.test_sign_in import PASSWORD, fail, try_sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    """Return a browser of a superuser."""
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


def browser_of(*codenames: str) -> Client:
    """Return a browser of a user with these permissions."""
    user = make_user()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def test_orderflows_user_is_made_with_its_role_in_one_form(boss: Client) -> None:
    role = Group.objects.get(name="orderflow")

    answer = boss.post(
        reverse("admin:auth_user_add"),
        {
            "username": "orderflow",
            "usable_password": "true",
            "password1": "a-long-passphrase",
            "password2": "a-long-passphrase",
            "is_active": "on",
            "groups": [role.pk],
        },
    )

    assert answer.status_code == 302
    user = User.objects.get(username="orderflow")
    assert not user.is_staff
    assert try_sign_in("orderflow", "a-long-passphrase")
    assert caller_of(grant_token(user)).may(ORDERFLOW_IMPORT)


def test_a_role_is_made_of_web_services_rights(boss: Client) -> None:
    right = Permission.objects.get(codename="orders_view")

    form = boss.get(reverse("admin:auth_group_add"))
    boss.post(reverse("admin:auth_group_add"), {"name": "erp", "permissions": [right.pk]})

    assert "OrderFlow Import" in form.content.decode()
    assert Group.objects.get(name="erp").permissions.get() == right


def test_somebody_who_may_change_users_cannot_hand_out_rights() -> None:
    client = browser_of("view_user", "change_user", "add_user")
    user = make_user("clerk")

    page = client.get(reverse("admin:auth_user_change", args=[user.pk])).content.decode()
    client.post(
        reverse("admin:auth_user_change", args=[user.pk]),
        {"username": "clerk", "is_active": "on", "is_superuser": "on", "is_staff": "on"},
    )

    user.refresh_from_db()
    assert 'name="is_superuser"' not in page
    assert (user.is_superuser, user.is_staff) == (False, False)


def test_somebody_who_may_change_users_cannot_take_over_a_superuser() -> None:
    client = browser_of("view_user", "change_user", "delete_user")
    boss = make_user("boss", is_superuser=True)

    password = client.post(
        reverse("admin:auth_user_password_change", args=[boss.pk]),
        {"usable_password": "true", "password1": "a-new-phrase-1", "password2": "a-new-phrase-1"},
    )
    client.post(reverse("admin:auth_user_delete", args=[boss.pk]), {"post": "yes"})

    assert password.status_code == 403
    boss.refresh_from_db()
    assert boss.check_password(PASSWORD)


def test_a_token_is_shown_without_its_secret(boss: Client) -> None:
    token = grant_token(make_user("orderflow"))
    row = AccessToken.objects.get()

    pages = [
        boss.get(reverse("admin:access_accesstoken_changelist")).content.decode(),
        boss.get(reverse("admin:access_accesstoken_change", args=[row.pk])).content.decode(),
    ]

    assert all("orderflow" in page and "Valid" in page for page in pages)
    assert all(token not in page and row.digest not in page for page in pages)


def test_a_token_is_revoked_after_a_question(boss: Client) -> None:
    token = grant_token(make_user("orderflow"))
    address = reverse("admin:access_accesstoken_revoke", args=[AccessToken.objects.get().pk])

    question = boss.get(address)
    assert "Are you sure you wish to revoke this token?" in question.content.decode()
    assert caller_of(token).is_authenticated
    answer = boss.post(address, follow=True)

    assert "The token has been revoked." in answer.content.decode()
    assert not caller_of(token).is_authenticated


def test_whoever_may_only_look_cannot_revoke() -> None:
    token = grant_token(make_user("orderflow"))
    client = browser_of("view_accesstoken")
    address = reverse("admin:access_accesstoken_revoke", args=[AccessToken.objects.get().pk])

    assert client.get(reverse("admin:access_accesstoken_changelist")).status_code == 200
    assert client.post(address).status_code == 403
    assert caller_of(token).is_authenticated


def test_a_lockout_is_shown_and_released(boss: Client) -> None:
    make_user("orderflow")
    fail("orderflow", 6, address="10.0.0.1")
    fail("orderflow", 2, address="10.0.0.2")
    fail("other", 1)
    rows = FailedSignIn.objects.filter(ip_address="10.0.0.1", username="orderflow")
    address = reverse("admin:access_failedsignin_release", args=[rows[0].pk])

    page = boss.get(reverse("admin:access_failedsignin_changelist")).content.decode()
    question = boss.get(address)
    assert (page.count("Locked"), page.count(">Open<")) == (1, 2)
    assert question.status_code == 200
    assert not try_sign_in("orderflow")
    answer = boss.post(address, follow=True)

    assert "orderflow may sign in again." in answer.content.decode()
    assert try_sign_in("orderflow")
    assert not FailedSignIn.objects.filter(username="orderflow").exists()


def test_the_admins_sign_in_page_tells_a_lockout_from_nothing() -> None:
    make_user("boss", rights=["sales.view_order"])
    address = reverse("admin:login")

    answers = [Client().post(address, {"username": "boss", "password": "wrong"}) for _ in range(7)]
    right = Client().post(address, {"username": "boss", "password": PASSWORD})

    for answer in (*answers, right):
        assert answer.status_code == 200
        assert SIGN_IN_REFUSED in answer.content.decode()
    assert not try_sign_in("boss", address="127.0.0.1")


def test_the_admins_sign_in_page_lets_in_and_forgets_failures() -> None:
    make_user("boss", rights=["sales.view_order"])
    fail("boss", 5, address="127.0.0.1")

    answer = Client().post(reverse("admin:login"), {"username": "boss", "password": PASSWORD})

    assert answer.status_code == 302
    assert not FailedSignIn.objects.exists()


def test_orderflows_user_cannot_enter_the_admin() -> None:
    make_user("orderflow")

    answer = Client().post(reverse("admin:login"), {"username": "orderflow", "password": PASSWORD})

    assert answer.status_code == 200
    assert SIGN_IN_REFUSED in answer.content.decode()


def test_deleting_a_role_names_what_goes_and_not_each_right_that_it_gives(boss: Client) -> None:
    role = Group.objects.get(name="orderflow")
    make_user("orderflow").groups.add(role)

    page = boss.get(reverse("admin:auth_group_delete", args=[role.pk])).content.decode()

    assert "orderflow" in page
    assert "relationship" not in page
