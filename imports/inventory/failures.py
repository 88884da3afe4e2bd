"""What failed in a batch of stock lines becomes problems: one statement, only when lines failed.

Read from the batch's temporary table, which both databases fill alike, so a hundred thousand failed
lines cost as many statements as one. docs/problems.md says what each problem is and how it ends.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.urls import reverse

from imports.inventory.lines import NO_LINES, Batch
from imports.models import Import
from orderflow_bridge.common.skus import LONGEST_SKU
from orderflow_bridge.problems.kinds import STOCK_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.services import ON_CONFLICT
from orderflow_bridge.problems.telling import tell_of_opened

NO_MESSAGE_LINES = "Message without lines"
NO_SKU = "Line without a SKU"

# An unknown source is one problem, however many SKUs are counted there. Of a SKU, each source has
# problems of its own by what is wrong, without the value that is: that differs from push to push.
_RAISE = """
WITH failed AS (
    SELECT l.ord, l.request_id, l.sku_key, l.reference, l.source_code, l.sequence_id, l.reason,
        coalesce(CAST({plain} AS text), 'an unreadable quantity') AS units,
        m.id AS import_id, m.message_id, p.id AS product_id, w.id AS waiting_id,
        CASE
            WHEN l.reason = %(no_lines)s THEN 'no lines'
            WHEN l.sku_key = '' THEN 'no SKU'
            WHEN substr(l.reason, 1, 8) = 'Source "' THEN 'source'
            WHEN length(l.reference) > %(longest)s THEN 'too long'
            WHEN p.id IS NULL THEN 'unknown'
            WHEN substr(l.reason, 1, 14) = 'Product type "' THEN 'type'
            ELSE 'line'
        END AS cause
    FROM inventory_line l
    JOIN imports_import m ON m.request_id = l.request_id AND m.id >= %(first_report)s
    LEFT JOIN catalog_product p ON p.sku_key = l.sku_key
    LEFT JOIN imports_waitingsku w ON w.sku_key = l.sku_key AND w.source_code = l.source_code
    WHERE l.result = 4
), told AS (
    SELECT f.*,
        CASE f.cause
            WHEN 'unknown' THEN %(unknown)s || '||' || f.sku_key
            WHEN 'source' THEN %(failed)s || '||' || f.source_code || '|source'
            WHEN 'no lines' THEN %(failed)s || '||' || %(no_lines_subject)s
            WHEN 'no SKU' THEN %(failed)s || '||' || %(no_sku_subject)s
            WHEN 'too long' THEN %(failed)s || '||' || f.sku_key
            ELSE substr(%(failed)s || '||' || f.sku_key || '|' || f.source_code || '|'
                || {before_quote}, 1, 320)
        END AS open_key,
        CASE f.cause
            WHEN 'source' THEN f.source_code
            WHEN 'no lines' THEN %(no_lines_subject)s
            WHEN 'no SKU' THEN %(no_sku_subject)s
            ELSE f.reference
        END AS subject,
        CASE f.cause
            WHEN 'unknown' THEN 'SKU ' || f.reference || ' is unknown: OrderFlow counts ' || f.units
                || ' at source ' || f.source_code || '.'
            WHEN 'source' THEN 'Source "' || f.source_code || '" does not exist: OrderFlow counts '
                || f.units || ' of SKU ' || f.reference || ' there.'
            WHEN 'no lines' THEN 'Message ' || f.message_id || ' has no lines: nothing was'
                || ' imported.'
            WHEN 'no SKU' THEN 'Message ' || f.message_id || ' has a line without a SKU, which was'
                || ' not applied.'
            WHEN 'too long' THEN 'SKU ' || f.reference || ' is longer than ' || %(longest)s
                || ' characters.'
            ELSE 'OrderFlow''s figure of SKU ' || f.reference || ' at source ' || f.source_code
                || ' was not applied: ' || f.reason
        END AS text,
        CASE f.cause
            WHEN 'unknown' THEN 'Create the product, say which product it is, or ignore it.'
            WHEN 'source' THEN 'Create the source, or correct its code in OrderFlow; then requeue'
                || ' the failed lines.'
            WHEN 'type' THEN 'Make it a simple, virtual or downloadable product, or let OrderFlow'
                || ' count its parts in its stead.'
            WHEN 'too long' THEN 'Give it a shorter SKU in OrderFlow.'
            WHEN 'line' THEN 'Let OrderFlow send the stock of this SKU again.'
            ELSE 'Look at the message, and have it corrected in OrderFlow.'
        END AS remedy,
        CASE
            WHEN f.cause = 'source' THEN %(source_page)s
            WHEN f.cause = 'unknown' AND f.waiting_id IS NOT NULL
                THEN replace(%(waiting_page)s, '/0/', '/' || f.waiting_id || '/')
            WHEN f.cause = 'type' THEN replace(%(product_page)s, '/0/', '/' || f.product_id || '/')
            ELSE replace(%(report_page)s, '/0/', '/' || f.import_id || '/')
        END AS url
    FROM failed f
    WHERE NOT (f.cause = 'unknown'
        AND EXISTS (SELECT 1 FROM imports_ignoredsku g WHERE g.sku_key = f.sku_key))
), ranked AS (
    SELECT t.*, count(*) OVER (PARTITION BY t.open_key) AS lines,
        row_number() OVER (PARTITION BY t.open_key ORDER BY t.ord DESC) AS place
    FROM told t
)
INSERT INTO problems_problem (open_key, kind, subject, severity, text, remedy, url, evidence, count,
    first_seen, last_seen)
