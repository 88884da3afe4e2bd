"""One look at everything: each detector in turn, none stopped by another's failure."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.problems.chat import deliver_chat_messages
from orderflow_bridge.problems.kinds import NOTHING_RUNS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.reporting import report_problems
from orderflow_bridge.problems.services import end_problems
from orderflow_bridge.watch.table import DETECTORS, Detector

log = structlog.get_logger(__name__)

SCHEDULER = "scheduler"


class DetectorsFailed(BridgeError):
    """Some detectors raised; the others have looked."""


def watch(*, now: datetime | None = None, detectors: Sequence[Detector] = DETECTORS) -> str:
    """Let every detector look, tell people what is new, and return a sentence about it.

    `now` is aware; the database's time unless given. Raises DetectorsFailed, after all have
    looked, if some could not.
    """
    at = now or clock.now()
    # Whoever looked at a page while this did not run has said so (monitoring/readiness.py).
    end_problems(NOTHING_RUNS, [SCHEDULER], now=at)
    failed = []
    for each in detectors:
        try:
            each.look(at)
        except Exception as error:
            log.exception("detector_failed", detector=each.name)
            failed.append(f"{each.name} ({type(error).__name__}: {error})")
    report_problems(now=at)
    deliver_chat_messages(now=at)
    if failed:
        raise DetectorsFailed(f"Could not look for: {'; '.join(failed)}.")
    count = Problem.objects.filter(resolved_at__isnull=True).count()
    return "Nothing is wrong." if not count else f"{count} open problem{'s' * (count > 1)}."
