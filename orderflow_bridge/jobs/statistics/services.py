"""The job `orderflow_figures`: stores the sums of quarters that are over, for the charts."""

from datetime import datetime, timedelta

from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.jobs.statistics.models import QuarterHour
from orderflow_bridge.jobs.statistics.selectors import (
    QUARTER,
    Stream,
    add_up,
    next_report,
    quarter_of,
    rolled_until,
)

# A report is dated before it is committed: a quarter is over a little later than its end.
_SETTLING = timedelta(minutes=10)
KEPT = timedelta(days=90)
# At once; a long backlog is added up a day at a time.
_LONGEST_SPAN = timedelta(days=1)
STREAMS: tuple[Stream, ...] = (
    (RequestType.EXPORT, Entity.PRODUCT),
    (RequestType.EXPORT, Entity.ORDER),
    (RequestType.IMPORT, Entity.INVENTORY),
    (RequestType.IMPORT, Entity.SHIPMENT),
)
_COLUMNS = ("reports", "successes", "duplicates", "superseded", "failures")


def add_up_statistics() -> str:
    """Add up what went through the bridge; return a sentence for the job's record."""
    return f"{roll_up(clock.now())} quarters of an hour added up."


def roll_up(now: datetime) -> int:
    """Store the sums of all quarters that are over and not stored yet; return how many rows.

    Harmless when repeated or run twice at once. Rows older than KEPT are deleted.
    """
    end = quarter_of(now - _SETTLING)
    newest = rolled_until()
    begin = newest + QUARTER if newest else now - KEPT
    stored = 0
    while begin < end:
        following = next_report(begin)
        if following is None or following >= end:
            break
        begin = quarter_of(following)
        until = min(begin + _LONGEST_SPAN, end)
        rows = add_up(STREAMS, begin, until)
        QuarterHour.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=("begins_at", "type", "entity"),
            update_fields=_COLUMNS,
        )
        stored += len(rows)
        begin = until
    QuarterHour.objects.filter(begins_at__lt=now - KEPT).delete()
    return stored
