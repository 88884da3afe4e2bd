"""Guessing passwords, at every address that takes one: what is refused, who goes on working."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from orderflow_bridge.access.backends import FreshPasswords
from orderflow_bridge.access.models import FailedSignIn
from orderflow_bridge.access.services import SIGN_IN_REFUSED
from orderflow_bridge.http.proxies import with_client_address
from orderflow_bridge.wsgi import django_application
from tests.access.hashers import CountingHasher, WorkingHasher
from tests.factories import make_user
from tests.soapapi.posting import ADDRESS, LEGACY, envelope

pytestmark = pytest.mark.django_db

PASSWORD = "secret-12345"
HERS = "198.51.100.7"
TOKEN = "integrationAdminTokenServiceV1CreateAdminAccessToken"
SignIn = Callable[..., bool]
# One client, for a new one loads the middleware anew.
_client = Client()


def _web() -> Client:
    _client.cookies.clear()
    return _client


def by_rest(password: str, address: str, name: str = "orderflow") -> bool:
    """POST integration/admin/token; whether a token came."""
    answer = _web().post(
        "/rest/V1/integration/admin/token",
        {"username": name, "password": password},
        "application/json",
        REMOTE_ADDR=address,
    )
    assert answer.status_code == 200 or answer.json() == {"message": SIGN_IN_REFUSED}
    return answer.status_code == 200


def by_soap(
    password: str, address: str, name: str = "orderflow", *, content_type: str = "text/xml"
) -> bool:
    """Magento 2's operation; whether a token came."""
    body = envelope(
        f'<n:{TOKEN}Request xmlns:n="urn:x"><username>{name}</username>'
        f"<password>{password}</password></n:{TOKEN}Request>"
    )
    answer = _web().post(ADDRESS, body, content_type, REMOTE_ADDR=address)
    assert (SIGN_IN_REFUSED in answer.content.decode()) == (answer.status_code != 200)
    return answer.status_code == 200


def by_magento_1(password: str, address: str, name: str = "orderflow") -> bool:
    """Magento 1's login; whether a session came."""
    body = envelope(
        f'<n:login xmlns:n="urn:Magento"><username>{name}</username><apiKey>{password}</apiKey>'
        "</n:login>"
    )
    answer = _web().post(LEGACY, body, "text/xml", REMOTE_ADDR=address)
    text = answer.content.decode()
    assert ("Access denied." in text) != ("loginReturn" in text)
    return "loginReturn" in text


def by_admin(password: str, address: str, name: str = "orderflow") -> bool:
    """The admin's form; whether it leads on."""
    answer = _web().post(
        reverse("admin:login"), {"username": name, "password": password}, REMOTE_ADDR=address
    )
    assert answer.status_code == 302 or SIGN_IN_REFUSED in answer.content.decode()
    return answer.status_code == 302


EVERY = [by_rest, by_soap, by_magento_1, by_admin]


@pytest.fixture
def orderflow() -> User:
    """The user that OrderFlow signs in as, who may use the admin too."""
    return make_user("orderflow", password=PASSWORD, rights=["sales.view_order"])


@pytest.mark.one_database
@pytest.mark.parametrize("sign_in", EVERY)
def test_strangers_at_many_addresses_get_few_tries_and_orderflow_goes_on_working(
    orderflow: User, sign_in: SignIn, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["tests.access.hashers.CountingHasher"]
    orderflow.set_password(PASSWORD)
    orderflow.save()
    with time_machine.travel("2026-11-29 12:00:00+00:00", tick=False) as clock:
        assert sign_in(PASSWORD, HERS)
        CountingHasher.decided = []
        for minute in range(60):
            for stranger in range(2):
                sign_in(f"guess-{minute}-{stranger}", f"203.0.{minute}.{stranger}")
            assert sign_in(PASSWORD, HERS)
            clock.shift(60)

        assert not sign_in(PASSWORD, "203.0.113.200")

    tries = [each for each in CountingHasher.decided if each.startswith("guess-")]
    assert 0 < len(tries) <= 60


@pytest.mark.parametrize("sign_in", EVERY)
@pytest.mark.parametrize("attack", EVERY)
def test_one_stranger_locks_nobody_but_himself(
    orderflow: User, sign_in: SignIn, attack: SignIn
) -> None:
    assert sign_in(PASSWORD, HERS)

    for _ in range(12):
        assert not attack("wrong", "203.0.113.9")

    assert not attack(PASSWORD, "203.0.113.9")
    assert sign_in(PASSWORD, HERS)
    assert sign_in(PASSWORD, "203.0.113.10")


def test_orderflows_own_wrong_password_locks_it_where_it_is(orderflow: User) -> None:
    assert by_rest(PASSWORD, HERS)

    for _ in range(6):
        assert not by_magento_1("wrong", HERS)

    assert not by_soap(PASSWORD, HERS)
    assert by_soap(PASSWORD, "198.51.100.8")


def test_orderflows_success_does_not_forget_the_failures_of_strangers(orderflow: User) -> None:
    for _ in range(5):
        assert not by_rest("wrong", "203.0.113.9")
    assert by_rest(PASSWORD, HERS)

    assert not by_rest("wrong", "203.0.113.9")

    assert not by_rest(PASSWORD, "203.0.113.9")


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]
)
def test_a_failure_counts_whatever_its_body_is_called(orderflow: User, content_type: str) -> None:
    for _ in range(6):
        by_soap("wrong" + "&amp;" * 1_100, "203.0.113.9", content_type=content_type)

    assert FailedSignIn.objects.get().failures_since_start == 6
    assert not by_soap(PASSWORD, "203.0.113.9")


