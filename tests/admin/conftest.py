"""Who looks at the admin, and the OrderFlow it exports to."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.catalog.attribute_set import sets_read
from orderflow_bridge.configuration.selectors import sections_read
from orderflow_bridge.stores.order_statuses import statuses_read
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
def configuration_read_once() -> Iterator[None]:
    """Remember what rarely changes for an hour: a page of a busy machine may take five seconds."""
    before = [(memory, memory.seconds) for memory in (sections_read, sets_read, statuses_read)]
    for memory, _ in before:
        memory.seconds = 3_600.0
    yield
    for memory, seconds in before:
        memory.seconds = seconds


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    """An OrderFlow on loopback."""
    with FakeOrderFlow().running() as fake:
        yield fake
