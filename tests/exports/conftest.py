"""A fake OrderFlow on loopback, and somebody who looks at the admin."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.fakes import FakeOrderFlow


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def other_orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake


@pytest.fixture
def boss(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client
