"""SQLite's statements for a batch of stock lines: which are new, repeated or stale, and what
they write; `sqlite` says when each one runs."""

CREATE = """
CREATE TEMPORARY TABLE inventory_line (
    place integer PRIMARY KEY, sku_key text, ord integer, request_id integer, reference text,
    source_code text, sequence_id integer, newest integer, units_received numeric,
    last_order_exported text, result integer, reason text, product_id integer,
    units_unsent numeric, units_quoted numeric, units_reserved numeric, units_safety numeric,
    units_set numeric, units_before numeric
)
"""

CLEAR = "DELETE FROM inventory_line"

FILL = """
INSERT INTO inventory_line (sku_key, ord, request_id, reference, source_code, sequence_id, newest,
    units_received, last_order_exported, result, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

# A line gets 1 (Success), 2 (Duplicate) or, if it is old, 0; one whose product cannot hold stock at
# its source gets nothing. A correction has the item's own sequence id: it is 1 unless that has
# moved on (3). `newest` is -1 where nothing was ever counted. Returns what every line has got.
DECIDE = """
UPDATE inventory_line
SET reference = f.sku, product_id = f.product_id, units_before = f.quantity,
    newest = max(coalesce(f.last_sequence_id, -1), coalesce(inventory_line.newest, -1)),
    reason = '',
    result = CASE
        WHEN sequence_id > max(coalesce(f.last_sequence_id, -1), coalesce(newest, -1)) THEN 1
        WHEN reason <> '' THEN CASE
            WHEN coalesce(sequence_id, -1)
                >= max(coalesce(f.last_sequence_id, -1), coalesce(newest, -1)) THEN 1
            ELSE 3
        END
        WHEN sequence_id = f.last_sequence_id THEN 2
        ELSE 0
    END
FROM (
    SELECT l.place, p.id AS product_id, p.sku, i.last_sequence_id,
        coalesce(i.quantity, 0) AS quantity
    FROM inventory_line l
    CROSS JOIN catalog_product p
        ON p.sku_key = l.sku_key AND p.type_id IN ('simple', 'virtual', 'downloadable')
    JOIN inventory_source s ON s.source_code = l.source_code
    LEFT JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = l.source_code
    WHERE l.result IS NULL
) f
WHERE f.place = inventory_line.place
RETURNING result
"""

# What is left: an old sequence id was applied before, in this batch or long ago (2, Duplicate), or
# it has been overtaken (3, Superseded); everything else fails (4, Failure). Lines about a product,
# unreadable ones as well, are kept under its own spelling of the SKU.
SETTLE = """
WITH applied AS MATERIALIZED (
    SELECT product_id, source_code, sequence_id FROM inventory_line WHERE result = 1
), verdicts AS (
    SELECT l.place, l.reference, '' AS reason, CASE
        WHEN (l.product_id, l.source_code, l.sequence_id) IN applied THEN 2
        WHEN EXISTS (
            SELECT 1 FROM imports_importline h
            WHERE h.sequence_id = l.sequence_id AND h.result = 1 AND h.reference = l.reference
              AND h.source_code = l.source_code) THEN 2
        ELSE 3 END AS result
    FROM inventory_line l WHERE l.result = 0
    UNION ALL
    SELECT l.place, coalesce(p.sku, l.reference), CASE
        WHEN p.id IS NULL THEN 'SKU Does Not Exist'
        WHEN p.type_id NOT IN ('simple', 'virtual', 'downloadable')
            THEN 'Product type "' || p.type_id || '" does not hold stock.'
        ELSE 'Source "' || l.source_code || '" does not exist.' END, 4
    FROM inventory_line l LEFT JOIN catalog_product p ON p.sku_key = l.sku_key
    WHERE l.result IS NULL
    UNION ALL
    SELECT l.place, p.sku, l.reason, l.result
    FROM inventory_line l CROSS JOIN catalog_product p ON p.sku_key = l.sku_key
    WHERE l.result = 4
)
UPDATE inventory_line SET reference = v.reference, result = v.result, reason = v.reason
FROM verdicts v WHERE v.place = inventory_line.place
"""

_CORRECTED = """
round(units_received - coalesce(units_unsent, 0) - coalesce(units_quoted, 0)
    + coalesce(units_reserved, 0), 4)
