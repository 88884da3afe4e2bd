"""The job `orderflow_log_cleaner`: deletes what has been kept long enough.

Everything goes in small transactions, oldest first, so a crash loses nothing and the next run goes
on where this one stopped. Rows are deleted in `cleaning_steps.py`; here are old log files, and what
a SQLite broker has delivered: its driver hides messages and never deletes them.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
from django.apps import apps
from django.conf import settings
from django.db import connection

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.selectors import general, log_cleaning
from orderflow_bridge.console.grids.long_lists import DAYS_KEPT
from orderflow_bridge.file_transfer.models import ListExport
from orderflow_bridge.jobs import cleaning_steps as steps
from orderflow_bridge.jobs.cleaning_steps import Allowance, Cutoffs, cutoffs_of

log = structlog.get_logger(__name__)

_RUN_SECONDS = 600.0
_ROWS_AT_ONCE = 2_000
_DELETED = "deleted"
_EMPTIED = "emptied the bodies of"
_REMOVED = "removed"
# Files are named after their day (orderflow_bridge/logs.py): one that nobody has written to for a
# day and an hour belongs to a day that is over in every process.
_IN_USE = timedelta(hours=25)

_SQLITE_SCHEMES = ("sqla+sqlite", "sqlalchemy+sqlite")
_BROKER_TIMEOUT_SECONDS = 30
_DELETE_DELIVERED = """
    DELETE FROM kombu_message WHERE id IN
        (SELECT id FROM kombu_message WHERE visible = 0 ORDER BY id LIMIT ?)
"""


class CleaningIncomplete(BridgeError):
    """One kind of log could not be cleaned; the text says what was done and what was not."""


@dataclass(frozen=True)
class _Step:
    """One kind of log, and the function that cleans it and returns how many it has dealt with.

    A step that is `always_told` is named in the report even when there was nothing to do.
    """

    noun: str
    clean: Callable[[Cutoffs, Allowance], int]
    verb: str = _DELETED
    always_told: bool = False


def clean_logs(
    *,
    now: datetime | None = None,
    seconds: float = _RUN_SECONDS,
    rows_at_once: int = _ROWS_AT_ONCE,
) -> str:
    """Delete what is older than the configured durations; return a sentence about it.

    `now` (aware) is the present unless given, `seconds` bounds the run: what is left over goes at
    the next one, and the sentence says so. Raises CleaningIncomplete when a step fails; the other
    steps are done all the same.
    """
    durations = log_cleaning()
    if not durations.is_enabled:
        return "Log cleaning is switched off."
    zone = ZoneInfo(general().timezone)
    cutoffs = cutoffs_of(durations, now=now or clock.now(), zone=zone)
    allowance = Allowance(seconds=seconds, rows=rows_at_once)
    counts, failed = _clean(cutoffs, allowance)
    sentence = _sentence_of(counts)
    if allowance.is_used_up:
        sentence += " The time for one run was up: the rest goes at the next run."
    if failed:
        raise CleaningIncomplete(f"{sentence} Not cleaned: {', '.join(failed)}; see the log.")
    return sentence


def _clean(cutoffs: Cutoffs, allowance: Allowance) -> tuple[list[tuple[_Step, int]], list[str]]:
    """Do every step; return each one's count, and the names of those that failed."""
    counts: list[tuple[_Step, int]] = []
    failed: list[str] = []
    for step in _STEPS:
        try:
            count = step.clean(cutoffs, allowance)
        except Exception:
            log.exception("cleaning_failed", verb=step.verb, kind=step.noun)
            failed.append(f"{step.noun}s")
        else:
            log.info("cleaned", verb=step.verb, kind=step.noun, count=count)
            counts.append((step, count))
    return counts, failed


