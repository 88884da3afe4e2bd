"""Sign-in and lockout."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.test import RequestFactory

from orderflow_bridge.access.models import FailedSignIn, KnownAddress
from orderflow_bridge.access.services import release_lockout, sign_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)
PASSWORD = "secret-12345"


def try_sign_in(username: str, password: str = PASSWORD, address: str = "10.0.0.1") -> bool:
    """Sign in with an HTTP request of its own; whether it worked."""
    http_request = RequestFactory(REMOTE_ADDR=address).post("/", b"{}", "application/json")
    return sign_in(http_request, username, password) is not None


def fail(username: str, times: int, **values: str) -> None:
    """Fail to sign in a number of times."""
    for _ in range(times):
        assert not try_sign_in(username, "wrong", **values)


def test_the_right_password_signs_in_and_is_noted_on_the_user() -> None:
    user = make_user("orderflow")

    assert try_sign_in("orderflow")

    user.refresh_from_db()
    assert user.last_login is not None


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("orderflow", "wrong"),
        ("orderflow", ""),
        ("OrderFlow", PASSWORD),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("order\0flow", PASSWORD),
        ("orderflow", "sec\0ret"),
        ("o" * 5000, PASSWORD),
    ],
)
def test_anything_else_does_not_sign_in(username: str, password: str) -> None:
    make_user("orderflow")

    assert not try_sign_in(username, password)


def test_a_disabled_user_does_not_sign_in() -> None:
    make_user("orderflow", is_active=False)

    assert not try_sign_in("orderflow")


def try_sign_in_without_trace(address: str) -> bool:
    """Whether the right password is let in at an address, which is not known afterwards."""
    is_in = try_sign_in("orderflow", address=address)
    KnownAddress.objects.all().delete()
    return is_in


def test_six_failures_lock_the_username() -> None:
    make_user("orderflow")

    fail("orderflow", 6)

    assert not try_sign_in("orderflow")


def test_five_failures_do_not_lock_and_a_success_forgets_them() -> None:
    make_user("orderflow")

    fail("orderflow", 5)
    assert try_sign_in("orderflow")
    fail("orderflow", 5)

    assert try_sign_in("orderflow")


def test_failures_from_several_addresses_count_together() -> None:
    make_user("orderflow")

    for last in range(1, 6):
        assert try_sign_in_without_trace(address=f"10.0.0.{last}")
        fail("orderflow", 6, address=f"10.0.0.{last}")

    assert not try_sign_in("orderflow", address="10.0.0.6")


def test_failures_with_several_names_lock_their_address() -> None:
    make_user("orderflow")
    make_user("clerk")
    assert try_sign_in("clerk", address="10.0.0.1")

    for number in range(5):
        fail(f"guess-{number}", 6, address="10.0.0.1")

    assert not try_sign_in("orderflow", address="10.0.0.1")
    assert try_sign_in("orderflow", address="10.0.0.2")
    assert try_sign_in("clerk", address="10.0.0.1")


def test_an_ipv6_network_counts_as_one_address() -> None:
    make_user("orderflow")

    for last in range(6):
        fail("orderflow", 1, address=f"2001:db8:1:2::{last}")

    assert not try_sign_in("orderflow", address="2001:db8:1:2:ffff::1")
    assert try_sign_in("orderflow", address="2001:db8:1:3::1")


def test_a_lockout_is_for_one_username_only() -> None:
    make_user("orderflow")
    make_user("other")

    fail("orderflow", 6)

    assert try_sign_in("other")


def test_a_lockout_ends_half_an_hour_after_the_last_failure() -> None:
    make_user("orderflow")
    with time_machine.travel(NOON, tick=False) as clock:
        fail("orderflow", 6)
        clock.shift(1799)
        assert not try_sign_in("orderflow")

        clock.shift(2)

        assert try_sign_in("orderflow")


def test_attempts_during_a_lockout_do_not_lengthen_it() -> None:
    make_user("orderflow")
    with time_machine.travel(NOON, tick=False) as clock:
        fail("orderflow", 6)
        for _ in range(30):
            clock.shift(59)
            fail("orderflow", 1)

        clock.shift(59)

        assert try_sign_in("orderflow")


def test_a_lockout_can_be_released() -> None:
    make_user("orderflow")
    fail("orderflow", 6)
    fail("other", 6)

    release_lockout("orderflow")

    assert try_sign_in("orderflow")
    assert FailedSignIn.objects.get().username == "other"


def test_the_password_is_not_written_down_with_the_failure() -> None:
    fail("orderflow", 1)

    assert "wrong" not in str(FailedSignIn.objects.values().get())


def test_the_address_is_the_peers_and_not_a_headers() -> None:
    http_request = RequestFactory(REMOTE_ADDR="10.0.0.1").post(
        "/", b"{}", "application/json", headers={"X-Forwarded-For": "1.2.3.4"}
    )

    sign_in(http_request, "orderflow", "wrong")

    assert FailedSignIn.objects.get().ip_address == "10.0.0.1"
