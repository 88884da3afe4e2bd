"""PostgreSQL's statements for a batch of stock lines; `postgresql` says when each one runs."""

CREATE = """
CREATE TEMPORARY TABLE IF NOT EXISTS inventory_received (
    ord integer, request_id bigint, sku text, source_code text, sequence_id bigint,
    quantity numeric, last_order_exported timestamptz, reason text
) ON COMMIT DELETE ROWS;
CREATE TEMPORARY TABLE IF NOT EXISTS inventory_taken (
    ord integer, request_id bigint, reference text, source_code text, sequence_id bigint,
    units_received numeric, last_order_exported timestamptz, reason text,
    product_id bigint, item_id bigint, last_sequence_id bigint,
    units_unsent numeric, units_quoted numeric, units_reserved numeric
) ON COMMIT DELETE ROWS
"""

COPY = "COPY inventory_received FROM STDIN"

# The planner needs the number of rows, which a temporary table does not report by itself.
ESTIMATE = "ANALYZE inventory_received (ord)"

# Which product and which source item is meant; then lock those items in the order of their ids.
# Items that do not exist yet must be made before anything is locked, or two workers could wait for
# each other: so when one is missing nothing is locked or taken, and the number of them is returned.
TAKE = """
WITH resolved AS MATERIALIZED (
    SELECT r.*, p.id AS product_id, i.id AS item_id,
        CASE
            WHEN r.reason <> '' THEN r.reason
            WHEN p.id IS NULL THEN 'SKU Does Not Exist'
            WHEN p.type_id NOT IN ('simple', 'virtual', 'downloadable')
                THEN 'Product type "' || p.type_id || '" does not hold stock.'
            WHEN s.source_code IS NULL THEN 'Source "' || r.source_code || '" does not exist.'
            ELSE ''
        END AS fault
    FROM inventory_received r
    LEFT JOIN catalog_product p ON p.sku = r.sku AND r.reason = ''
    LEFT JOIN inventory_source s ON s.source_code = r.source_code
    LEFT JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = r.source_code
), missing AS MATERIALIZED (
    SELECT count(*) AS lines FROM resolved WHERE fault = '' AND item_id IS NULL
), locked AS MATERIALIZED (
    SELECT i.id, i.last_sequence_id FROM inventory_sourceitem i
    WHERE i.id IN (SELECT item_id FROM resolved WHERE fault = '')
      AND (SELECT lines FROM missing) = 0
    ORDER BY i.id FOR UPDATE OF i
), taken AS (
    INSERT INTO inventory_taken
    SELECT r.ord, r.request_id, r.sku, r.source_code, r.sequence_id, r.quantity,
        r.last_order_exported, r.fault, r.product_id, l.id, l.last_sequence_id, 0, 0,
        CASE WHEN %(multi_source)s::boolean THEN 0 END
    FROM resolved r LEFT JOIN locked l ON l.id = r.item_id AND r.fault = ''
    WHERE (SELECT lines FROM missing) = 0
)
SELECT lines FROM missing
"""

ADD_ITEMS = """
INSERT INTO inventory_sourceitem (product_id, source_code, quantity, status, updated_at)
SELECT DISTINCT p.id, s.source_code, 0, 0, %(now)s::timestamptz
FROM inventory_received r
JOIN catalog_product p ON p.sku = r.sku AND p.type_id IN ('simple', 'virtual', 'downloadable')
JOIN inventory_source s ON s.source_code = r.source_code
LEFT JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = s.source_code
WHERE r.reason = '' AND i.id IS NULL
ORDER BY p.id, s.source_code
ON CONFLICT (product_id, source_code) DO NOTHING
"""

# Units on orders that OrderFlow had not seen at the line's moment, and in baskets (guide, "Unsent
# Orders and Active Quotes"; decisions.md §5). A part of a configurable in a basket counts per unit
# of its parent.
WITH_DEMAND = """
WITH demand AS (
    SELECT t.ord, oi.qty_ordered - oi.qty_canceled AS unsent, 0 AS quoted
    FROM inventory_taken t
    JOIN sales_orderitem oi ON oi.product_id = t.product_id
    JOIN sales_order o ON o.id = oi.order_id
    WHERE t.reason = '' AND NOT o.is_virtual
      AND o.status = ANY(%(statuses)s::text[])
      AND o.created_at >= %(orders_since)s::timestamptz
      AND (o.orderflow_export_date IS NULL
           OR o.orderflow_export_date > coalesce(t.last_order_exported, %(now)s::timestamptz))
    UNION ALL
    SELECT t.ord, 0, qi.qty * coalesce(parent.qty, 1)
    FROM inventory_taken t
    JOIN sales_quoteitem qi ON qi.product_id = t.product_id
    JOIN sales_quote q ON q.id = qi.quote_id
    LEFT JOIN sales_quoteitem parent ON parent.id = qi.parent_item_id
    WHERE %(quotes)s::boolean AND t.reason = '' AND q.is_active
      AND q.updated_at >= %(quotes_since)s::timestamptz
), units AS (
    SELECT ord, sum(unsent) AS unsent, sum(quoted) AS quoted FROM demand GROUP BY ord
)
UPDATE inventory_taken t
SET units_unsent = least(greatest(u.unsent, 0), 99999999),
    units_quoted = least(greatest(u.quoted, 0), 99999999)
FROM units u WHERE u.ord = t.ord
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
    SELECT t.ord, r.stock_id, -sum(r.quantity) AS units
    FROM inventory_taken t
    JOIN inventory_reservation r ON r.product_id = t.product_id
    JOIN sales_order o ON o.id = r.order_id
    WHERE t.reason = ''
      AND o.orderflow_export_date <= coalesce(t.last_order_exported, %(now)s::timestamptz)
    GROUP BY t.ord, r.stock_id
), corrections AS (
    SELECT t.ord, min(CASE WHEN l.is_first THEN coalesce(p.units, 0) ELSE 0 END) AS units
    FROM inventory_taken t
    JOIN links l ON l.source_code = t.source_code
    LEFT JOIN promised p ON p.ord = t.ord AND p.stock_id = l.stock_id
    WHERE t.reason = ''
    GROUP BY t.ord
)
UPDATE inventory_taken t
SET units_reserved = least(greatest(c.units, -99999999), 99999999)
FROM corrections c WHERE c.ord = t.ord AND c.units <> 0
"""

