"""One batch of stock lines on SQLite: the same judgement as on PostgreSQL, step by step.

SQLite has one writer at a time and the transaction began as IMMEDIATE (settings), so nothing needs
to be locked; and it cannot write inside a WITH, so every table has a statement of its own.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from imports.inventory.batch import Batch
from imports.inventory.sqlite_sql import (
    ADD_ITEMS,
    CLEAR,
    CREATE,
    DECIDE,
    FILL,
    WITH_DEMAND,
    WITH_RESERVATIONS,
    WRITE_HISTORY,
    WRITE_REPORTS,
    WRITE_STOCK,
)
from imports.models import Import


def apply_batch(batch: Batch) -> list[Import]:
    """Apply the batch inside the caller's transaction and return the reports, in order of work."""
    parameters = _parameters(batch)
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        cursor.execute(CLEAR)
        cursor.executemany(FILL, _rows(batch))
        cursor.execute(ADD_ITEMS, parameters)
        if batch.is_multi_source:
            cursor.execute(WITH_RESERVATIONS, parameters)
        elif batch.subtracts_unsent:
            cursor.execute(WITH_DEMAND, parameters)
        cursor.execute(DECIDE, parameters)
        cursor.execute(WRITE_STOCK, parameters)
        cursor.execute(WRITE_REPORTS, parameters)
        reports = batch.reports(cursor.fetchall())
        if reports:
            cursor.execute(WRITE_HISTORY, {**parameters, "first_report": reports[0].pk})
    return reports


def _parameters(batch: Batch) -> dict[str, Any]:
    settings = batch.settings
    return {
        "requests": orjson.dumps(batch.request_ids).decode(),
        "now": _moment(batch.now),
        "negative": settings.negative_qtys_enabled,
        "statuses": orjson.dumps(list(settings.valid_unsent_order_statuses)).decode(),
        "orders_since": _moment(batch.orders_since),
        "quotes": batch.subtracts_quotes,
        "quotes_since": _moment(batch.quotes_since),
    }


def _rows(batch: Batch) -> Iterator[tuple[Any, ...]]:
    reserved = 0 if batch.is_multi_source else None
    for ord, (request_id, line) in enumerate(batch.lines()):
        sku, source, sequence_id, quantity, moment, reason = line
        units = None if quantity is None else str(quantity)
        exported = None if moment is None else _moment(moment)
        yield ord, request_id, sku, source, sequence_id, units, exported, reason, reserved


def _moment(moment: datetime) -> str | None:
    """Write a moment as Django stores it on SQLite."""
    return connection.ops.adapt_datetimefield_value(moment)
