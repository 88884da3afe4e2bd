"""Comparing a received stock with the last received figures, set-wise in SQL on both databases.

Everything that was received is copied into a table of its own. What is compared is the figure as
OrderFlow sent it, not the quantity that was made of it by adjusting, selling and editing.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from csv import reader
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Q

from imports.inventory.lines import meant_by, read_line
from imports.inventory.unknown_skus import sku_aliases
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.reconciliation.models import StockComparison, StockDifference
from orderflow_bridge.watch.reconciliation.receiving import Received

SECOND_LOOK_AFTER = timedelta(minutes=30)
EQUAL, DIFFERENT, ONLY_THEIRS, ONLY_OURS, UNREADABLE, POSTPONED, NOT_KNOWN = range(1, 8)

# Differences that somebody needs to know of: not what the shop lacks, which is a problem of its
# own, nor stock that OrderFlow has never known.
COUNTING = (
    Q(kind=DIFFERENT)
    | Q(kind=ONLY_THEIRS, product_id__isnull=False)
    | Q(kind=ONLY_OURS, last_received__gt=0)
)
_COLUMNS = {
    EQUAL: "equal",
    DIFFERENT: "different",
    ONLY_THEIRS: "only_theirs",
    ONLY_OURS: "only_ours",
    POSTPONED: "postponed",
    NOT_KNOWN: "not_known",
}
_ROWS_AT_ONCE = 5_000
_TABLES = {
    "stock_received": "sku_key text, sku text, site text, units numeric",
    "stock_site": "site text, source_code text",
    "stock_busy": "sku_key text, source_code text",
    "stock_compared": (
        "sku_key text, sku text, source_code text, product_id bigint, theirs numeric,"
        " last_received numeric, quantity numeric, sequence_id bigint, updated_at {datetime},"
        " kind integer"
    ),
}
_COPY = """
COPY stock_received (sku_key, sku, site, units) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (site))
"""
_FILL = """
INSERT INTO stock_received (sku_key, sku, site, units)
SELECT value ->> 0, value ->> 1, value ->> 2, nullif(value ->> 3, '') FROM json_each(%s)
"""
# A figure that waits for a product which is there by now is a message that waits.
_BUSY = """
INSERT INTO stock_busy (sku_key, source_code)
SELECT w.sku_key, w.source_code FROM imports_waitingsku w
JOIN catalog_product p ON p.sku_key = w.sku_key
"""

# A product comes before an alias, as in the import. One record that cannot be read makes the whole
# figure unknown: to add up the others would be to take it for 0.
_COMPARE = """
INSERT INTO stock_compared
WITH theirs AS (
    SELECT r.sku_key, s.source_code, min(r.sku) AS sku,
        CASE WHEN count(*) = count(r.units) THEN round(sum(r.units), 4) END AS units
    FROM stock_received r JOIN stock_site s ON s.site = r.site
    GROUP BY r.sku_key, s.source_code
), named AS (
    SELECT t.*, coalesce(p.id, a.product_id) AS product_id
    FROM theirs t
    LEFT JOIN catalog_product p ON p.sku_key = t.sku_key
    LEFT JOIN imports_skualias a ON a.sku_key = t.sku_key
), busy AS (
    SELECT DISTINCT sku_key, source_code FROM stock_busy
)
SELECT n.sku_key, n.sku, n.source_code, n.product_id, n.units, i.last_received, i.quantity,
    i.last_sequence_id, i.updated_at, CASE
        WHEN n.units IS NULL THEN 5
        WHEN b.sku_key IS NOT NULL OR i.updated_at >= %(began)s THEN 6
        WHEN round(i.last_received, 4) = n.units THEN 1
        WHEN i.last_received IS NOT NULL THEN 2
        WHEN i.last_sequence_id IS NOT NULL THEN 7
        WHEN n.units <> 0 OR i.quantity > 0 THEN 3
        ELSE 1
    END
FROM named n
LEFT JOIN inventory_sourceitem i
    ON i.product_id = n.product_id AND i.source_code = n.source_code
