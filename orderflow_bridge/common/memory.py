"""What a process has read and may use again for some seconds without asking the database."""

import time
from collections.abc import Callable, Hashable
from typing import Any


class Memory:
    """Keeps values for some `seconds` by the given clock."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds = seconds
        self._clock = clock
        self._kept: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable) -> Any | None:
        """Return what is kept, None if it is too old or was never there."""
        until, value = self._kept.get(key, (float("-inf"), None))
        return value if self._clock() < until else None

    def keep(self, key: Hashable, value: Any) -> None:
        """Keep a value from now on."""
        self._kept[key] = (self._clock() + self.seconds, value)

    def forget(self) -> None:
        """Drop everything, so that the next reader asks the database."""
        self._kept.clear()