"""

# Units on orders that OrderFlow had not seen at the line's moment, and in baskets (guide, "Unsent
# Orders and Active Quotes"). A part of a configurable in a basket counts per unit of its parent.
# Moments are compared as text: all are UTC in one format. Returns whether a line's item runs out.
WITH_DEMAND = f"""
WITH demand AS (
    SELECT l.place, oi.qty_ordered - oi.qty_canceled AS unsent, 0 AS quoted
    FROM inventory_line l
    JOIN sales_orderitem oi ON oi.product_id = l.product_id
    JOIN sales_order o ON o.id = oi.order_id
    WHERE l.result = 1 AND NOT o.is_virtual
      AND o.status IN (SELECT value FROM json_each(%(statuses)s))
      AND o.created_at >= %(orders_since)s
      AND (o.orderflow_export_date IS NULL
           OR o.orderflow_export_date > coalesce(l.last_order_exported, %(now)s))
    UNION ALL
    SELECT l.place, 0, qi.qty * coalesce(parent.qty, 1)
    FROM inventory_line l
    JOIN sales_quoteitem qi ON qi.product_id = l.product_id
    JOIN sales_quote q ON q.id = qi.quote_id
    LEFT JOIN sales_quoteitem parent ON parent.id = qi.parent_item_id
    WHERE %(quotes)s AND l.result = 1 AND q.is_active AND q.created_at >= %(quotes_since)s
)
UPDATE inventory_line
SET units_unsent = min(max(round(u.unsent, 4), 0), 99999999),
    units_quoted = min(max(round(u.quoted, 4), 0), 99999999)
FROM (SELECT place, sum(unsent) AS unsent, sum(quoted) AS quoted FROM demand GROUP BY place) u
WHERE u.place = inventory_line.place
RETURNING units_before > 0 AND {_CORRECTED} <= 0
"""  # noqa: S608

# Units that OrderFlow has already taken off for orders it knew, and that the shop takes off again
# by its reservations. Each stock's promises are given back once, at its first enabled source; a
# source that several stocks share gets the smallest figure, so none of them oversells. Returns
# whether a line's item runs out.
WITH_RESERVATIONS = f"""
WITH links AS MATERIALIZED (
    SELECT l.stock_id, l.source_id AS source_code,
        row_number() OVER (PARTITION BY l.stock_id ORDER BY l.priority, l.source_id) = 1 AS is_first
    FROM inventory_stocksourcelink l
    JOIN inventory_source s ON s.source_code = l.source_id AND s.enabled
), promised AS MATERIALIZED (
    SELECT l.place, r.stock_id, -sum(r.quantity) AS units
    FROM inventory_line l
    JOIN inventory_reservation r ON r.product_id = l.product_id
    JOIN sales_order o ON o.id = r.order_id
    WHERE l.result = 1
      AND o.orderflow_export_date <= coalesce(l.last_order_exported, %(now)s)
    GROUP BY l.place, r.stock_id
), corrections AS (
    SELECT l.place, min(CASE WHEN k.is_first THEN coalesce(p.units, 0) ELSE 0 END) AS units
    FROM inventory_line l
    JOIN links k ON k.source_code = l.source_code
    LEFT JOIN promised p ON p.place = l.place AND p.stock_id = k.stock_id
    WHERE l.result = 1
    GROUP BY l.place
)
UPDATE inventory_line
SET units_reserved = min(max(round(c.units, 4), -99999999), 99999999)
FROM corrections c WHERE c.place = inventory_line.place AND c.units <> 0
RETURNING units_before > 0 AND {_CORRECTED} <= 0
"""  # noqa: S608

# `units_set` is what a plugin wants written in place of all that (adjusting.py).
_UNITS = f"""
min(99999999.9999, max(coalesce(units_set, round({_CORRECTED} - coalesce(units_safety, 0), 4)),
    CASE WHEN %(negative)s THEN -99999999.9999 ELSE 0 END))
