"""PostgreSQL's one statement for a batch whose lines are all new: find, judge and write at once.

Nearly every batch is one, and its lines are then not written back to the temporary table before
they are written for good (docs/decisions/stock-in-sql.md). Whatever is not as it hopes for is left
to `decide_in_postgresql`: with an old or unknown line among the batch it writes nothing, and if
another worker has changed an item in between, fewer items are updated than were found.
"""

from imports.inventory.decide_in_postgresql import EARLIER

# A nested loop keeps the order of its outer side. Going back to the savepoint undoes this as well.
BEGIN_CLEAN = """
SAVEPOINT before_items;
SET LOCAL enable_hashjoin = off;
SET LOCAL enable_mergejoin = off
"""

# OFFSET 0 has each product and item looked up by its index even where there are no statistics yet.
# Items are locked by being updated, in the order of their ids, which the nested loop keeps; each is
# found at its place, where nothing else can be as long as this statement sees it. An
# update that had to wait looks at its conditions again, with the row as it is by then: one with
# another mark or quantity is passed over. Lines are written by SKU, which is cheaper for their
# index. Returns one row per report, or one without any: whether all lines are new, how many items
# were updated, what ran out as `mass_changes` reads it, and the report.
WRITE_CLEAN = f"""
WITH found AS MATERIALIZED (
    SELECT l.ord, l.message, l.source_code, l.sequence_id, l.units_received, p.sku, i.id,
        i.ctid AS place, i.last_sequence_id, i.quantity AS units_before,
        least(99999999.9999, greatest(l.units_received,
            CASE WHEN %(negative)s::boolean THEN -99999999.9999 ELSE 0 END)) AS units,
        CASE WHEN t.backorders > 0
            THEN CASE WHEN t.min_qty < 0 THEN t.min_qty ELSE -1000000000 END
            ELSE 0 END AS floor,
        l.sequence_id > coalesce(greatest(i.last_sequence_id, l.newest), -1) AS is_new
    FROM inventory_line l
    CROSS JOIN LATERAL (
        SELECT c.id, c.sku, c.type_id FROM catalog_product c WHERE c.sku_key = l.sku_key OFFSET 0
    ) p
    CROSS JOIN LATERAL (
        SELECT s.ctid, s.id, s.quantity, s.last_sequence_id FROM inventory_sourceitem s
        WHERE s.product_id = p.id AND s.source_code = l.source_code OFFSET 0
    ) i
    LEFT JOIN inventory_stocksettings t ON t.product_id = p.id
    WHERE p.type_id IN ('simple', 'virtual', 'downloadable')
    ORDER BY i.id
), verdict AS MATERIALIZED (
    SELECT count(*) = %(lines)s::integer AND bool_and(is_new) AS is_clean FROM found
), updated AS (
    UPDATE inventory_sourceitem i
    SET quantity = f.units, status = (f.units > f.floor)::integer, last_sequence_id = f.sequence_id,
        last_received = f.units_received, updated_at = %(now)s::timestamptz
    FROM found f
    WHERE (SELECT is_clean FROM verdict) AND NOT f.ord = ANY(%(overtaken)s::integer[])
      AND i.ctid = f.place AND i.quantity = f.units_before
      AND i.last_sequence_id IS NOT DISTINCT FROM f.last_sequence_id
    RETURNING 1
), report AS (
    INSERT INTO imports_import (request_id, message_id, entity, operation, successes, duplicates,
        superseded, failures, created_at)
    SELECT q.id, q.message_id, q.entity, q.operation, y.lines, 0, 0, 0, %(now)s::timestamptz
    FROM unnest(%(requests)s::bigint[], %(lines_each)s::integer[])
        WITH ORDINALITY AS y(request_id, lines, place)
    JOIN request_queue_request q ON q.id = y.request_id
    WHERE (SELECT is_clean FROM verdict) AND NOT EXISTS (
        SELECT FROM request_queue_request h
        WHERE h.held_at IS NOT NULL AND h.processed_at IS NULL AND h.type = q.type
          AND h.entity = q.entity)
    ORDER BY y.place
    RETURNING id, request_id, message_id, entity, operation, successes, duplicates, superseded,
        failures
), history AS (
    INSERT INTO imports_importline (parent_id, sequence_id, result, reference, source_code, reason,
        units_received, units_reserved, units_safety, units_applied, units_before, created_at)
    SELECT (SELECT array_agg(id ORDER BY id) FROM report)[f.message], f.sequence_id, 1, f.sku,
        f.source_code, '', f.units_received, NULL, NULL, f.units, f.units_before,
        %(now)s::timestamptz
    FROM found f WHERE EXISTS (SELECT FROM report)
    ORDER BY f.sku COLLATE "C", f.ord
), ran_out AS (
    SELECT source_code, count(*) AS items FROM found
    WHERE %(is_watched)s::boolean AND units_before > 0 AND units <= 0
      AND NOT ord = ANY(%(overtaken)s::integer[])
    GROUP BY source_code
)
SELECT v.is_clean, (SELECT count(*) FROM updated), (
    SELECT json_agg(json_build_array(o.source_code, o.items, {EARLIER},
        CASE WHEN w.counted_at >= %(counted_since)s::timestamptz THEN w.in_stock END))
    FROM ran_out o LEFT JOIN imports_stockwatch w ON w.source_code = o.source_code
    WHERE w.approved_until IS NULL OR w.approved_until <= %(now)s::timestamptz),
    report.*
FROM verdict v LEFT JOIN report ON true
"""  # noqa: S608
