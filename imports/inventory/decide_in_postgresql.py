"""PostgreSQL's statements for a batch of stock lines: which are new, repeated or stale, and what
they write; `postgresql` says when each one runs."""

# Compiling and cautious index costs are for long queries on slow disks, not for these. Rows can be
# left over only from a batch before in the same transaction.
CREATE = """
SET LOCAL jit = off;
SET LOCAL random_page_cost = 1.1;
CREATE TEMPORARY TABLE IF NOT EXISTS inventory_line (
    sku_key text, reference text, ord integer, request_id bigint, message integer,
    source_code text, sequence_id bigint, newest bigint, units_received numeric,
    last_order_exported timestamptz, result integer, reason text, product_id bigint,
    item_id bigint, place tid,
    units_unsent numeric, units_quoted numeric, units_reserved numeric, units_safety numeric,
    units_set numeric, units_before numeric
) ON COMMIT DELETE ROWS;
DELETE FROM inventory_line
"""

COPY = """
COPY inventory_line (sku_key, reference, ord, request_id, message, source_code, sequence_id, newest,
    units_received, last_order_exported, result, reason)
FROM STDIN
"""

SAVEPOINT = "SAVEPOINT before_items"
GO_BACK = "ROLLBACK TO SAVEPOINT before_items"

# Lock the source items that are meant, in the order of their ids, and judge by what they say now.
# A line gets 1 (Success), 2 (Duplicate) or, if it is old, 0; one whose item is not found gets
# nothing. A correction has the item's own sequence id: it is 1 unless that has moved on (3).
# Returns how many lines were judged and how many of them are old.
DECIDE = """
WITH locked AS MATERIALIZED (
    SELECT l.ord, i.id, i.ctid AS place, i.product_id, i.last_sequence_id, i.quantity, p.sku
    FROM inventory_line l
    JOIN catalog_product p
        ON p.sku_key = l.sku_key AND p.type_id IN ('simple', 'virtual', 'downloadable')
    JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = l.source_code
    WHERE l.result IS NULL
    ORDER BY i.id FOR NO KEY UPDATE OF i
), judged AS (
    UPDATE inventory_line l
    SET reference = k.sku, product_id = k.product_id, item_id = k.id, place = k.place,
        units_before = k.quantity,
        newest = greatest(k.last_sequence_id, l.newest), reason = '',
        result = CASE
            WHEN l.sequence_id > coalesce(greatest(k.last_sequence_id, l.newest), -1) THEN 1
            WHEN l.reason <> '' THEN CASE
                WHEN coalesce(l.sequence_id, -1)
                    >= coalesce(greatest(k.last_sequence_id, l.newest), -1) THEN 1
                ELSE 3
            END
            WHEN l.sequence_id = k.last_sequence_id THEN 2
            ELSE 0
        END
    FROM locked k WHERE k.ord = l.ord
    RETURNING l.result
)
SELECT count(*), count(*) FILTER (WHERE result = 0) FROM judged
"""

# What is left: an old sequence id was applied before, in this batch or long ago (2, Duplicate), or
# it has been overtaken (3, Superseded); a line without a source item fails (4, Failure). Lines
# about a product, unreadable ones as well, are kept under its own spelling of the SKU. Returns how
# many lines lack nothing but a source item; those are left as they are.
SETTLE = """
WITH repeated AS MATERIALIZED (
    SELECT l.ord FROM inventory_line l
    JOIN inventory_line first ON first.item_id = l.item_id AND first.sequence_id = l.sequence_id
    WHERE l.result = 0 AND first.result = 1
    UNION
    SELECT l.ord FROM inventory_line l CROSS JOIN LATERAL (
        SELECT FROM imports_importline h
        WHERE h.sequence_id = l.sequence_id AND h.result = 1 AND h.reference = l.reference
          AND h.source_code = l.source_code
        LIMIT 1
    ) applied_before
    WHERE l.result = 0
), verdicts AS MATERIALIZED (
    SELECT l.ord, l.reference, CASE WHEN r.ord IS NULL THEN 3 ELSE 2 END AS result,
        '' AS reason
    FROM inventory_line l LEFT JOIN repeated r ON r.ord = l.ord
    WHERE l.result = 0
    UNION ALL
    SELECT l.ord, coalesce(p.sku, l.reference), 4, CASE
        WHEN p.id IS NULL THEN 'SKU Does Not Exist'
        WHEN p.type_id NOT IN ('simple', 'virtual', 'downloadable')
            THEN 'Product type "' || p.type_id || '" does not hold stock.'
        WHEN s.source_code IS NULL THEN 'Source "' || l.source_code || '" does not exist.'
    END
    FROM inventory_line l
    LEFT JOIN catalog_product p ON p.sku_key = l.sku_key
    LEFT JOIN inventory_source s ON s.source_code = l.source_code
    WHERE l.result IS NULL
    UNION ALL
    SELECT l.ord, p.sku, l.result, l.reason
    FROM inventory_line l JOIN catalog_product p ON p.sku_key = l.sku_key
    WHERE l.result = 4
), settled AS (
    UPDATE inventory_line l SET reference = v.reference, result = v.result, reason = v.reason
    FROM verdicts v WHERE v.ord = l.ord AND v.reason IS NOT NULL
)
SELECT count(*) FROM verdicts WHERE reason IS NULL
"""

