"""Safety stock: what is taken off the figures of a batch, by one statement, where any is kept.

It comes last, when unsent orders, baskets and reservations have been counted: of what is then left
it takes units, a share of OrderFlow's figure (in whole units), or what is above the most that is
shown; of several that fit, the one that leaves least. It never takes more than there is, so that it
makes no figure negative. docs/stock.md, "Safety stock".
"""

_LEFT = """(l.units_received - coalesce(l.units_unsent, 0) - coalesce(l.units_quoted, 0)
        + coalesce(l.units_reserved, 0))"""

# What a safety stock says of a line beside its SKU. Those of one SKU are found by it, the others
# are few.
_FITS = """
    (s.source_id IS NULL OR s.source_id = l.source_code)
    AND (s.attribute_code = '' OR EXISTS (
        SELECT 1 FROM catalog_product p
        WHERE p.id = l.product_id AND p.custom_attributes ->> s.attribute_code = s.attribute_value))
    AND (s.category_id IS NULL OR EXISTS (
        SELECT 1 FROM catalog_productcategory c
        WHERE c.product_id = l.product_id AND c.category_id = s.category_id))
    AND (s.website_id IS NULL OR EXISTS (
        SELECT 1 FROM catalog_productwebsite w
        WHERE w.product_id = l.product_id AND w.website_id = s.website_id))
"""

_KEEP_BACK = f"""
WITH safety AS MATERIALIZED (
    SELECT * FROM rules_safetystock
    WHERE is_enabled AND (ends_at IS NULL OR ends_at > {{now}})
), lines AS MATERIALIZED (
    SELECT l.*, {_LEFT} AS units_left FROM inventory_line l
    WHERE l.result = 1 AND {_LEFT} > 0
), fitting AS (
    SELECT l.ord, l.units_received, l.units_left, s.kind, s.amount
    FROM lines l JOIN safety s ON s.sku_key = l.sku_key AND {_FITS}
    UNION ALL
    SELECT l.ord, l.units_received, l.units_left, s.kind, s.amount
    FROM lines l JOIN safety s ON s.sku_key = '' AND {_FITS}
), kept AS (
    SELECT ord, max(CASE kind
        WHEN 'units' THEN amount
        WHEN 'percent' THEN {{share}}
        ELSE units_left - amount END) AS units, max(units_left) AS units_left
    FROM fitting GROUP BY ord
)
UPDATE inventory_line
SET units_safety = round({{least}}(k.units, k.units_left), 4)
FROM kept k WHERE k.ord = inventory_line.ord AND k.units > 0
"""  # noqa: S608

# A share of a figure above zero, up to the next whole unit.
_SHARE = "round({figure} * amount / 100.0, 6)"
_FIGURE = "CASE WHEN units_received > 0 THEN units_received ELSE 0 END"
_SHARE_OF = _SHARE.format(figure=f"({_FIGURE})")

IN_POSTGRESQL = _KEEP_BACK.format(
    now="%(now)s::timestamptz", least="least", share=f"ceil({_SHARE_OF})"
)
# Not every SQLite has ceil().
IN_SQLITE = _KEEP_BACK.format(
    now="%(now)s",
    least="min",
    share=f"CAST({_SHARE_OF} AS integer) + ({_SHARE_OF} > CAST({_SHARE_OF} AS integer))",
)
