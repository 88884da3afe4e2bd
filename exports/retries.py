"""When something is announced next: pure rules (docs/contract/shop-rules.md, "Who is exported")."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from orderflow_bridge.common.leases import JITTER, LONGEST_DELAY, delay_after


class ExportSettings(Protocol):
    """What the order export's and the product export's settings have in common."""

    @property
    def max_attempts(self) -> int: ...
    @property
    def retry_minutes(self) -> int: ...
    @property
    def stuck_minutes(self) -> int: ...


@dataclass(frozen=True)
class RetryPolicy:
    """How often and when to try again. `rest` is how long an endpoint is left alone."""

    max_attempts: int
    first_delay: timedelta
    stuck_after: timedelta
    rest: timedelta

    @classmethod
    def of(cls, settings: ExportSettings, *, rest: int) -> "RetryPolicy":
        """Read the policy from a section of the configuration; `rest` is in seconds."""
        return cls(
            max_attempts=settings.max_attempts,
            first_delay=timedelta(minutes=settings.retry_minutes),
            stuck_after=timedelta(minutes=settings.stuck_minutes),
            rest=timedelta(seconds=rest),
        )

    def delay_after(
        self, attempts: int, chance: Callable[[], float] = random.random
    ) -> timedelta | None:
        """Return how long to wait after the `attempts`-th failed attempt; None to give up."""
        if attempts >= self.max_attempts:
            return None
        return delay_after(
            attempts, first=self.first_delay, longest=LONGEST_DELAY, jitter=JITTER, chance=chance
        )
