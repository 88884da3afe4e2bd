"""A shop's web server for every test that needs one."""

from collections.abc import Iterator

import pytest

from tests.outbox.webhooks.shop import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    with Shop().running() as running:
        yield running


@pytest.fixture
def other_shop() -> Iterator[Shop]:
    with Shop().running() as running:
        yield running
