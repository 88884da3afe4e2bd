"""The detectors: all of them, on one screen. docs/problems.md says what each one looks for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from orderflow_bridge.watch import callers, lines, queues


@dataclass(frozen=True)
class Detector:
    """Something that is looked at once a minute.

    `look(now)` raises the problems there are, and ends those whose cause has gone.
    """

    name: str
    look: Callable[[datetime], None]


DETECTORS: tuple[Detector, ...] = (
    Detector("refused callers", callers.look_for_refused_callers),
    Detector("imports switched off", queues.look_for_switched_off_imports),
    Detector("old queues", queues.look_for_old_queues),
    Detector("known SKUs", lines.look_for_known_skus),
    Detector("mended stock lines", lines.look_for_mended_stock_lines),
    Detector("booked despatches", lines.look_for_booked_despatches),
)
