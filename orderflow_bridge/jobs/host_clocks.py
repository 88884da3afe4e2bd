"""How far the clocks of the workers' hosts are off, by the database's. Each notes its own."""

import socket
import time

from orderflow_bridge.common import clock
from orderflow_bridge.jobs.models import HostClock

NOTED_EVERY_SECONDS = 60.0
_noted: dict[str, float] = {}


def note_host_clock() -> None:
    """Note by how much this host's clock is off; at most once a minute, in one statement.

    Where the database lies on the host itself there is one clock, and nothing to note.
    """
    host = socket.gethostname()[:255]
    if time.monotonic() - _noted.get(host, float("-inf")) < NOTED_EVERY_SECONDS:
        return
    offset = clock.host_offset()
    if offset is None:
        return
    _noted[host] = time.monotonic()
    HostClock.objects.bulk_create(
        [HostClock(host=host, offset_seconds=offset.total_seconds(), noted_at=clock.now())],
        update_conflicts=True,
        unique_fields=["host"],
        update_fields=["offset_seconds", "noted_at"],
    )


def forget() -> None:
    """Note anew at the next run."""
    _noted.clear()
