"""The job `orderflow_log_cleaner`: deletes what has been kept long enough.

Everything goes in small transactions, oldest first, so a crash loses nothing and the next run goes
on where this one stopped.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import connection

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.configuration.selectors import general, log_cleaning
from orderflow_bridge.jobs.cleaning import steps
from orderflow_bridge.jobs.cleaning.batches import Allowance
from orderflow_bridge.jobs.cleaning.broker import delete_delivered_messages
from orderflow_bridge.jobs.cleaning.cutoffs import Cutoffs, cutoffs_of
from orderflow_bridge.jobs.cleaning.files import remove_old_files
from orderflow_bridge.jobs.cleaning.report import EMPTIED, REMOVED, Step, sentence_of

RUN_SECONDS = 600.0
ROWS_AT_ONCE = 2_000

log = structlog.get_logger(__name__)


class CleaningIncomplete(BridgeError):
    """One kind of log could not be cleaned; the text says what was done and what was not."""


def clean_logs(
    *,
    also: Sequence[Step] = (),
    now: datetime | None = None,
    seconds: float = RUN_SECONDS,
    rows_at_once: int = ROWS_AT_ONCE,
) -> str:
    """Delete what is older than the configured durations; return a sentence about it.

    `also` are steps of higher rooms, `now` (aware) is the present unless given, `seconds` bounds
    the run: what is left over goes at the next one, and the sentence says so. Raises
    CleaningIncomplete when a step fails; the other steps are done all the same.
    """
    durations = log_cleaning()
    if not durations.is_enabled:
        return "Log cleaning is switched off."
    zone = ZoneInfo(general().timezone)
    cutoffs = cutoffs_of(durations, now=now or clock.now(), zone=zone)
    allowance = Allowance(seconds=seconds, rows=rows_at_once)
    counts, failed = _clean((*STEPS, *also), cutoffs, allowance)
    sentence = sentence_of(counts)
    if allowance.is_used_up:
        sentence += " The time for one run was up: the rest goes at the next run."
    if failed:
        raise CleaningIncomplete(f"{sentence} Not cleaned: {', '.join(failed)}; see the log.")
    return sentence


def _clean(
    todo: Sequence[Step], cutoffs: Cutoffs, allowance: Allowance
) -> tuple[list[tuple[Step, int]], list[str]]:
    """Do every step; return each one's count, and the names of those that failed."""
    counts: list[tuple[Step, int]] = []
    failed: list[str] = []
    for step in todo:
        try:
            count = step.clean(cutoffs, allowance)
        except Exception:
            log.exception("cleaning_failed", verb=step.verb, kind=step.noun)
            failed.append(f"{step.noun}s")
        else:
            log.info("cleaned", verb=step.verb, kind=step.noun, count=count)
            counts.append((step, count))
    return counts, failed


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


STEPS: tuple[Step, ...] = (
    Step("export", steps.delete_exports, always_told=True),
    Step("import", steps.delete_imports, always_told=True),
    Step("problem", steps.delete_problems),
    Step("request", steps.delete_requests, always_told=True),
    Step("bulk call", steps.delete_bulks),
    Step("imported file", steps.delete_files),
    Step("e-mail", steps.delete_mails),
    Step("webhook", steps.delete_webhooks),
    Step("failed sign-in", steps.delete_failed_sign_ins),
    Step("expired login", steps.delete_expired_logins),
    Step("delivered broker message", _delivered_messages),
    Step("request", steps.empty_bodies, verb=EMPTIED, always_told=True),
    Step("log file", _log_files, verb=REMOVED, always_told=True),
)
