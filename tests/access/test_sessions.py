"""Sessions of the admin: how long they last, what ends them, what their cookies allow."""

from importlib import reload

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from orderflow_bridge import settings as ours
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PASSWORD = "secret-12345"
NEW = "a-new-long-phrase-9"


def signed_in(username: str = "ann") -> Client:
    """Return a browser that has signed in by the form."""
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": username, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_a_changed_password_ends_all_other_sessions_of_its_user() -> None:
    make_user("ann", password=PASSWORD, rights=["sales.view_order"])
    here, elsewhere = signed_in(), signed_in()

    here.post(
        reverse("admin:password_change"),
        {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    )

    assert here.get("/admin/account/").status_code == 200
    assert "/login/" in elsewhere.get("/admin/account/")["Location"]


def test_a_disabled_user_is_out_at_once() -> None:
    user = make_user("ann", password=PASSWORD, rights=["sales.view_order"])
    client = signed_in()

    user.is_active = False
    user.save()

    assert "/login/" in client.get("/admin/account/")["Location"]


def test_signing_in_starts_a_new_session() -> None:
    make_user("ann", password=PASSWORD, rights=["sales.view_order"])
    client = Client()
    client.get("/admin/login/")
    before = client.session.session_key

    client.post(reverse("admin:login"), {"username": "ann", "password": PASSWORD})

    assert client.session.session_key != before


def test_session_and_csrf_cookies_are_kept_from_scripts_and_other_sites() -> None:
    make_user("ann", password=PASSWORD, rights=["sales.view_order"])
    client = signed_in()
    client.get("/admin/account/")

    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        cookie = client.cookies[name]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert client.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 3600


def test_behind_tls_cookies_travel_by_https_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as environment:
        environment.setenv("BRIDGE_BEHIND_TLS", "1")
        environment.setenv("BRIDGE_SESSION_HOURS", "8")
        behind = reload(ours)
        found = (
            behind.SESSION_COOKIE_SECURE,
            behind.CSRF_COOKIE_SECURE,
            behind.SECURE_HSTS_SECONDS > 0,
            behind.SESSION_COOKIE_AGE,
        )
    reload(ours)

    assert found == (True, True, True, 8 * 3600)
