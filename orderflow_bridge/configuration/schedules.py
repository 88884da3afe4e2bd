"""What a cron expression means to a person: a sentence, and its next runs in the shop's zone."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from orderflow_bridge.configuration.cron_expressions import (
    describe,
    next_runs,
    validate_cron_expression,
)

RUNS_SHOWN = 3


@dataclass(frozen=True)
class Schedule:
    """A sentence and the next runs; or why there are none."""

    sentence: str = ""
    runs: list[datetime] = field(default_factory=list)
    zone: str = ""
    error: str = ""


def schedule_of(expression: str) -> Schedule:
    """Explain an expression in the active time zone; one that cannot be read has an `error`."""
    try:
        validate_cron_expression(expression)
    except ValidationError as error:
        return Schedule(error=error.messages[0])
    zone = timezone.get_current_timezone()
    runs = next_runs(expression, timezone.now(), RUNS_SHOWN, zone)
    return Schedule(describe(expression), runs, timezone.get_current_timezone_name())
