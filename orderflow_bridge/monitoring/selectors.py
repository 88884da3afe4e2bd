"""What the watchers ask the database and the broker."""

from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection
from django.db.models import Count, Max, Min, Sum

from imports.models import Import
from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType, Result
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.monitoring.probes import first_line
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.selectors import waits_for_the_shop

_COUNTERS = {
    Result.SUCCESS: "successes",
    Result.DUPLICATE: "duplicates",
    Result.SUPERSEDED: "superseded",
    Result.FAILURE: "failures",
    Result.DISCARDED: "discarded",
}


@dataclass(frozen=True)
class Waiting:
    """The unprocessed requests of one kind: how many, and when the oldest arrived (UTC)."""

    type: RequestType
    entity: Entity
    count: int
    oldest: datetime

    @property
    def name(self) -> str:
        """What an operator calls them: "inventory import"."""
        return f"{self.entity.label} {self.type.label}".lower()


def database_error() -> str:
    """Return why the database cannot be used, or an empty text."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return first_line(error)
    return ""


def last_tick(now: datetime) -> datetime | None:
    """Return when the scheduler last wrote down a due job (UTC); one job is due every minute.

    What a clock that was ahead has written down after `now` says nothing.
    """
    runs = JobRun.objects.filter(created_at__lte=now)
    last: datetime | None = runs.aggregate(last=Max("created_at"))["last"]
    return last


def waiting() -> list[Waiting]:
    """Return the unprocessed requests, one entry per type and entity that has any.

    Without those that the queue is not to blame for: they wait for something of the shop.
    """
    rows = (
        Request.objects.filter(processed_at__isnull=True)
        .exclude(waits_for_the_shop())
        .order_by()
        .values_list("type", "entity")
        .annotate(count=Count("id"), oldest=Min("created_at"))
    )
    return [
        Waiting(RequestType(type_), Entity(entity), count, oldest)
        for type_, entity, count, oldest in rows
    ]


def import_lines(since: datetime) -> dict[tuple[Entity, Result], int]:
    """Return how many import lines ended in each result since then."""
    rows = (
        Import.objects.filter(created_at__gte=since)
        .exclude(request__received_by=SELF_TEST)
        .order_by()
        .values_list("entity")
        .annotate(*(Sum(counter) for counter in _COUNTERS.values()))
    )
    return {
        (Entity(entity), result): total
        for entity, *totals in rows
        for result, total in zip(_COUNTERS, totals, strict=True)
    }


def last_runs() -> list[tuple[str, str, datetime]]:
    """Return job, status and time of the last finished run, per job and status."""
    rows = (
        JobRun.objects.filter(finished_at__isnull=False)
        .order_by()
        .values_list("job", "status")
        .annotate(last=Max("finished_at"))
    )
    return [(job, status, last) for job, status, last in rows]