ADD_ITEMS = """
INSERT INTO inventory_sourceitem (product_id, source_code, quantity, status, updated_at)
SELECT DISTINCT p.id, s.source_code, 0, 0, %(now)s::timestamptz
FROM inventory_line l
JOIN catalog_product p
    ON p.sku_key = l.sku_key AND p.type_id IN ('simple', 'virtual', 'downloadable')
JOIN inventory_source s ON s.source_code = l.source_code
LEFT JOIN inventory_sourceitem i ON i.product_id = p.id AND i.source_code = s.source_code
WHERE l.result IS NULL AND i.id IS NULL
ORDER BY p.id, s.source_code
ON CONFLICT (product_id, source_code) DO NOTHING
"""

# Units on orders that OrderFlow had not seen at the line's moment, and in baskets (guide, "Unsent
# Orders and Active Quotes"). A part of a configurable in a basket counts per unit of its parent.
WITH_DEMAND = """
WITH demand AS (
    SELECT l.ord, oi.qty_ordered - oi.qty_canceled AS unsent, 0 AS quoted
    FROM inventory_line l
    JOIN sales_orderitem oi ON oi.product_id = l.product_id
    JOIN sales_order o ON o.id = oi.order_id
    WHERE l.result = 1 AND NOT o.is_virtual
      AND o.status = ANY(%(statuses)s::text[])
      AND o.created_at >= %(orders_since)s::timestamptz
      AND (o.orderflow_export_date IS NULL
           OR o.orderflow_export_date > coalesce(l.last_order_exported, %(now)s::timestamptz))
    UNION ALL
    SELECT l.ord, 0, qi.qty * coalesce(parent.qty, 1)
    FROM inventory_line l
    JOIN sales_quoteitem qi ON qi.product_id = l.product_id
    JOIN sales_quote q ON q.id = qi.quote_id
    LEFT JOIN sales_quoteitem parent ON parent.id = qi.parent_item_id
    WHERE %(quotes)s::boolean AND l.result = 1 AND q.is_active
      AND q.created_at >= %(quotes_since)s::timestamptz
), units AS (
    SELECT ord, sum(unsent) AS unsent, sum(quoted) AS quoted FROM demand GROUP BY ord
)
UPDATE inventory_line l
SET units_unsent = least(greatest(u.unsent, 0), 99999999),
    units_quoted = least(greatest(u.quoted, 0), 99999999)
FROM units u WHERE u.ord = l.ord
"""

