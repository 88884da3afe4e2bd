"""A right password is checked slowly once, and quickly while that is fresh."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.auth.models import User
from django.test import RequestFactory

from orderflow_bridge.access.backends import FreshPasswords

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"


class CountingHasher(PBKDF2PasswordHasher):
    """Django's hasher, cheap, and counting how often it has to work."""

    iterations = 1
    checks = 0

    def verify(self, password: str, encoded: str) -> bool:
        type(self).checks += 1
        return super().verify(password, encoded)


@pytest.fixture
def user(settings: Any) -> User:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.checks = 0
    return User.objects.create_user("orderflow", password=RIGHT)


def sign_in(password: str = RIGHT) -> object:
    request = RequestFactory().post("/")
    return authenticate(request, username="orderflow", password=password)


def test_the_second_sign_in_costs_no_password_hash(user: User) -> None:
    assert sign_in() == user
    assert sign_in() == user

    assert CountingHasher.checks == 1


def test_a_wrong_password_is_refused_although_the_right_one_is_fresh(user: User) -> None:
    sign_in()

    assert sign_in("wrong") is None
    assert sign_in() == user


def test_a_disabled_user_is_refused_although_the_password_is_fresh(user: User) -> None:
    sign_in()
    User.objects.update(is_active=False)

    assert sign_in() is None


def test_a_changed_password_ends_the_old_one_at_once(user: User) -> None:
    sign_in()
    user.set_password("another one entirely")
    user.save()

    assert sign_in() is None


def test_a_fresh_password_is_forgotten_after_its_time(user: User) -> None:
    forgetful = FreshPasswords(seconds=0)
    digest = forgetful.digest(user, RIGHT)

    forgetful.remember(digest)

    assert not forgetful.knows(digest)
