"""How old is old: durations in days become moments (docs/contract/shop-rules.md)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from orderflow_bridge.configuration.sections import LogCleaning

# Magento keeps the record of failed jobs ten times as long as that of good ones.
FAILURES_KEPT_TIMES = 10


@dataclass(frozen=True)
class Cutoffs:
    """What was created at or before these moments goes; None lets everything of the kind stay.

    `diary` is for what the bridge writes about itself: log files, sent e-mails, job runs, failed
    sign-ins; `failures` for the runs of jobs that failed. `now` is the moment they are seen from.
    """

    now: datetime
    exports: datetime | None
    imports: datetime | None
    requests: datetime | None
    bodies: datetime | None
    diary: datetime | None
    failures: datetime | None


def cutoff(days: int | None, *, today: date, zone: ZoneInfo) -> datetime | None:
    """Return, in UTC, the shop's midnight of today − (days − 1) days; None for no duration.

    With 5 days, on the 23rd, that is 00:00 on the 19th. A duration that is unset, zero or negative
    would reach into today, so nothing goes.
    """
    if days is None or days < 1:
        return None
    midnight = datetime.combine(today - timedelta(days=days - 1), time.min, tzinfo=zone)
    return midnight.astimezone(UTC)


def cutoffs_of(durations: LogCleaning, *, now: datetime, zone: ZoneInfo) -> Cutoffs:
    """Return the moments that the configured durations mean at `now` (aware)."""
    today = now.astimezone(zone).date()
    diary = durations.web_log_duration
    return Cutoffs(
        now=now,
        exports=cutoff(durations.export_duration, today=today, zone=zone),
        imports=cutoff(durations.import_duration, today=today, zone=zone),
        requests=cutoff(durations.request_duration, today=today, zone=zone),
        bodies=cutoff(durations.xml_log_duration, today=today, zone=zone),
        diary=cutoff(diary, today=today, zone=zone),
        failures=cutoff(diary and diary * FAILURES_KEPT_TIMES, today=today, zone=zone),
    )
