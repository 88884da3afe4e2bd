"""What the watchers ask the database and the broker, within a second whatever has happened to them.

A server that is gone refuses at once; one that hangs, or a network that swallows everything, keeps
whoever asks waiting for as long as the driver's patience lasts. So the looks are taken on threads
of their own, and nobody waits for a late one.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Max, Min, QuerySet, Sum

from exports.models import Export
from imports.models import Import
from orderflow_bridge.celery import load_driver, open_queue
from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType, Result
from orderflow_bridge.jobs.cleaning import broker_file
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.selectors import waits_for_the_shop

_COUNTERS = {
    Result.SUCCESS: "successes",
    Result.DUPLICATE: "duplicates",
    Result.SUPERSEDED: "superseded",
    Result.FAILURE: "failures",
}
PATIENCE_SECONDS = 0.7
LATE = f"It has not answered within {PATIENCE_SECONDS:g} seconds."
_CONNECT_SECONDS = 2  # less than two seconds is taken for two


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


@contextmanager
def answered_within(seconds: float) -> Iterator[None]:
    """Let PostgreSQL give up what takes longer, each statement: somebody may hold a lock.

    Raises DatabaseError then, as when it cannot be used at all.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        yield


def why_unusable(error: DatabaseError) -> str:
    """Return what a watcher reads of an error of the database."""
    if isinstance(error.__cause__, psycopg.errors.QueryCanceled):
        return f"{LATE} Something may hold a lock."
    return first_line(error)


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
    imports = Import.objects.filter(created_at__gte=since).exclude(request__received_by=SELF_TEST)
    return _by_result(imports, {**_COUNTERS, Result.DISCARDED: "discarded"})


def export_lines(since: datetime) -> dict[tuple[Entity, Result], int]:
    """Return how many products and orders of exports ended in each result since then."""
    return _by_result(Export.objects.filter(created_at__gte=since), _COUNTERS)


def _by_result(
    reports: "QuerySet[Any]", counters: Mapping[Result, str]
) -> dict[tuple[Entity, Result], int]:
    """Add up the counters of reports by entity."""
    sums = (Sum(counter) for counter in counters.values())
    return {
        (Entity(entity), result): total
        for entity, *totals in reports.order_by().values_list("entity").annotate(*sums)
        for result, total in zip(counters, totals, strict=True)
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


def server_errors() -> tuple[str, str]:
    """Return why the database and the broker cannot be reached, as two texts, empty if they can.

    Both are asked at the same time. What is a SQLite file is no server, and not asked over threads.
    """
    file = broker_file(settings.CELERY_BROKER_URL)
    looks: dict[str, Callable[[], object]] = {}
    if not file:
        # Takes its time the first time only, which is no silence of the broker's.
        with suppress(Exception):  # what is wrong with it, the look will tell
            load_driver()
        looks["broker"] = open_queue
    if connection.vendor == "postgresql":
        looks["database"] = _look_at_postgresql(connection.get_connection_params())
    found = _errors_of(looks)
    broker = _file_error(file) if file else found["broker"]
    return found.get("database", ""), broker


def first_line(error: BaseException) -> str:
    """Return the first line of an error's text, or its kind if it has none."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _file_error(file: Path) -> str:
    """Return why the broker's file cannot be used, or an empty text. A missing one is made."""
    try:
        if not file.is_file():
            open_queue()
        uri = f"{file.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_SECONDS)) as wire:
            wire.execute("SELECT count(*) FROM sqlite_master")
    except Exception as error:  # making it goes through the broker's driver
        return first_line(error)
    return ""


def _look_at_postgresql(parameters: Mapping[str, Any]) -> Callable[[], object]:
    """Return a look by a connection of its own; the one of this thread may be a dead one."""
    known = ("host", "port", "dbname", "user", "password", "sslmode", "sslrootcert")
    chosen = {name: parameters[name] for name in known if parameters.get(name)}

    def look() -> None:
        with psycopg.connect(**chosen, connect_timeout=_CONNECT_SECONDS) as wire:
            wire.execute("SELECT 1")

    return look


def _errors_of(looks: Mapping[str, Callable[[], object]]) -> dict[str, str]:
    """Take all looks at once; return the error of each, empty if it went well."""
    found = dict.fromkeys(looks, LATE)

    def take(name: str, look: Callable[[], object]) -> None:
        try:
            look()
        except Exception as error:  # each driver has its own error tree
            found[name] = first_line(error)
        else:
            found[name] = ""

    threads = [
        threading.Thread(target=take, args=look, name=f"look-{look[0]}", daemon=True)
        for look in looks.items()
    ]
    for thread in threads:
        thread.start()
    patience_ends = time.monotonic() + PATIENCE_SECONDS
    for thread in threads:
        thread.join(max(patience_ends - time.monotonic(), 0))
    return dict(found)
