"""A fake OrderFlow on loopback."""

from collections.abc import Iterator

import pytest

from tests.fakes import FakeOrderFlow


@pytest.fixture
def orderflow() -> Iterator[FakeOrderFlow]:
    with FakeOrderFlow().running() as fake:
        yield fake
