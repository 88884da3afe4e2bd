"""What failed in a batch of stock lines becomes problems: one statement, only when lines failed.

Read from the batch's temporary table, which both databases fill alike, so a hundred thousand failed
lines cost as many statements as one. docs/problems.md says what each problem is and how it ends.
"""

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import Any

import orjson
from django.db import connection
from django.urls import reverse

from imports.inventory.lines import NO_LINES, Batch
from imports.models import Import
from orderflow_bridge.common.skus import LONGEST_SKU
from orderflow_bridge.common.translation import gettext_noop
from orderflow_bridge.problems.events import tell_of_opened
from orderflow_bridge.problems.kinds import STOCK_FAILED, UNKNOWN_SKU
from orderflow_bridge.problems.services import ON_CONFLICT

NO_MESSAGE_LINES = "Message without lines"
NO_SKU = "Line without a SKU"

UNKNOWN = gettext_noop("SKU %(sku)s is unknown: OrderFlow counts %(units)s at source %(source)s.")
MAKE_IT_KNOWN = gettext_noop("Create the product, say which product it is, or ignore it.")
_NOT_APPLIED = gettext_noop(
    "OrderFlow's figure of SKU %(sku)s at source %(source)s was not applied: %(reason)s"
)
# What is said of each cause, and what to do.
_TEXTS = {
    "unknown": UNKNOWN,
    "source": gettext_noop(
        'Source "%(source)s" does not exist: OrderFlow counts %(units)s of SKU %(sku)s there.'
    ),
    "no lines": gettext_noop("Message %(message)s has no lines: nothing was imported."),
    "no SKU": gettext_noop("Message %(message)s has a line without a SKU, which was not applied."),
    "too long": gettext_noop("SKU %(sku)s is longer than %(longest)s characters."),
    "type": _NOT_APPLIED,
    "line": _NOT_APPLIED,
}
_LOOK = gettext_noop("Look at the message, and have it corrected in OrderFlow.")
_REMEDIES = {
    "unknown": MAKE_IT_KNOWN,
    "source": gettext_noop(
        "Create the source, or correct its code in OrderFlow; then requeue the failed lines."
    ),
    "no lines": _LOOK,
    "no SKU": _LOOK,
    "too long": gettext_noop("Give it a shorter SKU in OrderFlow."),
    "type": gettext_noop(
        "Make it a simple, virtual or downloadable product, or let OrderFlow count its parts in"
        " its stead."
    ),
    "line": gettext_noop("Let OrderFlow send the stock of this SKU again."),
}
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
        {member_of_texts} AS template,
        {member_of_remedies} AS remedy,
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
INSERT INTO problems_problem (open_key, kind, subject, severity, text, remedy, url, wording,
    evidence, count, first_seen, last_seen)
SELECT open_key, CASE cause WHEN 'unknown' THEN %(unknown)s ELSE %(failed)s END, subject,
    CASE cause WHEN 'unknown' THEN %(unknown_severity)s ELSE %(failed_severity)s END,
    {text}, remedy, url,
    {json}(
        'text', {json}('text', template, 'values', {json}({values})),
        'remedy', {json}('text', remedy, 'values', {json}())
    ),
    {json}('cause', cause, 'sku', reference, 'sku_key', sku_key, 'source', source_code,
        'sequence_id', sequence_id, 'message_id', message_id, 'request', request_id,
        'import', import_id),
    lines, {now}, {now}
FROM ranked WHERE place = 1
ORDER BY open_key
"""
# None is NULL, which would make NULL of a text that does not even name it.
_VALUES = {
    "sku": "coalesce(reference, '')",
    "units": "units",
    "source": "coalesce(source_code, '')",
    "message": "coalesce(message_id, '')",
    "longest": "CAST(%(longest)s AS text)",
    "reason": "coalesce(reason, '')",
}
_BOTH = {
    # The text, with its values in it, and the values beside it, by which it is said again.
    "text": reduce(
        lambda text, name: f"replace({text}, '%%({name})s', {_VALUES[name]})", _VALUES, "template"
    ),
    "values": ", ".join(f"'{name}', {value}" for name, value in _VALUES.items()),
}
_POSTGRESQL = _RAISE.format(
    **_BOTH,
    member_of_texts="(%(texts)s::jsonb ->> f.cause)",
    member_of_remedies="(%(remedies)s::jsonb ->> f.cause)",
    plain="trim_scale(l.units_received)",
    before_quote="split_part(f.reason, '\"', 1)",
    json="jsonb_build_object",
    now="%(now)s::timestamptz",
)
_SQLITE = _RAISE.format(
    **_BOTH,
    member_of_texts="(%(texts)s ->> f.cause)",
    member_of_remedies="(%(remedies)s ->> f.cause)",
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
        "texts": orjson.dumps(_TEXTS).decode(),
        "remedies": orjson.dumps(_REMEDIES).decode(),
        "report_page": reverse("admin:imports_inventoryimport_change", args=(0,)),
        "product_page": reverse("admin:catalog_product_change", args=(0,)),
        "waiting_page": reverse("admin:imports_waitingsku_change", args=(0,)),
        "source_page": reverse("admin:inventory_source_add"),
    }