def _sentence_of(counts: Sequence[tuple[_Step, int]]) -> str:
    """Return a sentence: "Deleted 3 exports, 1 import; removed 2 log files."."""
    parts = []
    for verb in (_DELETED, _EMPTIED, _REMOVED):
        told = [
            _counted(count, step.noun)
            for step, count in counts
            if step.verb == verb and (count or step.always_told)
        ]
        if told:
            parts.append(f"{verb} {', '.join(told)}")
    text = "; ".join(parts) or "nothing to clean"
    return f"{text[0].upper()}{text[1:]}."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _delete_self_tests(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete self-tests older than Web Log Duration; the newest stays.

    Their table stands above this room, and is known here by its name.
    """
    if cutoffs.diary is None:
        return 0
    tests = apps.get_model("watch", "SelfTest")._default_manager
    newest = tests.order_by("-pk").values("pk")[:1]
    old = tests.filter(created_at__lte=cutoffs.diary).exclude(pk__in=newest)
    return steps.delete_oldest(old, allowance)


def _delivered_messages(cutoffs: Cutoffs, allowance: Allowance) -> int:
    return delete_delivered_messages(str(settings.CELERY_BROKER_URL), allowance)


def remove_own_files() -> None:
    """Remove this host's old log files; the job `orderflow_log_cleaner` runs on another, perhaps.

    Called by web, worker and beat alike when their log begins a new file.
    """
    now = clock.now()
    try:
        cutoffs = cutoffs_of(log_cleaning(), now=now, zone=ZoneInfo(general().timezone))
        remove_old_files(settings.LOG_DIR, cutoff=cutoffs.diary, now=now)
    finally:
        connection.close()


def _log_files(cutoffs: Cutoffs, allowance: Allowance) -> int:
    return remove_old_files(settings.LOG_DIR, cutoff=cutoffs.diary, now=cutoffs.now)


def remove_old_files(directory: Path, *, cutoff: datetime | None, now: datetime) -> int:
    """Remove the files last written at or before `cutoff`, never one in use; return how many.

    A file that cannot be removed is named in the log and left.
    """
    if cutoff is None or not directory.is_dir():
        return 0
    latest = min(cutoff, now - _IN_USE).timestamp()
    return sum(_removed(path, latest) for path in sorted(directory.iterdir()))


def _removed(path: Path, latest: float) -> bool:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_mtime > latest:
            return False
        path.unlink()
    except FileNotFoundError:  # another process of this host was faster
        return False
    except OSError as error:
        log.warning("log_file_not_removed", path=str(path), error=str(error))
        return False
    return True


def broker_file(url: str) -> Path | None:
    """Return the database file of a SQLite broker; None for every other broker."""
    parts = urlsplit(url)
    return Path(parts.path.removeprefix("/")) if parts.scheme in _SQLITE_SCHEMES else None


def delete_delivered_messages(url: str, allowance: Allowance) -> int:
    """Delete the delivered messages of the broker at `url`, in batches; return how many.

    A message in delivery has been read already: its row is not looked at again.
    """
    file = broker_file(url)
    if file is None or not file.is_file():
        return 0
    uri = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BROKER_TIMEOUT_SECONDS)) as connection:
        if not connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'kombu_message'"
        ).fetchone():
            return 0
        return _delete_in_batches(connection, allowance)


def _delete_in_batches(connection: sqlite3.Connection, allowance: Allowance) -> int:
    deleted = 0
    while True:
        with connection:
            gone = connection.execute(_DELETE_DELIVERED, (allowance.rows,)).rowcount
        deleted += gone
        if gone < allowance.rows or not allowance.allows_more():
            return deleted


def _delete_list_exports(cutoffs: Cutoffs, allowance: Allowance) -> int:
    """Delete files of lists, ready or not, when their days are over."""
    made_until = cutoffs.now - timedelta(days=DAYS_KEPT)
    old = ListExport.objects.filter(created_at__lte=made_until)
    return steps.delete_oldest(old, allowance, weight=steps.FILE_WEIGHT)


_STEPS: tuple[_Step, ...] = (
    _Step("export", steps.delete_exports, always_told=True),
    _Step("import", steps.delete_imports, always_told=True),
    _Step("ignored figure", steps.delete_ignored_quantities),
    _Step("problem", steps.delete_problems),
    _Step("request", steps.delete_requests, always_told=True),
    _Step("bulk call", steps.delete_bulks),
    _Step("imported file", steps.delete_files),
    _Step("exported list", _delete_list_exports),
    _Step("e-mail", steps.delete_mails),
    _Step("webhook", steps.delete_webhooks),
    _Step("failed sign-in", steps.delete_failed_sign_ins),
    _Step("expired login", steps.delete_expired_logins),
    _Step("delivered broker message", _delivered_messages),
    _Step("request", steps.empty_bodies, verb=_EMPTIED, always_told=True),
    _Step("log file", _log_files, verb=_REMOVED, always_told=True),
    _Step("job run", steps.delete_runs),
    _Step("self-test", _delete_self_tests),
)
