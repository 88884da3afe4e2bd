"""Access that ends on a day, and roles whose Resource Access is All."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.access.rights import ORDERS_VIEW
from orderflow_bridge.access.services import end_access, fill_full_roles, grant_token
from tests.factories import make_user

pytestmark = pytest.mark.django_db
PASSWORD = "Secret-12345"


def ended(**values: Any) -> User:
    """Make a user whose access ended a minute ago."""
    user = make_user("agency", password=PASSWORD, **values)
    end_access(user, timezone.now() - timedelta(minutes=1))
    return user


def sign_in(client: Any, password: str = PASSWORD) -> str:
    """Return what the sign-in page says."""
    posted = {"username": "agency", "password": password}
    return client.post("/admin/login/", posted, follow=True).content.decode()


def test_nobody_signs_in_after_the_end_and_who_knows_the_password_reads_why(client):
    ended(rights=["sales.view_order"])

    assert "Your access has ended." in sign_in(client)
    assert "Your access has ended." not in sign_in(client, "wrong")


def test_until_the_end_everything_is_as_for_others(client):
    user = make_user("agency", password=PASSWORD, rights=["sales.view_order"])
    end_access(user, timezone.now() + timedelta(minutes=1))

    assert "Your account" in sign_in(client)


def test_a_session_ends_with_the_access(client):
    user = make_user("agency", password=PASSWORD, rights=["sales.view_order"])
    client.force_login(user)
    assert client.get("/admin/sales/order/").status_code == 200

    end_access(user, timezone.now() - timedelta(minutes=1))

    assert "/login/" in client.get("/admin/sales/order/")["Location"]


def test_tokens_are_worth_nothing_after_the_end_and_no_new_one_is_given(client):
    user = make_user("agency", password=PASSWORD, rights=[ORDERS_VIEW])
    headers = {"Authorization": f"Bearer {grant_token(user)}"}
    assert client.get("/rest/V1/orders?searchCriteria=", headers=headers).status_code == 200

    end_access(user, timezone.now() - timedelta(minutes=1))

    assert client.get("/rest/V1/orders?searchCriteria=", headers=headers).status_code == 401
    posted = {"username": "agency", "password": PASSWORD}
    answer = client.post(
        "/rest/V1/integration/admin/token", posted, content_type="application/json"
    )
    assert answer.status_code == 401
    assert RefusedCall.objects.filter(reason=RefusedCall.Reason.ENDED).exists()


def test_the_last_day_is_entered_on_the_user_s_page_and_listed(client, admin_user):
    client.force_login(admin_user)
    user = make_user("agency")
    page = f"/admin/auth/user/{user.pk}/change/"

    posted = {"username": "agency", "is_active": "on", "last_day": "2031-05-06"}
    assert client.post(page, posted).status_code == 302

    user.refresh_from_db()
    assert f"{user.access_end.ends_at:%Y-%m-%d %H:%M}" == "2031-05-07 00:00"
    listed = client.get("/admin/auth/user/").content.decode()
    assert "2031-05-06" in listed
    client.post(page, {**posted, "last_day": ""})
    assert not hasattr(User.objects.get(pk=user.pk), "access_end")


def test_a_new_user_may_have_a_last_day_at_once(client, admin_user):
    client.force_login(admin_user)

    client.post(
        "/admin/auth/user/add/",
        {
            "username": "agency",
            "usable_password": "true",
            "password1": "correct horse battery",
            "password2": "correct horse battery",
            "is_active": "on",
            "last_day": "2031-05-06",
        },
    )

    assert User.objects.get(username="agency").access_end


def test_resource_access_all_holds_every_right_and_those_that_come(client, admin_user):
    client.force_login(admin_user)
    role = Group.objects.create(name="everything")
    page = f"/admin/auth/group/{role.pk}/change/"

    client.post(page, {"name": "everything", "resource_access": "all"})

    assert role.permissions.count() == Permission.objects.count()
    kind = Permission.objects.first().content_type
    Permission.objects.create(content_type=kind, codename="of_a_later_version", name="Later")
    fill_full_roles()
    assert role.permissions.filter(codename="of_a_later_version").exists()
    assert "All" in client.get("/admin/auth/group/").content.decode()

    some = Permission.objects.get(codename="view_order").pk
    client.post(page, {"name": "everything", "resource_access": "custom", "permissions": [some]})
    fill_full_roles()
    assert list(role.permissions.values_list("codename", flat=True)) == ["view_order"]


def test_only_who_holds_all_rights_gives_them_all(client):
    giver = make_user("giver", rights=["auth.view_group", "auth.add_group", "auth.change_group"])
    client.force_login(giver)

    answer = client.post("/admin/auth/group/add/", {"name": "mine", "resource_access": "all"})

    assert "Only who holds all rights can give them all." in answer.content.decode()
    assert not Group.objects.filter(name="mine").exists()


def test_every_role_s_page_names_its_users(client, admin_user):
    client.force_login(admin_user)
    role = Group.objects.create(name="packers")
    make_user("nina").groups.add(role)

    assert "nina" in client.get(f"/admin/auth/group/{role.pk}/change/").content.decode()
