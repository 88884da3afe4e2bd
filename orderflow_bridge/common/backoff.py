"""How long to wait before something is tried again: a pure rule."""

import random
from collections.abc import Callable
from datetime import timedelta

# What belongs to others gets more patience, and jitter: what failed together does not come back
# together. JITTER is the share of a delay that is added or taken off at most.
LONGEST_DELAY = timedelta(hours=6)
JITTER = 0.2


def delay_after(
    attempts: int,
    *,
    first: timedelta = timedelta(minutes=1),
    longest: timedelta = timedelta(hours=1),
    jitter: float = 0.0,
    chance: Callable[[], float] = random.random,
) -> timedelta:
    """Return how long to wait after the `attempts`-th failed attempt.

    The first delay doubles with every attempt, up to the longest; then up to the share `jitter` of
    it is added or taken off, by chance (0 to 1).
    """
    doublings = min(max(attempts, 1) - 1, 16)
    delay = min(first * int(2**doublings), longest)
    return delay * (1 - jitter + 2 * jitter * chance())
