"""The detectors: all of them, on one screen. docs/problems.md says what each one looks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from orderflow_bridge.watch import (
    callers,
    configuration,
    exports,
    held,
    lines,
    machine,
    orders,
    outboxes,
    queues,
    runs,
    silence,
    stock,
)
from orderflow_bridge.watch.asking import services as asking
from orderflow_bridge.watch.reconciliation import services as reconciliation
from orderflow_bridge.watch.self_test import services as self_test


@dataclass(frozen=True)
class Detector:
    """Something that is looked at once a minute.

    `look(now)` raises the problems there are, and ends those whose cause has gone.
    """

    name: str
    look: Callable[[datetime], None]


DETECTORS: tuple[Detector, ...] = (
    Detector("runs not started", runs.look_for_runs_not_started),
    Detector("failed jobs", runs.look_for_failed_jobs),
    Detector("wrong clocks", runs.look_for_wrong_clocks),
    Detector("refused callers", callers.look_for_refused_callers),
    Detector("silence of OrderFlow", silence.look_for_silence),
    Detector("held mass changes", held.look_for_held_mass_changes),
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
    Detector("failing e-mail", outboxes.look_for_failing_mail),
    Detector("failing webhooks", outboxes.look_for_failing_webhooks),
    Detector("settings that cannot work", configuration.look_for_settings_that_cannot_work),
    Detector("unreadable secrets", machine.look_for_unreadable_secrets),
    Detector("oversold products", stock.look_for_oversold_products),
    Detector("second looks at stock", reconciliation.look_for_second_looks),
    Detector("stock that agrees again", reconciliation.look_for_stock_that_agrees_again),
    Detector("the machine", machine.look_at_the_machine),
    Detector("the self-test under way", self_test.look_at_self_test),
)
