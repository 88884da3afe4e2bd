"""Who looks at the admin, and the OrderFlow it exports to."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.admin.samples import make_operator
from tests.fakes import FakeOrderFlow


@pytest.fixture
def boss(db: None) -> Client:
    """A browser of a superuser."""
    client = Client()
    client.force_login(User.objects.create_superuser("boss", "boss@example.com", "secret-12345"))
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    """A browser of somebody who may look at everything and change nothing."""
    client = Client()
    client.force_login(make_operator("viewer", "view"))
    return client


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    """An OrderFlow on loopback."""
    with FakeOrderFlow().running() as fake:
        yield fake
