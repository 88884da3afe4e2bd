"""SQLite's statements for a batch of stock lines; `sqlite` says when each one runs."""

CREATE = """
CREATE TEMPORARY TABLE IF NOT EXISTS inventory_line (
    ord integer PRIMARY KEY, request_id integer, reference text, source_code text,
    sequence_id integer, units_received numeric, last_order_exported text, reason text,
    item_id integer, newest integer, result integer,
    units_unsent numeric DEFAULT 0, units_quoted numeric DEFAULT 0, units_reserved numeric,
    units_applied numeric, is_newest integer
)
"""

CLEAR = "DELETE FROM inventory_line"

FILL = """
INSERT INTO inventory_line (ord, request_id, reference, source_code, sequence_id, units_received,
    last_order_exported, reason, units_reserved)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

ADD_ITEMS = """
INSERT OR IGNORE INTO inventory_sourceitem (product_id, source_code, quantity, status, updated_at)
SELECT DISTINCT p.id, s.source_code, 0, 0, %(now)s
FROM inventory_line l
JOIN catalog_product p
    ON p.sku = l.reference AND p.type_id IN ('simple', 'virtual', 'downloadable')
JOIN inventory_source s ON s.source_code = l.source_code
LEFT JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = s.source_code
WHERE l.reason = '' AND i.id IS NULL
ORDER BY p.id, s.source_code
"""

# Units on orders that OrderFlow had not seen at the line's moment, and in baskets (guide, "Unsent
# Orders and Active Quotes"; decisions.md §5). A part of a configurable in a basket counts per unit
# of its parent. Moments are compared as text: all are UTC in one format.
WITH_DEMAND = """
WITH demand AS (
    SELECT l.ord, oi.qty_ordered - oi.qty_canceled AS unsent, 0 AS quoted
    FROM inventory_line l
    JOIN catalog_product p ON p.sku = l.reference
    JOIN sales_orderitem oi ON oi.product_id = p.id
    JOIN sales_order o ON o.id = oi.order_id
    WHERE l.reason = '' AND NOT o.is_virtual
      AND o.status IN (SELECT value FROM json_each(%(statuses)s))
      AND o.created_at >= %(orders_since)s
      AND (o.orderflow_export_date IS NULL
           OR o.orderflow_export_date > coalesce(l.last_order_exported, %(now)s))
    UNION ALL
    SELECT l.ord, 0, qi.qty * coalesce(parent.qty, 1)
    FROM inventory_line l
    JOIN catalog_product p ON p.sku = l.reference
    JOIN sales_quoteitem qi ON qi.product_id = p.id
    JOIN sales_quote q ON q.id = qi.quote_id
    LEFT JOIN sales_quoteitem parent ON parent.id = qi.parent_item_id
    WHERE %(quotes)s AND l.reason = '' AND q.is_active AND q.updated_at >= %(quotes_since)s
)
UPDATE inventory_line
SET units_unsent = min(max(round(u.unsent, 4), 0), 99999999),
    units_quoted = min(max(round(u.quoted, 4), 0), 99999999)
