"""The raw limit of a stock push: COPY, one UPDATE, one INSERT, one transaction, no logic at all.

Its tables are copies of ours: same columns, indexes, foreign keys, partitioning and rows. It begins
with the lines as values in memory. What it leaves out is everything a shop needs: reading messages,
judging lines, locking, adjusting, settling requests.
"""

import time
from collections.abc import Sequence
from typing import Any

_TABLES = """
CREATE TABLE limit_item (LIKE inventory_sourceitem INCLUDING ALL) WITH (fillfactor = 50);
INSERT INTO limit_item SELECT * FROM inventory_sourceitem;
ALTER TABLE limit_item
    ADD FOREIGN KEY (product_id) REFERENCES catalog_product DEFERRABLE INITIALLY DEFERRED,
    ADD FOREIGN KEY (source_code) REFERENCES inventory_source DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE limit_line (LIKE imports_importline INCLUDING ALL) PARTITION BY RANGE (created_at);
CREATE TABLE limit_line_all PARTITION OF limit_line FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
INSERT INTO limit_line SELECT * FROM imports_importline;
CREATE UNLOGGED TABLE limit_copy (sku text, source_code text, sequence_id bigint, quantity numeric);
"""
_UPDATE = """
UPDATE limit_item i
SET quantity = c.quantity, status = (c.quantity > 0)::integer, last_sequence_id = c.sequence_id,
    updated_at = now()
FROM limit_copy c JOIN catalog_product p ON p.sku = c.sku
WHERE i.product_id = p.id AND i.source_code = c.source_code
"""
_INSERT = """
INSERT INTO limit_line (parent_id, sequence_id, result, reference, source_code, reason,
    units_received, units_unsent, units_quoted, units_applied, created_at)
SELECT 1, sequence_id, 1, sku, source_code, '', quantity, 0, 0, quantity, now() FROM limit_copy
"""


def prepare(cursor: Any) -> None:
    """Make the tables, with the rows of ours."""
    cursor.execute(_TABLES)
    cursor.execute("ANALYZE limit_item, limit_line")


def push(connection: Any, lines: Sequence[Sequence[str]]) -> float:
    """Apply lines [sku, qty, source, seq, …] at once; return the seconds from COPY to COMMIT."""
    connection.execute("TRUNCATE limit_copy")
    connection.commit()
    started = time.perf_counter()
    with connection.cursor() as cursor:
        with cursor.copy("COPY limit_copy FROM STDIN") as copy:
            for sku, qty, source, seq, _ in lines:
                copy.write_row((sku, source, seq, qty))
        cursor.execute(_UPDATE)
        cursor.execute(_INSERT)
    connection.commit()
    return time.perf_counter() - started
