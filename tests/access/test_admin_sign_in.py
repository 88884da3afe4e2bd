"""Who may sign in to the admin: whoever has a right of one of its pages."""

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, IMPORT, OPERATOR
from orderflow_bridge.access.services import SIGN_IN_REFUSED
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a-long-passphrase-7"


@pytest.fixture
def boss(client: Client) -> Client:
    """A browser of a superuser."""
    client.force_login(make_user("boss", is_superuser=True))
    return client


def add_user(boss: Client, role: str, **values: Any) -> Any:
    """Fill the form Add User in."""
    form = {
        "username": "ann",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_active": "on",
        "groups": [Group.objects.get(name=role).pk],
        **values,
    }
    return boss.post(reverse("admin:auth_user_add"), form)


def sign_in() -> tuple[Client, Any]:
    """Sign in by the form."""
    browser = Client()
    return browser, browser.post(
        reverse("admin:login"), {"username": "ann", "password": PASSWORD}, follow=True
    )


@pytest.mark.parametrize("role", [OPERATOR, ADMINISTRATOR])
def test_a_user_made_with_a_ready_role_signs_in(boss: Client, role: str) -> None:
    assert add_user(boss, role).status_code == 302

    browser, page = sign_in()

    assert page.redirect_chain[-1][0] == "/admin/"
    assert browser.get(reverse("admin:sales_order_changelist")).status_code == 200
    assert 'id="palette"' in page.content.decode()


@pytest.mark.parametrize("role", ["orderflow", IMPORT])
def test_a_user_with_rights_of_soap_and_rest_only_stays_outside(boss: Client, role: str) -> None:
    add_user(boss, role)

    _, page = sign_in()

    assert SIGN_IN_REFUSED in page.content.decode()


def test_a_user_who_is_made_inactive_stays_outside(boss: Client) -> None:
    add_user(boss, OPERATOR, is_active="")

    _, page = sign_in()

    assert not User.objects.get(username="ann").is_active
    assert SIGN_IN_REFUSED in page.content.decode()


def test_a_user_without_staff_status_whom_an_older_version_made_signs_in() -> None:
    user = make_user("ann", password=PASSWORD, is_staff=False)
    user.groups.set(Group.objects.filter(name=OPERATOR))

    _, page = sign_in()

    assert page.redirect_chain[-1][0] == "/admin/"


def test_who_loses_the_role_is_out_at_the_next_page(boss: Client) -> None:
    add_user(boss, OPERATOR)
    browser, _ = sign_in()

    User.objects.get(username="ann").groups.clear()

    assert "/login/" in browser.get(reverse("admin:index"))["Location"]


def test_a_role_that_loses_its_rights_lets_nobody_in(boss: Client) -> None:
    add_user(boss, OPERATOR)
    browser, _ = sign_in()

    Group.objects.get(name=OPERATOR).permissions.clear()

    assert "/login/" in browser.get(reverse("admin:index"))["Location"]


def test_one_right_of_one_page_is_enough() -> None:
    make_user("ann", password=PASSWORD, rights=["sales.view_order"])

    browser, _ = sign_in()

    assert browser.get(reverse("admin:sales_order_changelist")).status_code == 200


def test_no_form_speaks_of_staff_status(boss: Client) -> None:
    user = make_user("ann")

    pages = [
        boss.get(reverse(name, args=args)).content.decode()
        for name, args in [
            ("admin:auth_user_add", ()),
            ("admin:auth_user_change", (user.pk,)),
            ("admin:auth_user_changelist", ()),
        ]
    ]

    assert not [page for page in pages if "is_staff" in page or "taff status" in page]
    assert 'name="is_active"' in pages[0]


def test_a_roles_page_and_list_name_its_users(boss: Client) -> None:
    add_user(boss, OPERATOR)
    role = Group.objects.get(name=OPERATOR)

    for address in (
        reverse("admin:auth_group_changelist"),
        reverse("admin:auth_group_change", args=[role.pk]),
        reverse("admin:auth_group_add"),
    ):
        page = boss.get(address)
        assert page.status_code == 200
        assert ("ann" in page.content.decode()) == (address != reverse("admin:auth_group_add"))