LEFT JOIN busy b ON b.sku_key = n.sku_key AND b.source_code = n.source_code
"""
# {websites} keeps to an OrderFlow's own products where there are several.
_COMPARE_OURS = """
INSERT INTO stock_compared
WITH busy AS (
    SELECT DISTINCT sku_key, source_code FROM stock_busy
), sources AS (
    SELECT DISTINCT source_code FROM stock_site
)
SELECT p.sku_key, p.sku, i.source_code, i.product_id, NULL, i.last_received, i.quantity,
    i.last_sequence_id, i.updated_at,
    CASE WHEN b.sku_key IS NOT NULL OR i.updated_at >= %(began)s THEN 6 ELSE 4 END
FROM inventory_sourceitem i
JOIN sources s ON s.source_code = i.source_code
JOIN catalog_product p ON p.id = i.product_id
LEFT JOIN stock_compared c ON c.product_id = i.product_id AND c.source_code = i.source_code
LEFT JOIN busy b ON b.sku_key = p.sku_key AND b.source_code = i.source_code
WHERE c.kind IS NULL AND (i.quantity > 0 OR i.last_received > 0) {websites}
"""
_OF_WEBSITES = """
AND EXISTS (SELECT 1 FROM catalog_productwebsite w
    WHERE w.product_id = p.id AND w.website_id IN ({ids}))
"""

# A difference is an old one if it was found before by the same figure of OrderFlow's: no message
# has come between. A figure that somebody discarded with a mass change is no missing message.
_STORE = """
INSERT INTO watch_stockdifference (comparison_id, kind, sku, sku_key, source_code, product_id,
    theirs, last_received, quantity, sequence_id, first_seen, is_confirmed, is_edited, why)
SELECT %(comparison)s, c.kind, coalesce(p.sku, c.sku), c.sku_key, c.source_code, c.product_id,
    c.theirs, c.last_received, c.quantity, c.sequence_id, coalesce(d.first_seen, %(began)s),
    coalesce(d.first_seen <= %(before)s, false) AND (c.kind = 2
        OR c.kind = 3 AND c.product_id IS NOT NULL
        OR c.kind = 4 AND coalesce(c.last_received, 0) > 0),
    EXISTS (SELECT 1 FROM imports_importline h
        WHERE h.reference = p.sku AND h.source_code = c.source_code AND h.result = 1
          AND h.sequence_id = c.sequence_id AND h.created_at < c.updated_at),
    CASE
        WHEN c.product_id IS NULL AND EXISTS (SELECT 1 FROM imports_waitingsku w
            WHERE w.sku_key = c.sku_key AND w.source_code = c.source_code) THEN 3
        WHEN c.product_id IS NULL THEN 4
        WHEN EXISTS (SELECT 1 FROM imports_importline h
            WHERE h.reference = p.sku AND h.source_code = c.source_code AND h.result = 4
              AND coalesce(h.sequence_id, 9223372036854775807) > coalesce(c.sequence_id, -1)
              AND (c.updated_at IS NULL OR h.created_at >= c.updated_at)) THEN 2
        WHEN EXISTS (SELECT 1 FROM imports_importline h
            WHERE h.reference = p.sku AND h.source_code = c.source_code AND h.result = 5
              AND round(h.units_received, 4) = c.theirs
              AND coalesce(h.sequence_id, 9223372036854775807) >= coalesce(c.sequence_id, -1)
              AND (c.updated_at IS NULL OR h.created_at >= c.updated_at)) THEN 8
        WHEN c.kind = 3 THEN 5
        WHEN c.kind = 4 AND c.sequence_id IS NULL THEN 7
        WHEN c.kind = 4 THEN 6
        ELSE 1
    END
FROM stock_compared c
LEFT JOIN catalog_product p ON p.id = c.product_id
LEFT JOIN watch_stockdifference d
    ON d.comparison_id = %(previous)s AND d.sku_key = c.sku_key AND d.kind = c.kind
    AND d.source_code = c.source_code AND coalesce(d.sequence_id, -1) = coalesce(c.sequence_id, -1)
