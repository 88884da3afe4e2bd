"""Is the bridge at work? The judgement behind /readyz (ecosystem.md §5)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from orderflow_bridge.health.selectors import (
    Waiting,
    broker_error,
    database_error,
    last_tick,
    unapplied_migrations,
    waiting,
)

LONGEST_SILENCE = timedelta(minutes=3)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True)
class Readiness:
    """The figures a monitor wants, and the reasons, if any, why the bridge is not ready."""

    reasons: list[str] = field(default_factory=list)
    last_tick: datetime | None = None
    oldest_waiting_seconds: int = 0
    waiting_requests: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.reasons

    def as_dict(self) -> dict[str, Any]:
        """Return what /readyz prints."""
        return {
            "ready": self.is_ready,
            "reasons": self.reasons,
            "last_tick": self.last_tick.isoformat() if self.last_tick else None,
            "oldest_waiting_seconds": self.oldest_waiting_seconds,
            "waiting_requests": self.waiting_requests,
        }


def readiness(*, now: datetime, up_since: datetime) -> Readiness:
    """Ask the database and the broker, then judge.

    `up_since` is when this process started: silence before that is not held against it.
    """
    if error := database_error():
        return Readiness([f"The database cannot be reached: {error}"])
    if missing := unapplied_migrations():
        return Readiness([f"{missing} migrations are not applied. Run: manage.py migrate"])
    return judge(
        now=now,
        up_since=up_since,
        ticked=last_tick(),
        queues=waiting(),
        broker_error=broker_error(),
    )


def judge(
    *,
    now: datetime,
    up_since: datetime,
    ticked: datetime | None,
    queues: Sequence[Waiting],
    broker_error: str,
) -> Readiness:
    """Turn the figures into reasons."""
    reasons = []
    if broker_error:
        reasons.append(f"The broker cannot be reached: {broker_error}")
    if now - max(ticked or up_since, up_since) > LONGEST_SILENCE:
        reasons.append(_silence(now, ticked))
    reasons += [
        f"The oldest {queue.name} request has waited {_minutes(now - queue.oldest)} minutes."
        for queue in queues
        if now - queue.oldest > LONGEST_WAIT
    ]
    oldest = min((queue.oldest for queue in queues), default=now)
    return Readiness(
        reasons=reasons,
        last_tick=ticked,
        oldest_waiting_seconds=int((now - oldest).total_seconds()),
        waiting_requests=sum(queue.count for queue in queues),
    )


def _silence(now: datetime, ticked: datetime | None) -> str:
    if ticked is None:
        return "The scheduler has never run. Start beat and a worker, or add the cron entry."
    return (
        f"The scheduler last ran {_minutes(now - ticked)} minutes ago. Check beat and the worker."
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