"""

# The quantity at which a source has run out: below 0 where customers may be owed units.
_FLOOR = """
coalesce((SELECT CASE WHEN t.min_qty < 0 THEN t.min_qty ELSE -1000000000 END
    FROM inventory_stocksettings t WHERE t.product_id = l.product_id AND t.backorders > 0), 0)
"""

# For plugins: the lines that are about to be written.
TO_ADJUST = f"""
SELECT l.ord, l.reference, l.source_code, l.units_received, {_UNITS}, l.units_before
FROM inventory_line l
WHERE l.result = 1 AND l.ord NOT IN (SELECT value FROM json_each(%(overtaken)s))
ORDER BY l.ord
"""  # noqa: S608

# Tell the receivers that want it (`stock_terms`) of every figure that is about to change. While an
# event of the same SKU and source waits for one, the new figure takes its place.
REPORT = f"""
INSERT INTO webhooks_webhookevent (event_id, kind, receiver_id, reference, topic, collapse_key,
    body, status, attempts, due_at, fence, last_error, created_at, traceparent)
SELECT 'msg_' || lower(hex(randomblob(16))), 'stock.changed', known.id, l.reference,
    'stock ' || l.source_code || '/' || l.reference,
    'r' || known.id || ' stock.changed stock ' || l.source_code || '/' || l.reference,
    json_object('type', 'stock.changed', 'timestamp', %(at)s, 'data',
        json_object('sku', l.reference, 'source_code', l.source_code, 'quantity', {_UNITS},
            'is_in_stock', json(CASE WHEN {_UNITS} > {_FLOOR} THEN 'true' ELSE 'false' END),
            'sequence_id', l.sequence_id)),
    'waiting', 0, %(now)s, 0, '', %(now)s,
    coalesce((SELECT traceparent FROM request_queue_request WHERE id = l.request_id), '')
FROM inventory_line l
JOIN json_each(%(receivers)s) r
JOIN webhooks_webhookreceiver known ON known.id = r.value ->> 'receiver'
LEFT JOIN inventory_sourceitem i
    ON i.product_id = l.product_id AND i.source_code = l.source_code
WHERE l.result = 1 AND l.ord NOT IN (SELECT value FROM json_each(%(overtaken)s))
  AND coalesce(i.quantity, 0) <> {_UNITS}
  AND (r.value ->> 'skus' IS NULL OR EXISTS (
      SELECT 1 FROM json_each(r.value, '$.skus') s WHERE l.sku_key LIKE s.value ESCAPE '\\'))
  AND (r.value ->> 'sources' IS NULL
      OR l.source_code IN (SELECT value FROM json_each(r.value, '$.sources')))
  AND (r.value ->> 'websites' IS NULL OR EXISTS (
      SELECT 1 FROM catalog_productwebsite w
      WHERE w.product_id = l.product_id
        AND w.website_id IN (SELECT value FROM json_each(r.value, '$.websites'))))
ON CONFLICT (collapse_key) DO UPDATE
SET event_id = excluded.event_id, reference = excluded.reference, body = excluded.body,
    attempts = 0, created_at = excluded.created_at, traceparent = excluded.traceparent
"""  # noqa: S608

WRITE_STOCK = f"""
INSERT INTO inventory_sourceitem (product_id, source_code, quantity, status, last_sequence_id,
    updated_at, last_received)
SELECT l.product_id, l.source_code, {_UNITS}, {_UNITS} > {_FLOOR}, l.sequence_id, %(now)s,
    l.units_received
