"""When a job is due: pure rules about minutes, in the shop's time zone."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from orderflow_bridge.configuration.cron_expressions import matches

LOOK_BACK = timedelta(minutes=10)
# A clock that is corrected by less has not been wrong: no minute is done twice for its sake.
_CORRECTION = timedelta(minutes=2)
_MINUTE = timedelta(minutes=1)


def minute_of(at: datetime) -> datetime:
    """Return the minute that `at` (aware) lies in."""
    return at.replace(second=0, microsecond=0)


def minutes_to_check(minute: datetime, last_slot: datetime | None) -> list[datetime]:
    """Return this minute and those that no tick has seen, newest first, at most LOOK_BACK old.

    `last_slot` is the newest slot any tick has filled; None, on a new installation, owes nothing,
    and neither does one in the future.
    """
    if last_slot is None:
        return [minute]
    oldest = max(last_slot + _MINUTE, minute - LOOK_BACK)
    missed = max((minute - oldest) // _MINUTE, 0)
    return [minute - ago * _MINUTE for ago in range(missed + 1)]


def set_back_by(minute: datetime, last_slot: datetime | None) -> timedelta:
    """Return by how much the clock has been set back since the newest slot, to the minute; or 0."""
    if last_slot is None or last_slot - minute < _CORRECTION:
        return timedelta()
    return last_slot - minute


def newest_due(expression: str, minutes: Sequence[datetime], zone: ZoneInfo) -> datetime | None:
    """Return the first of `minutes` (newest first) at which the expression is due, if any.

    The expression is read in the shop's zone; `matches` knows what to do when its clocks change.
    Raises ValueError if the expression is not valid.
    """
    return next(
        (minute for minute in minutes if matches(expression, minute.astimezone(zone))), None
    )
