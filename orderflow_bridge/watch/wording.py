"""How problems word counts, times and lists."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from orderflow_bridge.common.worded import Worded, joined, worded, worded_time
from orderflow_bridge.jobs.selectors import shop_zone


def counted(count: int, noun: str) -> str:
    """Return "1 order", "2,400 orders"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def clock_time(at: datetime, now: datetime) -> Worded:
    """Return a time in the shop's zone, with its day unless that is today."""
    zone = shop_zone()
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    return worded_time(local, "time" if local.date() == today else "minute")


def listed(names: Sequence[str], *, most: int = 3) -> Worded:
    """Return "a, b, c and 4 more"."""
    first = joined(names[:most], ", ")
    if len(names) <= most:
        return first
    return worded("%(names)s and %(count)s more", names=first, count=len(names) - most)


def host_of(endpoint: str) -> str:
    """Return the server of an endpoint as people call it."""
    return urlsplit(endpoint).netloc or "OrderFlow"