FROM inventory_line l
WHERE l.result = 1 AND l.ord NOT IN (SELECT value FROM json_each(%(overtaken)s))
ON CONFLICT (product_id, source_code) DO UPDATE
SET quantity = excluded.quantity, status = excluded.status,
    last_sequence_id = excluded.last_sequence_id, updated_at = excluded.updated_at,
    last_received = excluded.last_received
"""  # noqa: S608

WRITE_REPORTS = """
INSERT INTO imports_import (request_id, message_id, entity, operation, successes, duplicates,
    superseded, failures, created_at)
SELECT q.id, q.message_id, q.entity, q.operation, coalesce(y.successes, 0),
    coalesce(y.duplicates, 0), coalesce(y.superseded, 0), coalesce(y.failures, 0), %(now)s
FROM json_each(%(requests)s) claimed
JOIN request_queue_request q ON q.id = claimed.value AND NOT EXISTS (
    SELECT 1 FROM request_queue_request h
    WHERE h.held_at IS NOT NULL AND h.processed_at IS NULL AND h.type = q.type
      AND h.entity = q.entity)
LEFT JOIN (
    SELECT request_id, sum(result = 1) AS successes, sum(result = 2) AS duplicates,
        sum(result = 3) AS superseded, sum(result = 4) AS failures
    FROM inventory_line GROUP BY request_id
) y ON y.request_id = q.id
ORDER BY claimed.key
RETURNING id, request_id, message_id, entity, operation, successes, duplicates, superseded, failures
"""

WRITE_HISTORY = f"""
INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
    units_received, units_unsent, units_quoted, units_reserved, units_safety, units_applied,
    units_before, other_sequence_id, created_at)
SELECT m.id, l.sequence_id, l.result, l.reference, l.source_code, l.reason,
    CASE WHEN l.result = 2 THEN 0 ELSE l.units_received END,
    CASE WHEN l.result = 1 THEN nullif(l.units_unsent, 0) END,
    CASE WHEN l.result = 1 THEN nullif(l.units_quoted, 0) END,
    CASE WHEN NOT %(multi_source)s THEN NULL
        WHEN l.result = 1 THEN coalesce(l.units_reserved, 0) ELSE 0 END,
    CASE WHEN %(safety)s THEN coalesce(l.units_safety, 0) END,
    CASE WHEN l.result = 1 THEN {_UNITS} ELSE 0 END,
    CASE WHEN l.result = 1 THEN l.units_before END,
    CASE WHEN l.result = 3 THEN l.newest END,
    %(now)s
FROM inventory_line l
JOIN imports_import m ON m.request_id = l.request_id AND m.id >= %(first_report)s
ORDER BY l.ord
"""  # noqa: S608

# The index is named, and numbers are written as its condition has them, or it would not be used.
# What ran out, as `mass_changes` reads it: per source the items of this batch, those before it
# within the window, and the items in stock.
RAN_OUT = f"""
SELECT o.source_code, o.items, (
    SELECT count(*) FROM imports_importline h INDEXED BY import_line_ran_out
    WHERE h.source_code = o.source_code AND h.result = 1 AND h.units_before > '0'
      AND h.units_applied <= '0' AND coalesce(h.units_safety, 0) = 0
      AND h.created_at >= max(%(since)s, coalesce(w.approved_until, %(since)s))
      AND h.parent_id < %(first_report)s),
    CASE WHEN w.counted_at >= %(counted_since)s THEN w.in_stock END
FROM (
    SELECT l.source_code, count(*) AS items FROM inventory_line l
    WHERE l.result = 1 AND l.units_before > 0
      AND coalesce(units_set + coalesce(units_safety, 0), {_CORRECTED}) <= 0
      AND l.ord NOT IN (SELECT value FROM json_each(%(overtaken)s))
    GROUP BY l.source_code
) o
LEFT JOIN imports_stockwatch w ON w.source_code = o.source_code
WHERE w.approved_until IS NULL OR w.approved_until <= %(now)s
"""  # noqa: S608