# Result: 1 Success, 2 Duplicate, 3 Superseded, 4 Failure (common.choices.Result); 0 is undecided.
DECIDE = """
WITH compared AS (
    SELECT t.*,
        greatest(t.last_sequence_id, max(t.sequence_id) OVER (
            PARTITION BY t.item_id ORDER BY t.ord
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS newest,
        max(t.sequence_id) OVER (PARTITION BY t.item_id) AS newest_of_batch
    FROM inventory_taken t
), judged AS MATERIALIZED (
    SELECT c.*, CASE
        WHEN c.reason <> '' THEN 4
        WHEN c.sequence_id > coalesce(c.newest, -1) THEN 1
        WHEN c.sequence_id = c.last_sequence_id THEN 2
        ELSE 0 END AS verdict
    FROM compared c
), undecided AS MATERIALIZED (
    SELECT * FROM judged WHERE verdict = 0
), repeated AS MATERIALIZED (
    SELECT u.ord FROM undecided u
    JOIN judged j ON j.item_id = u.item_id AND j.sequence_id = u.sequence_id AND j.verdict = 1
    UNION
    SELECT u.ord FROM undecided u CROSS JOIN LATERAL (
        SELECT FROM imports_importline h
        WHERE h.sequence_id = u.sequence_id AND h.result = 1 AND h.reference = u.reference
          AND h.source_code = u.source_code
        LIMIT 1
    ) applied_before
), decided AS MATERIALIZED (
    SELECT j.*,
        CASE WHEN j.verdict <> 0 THEN j.verdict WHEN r.ord IS NULL THEN 3 ELSE 2 END AS result,
        least(99999999.9999, greatest(
            j.units_received - j.units_unsent - j.units_quoted + coalesce(j.units_reserved, 0),
            CASE WHEN %(negative)s::boolean THEN -99999999.9999 ELSE 0 END
        )) AS units_applied
    FROM judged j LEFT JOIN repeated r ON r.ord = j.ord
), updated AS (
    UPDATE inventory_sourceitem i
    SET quantity = d.units_applied, status = (d.units_applied > 0)::integer,
        last_sequence_id = d.sequence_id, updated_at = %(now)s::timestamptz
    FROM decided d
    WHERE d.result = 1 AND d.sequence_id = d.newest_of_batch AND i.id = d.item_id
), tally AS (
    SELECT request_id,
        count(*) FILTER (WHERE result = 1) AS successes,
        count(*) FILTER (WHERE result = 2) AS duplicates,
        count(*) FILTER (WHERE result = 3) AS superseded,
        count(*) FILTER (WHERE result = 4) AS failures
    FROM decided GROUP BY request_id
), report AS (
    INSERT INTO imports_import (request_id, message_id, entity, operation, successes, duplicates,
        superseded, failures, created_at)
    SELECT q.id, q.message_id, q.entity, q.operation, coalesce(y.successes, 0),
        coalesce(y.duplicates, 0), coalesce(y.superseded, 0), coalesce(y.failures, 0),
        %(now)s::timestamptz
    FROM request_queue_request q LEFT JOIN tally y ON y.request_id = q.id
    WHERE q.id = ANY(%(requests)s::bigint[])
    ORDER BY array_position(%(requests)s::bigint[], q.id)
    RETURNING id, request_id, message_id, entity, operation, successes, duplicates, superseded,
        failures
), history AS (
    INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
        units_received, units_unsent, units_quoted, units_reserved, units_applied,
        other_sequence_id, created_at)
    SELECT p.id, d.sequence_id, d.result, d.reference, d.source_code, d.reason,
        CASE WHEN d.result = 2 THEN 0 ELSE d.units_received END,
        CASE WHEN d.result = 1 THEN d.units_unsent ELSE 0 END,
        CASE WHEN d.result = 1 THEN d.units_quoted ELSE 0 END,
        CASE WHEN d.result = 1 THEN d.units_reserved ELSE d.units_reserved * 0 END,
        CASE WHEN d.result = 1 THEN d.units_applied ELSE 0 END,
        CASE WHEN d.result = 3 THEN d.newest END,
        %(now)s::timestamptz
    FROM decided d JOIN report p ON p.request_id = d.request_id
    ORDER BY d.ord
)
SELECT * FROM report
"""
