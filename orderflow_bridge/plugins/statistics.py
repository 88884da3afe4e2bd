"""Counting plugins' calls. Statistics gather in the process and are written together, so that a
call costs no statement: at most every five seconds, and at once after a failure, if no transaction
is open. What is left over is written by the next call, or when the job or the process ends.
"""

import threading
import time
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from orderflow_bridge.common import clock
from orderflow_bridge.plugins.declaration import InstalledPlugin
from orderflow_bridge.plugins.models import HookFailure, HookUse

WRITTEN_EVERY_SECONDS = 5.0
FAILURES_KEPT = 100
_LONGEST_TEXT, _LONGEST_ABOUT = 500, 200
log = structlog.get_logger(__name__)


@dataclass
class _Statistics:
    calls: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    failures: int = 0
    slow: int = 0
    failed: dict[bool, HookFailure] = field(default_factory=dict)


_lock = threading.Lock()
_gathered: dict[tuple[str, str], _Statistics] = {}
_written_at = float("-inf")


def note_call(
    plugin: InstalledPlugin,
    hook: str,
    seconds: float,
    about: str,
    failure: BaseException | None,
    *,
    is_call: bool = True,
) -> None:
    """Count a call that took so many seconds; `failure` is what it raised, if it did.

    Without `is_call` it is a call that was counted before, and whose answer was no use.
    """
    is_slow = seconds > plugin.plugin.slow_after
    with _lock:
        found = _gathered.setdefault((plugin.name, hook), _Statistics())
        found.calls += is_call
        found.seconds += seconds
        found.longest = max(found.longest, seconds)
        found.failures += failure is not None
        found.slow += is_slow
        if failure is not None or is_slow:
            before = found.failed.get(failure is None)
            found.failed[failure is None] = HookFailure(
                plugin=plugin.name,
                version=plugin.version[:60],
                hook=hook,
                about=readable(about)[:_LONGEST_ABOUT],
                text=_text(seconds, plugin.plugin.slow_after, failure)[:_LONGEST_TEXT],
                is_slow=failure is None,
                count=before.count + 1 if before else 1,
            )
        is_due = bool(found.failed) or time.monotonic() - _written_at >= WRITTEN_EVERY_SECONDS
    if is_due and not connection.in_atomic_block:
        write_statistics()


def write_statistics() -> None:
    """Write what has gathered in this process, if there is anything and no transaction is open.

    What cannot be written now is kept for the next time.
    """
    global _written_at
    if not _gathered or connection.in_atomic_block:
        return
    with _lock:
        gathered = dict(_gathered)
        _gathered.clear()
        _written_at = time.monotonic()
    try:
        with transaction.atomic():
            now = clock.now()
            for (plugin, hook), found in gathered.items():
                _add(plugin, hook, found, now)
            _keep([each for found in gathered.values() for each in found.failed.values()], now)
    except Exception:
        log.exception("plugin_figures_not_written")
        with _lock:
            for key, found in gathered.items():
                _gathered.setdefault(key, found)


def forget_statistics() -> None:
    """Forget what was not written yet."""
    global _written_at
    with _lock:
        _gathered.clear()
        _written_at = float("-inf")


def readable(thing: object) -> str:
    """Return a text of a plugin's, or of an error, as one line that a database can keep."""
    try:
        text = str(thing)
    except Exception:
        text = f"(a {type(thing).__name__} that cannot be read)"
    text = " ".join(text.replace("\0", "\ufffd").split())
    return text.encode("utf-8", "replace").decode()


def _add(plugin: str, hook: str, found: _Statistics, now: datetime) -> None:
    HookUse.objects.bulk_create(
        [HookUse(plugin=plugin, hook=hook, last_called_at=now)], ignore_conflicts=True
    )
    HookUse.objects.filter(plugin=plugin, hook=hook).update(
        calls=F("calls") + found.calls,
        seconds=F("seconds") + found.seconds,
        longest=Greatest(F("longest"), found.longest),
        failures=F("failures") + found.failures,
        slow=F("slow") + found.slow,
        last_called_at=now,
    )


def _keep(failed: list[HookFailure], now: datetime) -> None:
    """Add failures, and let go of all but the newest of their plugins."""
    for each in failed:
        each.at = now
    HookFailure.objects.bulk_create(failed)
    for plugin in {each.plugin for each in failed}:
        rows = HookFailure.objects.filter(plugin=plugin).order_by("-id")
        oldest = rows.values_list("id", flat=True)[FAILURES_KEPT : FAILURES_KEPT + 1].first()
        if oldest is not None:
            rows.filter(id__lte=oldest).delete()


def _text(seconds: float, allowed: float, failure: BaseException | None) -> str:
    if failure is not None:
        return f"{type(failure).__name__}: {readable(failure)}"
    return f"It took {seconds:.1f} seconds, where {allowed:g} are allowed."
