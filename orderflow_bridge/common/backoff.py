"""How long to wait before something is tried again: a pure rule."""

import random
from collections.abc import Callable
from datetime import timedelta

LONGEST_DELAY = timedelta(hours=6)
JITTER = 0.2


def delay_after(
    attempts: int, *, first: timedelta, chance: Callable[[], float] = random.random
) -> timedelta:
    """Return how long to wait after the `attempts`-th failed attempt.

    The first delay doubles with every attempt, up to six hours; then up to a fifth is added or
    taken off, so that what failed together does not come back together.
    """
    doublings = min(max(attempts, 1) - 1, 16)
    delay = min(first * 2**doublings, LONGEST_DELAY)
    return delay * (1 - JITTER + 2 * JITTER * chance())
