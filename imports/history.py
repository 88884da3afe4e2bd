"""Keeping the history of imports: a partition per day on PostgreSQL, and its cleaning everywhere.

Lines of a day lie in the table imports_importline_pYYYYMMDD, from midnight to midnight UTC
(docs/decisions/history-by-day.md). SQLite has one plain table. Neither protects from duplicates:
that memory lies with the stock and with the despatches, so all history may go
(docs/decisions/sequence-marks.md).
"""

import logging
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from django.db import OperationalError, connection, transaction
from django.db.models import F

from imports.models import Import, ImportLine

DAYS_AHEAD = 7
MOST_LINES_PER_TRANSACTION = 10_000
MOST_IMPORTS_PER_TRANSACTION = 1_000

_ADVISORY_LOCK = 250_715
_CREATE = """
CREATE TABLE {name} (LIKE imports_importline INCLUDING DEFAULTS);
ALTER TABLE imports_importline ATTACH PARTITION {name}
    FOR VALUES FROM ('{first} 00:00:00+00') TO ('{after} 00:00:00+00')
"""
_PARTITIONS = """
SELECT c.relname, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false)
FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
WHERE c.relname ~ '^imports_importline_p[0-9]{8}$' AND pg_table_is_visible(c.oid)
ORDER BY c.relname
"""

_SUMMARIZE = """
SELECT brin_summarize_new_values(i.indexrelid)
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
WHERE i.indrelid = to_regclass(%s) AND a.amname = 'brin'
"""

logger = logging.getLogger(__name__)


def ensure_partitions(day: date, *, ahead: int = DAYS_AHEAD) -> None:
    """Make sure that the lines of `day` (UTC) have a place, and those of the `ahead` days after it.

    Costs one cheap look-up when nothing is missing. A lock that cannot be had now only matters when
    the day itself has no partition; then the database's error is raised.
    """
    if connection.vendor != "postgresql":
        return
    names = [_name(day + timedelta(days=offset)) for offset in range(ahead + 1)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s), to_regclass(%s)", (names[0], names[-1]))
        today, last = cursor.fetchone()
    if today and last:
        return
    try:
        _create_missing(day, ahead)
    except OperationalError:
        if not today:
            raise
        logger.warning("partitions_not_created", exc_info=True, extra={"day": str(day)})


def summarize_lines(day: date) -> None:
    """Make the lines of `day` (UTC) that were just written known to the index of block ranges.

    Until then, whoever looks for a report's lines reads these blocks. Autovacuum does the same, but
    when it comes round. If somebody else is at it now, nothing is done.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute(_SUMMARIZE, (_name(day),))
    except OperationalError:
        logger.info("lines_not_summarized", extra={"day": str(day)})


def missing_partitions(day: date, *, ahead: int) -> list[date]:
    """Return which of `day` (UTC) and the `ahead` days after it have no partition; one look-up."""
    if connection.vendor != "postgresql":
        return []
    days = [day + timedelta(days=offset) for offset in range(ahead + 1)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(['to_regclass(%s)'] * len(days))}",
            [_name(each) for each in days],
        )
        return [each for each, found in zip(days, cursor.fetchone(), strict=True) if not found]


def drop_partitions_before(day: date) -> int:
    """Drop the partitions of all days (UTC) before `day` and return how many; 0 on SQLite.

    Each is first detached beside running queries, which needs a connection outside a transaction;
    inside one it is detached the ordinary way. A detachment that was cut short is completed.
    """
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        old = [row for row in cursor.fetchall() if row[0] < _name(day)]
        for name, attached, pending in old:
            if attached:
                mode = _detach_mode(pending=pending)
                cursor.execute(f"ALTER TABLE imports_importline DETACH PARTITION {name} {mode}")
            cursor.execute(f"DROP TABLE {name}")
    return len(old)


def delete_imports_before(cutoff: datetime, *, limit: int | None = None) -> int:
    """Delete imports processed before `cutoff` with their lines; return how many imports went.

    Works in short transactions, oldest first, so it can be stopped and taken up again; `limit`
    bounds the imports of one call.
    """
    drop_partitions_before(cutoff.astimezone(UTC).date())
    deleted = 0
    while limit is None or deleted < limit:
        most = MOST_IMPORTS_PER_TRANSACTION
        ids = _oldest_imports(cutoff, most if limit is None else min(most, limit - deleted))
        if not ids:
            break
        with transaction.atomic():
            # The lines first and by hand: Django's cascade would load every one of them.
            ImportLine.objects.filter(parent_id__in=ids)._raw_delete(connection.alias)
            Import.objects.filter(id__in=ids)._raw_delete(connection.alias)
        deleted += len(ids)
    return deleted


def _oldest_imports(cutoff: datetime, most: int) -> list[int]:
    """Return the oldest imports whose lines together fit into one short transaction."""
    rows = list(
        Import.objects.filter(created_at__lt=cutoff)
        .order_by("created_at", "id")
        .values_list("id", F("successes") + F("duplicates") + F("superseded") + F("failures"))[
            :most
        ]
    )
    totals = accumulate(lines for _, lines in rows)
    fitting = sum(1 for total in totals if total <= MOST_LINES_PER_TRANSACTION)
    return [id for id, _ in rows[: max(fitting, 1)]]


def _create_missing(day: date, ahead: int) -> None:
    """Create the missing partitions, one worker at a time and without stopping readers."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
        for offset in range(ahead + 1):
            name, statement = partition_of(day + timedelta(days=offset))
            cursor.execute("SELECT to_regclass(%s)", (name,))
            if cursor.fetchone()[0] is None:
                cursor.execute(statement)


def partition_of(day: date) -> tuple[str, str]:
    """Return the name of the partition of a day (UTC), and the statements that make it."""
    after = day + timedelta(days=1)
    return _name(day), _CREATE.format(name=_name(day), first=day, after=after)


def _detach_mode(*, pending: bool) -> str:
    if pending:
        return "FINALIZE"
    return "" if connection.in_atomic_block else "CONCURRENTLY"


def _name(day: date) -> str:
    return f"imports_importline_p{day:%Y%m%d}"