# Units that OrderFlow has already taken off for orders it knew, and that the shop takes off again
# by its reservations. Each stock's promises are given back once, at its first enabled source; a
# source that several stocks share gets the smallest figure, so none of them oversells.
WITH_RESERVATIONS = """
WITH links AS MATERIALIZED (
    SELECT k.stock_id, k.source_id AS source_code,
        row_number() OVER (PARTITION BY k.stock_id ORDER BY k.priority, k.source_id) = 1 AS is_first
    FROM inventory_stocksourcelink k
    JOIN inventory_source s ON s.source_code = k.source_id AND s.enabled
), promised AS MATERIALIZED (
    SELECT l.ord, r.stock_id, -sum(r.quantity) AS units
    FROM inventory_line l
    JOIN inventory_reservation r ON r.product_id = l.product_id
    JOIN sales_order o ON o.id = r.order_id
    WHERE l.result = 1
      AND o.orderflow_export_date <= coalesce(l.last_order_exported, %(now)s::timestamptz)
    GROUP BY l.ord, r.stock_id
), corrections AS (
    SELECT l.ord, min(CASE WHEN k.is_first THEN coalesce(p.units, 0) ELSE 0 END) AS units
    FROM inventory_line l
    JOIN links k ON k.source_code = l.source_code
    LEFT JOIN promised p ON p.ord = l.ord AND p.stock_id = k.stock_id
    WHERE l.result = 1
    GROUP BY l.ord
)
UPDATE inventory_line l
SET units_reserved = least(greatest(c.units, -99999999), 99999999)
FROM corrections c WHERE c.ord = l.ord AND c.units <> 0
"""

# `units_set` is what a plugin wants written in place of all that (adjusting.py).
# `floor` is the quantity at which a source has run out: below 0 where customers may be owed units.
_FINAL = """
WITH final AS NOT MATERIALIZED (
    SELECT l.*, least(99999999.9999, greatest(
        coalesce(units_set, units_received - coalesce(units_unsent, 0) - coalesce(units_quoted, 0)
            + coalesce(units_reserved, 0) - coalesce(units_safety, 0)),
        CASE WHEN %(negative)s::boolean THEN -99999999.9999 ELSE 0 END)) AS units,
        CASE WHEN t.backorders > 0
            THEN CASE WHEN t.min_qty < 0 THEN t.min_qty ELSE -1000000000 END
            ELSE 0 END AS floor
    FROM inventory_line l
    LEFT JOIN inventory_stocksettings t ON t.product_id = l.product_id
)
"""

# For plugins: the lines that are about to be written.
TO_ADJUST = f"""
{_FINAL}
SELECT f.ord, f.reference, f.source_code, f.units_received, f.units, f.units_before FROM final f
WHERE f.result = 1 AND NOT f.ord = ANY(%(overtaken)s::integer[])
ORDER BY f.ord
"""  # noqa: S608

# Tell the receivers that want it (`stock_terms`) of every figure that is about to change, in place
# of what waits for them of the same SKU and source.
REPORT = f"""
{_FINAL}
INSERT INTO webhooks_webhookevent (event_id, kind, receiver_id, reference, topic, collapse_key,
    body, status, attempts, due_at, fence, last_error, created_at, traceparent)
SELECT 'msg_' || replace(gen_random_uuid()::text, '-', ''), 'stock.changed', r.receiver,
    f.reference, t.topic, 'r' || r.receiver || ' stock.changed ' || t.topic,
    json_build_object('type', 'stock.changed', 'timestamp', %(at)s::text, 'data',
        json_build_object('sku', f.reference, 'source_code', f.source_code, 'quantity',
            trim_scale(round(f.units, 4)), 'is_in_stock', f.units > f.floor, 'sequence_id',
            f.sequence_id))::text, 'waiting', 0, %(now)s::timestamptz, 0, '', %(now)s::timestamptz,
    coalesce((SELECT traceparent FROM request_queue_request WHERE id = f.request_id), '')
FROM final f JOIN inventory_sourceitem i ON i.ctid = f.place AND i.id = f.item_id
JOIN jsonb_to_recordset(%(receivers)s::jsonb) AS r(receiver bigint, websites bigint[],
    skus text[], sources text[]) ON r.receiver IN (SELECT id FROM webhooks_webhookreceiver)
CROSS JOIN LATERAL (SELECT 'stock ' || f.source_code || '/' || f.reference AS topic) t
WHERE f.result = 1 AND NOT f.ord = ANY(%(overtaken)s::integer[]) AND i.quantity <> round(f.units, 4)
  AND (r.skus IS NULL OR f.sku_key LIKE ANY(r.skus))
  AND (r.sources IS NULL OR f.source_code = ANY(r.sources))
  AND (r.websites IS NULL OR EXISTS (SELECT FROM catalog_productwebsite w
      WHERE w.product_id = f.product_id AND w.website_id = ANY(r.websites)))
ORDER BY i.id, r.receiver
ON CONFLICT (collapse_key) DO UPDATE
SET event_id = excluded.event_id, reference = excluded.reference, body = excluded.body,
    attempts = 0, created_at = excluded.created_at, traceparent = excluded.traceparent
"""  # noqa: S608

