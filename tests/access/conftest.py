"""A clock for codes that change every half minute."""

from collections.abc import Iterator

import pytest
import time_machine


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still, and can be moved."""
    with time_machine.travel("2026-11-27 12:00:00+00:00", tick=False) as traveller:
        yield traveller
