"""The OrderFlow that stories tell of."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeOrderFlow


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    """An OrderFlow on loopback."""
    with FakeOrderFlow().running() as fake:
        yield fake