WHERE c.kind IN (2, 3, 4)
"""


def compare(
    comparison: StockComparison,
    received: Received,
    sources: Mapping[str, str],
    *,
    previous: StockComparison | None,
    own_websites: Iterable[int] | None = None,
) -> None:
    """Compare what was received with what is here; count it in the comparison and save that.

    `sources` are the sources' codes by site. `own_websites` are given where several OrderFlows
    share the catalogue: a product of none of these websites is not missed.
    """
    with _tables(), connection.cursor() as cursor:
        began = _stored(comparison.began_at)
        _fill(cursor, received)
        _insert(cursor, "stock_site (site, source_code)", sources.items())
        # Looked up after OrderFlow has answered: what it sent before is applied, or waits.
        _insert(cursor, "stock_busy (sku_key, source_code)", _waiting())
        cursor.execute(_BUSY)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE stock_received, stock_site, stock_busy")
        cursor.execute(_COMPARE, {"began": began})
        ids = "" if own_websites is None else ", ".join(str(int(each)) for each in own_websites)
        websites = _OF_WEBSITES.format(ids=ids) if ids else ""
        cursor.execute(_COMPARE_OURS.format(websites=websites), {"began": began})
        cursor.execute("SELECT kind, count(*) FROM stock_compared GROUP BY kind")
        for kind, count in cursor.fetchall():
            if kind in _COLUMNS:
                setattr(comparison, _COLUMNS[kind], count)
        _store(cursor, comparison, previous)


def _store(cursor: Any, comparison: StockComparison, previous: StockComparison | None) -> None:
    with transaction.atomic():
        comparison.save()
        cursor.execute(
            _STORE,
            {
                "comparison": comparison.pk,
                "previous": previous.pk if previous else None,
                "began": _stored(comparison.began_at),
                "before": _stored(comparison.began_at - SECOND_LOOK_AFTER),
            },
        )
        found = StockDifference.objects.filter(COUNTING, comparison=comparison)
        comparison.confirmed = found.filter(is_confirmed=True).count()
        comparison.to_confirm = found.filter(is_confirmed=False).count()
        comparison.save(update_fields=("confirmed", "to_confirm"))


@contextmanager
def _tables() -> Iterator[None]:
    """Lend the tables. PostgreSQL compares in one transaction; SQLite outside of one, because
    nobody else could write for so long.
    """
    is_postgresql = connection.vendor == "postgresql"
    datetime_type = "timestamptz" if is_postgresql else "text"
    with transaction.atomic() if is_postgresql else nullcontext(), connection.cursor() as cursor:
        for name, columns in _TABLES.items():
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            shape = columns.format(datetime=datetime_type)
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({shape})")
        yield
        for name in _TABLES:
            cursor.execute(f"DROP TABLE {name}")


def _fill(cursor: Any, received: Received) -> None:
    if connection.vendor == "postgresql":
        with cursor.copy(_COPY) as copy:
            while piece := received.file.read(1 << 18):
                copy.write(piece)
        return
    for rows in _batches(reader(received.file)):
        cursor.execute(_FILL, [orjson.dumps(rows).decode()])


def _insert(cursor: Any, table: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Insert pairs of texts, many at a time."""
    for rows in _batches(pairs):
        values = orjson.dumps(rows).decode()
        if connection.vendor == "postgresql":
            each = "SELECT value ->> 0, value ->> 1 FROM jsonb_array_elements(%s::jsonb)"
        else:
            each = "SELECT value ->> 0, value ->> 1 FROM json_each(%s)"
        cursor.execute(f"INSERT INTO {table} {each}", [values])


def _batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(rows)
    while some := list(islice(remaining, _ROWS_AT_ONCE)):
        yield some


def _waiting() -> set[tuple[str, str]]:
    """Return the keys and sources that messages in the queue name, held ones too."""
    aliases = sku_aliases()
    waiting = Request.objects.filter(
        type=RequestType.IMPORT, entity=Entity.INVENTORY, processed_at=None
    ).order_by()
    found = set()
    for lines in waiting.values_list("lines", flat=True).iterator(chunk_size=10):
        for stored in lines:
            line = read_line(stored)
            found.add((sku_key(line.sku), line.source))
            found.add((sku_key(meant_by(line, aliases).sku), line.source))
    return found


def _stored(at: datetime) -> Any:
    is_postgresql = connection.vendor == "postgresql"
    return at if is_postgresql else connection.ops.adapt_datetimefield_value(at)