SELECT open_key, CASE cause WHEN 'unknown' THEN %(unknown)s ELSE %(failed)s END, subject,
    CASE cause WHEN 'unknown' THEN %(unknown_severity)s ELSE %(failed_severity)s END, text, remedy,
    url,
    {json}('cause', cause, 'sku', reference, 'sku_key', sku_key, 'source', source_code,
        'sequence_id', sequence_id, 'message_id', message_id, 'request', request_id,
        'import', import_id),
    lines, {now}, {now}
FROM ranked WHERE place = 1
ORDER BY open_key
"""
_POSTGRESQL = _RAISE.format(
    plain="trim_scale(l.units_received)",
    before_quote="split_part(f.reason, '\"', 1)",
    json="jsonb_build_object",
    now="%(now)s::timestamptz",
)
_SQLITE = _RAISE.format(
    plain="l.units_received",
    before_quote="substr(f.reason || '\"', 1, instr(f.reason || '\"', '\"') - 1)",
    json="json_object",
    now="%(now)s",
)


def raise_failures(batch: Batch, reports: Sequence[Import]) -> None:
    """Raise the problems of a batch that has just been applied and parked, in its transaction."""
    is_postgresql = connection.vendor == "postgresql"
    parameters = {
        **_constants(),
        "first_report": min(report.pk for report in reports),
        "now": batch.now if is_postgresql else connection.ops.adapt_datetimefield_value(batch.now),
    }
    with connection.cursor() as cursor:
        cursor.execute((_POSTGRESQL if is_postgresql else _SQLITE) + ON_CONFLICT, parameters)
    tell_of_opened(batch.now, kinds=(UNKNOWN_SKU, STOCK_FAILED))


@lru_cache(maxsize=1)
def _constants() -> dict[str, Any]:
    return {
        "adds": True,
        "unknown": UNKNOWN_SKU.name,
        "unknown_severity": int(UNKNOWN_SKU.severity),
        "failed": STOCK_FAILED.name,
        "failed_severity": int(STOCK_FAILED.severity),
        "no_lines": NO_LINES,
        "no_lines_subject": NO_MESSAGE_LINES,
        "no_sku_subject": NO_SKU,
        "longest": LONGEST_SKU,
        "report_page": reverse("admin:imports_inventoryimport_change", args=(0,)),
        "product_page": reverse("admin:catalog_product_change", args=(0,)),
        "waiting_page": reverse("admin:imports_waitingsku_change", args=(0,)),
        "source_page": reverse("admin:inventory_source_add"),
    }
