"""Reports added up by quarters of an hour (job `orderflow_statistics`), and read for charts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, IntegerField, Max, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, ExtractMinute, TruncHour

from exports.models import Export
from imports.models import Import
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType
from orderflow_bridge.jobs.statistics.models import QuarterHour
from orderflow_bridge.request_queue.history import History

_QUARTER = timedelta(minutes=15)
_HISTORIES: dict[RequestType, type[History]] = {
    RequestType.EXPORT: Export,
    RequestType.IMPORT: Import,
}
# Direction and entity of reports.
Stream = tuple[RequestType, Entity]
_SUMS = ("successes", "duplicates", "superseded", "failures")
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


def add_up_statistics() -> str:
    """Add up what went through the bridge; return a sentence for the job's record."""
    return f"{roll_up(clock.now())} quarters of an hour added up."


def roll_up(now: datetime) -> int:
    """Store the sums of all quarters that are over and not stored yet; return how many rows.

    Harmless when repeated or run twice at once. Rows older than KEPT are deleted.
    """
    end = quarter_of(now - _SETTLING)
    newest = QuarterHour.objects.aggregate(newest=Max("begins_at"))["newest"]
    begin = newest + _QUARTER if newest else now - KEPT
    stored = 0
    while begin < end:
        following = _next_report(begin)
        if following is None or following >= end:
            break
        begin = quarter_of(following)
        until = min(begin + _LONGEST_SPAN, end)
        rows = _add_up(STREAMS, begin, until)
        QuarterHour.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=("begins_at", "type", "entity"),
            update_fields=("reports", *_SUMS),
        )
        stored += len(rows)
        begin = until
    QuarterHour.objects.filter(begins_at__lt=now - KEPT).delete()
    return stored


def quarter_hours(streams: Sequence[Stream], wanted: Q, *, now: datetime) -> list[QuarterHour]:
    """Return the quarters of these streams that are `wanted`, and those not added up yet.

    Takes two queries: one for the stored rows, and one over the reports since the last of them.
    """
    stored = list(QuarterHour.objects.filter(_of(streams), wanted).order_by("begins_at"))
    since = max((row.begins_at for row in stored), default=now - timedelta(days=1)) + _QUARTER
    return stored + _add_up(streams, max(since, now - timedelta(days=1)), now + _QUARTER)


def quarter_of(at: datetime) -> datetime:
    """Return the beginning of the quarter of an hour that a moment (aware) lies in, in UTC."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def _add_up(streams: Iterable[Stream], since: datetime, until: datetime) -> list[QuarterHour]:
    """Add up the reports of a span of time, without storing the sums; takes one query."""
    parts = [_sums(*stream, since, until) for stream in streams]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [_quarter(*row) for row in rows]


def _next_report(since: datetime) -> datetime | None:
    """Return when the next report, of whatever kind, was made; None if there is none."""
    datetimes = [
        history._default_manager.filter(created_at__gte=since).aggregate(first=Min("created_at"))
        for history in _HISTORIES.values()
    ]
    return min((each["first"] for each in datetimes if each["first"]), default=None)


def _of(streams: Sequence[Stream]) -> Q:
    chosen = Q(pk__in=())
    for kind, entity in streams:
        chosen |= Q(type=kind, entity=entity)
    return chosen


def _sums(
    kind: RequestType, entity: Entity, since: datetime, until: datetime
) -> QuerySet[Any, Any]:
    reports: QuerySet[Any] = _HISTORIES[kind]._default_manager.order_by()
    quarter = Cast(ExtractMinute("created_at", tzinfo=UTC), IntegerField()) / 15
    rows: QuerySet[Any, Any] = (
        reports.filter(entity=entity, created_at__gte=since, created_at__lt=until)
        .exclude(request__received_by=SELF_TEST)
        .annotate(
            kind=Value(int(kind), output_field=IntegerField()),
            hour=TruncHour("created_at", tzinfo=UTC),
            quarter=quarter,
        )
        .values("kind", "entity", "hour", "quarter")
        .annotate(reports=Count("pk"), **{f"all_{name}": Sum(name) for name in _SUMS})
        .values_list(
            "kind", "entity", "hour", "quarter", "reports", *(f"all_{name}" for name in _SUMS)
        )
    )
    return rows


def _quarter(
    kind: int, entity: int, hour: datetime, quarter: int, reports: int, *sums: int
) -> QuarterHour:
    return QuarterHour(
        begins_at=hour + _QUARTER * int(quarter),
        type=kind,
        entity=entity,
        reports=reports,
        **dict(zip(_SUMS, sums, strict=True)),
    )
