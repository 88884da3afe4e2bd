"""Dates and times as other programs write them. Pure."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_UNITS = {10: timedelta(seconds=1), 13: timedelta(milliseconds=1)}
_ISO_DATE = 8
_DIGITS = re.compile(r"[0-9]+", re.ASCII)
# Java's ZonedDateTime names its zone behind the offset: 2026-11-20T10:00:00Z[Europe/London].
_NAMED_ZONE = re.compile(r"([^\[\]]+)\[([^\[\]]+)\]")
# xsd:date may end in a zone that Python's dates do not take.
_ZONED_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)", re.ASCII)


def parse_datetime(text: str, zone: tzinfo) -> datetime:
    """Read a date, or a date and time; return it in UTC.

    Taken are the forms of ISO 8601 and XML Schema, Java's with the name of a zone in brackets, and
    the seconds or milliseconds since 1970 in ten or thirteen digits. An offset counts before a
    named zone; without either the time is in `zone`. Raises ValueError for everything else.
    """
    try:
        return _read(text.strip(), zone)
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no date or time") from None


def utc_text(at: datetime) -> str:
    """Return a time in UTC as events show it, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _read(text: str, zone: tzinfo) -> datetime:
    if named := _NAMED_ZONE.fullmatch(text):
        text, zone = named[1], _zone(named[2]) or zone
    if _DIGITS.fullmatch(text) and len(text) != _ISO_DATE:
        if len(text) not in _EPOCH_UNITS:
            raise ValueError(text)
        return _EPOCH + int(text) * _EPOCH_UNITS[len(text)]
    if zoned := _ZONED_DATE.fullmatch(text):
        text = f"{zoned[1]}T00:00:00{zoned[2]}"
    read = datetime.fromisoformat(text.upper())
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def _zone(name: str) -> ZoneInfo | None:
    """Return a zone by its name; None for one that nobody knows, such as Java's "GMT+01:00"."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
