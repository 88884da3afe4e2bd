"""The one clock by which leases, slots and due times are written and read: the database's.

Hosts' clocks differ, and one that is wrong must not make another host wait for a day. So a time
that some other process will compare with its own comes from here. On SQLite there is one host, and
its clock is the database's.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

# Between two questions the time goes on by the monotonic clock, which nobody can set.
ASK_AGAIN_SECONDS = 10.0


class _DatabaseClock:
    """What the database's clock said last, and when that was on this process's stopwatch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """Return the time (UTC), asking the database if it was last asked a while ago."""
        with self._lock:
            said = self._said
        if said is None or time.monotonic() - said[1] > ASK_AGAIN_SECONDS:
            said = self._ask()
            with self._lock:
                self._said = said
        return said[0] + timedelta(seconds=time.monotonic() - said[1])

    def _ask(self) -> tuple[datetime, float]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0].astimezone(UTC), time.monotonic()


_database_clock = _DatabaseClock()


def now() -> datetime:
    """Return the time (UTC) by the database's clock, to within a round trip.

    Raises DatabaseError if the database must be asked and does not answer.
    """
    if connection.vendor != "postgresql" or not settings.BRIDGE_DATABASE_CLOCK:
        return timezone.now()
    return _database_clock.now()


def host_offset() -> timedelta | None:
    """Return by how much this host's clock is ahead of the database's; None if they are one."""
    if connection.vendor != "postgresql" or not settings.BRIDGE_DATABASE_CLOCK:
        return None
    return timezone.now() - _database_clock.now()