FROM (SELECT ord, sum(unsent) AS unsent, sum(quoted) AS quoted FROM demand GROUP BY ord) u
WHERE u.ord = inventory_line.ord
"""

# Units that OrderFlow has already taken off for orders it knew, and that the shop takes off again
# by its reservations. Each stock's promises are given back once, at its first enabled source; a
# source that several stocks share gets the smallest figure, so none of them oversells.
WITH_RESERVATIONS = """
WITH links AS MATERIALIZED (
    SELECT l.stock_id, l.source_id AS source_code,
        row_number() OVER (PARTITION BY l.stock_id ORDER BY l.priority, l.source_id) = 1 AS is_first
    FROM inventory_stocksourcelink l
    JOIN inventory_source s ON s.source_code = l.source_id AND s.enabled
), promised AS MATERIALIZED (
    SELECT l.ord, r.stock_id, -sum(r.quantity) AS units
    FROM inventory_line l
    JOIN catalog_product p ON p.sku = l.reference
    JOIN inventory_reservation r ON r.product_id = p.id
    JOIN sales_order o ON o.id = r.order_id
    WHERE l.reason = ''
      AND o.orderflow_export_date <= coalesce(l.last_order_exported, %(now)s)
    GROUP BY l.ord, r.stock_id
), corrections AS (
    SELECT l.ord, min(CASE WHEN k.is_first THEN coalesce(p.units, 0) ELSE 0 END) AS units
    FROM inventory_line l
    JOIN links k ON k.source_code = l.source_code
    LEFT JOIN promised p ON p.ord = l.ord AND p.stock_id = k.stock_id
    WHERE l.reason = ''
    GROUP BY l.ord
)
UPDATE inventory_line
SET units_reserved = min(max(round(c.units, 4), -99999999), 99999999)
FROM corrections c WHERE c.ord = inventory_line.ord AND c.units <> 0
"""

# Result: 1 Success, 2 Duplicate, 3 Superseded, 4 Failure (common.choices.Result); 0 is undecided.
# `newest` is -1 where nothing was ever counted. A repetition within the batch is a duplicate if its
# first occurrence succeeded.
DECIDE = """
WITH resolved AS (
    SELECT l.*, i.id AS item, i.last_sequence_id,
        CASE
            WHEN l.reason <> '' THEN l.reason
            WHEN p.id IS NULL THEN 'SKU Does Not Exist'
            WHEN p.type_id NOT IN ('simple', 'virtual', 'downloadable')
                THEN 'Product type "' || p.type_id || '" does not hold stock.'
            WHEN s.source_code IS NULL THEN 'Source "' || l.source_code || '" does not exist.'
            ELSE ''
        END AS fault
    FROM inventory_line l
    LEFT JOIN catalog_product p ON p.sku = l.reference AND l.reason = ''
    LEFT JOIN inventory_source s ON s.source_code = l.source_code
    LEFT JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = s.source_code
), compared AS (
    SELECT r.*,
        max(coalesce(last_sequence_id, -1), coalesce(max(sequence_id) OVER (
            PARTITION BY item, fault <> '' ORDER BY ord
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), -1)) AS above,
        sequence_id = max(sequence_id) OVER (PARTITION BY item, fault <> '') AS newest_of_batch
    FROM resolved r
), judged AS (
    SELECT c.*, CASE
        WHEN fault <> '' THEN 4
        WHEN sequence_id > above THEN 1
        WHEN sequence_id = last_sequence_id THEN 2
        ELSE 0 END AS verdict
    FROM compared c
), traced AS (
    SELECT j.*, first_value(verdict) OVER (
        PARTITION BY item, fault <> '', sequence_id ORDER BY ord) AS first_verdict
    FROM judged j
)
UPDATE inventory_line
SET item_id = t.item, reason = t.fault, newest = t.above, is_newest = t.newest_of_batch,
    result = CASE
        WHEN t.verdict <> 0 THEN t.verdict
        WHEN t.first_verdict = 1 THEN 2
        WHEN EXISTS (
            SELECT 1 FROM imports_importline h
            WHERE h.sequence_id = t.sequence_id AND h.result = 1 AND h.reference = t.reference
              AND h.source_code = t.source_code) THEN 2
        ELSE 3 END,
    units_applied = min(99999999.9999, max(
        round(t.units_received - t.units_unsent - t.units_quoted + coalesce(t.units_reserved, 0), 4),
        CASE WHEN %(negative)s THEN -99999999.9999 ELSE 0 END))
FROM traced t WHERE t.ord = inventory_line.ord
"""

WRITE_STOCK = """
UPDATE inventory_sourceitem
SET quantity = l.units_applied, status = l.units_applied > 0, last_sequence_id = l.sequence_id,
    updated_at = %(now)s
FROM inventory_line l
WHERE l.result = 1 AND l.is_newest AND l.item_id = inventory_sourceitem.id
"""

WRITE_REPORTS = """
INSERT INTO imports_import (request_id, message_id, entity, operation, successes, duplicates,
    superseded, failures, created_at)
SELECT q.id, q.message_id, q.entity, q.operation, coalesce(y.successes, 0),
    coalesce(y.duplicates, 0), coalesce(y.superseded, 0), coalesce(y.failures, 0), %(now)s
FROM json_each(%(requests)s) claimed
JOIN request_queue_request q ON q.id = claimed.value
LEFT JOIN (
    SELECT request_id, sum(result = 1) AS successes, sum(result = 2) AS duplicates,
        sum(result = 3) AS superseded, sum(result = 4) AS failures
    FROM inventory_line GROUP BY request_id
) y ON y.request_id = q.id
ORDER BY claimed.key
RETURNING id, request_id, message_id, entity, operation, successes, duplicates, superseded, failures
"""

WRITE_HISTORY = """
INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
    units_received, units_unsent, units_quoted, units_reserved, units_applied, other_sequence_id,
    created_at)
SELECT m.id, l.sequence_id, l.result, l.reference, l.source_code, l.reason,
    CASE WHEN l.result = 2 THEN 0 ELSE l.units_received END,
    CASE WHEN l.result = 1 THEN l.units_unsent ELSE 0 END,
    CASE WHEN l.result = 1 THEN l.units_quoted ELSE 0 END,
    CASE WHEN l.result = 1 THEN l.units_reserved ELSE l.units_reserved * 0 END,
    CASE WHEN l.result = 1 THEN l.units_applied ELSE 0 END,
    CASE WHEN l.result = 3 THEN nullif(l.newest, -1) END,
    %(now)s
FROM inventory_line l
JOIN imports_import m ON m.request_id = l.request_id AND m.id >= %(first_report)s
ORDER BY l.ord
"""
