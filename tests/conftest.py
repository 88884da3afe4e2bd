"""Fixtures every room's tests share."""

from collections.abc import Iterator

import pytest

from orderflow_bridge.configuration.selectors import forget


@pytest.fixture(autouse=True)
def _no_remembered_configuration() -> Iterator[None]:
    """No test sees the configuration that another one saved."""
    forget()
    yield
    forget()
