"""The original module's statements for a stock push, line after line, on its own tables.

Read from the Magento 2 module and the multi-source inventory it calls: about ten statements per
line, the stock written outside the transaction that records the outcome. Only the SQL is repeated
here. PHP, plug-ins, attribute tables and the indexers come on top in a real shop, so a real shop is
slower.
"""

import time
from collections.abc import Sequence
from typing import Any

_TABLES = """
CREATE TABLE rtd_requests (request_id serial PRIMARY KEY, message_id varchar(150) NOT NULL,
    processed_at timestamp);
CREATE TABLE rtd_request_lines (line_id serial PRIMARY KEY,
    request_id int NOT NULL REFERENCES rtd_requests ON DELETE CASCADE, sequence_id bigint,
    body text NOT NULL, processed_at timestamp);
CREATE INDEX ON rtd_request_lines (request_id);
CREATE INDEX ON rtd_request_lines (processed_at);
CREATE INDEX ON rtd_request_lines (sequence_id);
CREATE TABLE rtd_imports (import_id serial PRIMARY KEY, request_id bigint NOT NULL,
    message_id varchar(150) NOT NULL, successes smallint NOT NULL DEFAULT 0,
    created_at timestamp NOT NULL DEFAULT now());
CREATE TABLE rtd_import_lines (line_id serial PRIMARY KEY,
    import_id int NOT NULL REFERENCES rtd_imports ON DELETE CASCADE, sequence_id bigint NOT NULL,
    result varchar(150) NOT NULL, reference varchar(150) NOT NULL, operation varchar(150) NOT NULL,
    entity varchar(150) NOT NULL, message text NOT NULL,
    created_at timestamp NOT NULL DEFAULT now());
CREATE INDEX ON rtd_import_lines (sequence_id);
CREATE INDEX ON rtd_import_lines (reference);
CREATE INDEX ON rtd_import_lines (operation);
CREATE INDEX ON rtd_import_lines (entity);
CREATE INDEX ON rtd_import_lines (created_at);
CREATE INDEX ON rtd_import_lines (import_id);
CREATE INDEX ON rtd_import_lines (entity, reference, sequence_id);
CREATE TABLE m_source (source_code varchar(255) PRIMARY KEY, enabled smallint DEFAULT 1);
CREATE TABLE m_link (link_id serial PRIMARY KEY, stock_id int, source_code varchar(255),
    priority int, UNIQUE (stock_id, source_code));
CREATE TABLE m_source_item (source_item_id serial PRIMARY KEY, source_code varchar(255) NOT NULL,
    sku varchar(64) NOT NULL, quantity numeric(12,4) NOT NULL DEFAULT 0,
    status smallint NOT NULL DEFAULT 0, UNIQUE (source_code, sku));
CREATE INDEX ON m_source_item (sku, source_code, quantity);
CREATE TABLE m_reservation (reservation_id serial PRIMARY KEY, stock_id int NOT NULL,
    sku varchar(64) NOT NULL, quantity numeric(10,4) NOT NULL DEFAULT 0);
CREATE INDEX ON m_reservation (stock_id, sku, quantity);
CREATE TABLE m_stock_item (item_id serial PRIMARY KEY, product_id int NOT NULL UNIQUE,
    qty numeric(12,4), is_in_stock smallint NOT NULL DEFAULT 0);
INSERT INTO m_source VALUES ('default', 1);
INSERT INTO m_link (stock_id, source_code, priority) VALUES (1, 'default', 1);
INSERT INTO m_source_item (source_code, sku) SELECT 'default', sku FROM catalog_product;
INSERT INTO m_stock_item (product_id) SELECT id FROM catalog_product;
"""
_PER_LINE = (
    "SELECT * FROM rtd_import_lines WHERE sequence_id = %(seq)s AND result = 'Success'",
    """SELECT * FROM rtd_import_lines WHERE entity = 'Inventory' AND reference = %(reference)s
       AND result = 'Success' ORDER BY sequence_id DESC""",
    "SELECT stock_id FROM m_link WHERE source_code = %(source)s",
    "SELECT sum(quantity) FROM m_reservation WHERE sku = %(sku)s AND stock_id = 1",
    "SELECT * FROM m_source_item WHERE sku = %(sku)s AND source_code = %(source)s",
    "SELECT 1 FROM m_source WHERE source_code = %(source)s",
    """INSERT INTO m_source_item (source_code, sku, quantity, status)
       VALUES (%(source)s, %(sku)s, %(qty)s, 1) ON CONFLICT (source_code, sku)
       DO UPDATE SET quantity = excluded.quantity, status = excluded.status""",
    "SELECT id, type_id FROM catalog_product WHERE sku_key = lower(%(sku)s)",
    """UPDATE m_stock_item SET qty = %(qty)s, is_in_stock = 1
       WHERE product_id = (SELECT id FROM catalog_product WHERE sku_key = lower(%(sku)s))""",
)
_OUTCOME = """
INSERT INTO rtd_import_lines (import_id, sequence_id, result, reference, operation, entity, message)
VALUES (%(report)s, %(seq)s, 'Success', %(reference)s, 'Update', 'Inventory',
    'Product Quantity Successfully Updated to ' || %(qty)s)
"""
STATEMENTS_PER_LINE = len(_PER_LINE) + 1


def prepare(cursor: Any) -> None:
    """Make the original's tables, with one stock row for each of ours."""
    cursor.execute(_TABLES)
    cursor.execute("ANALYZE m_source_item")


def push(connection: Any, messages: Sequence[Sequence[Sequence[str]]]) -> float:
    """Process messages of lines [sku, qty, source, seq, …] one by one; return the seconds.

    `connection` must be in autocommit mode, as the original writes stock.
    """
    queued = [_enqueue(connection, lines) for lines in messages]
    started = time.perf_counter()
    for request, lines in zip(queued, messages, strict=True):
        _process(connection, request, lines)
    return time.perf_counter() - started


def _enqueue(connection: Any, lines: Sequence[Sequence[str]]) -> int:
    insert = "INSERT INTO rtd_requests (message_id) VALUES ('1') RETURNING request_id"
    request = int(connection.execute(insert).fetchone()[0])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO rtd_request_lines (request_id, sequence_id, body) VALUES (%s, %s, %s)",
            [(request, int(line[3]), "{}") for line in lines],
        )
    return request


def _process(connection: Any, request: int, lines: Sequence[Sequence[str]]) -> None:
    rows = []
    for sku, qty, source, seq, _ in lines:
        values = {"sku": sku, "qty": qty, "source": source, "seq": int(seq)}
        values["reference"] = f"{sku}_{source}"
        for statement in _PER_LINE:
            connection.execute(statement, values)
        rows.append(values)
    with connection.transaction():
        insert = (
            "INSERT INTO rtd_imports (request_id, message_id) VALUES (%s, '1') RETURNING import_id"
        )
        report = connection.execute(insert, (request,)).fetchone()[0]
        for values in rows:
            connection.execute(_OUTCOME, {**values, "report": report})
        done = "UPDATE {} SET processed_at = now() WHERE request_id = %s"
        connection.execute(done.format("rtd_requests"), (request,))
        connection.execute(done.format("rtd_request_lines"), (request,))
