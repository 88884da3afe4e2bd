"""A month of history for benchmarks.grids: messages, reports and their lines, made by the database.

Keys rise with time, as in life. One in a hundred lines is in trouble; every fiftieth message is a
despatch; SKUs that begin with OLD were only sold in the first days.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from imports.history import ensure_partitions
from orderflow_bridge.stores.models import Website

DAYS = 30
PER_IMPORT = 200
PER_EXPORT = 100

_REQUESTS = """
INSERT INTO request_queue_request (message_id, message_number, type, entity, operation, website_id,
    lines, line_count, request_body, response_body, received_by, created_at, processed_at, fence,
    attempts, last_error)
SELECT {message_id}, {message_number}, {type}, {entity}, 1, {website}, '[]', {per_parent},
    convert_to(repeat('<item>x</item>', 40), 'UTF8'), NULL, 'orderflow', at, {processed}, 1, 1, ''
FROM (SELECT n, %(start)s::timestamptz + n * %(step)s::interval AS at
      FROM generate_series(1, %(parents)s::bigint) AS n) AS made
"""
_REPORTS = """
INSERT INTO {table} (message_id, entity, operation, successes, duplicates, superseded, failures,
    created_at, viewed_at, request_id {more})
SELECT message_id, entity, operation, line_count - failed, 0, 0, failed, created_at, NULL,
    id {values}
FROM (SELECT *, CASE WHEN id %% 7 = 0 THEN 2 ELSE 0 END AS failed FROM request_queue_request
      WHERE type = {type} AND processed_at IS NOT NULL ORDER BY id) AS request
"""
_RESULT = """CASE WHEN n %% 100 > 0 THEN 1 WHEN n %% 700 = 0 THEN 4
    WHEN n %% 300 = 0 THEN 3 ELSE 2 END"""
_REFERENCE = """CASE WHEN parent.entity IN (2, 4) THEN lpad((n / 7)::text, 9, '0')
    WHEN n < %(lines)s::bigint / 10 AND n %% 10 = 0 THEN 'OLD-' || lpad((n %% 9973)::text, 6, '0')
    ELSE 'SKU-' || lpad((n * 7919 %% 200000)::text, 6, '0') END"""
_IMPORT_LINES = f"""
INSERT INTO imports_importline (sequence_id, result, reference, reason, created_at, parent_id,
    source_code, units_received, units_quoted, units_unsent, units_reserved, units_applied)
SELECT n, {_RESULT}, {_REFERENCE},
    CASE WHEN n %% 700 = 0 THEN 'Product does not exist' ELSE '' END,
    %(start)s::timestamptz + n * %(step)s::interval, parent.id, 'default', n %% 500, 0, 0, 0,
    n %% 500
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN imports_import AS parent ON parent.id = %(base)s::bigint + (n - 1) / {PER_IMPORT}
"""
_EXPORT_LINES = f"""
INSERT INTO exports_exportline (sequence_id, result, reference, reason, created_at, parent_id, call,
    answer)
SELECT NULL, CASE WHEN n %% 200 = 0 THEN 4 ELSE 1 END, {_REFERENCE}, 'OrderFlow was notified',
    %(start)s::timestamptz + n * %(step)s::interval, parent.id, 'POST /update.xml', '<ok/>'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN exports_export AS parent ON parent.id = %(base)s::bigint + (n - 1) / {PER_EXPORT}
"""
_AT_ONCE = 500_000


def fill(import_lines: int, export_lines: int) -> None:
    """Fill an empty, migrated database; it tells how far it is."""
    now = timezone.now()
    start = now - timedelta(days=DAYS)
    ensure_partitions(start.date(), ahead=DAYS)
    website = Website.objects.get_or_create(code="bench", defaults={"name": "Bench"})[0]
    with connection.cursor() as cursor:
        _fill_requests(cursor, start, import_lines // PER_IMPORT, website=None)
        _fill_requests(cursor, start, export_lines // PER_EXPORT, website=website.pk)
        more = {"table": "imports_import", "type": 1, "more": "", "values": ""}
        cursor.execute(_REPORTS.format(**more).replace("%%", "%"))
        more = {
            "table": "exports_export",
            "type": 2,
            "more": ", website_id",
            "values": ", website_id",
        }
        cursor.execute(_REPORTS.format(**more).replace("%%", "%"))
        cursor.execute("ANALYZE")
        _fill_lines(cursor, _IMPORT_LINES, "imports_import", import_lines, start)
        _fill_lines(cursor, _EXPORT_LINES, "exports_export", export_lines, start)
        cursor.execute("VACUUM ANALYZE")


def _fill_requests(cursor: Any, start: datetime, parents: int, *, website: int | None) -> None:
    """Add messages in, or calls out for a website; the newest fifty of those that came in wait."""
    is_import = website is None
    despatch, stock = (2, 1) if is_import else (4, 3)
    text = _REQUESTS.format(
        message_id="n::text" if is_import else "md5(n::text)",
        message_number="n" if is_import else "NULL",
        type=1 if is_import else 2,
        entity=f"CASE WHEN n %% 50 = 0 THEN {despatch} ELSE {stock} END",
        website="NULL" if is_import else website,
        per_parent=PER_IMPORT if is_import else PER_EXPORT,
        processed=f"CASE WHEN n > {parents - 50} THEN NULL ELSE at END" if is_import else "at",
    )
    step = timedelta(days=DAYS) / max(parents, 1)
    cursor.execute(text, {"start": start, "step": step, "parents": parents})


def _fill_lines(cursor: Any, text: str, parents: str, lines: int, start: datetime) -> None:
    cursor.execute(f"SELECT min(id), max(id) FROM {parents}")
    base, last_parent = cursor.fetchone()
    per_parent = PER_IMPORT if parents == "imports_import" else PER_EXPORT
    total = min(lines, (last_parent - base + 1) * per_parent)
    step = timedelta(days=DAYS) / lines
    for first in range(1, total + 1, _AT_ONCE):
        last = min(first + _AT_ONCE - 1, total)
        values = {"start": start, "step": step, "first": first, "last": last, "base": base}
        cursor.execute(text, {**values, "lines": lines})
        print(f"  {parents}: {last:,} of {total:,} lines", flush=True)
