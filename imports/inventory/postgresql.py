"""One batch of stock lines on PostgreSQL: copied in, locked, judged and written in a few statements.

The decision rule is performance.md's: a sequence id above everything applied to its SKU and source
cannot have been applied before, so only older ones are looked up in the history. Source items are
locked in the order of their ids, and judged by a later statement, which sees what the worker it
waited for has committed. That lock is what applies every figure once.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from imports.inventory.batch import Batch
from imports.inventory.postgresql_sql import (
    ADD_ITEMS,
    COPY,
    CREATE,
    DECIDE,
    ESTIMATE,
    TAKE,
    WITH_DEMAND,
    WITH_RESERVATIONS,
)
from imports.models import Import

_CHUNK = 2_000


def apply_batch(batch: Batch) -> list[Import]:
    """Apply the batch inside the caller's transaction and return the reports, in order of work."""
    parameters = _parameters(batch)
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        with cursor.copy(COPY) as copy:
            for block in _blocks(batch):
                copy.write(block)
        cursor.execute(ESTIMATE)
        if not _take(cursor, parameters):
            cursor.execute(ADD_ITEMS, parameters)
            _take(cursor, parameters)
        if batch.is_multi_source:
            cursor.execute(WITH_RESERVATIONS, parameters)
        elif batch.subtracts_unsent:
            cursor.execute(WITH_DEMAND, parameters)
        cursor.execute(DECIDE, parameters)
        return batch.reports(cursor.fetchall())


def _take(cursor: Any, parameters: dict[str, Any]) -> bool:
    """Resolve and lock; False when source items are missing, in which case nothing is locked."""
    cursor.execute(TAKE, parameters)
    return bool(cursor.fetchone()[0] == 0)


def _parameters(batch: Batch) -> dict[str, Any]:
    settings = batch.settings
    return {
        "requests": batch.request_ids,
        "now": batch.now,
        "negative": settings.negative_qtys_enabled,
        "multi_source": batch.is_multi_source,
        "statuses": list(settings.valid_unsent_order_statuses),
        "orders_since": batch.orders_since,
        "quotes": batch.subtracts_quotes,
        "quotes_since": batch.quotes_since,
    }


def _blocks(batch: Batch) -> Iterator[str]:
    """Write the lines in COPY's text format, a few thousand at a time."""
    rows: list[str] = []
    for ord, (request_id, line) in enumerate(batch.lines()):
        sku, source, sequence_id, quantity, moment, reason = line
        rows.append(
            f"{ord}\t{request_id}\t{_text(sku)}\t{_text(source)}\t{_value(sequence_id)}"
            f"\t{_value(quantity)}\t{_value(moment)}\t{_text(reason)}\n"
        )
        if len(rows) == _CHUNK:
            yield "".join(rows)
            rows.clear()
    yield "".join(rows)


def _value(value: object) -> str:
    return "\\N" if value is None else str(value)


def _text(text: str) -> str:
    """Escape what COPY would take for its own marks; few texts need it."""
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
