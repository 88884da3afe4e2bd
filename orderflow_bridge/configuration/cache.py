"""What this process has read of the configuration in the last five seconds."""

import time
from typing import Any

SECONDS = 5.0

_resolved: dict[tuple[type, int | None], tuple[float, Any]] = {}


def cached(section: type, website_id: int | None) -> Any | None:
    """Return a section read less than five seconds ago, else None."""
    until, values = _resolved.get((section, website_id), (0.0, None))
    return values if time.monotonic() < until else None


def remember(section: type, website_id: int | None, values: Any) -> None:
    """Keep a section for five seconds."""
    _resolved[section, website_id] = (time.monotonic() + SECONDS, values)


def forget() -> None:
    """Drop everything, so that the next reader asks the database."""
    _resolved.clear()
