"""A member of staff with an authenticator app, and a clock to go with it."""

from base64 import b32decode
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp.oath import totp

from orderflow_bridge.access import second_factor
from orderflow_bridge.access.models import Authenticator
from tests.factories import make_user

PASSWORD = "secret-12345"
LOGIN, CODE, ACCOUNT = "/admin/login/", "/admin/login/code/", "/admin/account/"


def code_of(user: User) -> str:
    """Return what the user's app shows now."""
    secret = Authenticator.objects.get(user=user).secret
    return f"{totp(b32decode(secret)):06}"


def make_staff(username: str = "ann", *roles: str, **values) -> User:
    """Make somebody who may use the admin."""
    user = make_user(username, password=PASSWORD, rights=["sales.view_order"], **values)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def give_authenticator(user: User) -> list[str]:
    """Switch two-factor login on for a user; return the recovery codes."""
    device = Authenticator.objects.create(user=user, name="app", confirmed=True)
    return second_factor.new_recovery_codes(device)


def enter_password(username: str = "ann", *, goal: str = "") -> tuple[Client, Any]:
    """Give the right password; return the browser and the answer."""
    client = Client()
    query = f"?next={goal}" if goal else ""
    return client, client.post(LOGIN + query, {"username": username, "password": PASSWORD})


def is_in(client: Client) -> bool:
    """Tell whether a browser is in the admin."""
    return client.get("/admin/").status_code == 200