@pytest.mark.django_db(transaction=True)  # a served application ends the connections it used
def test_behind_a_proxy_the_callers_address_counts(orderflow: User) -> None:
    def sign_in(password: str, forwarded: str) -> bool:
        return _post(with_client_address(django_application, proxies=1), password, forwarded)

    assert sign_in(PASSWORD, HERS)
    for _ in range(6):
        assert not sign_in("wrong", f"{HERS}, 203.0.113.9:40000")

    assert not sign_in(PASSWORD, f"{HERS}, 203.0.113.9:40001")
    assert sign_in(PASSWORD, HERS)
    assert FailedSignIn.objects.get().ip_address == "203.0.113.9"


def _post(served: Any, password: str, forwarded: str) -> bool:
    """Send a sign-in to a WSGI application, as a proxy would."""
    body = f'{{"username": "orderflow", "password": "{password}"}}'.encode()
    statuses: list[str] = []
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/rest/V1/integration/admin/token",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "172.18.0.1",
        "HTTP_X_FORWARDED_FOR": forwarded,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
    }
    answer = served(environ, lambda status, *_: statuses.append(status))
    b"".join(answer)
    return statuses == ["200 OK"]


@pytest.mark.parametrize("sign_in", EVERY)
def test_unknown_wrong_locked_and_disabled_cost_the_same_work(
    orderflow: User, sign_in: SignIn, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["tests.access.hashers.WorkingHasher"]
    for name in ("orderflow", "locked", "disabled"):
        user, _ = User.objects.get_or_create(username=name)
        user.set_password(PASSWORD)
        user.is_active = name != "disabled"
        user.save()
    for _ in range(6):
        sign_in("wrong", "203.0.113.9", "locked")
    work = {}
    for name, password in [
        ("orderflow", "wrong"),
        ("nobody", PASSWORD),
        ("locked", PASSWORD),
        ("disabled", PASSWORD),
        ("disabled", "wrong"),
    ]:
        WorkingHasher.work = 0
        assert not sign_in(password, "203.0.113.9", name)
        work[name, password] = WorkingHasher.work

    assert set(work.values()) == {1}


def test_a_disabled_user_waits_although_the_password_was_right_lately(
    orderflow: User, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["tests.access.hashers.WorkingHasher"]
    orderflow.set_password(PASSWORD)
    orderflow.save()
    assert by_rest(PASSWORD, HERS)
    User.objects.update(is_active=False)
    WorkingHasher.work = 0

    assert not by_rest(PASSWORD, HERS)

    assert WorkingHasher.work == 1


def test_an_old_password_is_worth_nothing_in_a_process_that_remembers_it(orderflow: User) -> None:
    elsewhere = FreshPasswords()
    elsewhere.remember(elsewhere.digest(orderflow, PASSWORD))

    orderflow.set_password("another one entirely")
    orderflow.save()

    assert not elsewhere.knows(elsewhere.digest(User.objects.get(), PASSWORD))


def test_the_admin_shows_each_kind_of_lockout_and_releases_it(client: Client) -> None:
    make_user("orderflow", password=PASSWORD)
    client.force_login(
        make_user(rights=["access.view_failedsignin", "access.release_failedsignin"])
    )
    for last in range(5):
        for _ in range(6):
            assert not by_rest("wrong", f"203.0.113.{last}")
    assert not by_rest("wrong", "203.0.113.77", "somebody")
    for number in range(29):
        assert not by_rest("wrong", "203.0.113.77", f"guess-{number}")
    assert not by_rest(PASSWORD, "203.0.113.200")
    shown = {
        name: client.get(reverse("admin:access_failedsignin_changelist"), {"q": name}).content
        for name in ("orderflow", "somebody")
    }

    failed = FailedSignIn.objects.filter(username="orderflow").first()
    assert failed is not None
    client.post(reverse("admin:access_failedsignin_release", args=[failed.pk]))
    address = FailedSignIn.objects.get(username="somebody")
    client.post(reverse("admin:access_failedsignin_release", args=[address.pk]))

    assert shown["orderflow"].count(b"Locked") == 5
    assert b"Address locked" in shown["somebody"]
    assert by_rest(PASSWORD, "203.0.113.200")
    assert by_rest(PASSWORD, "203.0.113.77")


def test_a_users_page_says_from_where_the_user_has_signed_in(client: Client) -> None:
    user = make_user("orderflow", password=PASSWORD)
    assert by_soap(PASSWORD, HERS)
    client.force_login(make_user(is_superuser=True))

    page = client.get(reverse("admin:auth_user_change", args=[user.pk])).content.decode()

    assert HERS in page
