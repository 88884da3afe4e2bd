"""Is the bridge at work? The judgement behind /readyz."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError

from orderflow_bridge.common import clock
from orderflow_bridge.monitoring.selectors import (
    PATIENCE_SECONDS,
    Waiting,
    answered_within,
    last_tick,
    server_errors,
    waiting,
    why_unusable,
)
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.watch.machine import full_disks, unapplied_migrations

LONGEST_SILENCE = timedelta(minutes=3)
LONGEST_WAIT = timedelta(minutes=15)


class Reason(str):
    """A sentence why the bridge is not ready, with the part that it is about."""

    about: str

    def __new__(cls, about: str, sentence: str) -> "Reason":
        """Return the sentence with its part: "scheduler"."""
        reason = super().__new__(cls, sentence)
        reason.about = about
        return reason


@dataclass(frozen=True)
class Readiness:
    """The figures a monitor wants, and the reasons, if any, why the bridge is not ready."""

    reasons: list[Reason] = field(default_factory=list)
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


def readiness(*, up_for: timedelta) -> Readiness:
    """Ask the database, the broker and the disk, then judge; within a second in every failure.

    `up_for` is for how long this process has been there: a scheduler that has never run may still
    be about to begin.
    """
    database_silence, broker_error = server_errors()
    full = (each for each in full_disks() if each.severity is Severity.CRITICAL)
    disk = next((f"{each.text} {each.remedy}" for each in full), "")
    error = database_silence
    if not error:
        try:
            with answered_within(PATIENCE_SECONDS):
                return _judged(up_for, broker_error, disk)
        except DatabaseError as failure:
            error = why_unusable(failure)
    silent = Reason("database", f"The database cannot be reached: {error}")
    return Readiness([silent, *_around("", disk), *_around(broker_error)])


def _judged(up_for: timedelta, broker_error: str, disk: str) -> Readiness:
    """Judge by what the database says."""
    if missing := unapplied_migrations():
        many = f"{missing} migrations are" if missing > 1 else "1 migration is"
        sentence = f"{many} not applied. Run: manage.py prepare"
        return Readiness([Reason("migrations", sentence)])
    now = clock.now()
    return decide(
        now=now,
        up_since=now - up_for,
        ticked=last_tick(now),
        queues=waiting(),
        broker_error=broker_error,
        disk=disk,
    )


def decide(
    *,
    now: datetime,
    up_since: datetime,
    ticked: datetime | None,
    queues: Sequence[Waiting],
    broker_error: str = "",
    disk: str = "",
) -> Readiness:
    """Turn the figures into reasons. Silence counts from the last tick, not from a restart."""
    reasons = _around(broker_error, disk)
    if now - (ticked or up_since) > LONGEST_SILENCE:
        reasons.append(Reason("scheduler", _silence(now, ticked)))
    reasons += [
        Reason(
            "queue",
            f"The oldest {queue.name} request has waited {_minutes(now - queue.oldest)} minutes.",
        )
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


def _around(broker_error: str, disk: str = "") -> list[Reason]:
    """Return what is wrong with the broker and the disk."""
    broker = f"The broker cannot be reached: {broker_error}" if broker_error else ""
    return [Reason(about, text) for about, text in (("broker", broker), ("disk", disk)) if text]


def _silence(now: datetime, ticked: datetime | None) -> str:
    if ticked is None:
        return "The scheduler has never run. Start beat and a worker, or add the cron entry."
    return (
        f"The scheduler last ran {_minutes(now - ticked)} minutes ago. Check beat and the worker."
    )


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
