"""The detectors: all of them, on one screen. docs/problems.md says what each one looks for.

Each looks in turn, and none is stopped by another's failure.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.problems.chat import deliver_chat_messages
from orderflow_bridge.problems.kinds import NOTHING_RUNS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.reporting import report_problems
from orderflow_bridge.problems.services import end_problems
from orderflow_bridge.watch import (
    asking,
    callers,
    configuration,
    exchange,
    exports,
    integrations,
    lines,
    machine,
    orderflow_silence,
    orders,
    plugins,
    queues,
    runs,
    stock,
    webhooks,
)
from orderflow_bridge.watch.reconciliation import services as reconciliation
from orderflow_bridge.watch.self_test import services as self_test


@dataclass(frozen=True)
class Detector:
    """Something that is looked at once a minute.

    `look(now)` raises the problems there are, and ends those whose cause has gone.
    """

    name: str
    look: Callable[[datetime], None]


DETECTORS: list[Detector] = [
    Detector("runs not started", runs.look_for_runs_not_started),
    Detector("failed jobs", runs.look_for_failed_jobs),
    Detector("wrong clocks", runs.look_for_wrong_clocks),
    Detector("refused callers", callers.look_for_refused_callers),
    Detector("integrations that end", integrations.look_for_ending_integrations),
    Detector("silence of OrderFlow", orderflow_silence.look_for_silence),
    Detector("held mass changes", stock.look_for_held_mass_changes),
    Detector("imports switched off", queues.look_for_switched_off_imports),
    Detector("old queues", queues.look_for_old_queues),
    Detector("known SKUs", lines.look_for_known_skus),
    Detector("mended stock lines", lines.look_for_mended_stock_lines),
    Detector("booked despatches", lines.look_for_booked_despatches),
    Detector("failed exports", exports.look_for_failed_exports),
    Detector("what is not fetched", exports.look_for_what_is_not_fetched),
    Detector("endpoints left alone", exports.look_for_endpoints_left_alone),
    Detector("late orders", orders.look_for_late_orders),
    Detector("orders unknown to OrderFlow", asking.look_for_unknown_orders),
    Detector("another's database", exchange.look_whose_database_this_is),
    Detector("pauses", exchange.look_for_pauses),
    Detector("failing e-mail", queues.look_for_failing_mail),
    Detector("failing webhooks", webhooks.look_for_failing_webhooks),
    Detector("paused webhooks", webhooks.look_for_paused_receivers),
    Detector("settings that cannot work", configuration.look_for_settings_that_cannot_work),
    Detector("unreadable secrets", machine.look_for_unreadable_secrets),
    Detector("oversold products", stock.look_for_oversold_products),
    Detector("second looks at stock", reconciliation.look_for_second_looks),
    Detector("stock that agrees again", reconciliation.look_for_stock_that_agrees_again),
    Detector("failing plugins", plugins.look_for_failing_plugins),
    Detector("the machine", machine.look_at_the_machine),
    Detector("the self-test under way", self_test.look_at_self_test),
]
log = structlog.get_logger(__name__)
SCHEDULER = "scheduler"


def add_detectors(*detectors: Detector) -> None:
    """Add the detectors of a plugin, while it is loaded. They look after all others."""
    DETECTORS.extend(detectors)


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
