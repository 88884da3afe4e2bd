"""The circuit breaker: an endpoint that keeps failing is left alone for a while."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol


@dataclass(frozen=True)
class BreakerState:
    """How an endpoint has done: failures in a row, and since when it is open (epoch seconds)."""

    failures: int = 0
    opened_at: float | None = None


@dataclass(frozen=True)
class BreakerPolicy:
    """Open after `threshold` failures in a row; try one call every `cooloff` seconds after that."""

    threshold: int = 5
    cooloff: float = 60.0

    def may_call(self, state: BreakerState, now: float) -> bool:
        """Say whether a call may be made: always while closed, once per cool-off while open.

        An opening in the future, by a clock that was wrong, keeps nobody from calling.
        """
        return state.opened_at is None or not 0 <= now - state.opened_at < self.cooloff

    def on_call(self, state: BreakerState, now: float) -> BreakerState:
        """Return the state once a call is out: while a trial runs, other callers wait."""
        if state.opened_at is None or not self.may_call(state, now):
            return state
        return replace(state, opened_at=now)

    def after_call(self, state: BreakerState, now: float, *, is_failure: bool) -> BreakerState:
        """Return the state after a call: forgotten, or counted and open once at the threshold."""
        if not is_failure:
            return BreakerState()
        failures = state.failures + 1
        is_open = failures >= self.threshold
        return BreakerState(failures, now if is_open else state.opened_at)


class BreakerMemory(Protocol):
    """Where states are kept, so that several threads and workers share them."""

    def read(self, endpoint: str) -> BreakerState:
        """Return the state of an endpoint; an unknown one is closed."""

    def change(self, endpoint: str, step: Callable[[BreakerState], BreakerState]) -> BreakerState:
        """Replace a state by `step(state)`, indivisibly; return the state it replaced."""


class ProcessMemory:
    """States of this process only: enough for one worker and for tests."""

    def __init__(self) -> None:
        self._states: dict[str, BreakerState] = {}
        self._lock = threading.Lock()

    def read(self, endpoint: str) -> BreakerState:
        """Return the state of an endpoint; an unknown one is closed."""
        with self._lock:
            return self._states.get(endpoint, BreakerState())

    def change(self, endpoint: str, step: Callable[[BreakerState], BreakerState]) -> BreakerState:
        """Replace a state under the lock; return the state it replaced."""
        with self._lock:
            before = self._states.get(endpoint, BreakerState())
            self._states[endpoint] = step(before)
            return before
