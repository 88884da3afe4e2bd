"""Figures of the dashboard: a number, what it means, and the list that shows its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from orderflow_bridge.console.pages import datetime_text
from orderflow_bridge.monitoring.counting import Counted


@dataclass(frozen=True)
class Statistic:
    """One number. Tones are success, warning, danger or none."""

    title: str
    value: str
    note: str
    url: str = ""
    tone: str = ""


def statistic(
    counts: Mapping[str, Counted],
    name: str,
    title: str,
    url: str,
    *,
    idle: str,
    busy: str = "",
    tone: str = "warning",
) -> list[Statistic]:
    """Return the figure of a count, as a list: empty if the user may not see it.

    `idle` is said when it is 0, `busy` when it is not; the oldest is told in any case.
    """
    found = counts.get(name)
    if found is None:
        return []
    if not found.count:
        return [Statistic(title, "0", idle, url, "success")]
    oldest = f"Oldest from {datetime_text(found.oldest)}." if found.oldest else ""
    note = " ".join(filter(None, (busy, oldest)))
    return [Statistic(title, found.text, note, url, tone)]


def duration(span: timedelta) -> str:
    """Return "0.4 s", "2 min 5 s", "3 h 10 min", "4 days"."""
    seconds = max(span.total_seconds(), 0.0)
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return f"{hours // 24} days"