# How many items of a source ran out before, within the window.
EARLIER = """
(SELECT count(*) FROM imports_importline h
    WHERE h.source_code = o.source_code AND h.result = 1 AND h.units_before > 0
      AND h.units_applied <= 0 AND coalesce(h.units_safety, 0) = 0
      AND h.created_at >= greatest(%(since)s::timestamptz, w.approved_until))
"""

# Returns the reports, none if a message is held; each with what ran out, as `mass_changes` reads
# it: per source the items of this batch, those before it within the window, and the items in stock.
WRITE = f"""
{_FINAL}, updated AS (
    UPDATE inventory_sourceitem i
    SET quantity = f.units, status = (f.units > f.floor)::integer, last_sequence_id = f.sequence_id,
        last_received = f.units_received, updated_at = %(now)s::timestamptz
    FROM final f
    WHERE f.result = 1 AND NOT f.ord = ANY(%(overtaken)s::integer[])
      AND i.ctid = f.place AND i.id = f.item_id
), report AS (
    INSERT INTO imports_import (request_id, message_id, entity, operation, successes, duplicates,
        superseded, failures, created_at)
    SELECT q.id, q.message_id, q.entity, q.operation, coalesce(y.successes, 0),
        coalesce(y.duplicates, 0), coalesce(y.superseded, 0), coalesce(y.failures, 0),
        %(now)s::timestamptz
    FROM request_queue_request q LEFT JOIN (
        SELECT request_id,
            count(*) FILTER (WHERE result = 1) AS successes,
            count(*) FILTER (WHERE result = 2) AS duplicates,
            count(*) FILTER (WHERE result = 3) AS superseded,
            count(*) FILTER (WHERE result = 4) AS failures
        FROM inventory_line GROUP BY request_id
    ) y ON y.request_id = q.id
    WHERE q.id = ANY(%(requests)s::bigint[]) AND NOT EXISTS (
        SELECT FROM request_queue_request h
        WHERE h.held_at IS NOT NULL AND h.processed_at IS NULL AND h.type = q.type
          AND h.entity = q.entity)
    ORDER BY array_position(%(requests)s::bigint[], q.id)
    RETURNING id, request_id, message_id, entity, operation, successes, duplicates, superseded,
        failures
), history AS (
    INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
        units_received, units_unsent, units_quoted, units_reserved, units_safety, units_applied,
        units_before, other_sequence_id, created_at)
    SELECT p.id, f.sequence_id, f.result, f.reference, f.source_code, f.reason,
        CASE WHEN f.result = 2 THEN 0 ELSE f.units_received END,
        CASE WHEN f.result = 1 THEN nullif(f.units_unsent, 0) END,
        CASE WHEN f.result = 1 THEN nullif(f.units_quoted, 0) END,
        CASE WHEN NOT %(multi_source)s::boolean THEN NULL
            WHEN f.result = 1 THEN coalesce(f.units_reserved, 0) ELSE 0 END,
        CASE WHEN %(safety)s::boolean THEN coalesce(f.units_safety, 0) END,
        CASE WHEN f.result = 1 THEN f.units ELSE 0 END,
        CASE WHEN f.result = 1 THEN f.units_before END,
        CASE WHEN f.result = 3 THEN f.newest END,
        %(now)s::timestamptz
    FROM final f JOIN report p ON p.request_id = f.request_id
    ORDER BY f.ord
), ran_out AS (
    SELECT source_code, count(*) AS items FROM final
    WHERE %(is_watched)s::boolean AND result = 1 AND units_before > 0
      AND units + coalesce(units_safety, 0) <= 0 AND NOT ord = ANY(%(overtaken)s::integer[])
    GROUP BY source_code
)
SELECT report.*, (
    SELECT json_agg(json_build_array(o.source_code, o.items, {EARLIER},
        CASE WHEN w.counted_at >= %(counted_since)s::timestamptz THEN w.in_stock END))
    FROM ran_out o LEFT JOIN imports_stockwatch w ON w.source_code = o.source_code
    WHERE w.approved_until IS NULL OR w.approved_until <= %(now)s::timestamptz)
FROM report
"""  # noqa: S608
