"""Cron expressions: what an operator may write, what it means and when it fires.

Five fields as in crontab(5), and its nicknames. All five must match: Magento joins the day of the
month and the day of the week by AND, where cron itself takes either.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from croniter import CroniterBadDateError, croniter
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from orderflow_bridge.common.translation import gettext_lazy
from orderflow_bridge.configuration.schedule_words import in_words

MESSAGE = gettext_lazy("Unable to parse the cron expression.")

_NICKNAMES = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_START = datetime(2000, 1, 1)  # noqa: DTZ001 - a time on the wall, like all in croniter here
_MINUTE = timedelta(minutes=1)
# No clock is put back by more than two hours. Cron makes up for a jump of up to three.
_LONGEST_FOLD = timedelta(hours=2)
_LONGEST_GAP = 180
_RUNS_SHOWN = 3
_SHOWN = 20  # signs of what cannot be read


@dataclass(frozen=True)
class _Part:
    """One of the five fields: its title, its limits, its names, and what else may stand in it."""

    title: str
    first: int
    last: int
    names: dict[str, int] = field(default_factory=dict)
    special: str = "(?!)"


def _numbered(names: str, first: int) -> dict[str, int]:
    return {name: number for number, name in enumerate(names.split(), first)}


_WEEKDAYS = _numbered("sun mon tue wed thu fri sat", 0)
_PARTS = (
    _Part(gettext_lazy("Minute"), 0, 59),
    _Part(gettext_lazy("Hour"), 0, 23),
    _Part(gettext_lazy("Day of the month"), 1, 31, special="l"),
    _Part(
        gettext_lazy("Month"),
        1,
        12,
        _numbered("jan feb mar apr may jun jul aug sep oct nov dec", 1),
    ),
    _Part(gettext_lazy("Day of the week"), 0, 7, _WEEKDAYS, special="l[0-7]|[0-7]#[1-5]"),
)
_ITEM = re.compile(r"(?:\*|(?P<low>\w+)(?:-(?P<high>\w+))?)(?:/(?P<step>[0-9]{1,4}))?", re.ASCII)


def validate_cron_expression(text: str) -> None:
    """Refuse what cron cannot run, or what never comes up (`0 0 31 2 *`).

    Raises ValidationError that begins with MESSAGE and says where the mistake is.
    """
    try:
        fields = _normalised(text)
    except ValueError as error:
        raise ValidationError(str(error), code="cron_expression") from error
    try:
        croniter(fields, _START, day_or=False).get_next()
    except ValueError as error:  # the parent of croniter's errors
        never = _refusal(_("No day or time is ever like that."))
        raise ValidationError(never, code="cron_expression") from error


def matches(expression: str, minute: datetime) -> bool:
    """Tell whether a job with this expression is due in this minute.

    `minute` is aware; its zone is the one that the expression is written for. When the clocks
    change, this does what cron does: a job at a fixed time runs once, at once if its time was
    skipped and not again if its time is repeated; a job with a `*` for minute or hour follows
    the clock.
    Raises ValueError if the expression is not valid.
    """
    fields = _normalised(expression)
    walls = _clock_times(minute, is_fixed=_is_fixed(fields))
    return any(croniter.match(fields, wall, day_or=False) for wall in walls)


def next_runs(expression: str, after: datetime, count: int, zone: tzinfo) -> list[datetime]:
    """Return the next `count` times after `after` (aware) at which the expression fires, in `zone`.

    The list is shorter if fewer follow in the next fifty years. Raises ValueError if the expression
    is not valid.
    """
    # It fires at whole minutes, so that all moments of a minute have the same answer.
    minute = after.astimezone(UTC).replace(second=0, microsecond=0)
    return [*_next_runs(_normalised(expression), minute, count, zone)]


@lru_cache(maxsize=256)
def _next_runs(fields: str, after: datetime, count: int, zone: tzinfo) -> tuple[datetime, ...]:
    found: set[datetime] = set()
    until: datetime | None = None
    for wall in _walls_after(fields, after.astimezone(zone).replace(tzinfo=None) - _LONGEST_FOLD):
        if until is not None and wall > until:
            break
        instants = _instants(wall, zone, is_fixed=_is_fixed(fields))
        found.update(instant for instant in instants if instant > after)
        # An hour that the clock shows twice lists its times out of order: look a little further.
        if len(found) >= count and until is None:
            until = wall + _LONGEST_FOLD
    return tuple(instant.astimezone(zone) for instant in sorted(found)[:count])


def describe(expression: str) -> str:
    """Return the expression as a sentence without a full stop, in 24-hour times.

    It is in the reader's language. Raises ValueError if the expression is not valid.
    """
    return in_words(_normalised(expression))


def _refusal(why: str) -> str:
    return f"{MESSAGE} {why}"


@lru_cache(maxsize=256)
def _normalised(text: str) -> str:
    """Return five fields of plain numbers; raise ValueError for what is not cron."""
    if re.search(r"[^\x20-\x7e\t]", text):
        raise ValueError(_refusal(_("It has a sign that is no letter, digit or one of * , - / #.")))
    parts = text.lower().split()
    if len(parts) == 1 and parts[0].startswith("@"):
        if parts[0] not in _NICKNAMES:
            known = _("Known words are %(words)s.") % {"words": ", ".join(_NICKNAMES)}
            raise ValueError(_refusal(known))
        parts = _NICKNAMES[parts[0]].split()
    if len(parts) != len(_PARTS):
        needed = _(
            "Five fields are needed (minute, hour, day of the month, month, day of the week), such"
            " as 0 2 * * *; here are %(count)s."
        )
        raise ValueError(_refusal(needed % {"count": len(parts)}))
    return " ".join(_normalised_part(part, each) for part, each in zip(_PARTS, parts, strict=True))


def _normalised_part(part: _Part, text: str) -> str:
    items = [_normalised_item(part, item) for item in text.split(",")]
    return "*" if "*" in items else ",".join(dict.fromkeys(items))


def _normalised_item(part: _Part, item: str) -> str:
    if re.fullmatch(part.special, item):
        return item
    found = _ITEM.fullmatch(item)
    if not found:
        how = _("%(field)s %(text)s: write 5, 1-5, */5 or 1,5.")
        raise ValueError(_refusal(how % {"field": part.title, "text": item[:_SHOWN]}))
    span = _normalised_span(part, found["low"], found["high"])
    if found["step"] is None:
        return span
    step = int(found["step"])
    if step == 0:
        least = _("%(field)s %(text)s: a step is at least 1.")
        raise ValueError(_refusal(least % {"field": part.title, "text": item[:_SHOWN]}))
    if found["high"] and span.isdecimal():
        return span
    if step > part.last:  # only the first number is ever reached
        return str(part.first) if span == "*" else span.split("-")[0]
    return f"{span}/{step}"


def _normalised_span(part: _Part, low_text: str | None, high_text: str | None) -> str:
    if low_text is None:
        return "*"
    low = _number(part, low_text)
    high = low if high_text is None else _number(part, high_text)
    if part.names is _WEEKDAYS:
        if low == high == 7:
            low = high = 0
        elif high == 0:
            high = low and 7  # Sunday at the end of a range: "fri-sun"
    if high < low:
        order = _("%(field)s %(low)s-%(high)s: the smaller number comes first.")
        raise ValueError(_refusal(order % {"field": part.title, "low": low, "high": high}))
    # croniter would read a range of one number as the whole field.
    return str(low) if high == low else f"{low}-{high}"


def _number(part: _Part, text: str) -> int:
    number = int(text) if text.isdecimal() else part.names.get(text, -1)
    if not part.first <= number <= part.last:
        allowed = (
            _("%(field)s %(text)s: %(first)s–%(last)s, or %(names)s is allowed.")
            if part.names
            else _("%(field)s %(text)s: %(first)s–%(last)s is allowed.")
        )
        said = allowed % {
            "field": part.title,
            "text": text[:_SHOWN],
            "first": part.first,
            "last": part.last,
            "names": ", ".join(part.names),
        }
        raise ValueError(_refusal(said))
    return number


def _is_fixed(fields: str) -> bool:
    minute, hour = fields.split()[:2]
    return not (minute.startswith("*") or hour.startswith("*"))


def _clock_times(minute: datetime, *, is_fixed: bool) -> list[datetime]:
    """Return the times on the wall that this minute stands for: one, none, or a skipped hour."""
    wall = _wall(minute)
    if not is_fixed:
        return [wall]
    # Only where the clocks go back is there a second time; elsewhere `fold` says nothing.
    if minute.fold and minute.replace(fold=0).utcoffset() != minute.utcoffset():
        return []
    before = _wall((minute.astimezone(UTC) - _MINUTE).astimezone(minute.tzinfo))
    passed = (wall - before) // _MINUTE
    if not 1 <= passed <= _LONGEST_GAP:
        return [wall]
    return [before + _MINUTE * step for step in range(1, passed + 1)]


def _wall(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0, tzinfo=None, fold=0)


def _walls_after(fields: str, start: datetime) -> Iterator[datetime]:
    walls = croniter(fields, start, day_or=False)
    while True:
        try:
            yield walls.get_next(datetime)
        except CroniterBadDateError:
            return


def _instants(wall: datetime, zone: tzinfo, *, is_fixed: bool) -> list[datetime]:
    """Return the moments (UTC) at which a job due at this time on the wall runs."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return [first]
    if first < second:
        return [first] if is_fixed else [first, second]
    # The clock never shows this time: a fixed job runs at the first minute that it does show.
    while is_fixed and _wall(second.astimezone(zone)) < wall:
        second += _MINUTE
    return [second] if is_fixed else []


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
    runs = next_runs(expression, timezone.now(), _RUNS_SHOWN, zone)
    return Schedule(describe(expression), runs, timezone.get_current_timezone_name())
