"""One batch of stock lines on SQLite: the same judgement as on PostgreSQL, step by step.

SQLite has one writer at a time and the transaction began as IMMEDIATE (settings), so nothing needs
to be locked; and it cannot write inside a WITH, so every table has a statement of its own.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from django.db import OperationalError, connection

from imports.inventory.adjusting import ADJUST_IN_SQLITE, adjusted, is_asked
from imports.inventory.decide_in_sqlite import (
    CLEAR,
    CREATE,
    DECIDE,
    FILL,
    RAN_OUT,
    REPORT,
    SETTLE,
    TO_ADJUST,
    WITH_DEMAND,
    WITH_RESERVATIONS,
    WRITE_HISTORY,
    WRITE_REPORTS,
    WRITE_STOCK,
)
from imports.inventory.lines import CORRECTS, Batch
from imports.inventory.mass_changes import COUNTED_FOR, RanOut
from imports.inventory.safety_stock import IN_SQLITE
from imports.inventory.stock_levels import StockLevels
from imports.models import Import
from orderflow_bridge.common.choices import Result
from orderflow_bridge.common.skus import sku_key

# What DECIDE gives a line that SETTLE has to look at.
_OLD = 0
# Where a row of FILL has the quantity, a text.
_UNITS = 7


def apply_batch(batch: Batch) -> tuple[list[Import], Sequence[RanOut]]:
    """Apply the batch inside the caller's transaction.

    Returns the reports, in order of work and none while a message is held, and what ran out.
    """
    parameters = _parameters(batch)
    with connection.cursor() as cursor:
        try:
            cursor.execute(CLEAR)
        except OperationalError:  # this connection's first batch
            cursor.execute(CREATE)
        rows = _rows(batch, stock_levels := StockLevels())
        cursor.executemany(FILL, rows)
        parameters["overtaken"] = orjson.dumps(stock_levels.overtaken).decode()
        cursor.execute(DECIDE)
        judged = [result for (result,) in cursor.fetchall()]
        if len(judged) < len(rows) or _OLD in judged:
            cursor.execute(SETTLE)
        if batch.is_multi_source:
            cursor.execute(WITH_RESERVATIONS, parameters)
        elif batch.subtracts_unsent:
            cursor.execute(WITH_DEMAND, parameters)
        is_adjusted = batch.is_multi_source or batch.subtracts_unsent
        may_run_out = is_adjusted and any(runs_out for (runs_out,) in cursor.fetchall())
        if batch.keeps_safety_stock:
            cursor.execute(IN_SQLITE, parameters)
        may_run_out = may_run_out or any(row[_UNITS] and row[_UNITS][0] in "-0" for row in rows)
        if is_asked():
            may_run_out = _ask_plugins(cursor, parameters) or may_run_out
        if batch.listeners:
            cursor.execute(REPORT, parameters)
        cursor.execute(WRITE_STOCK, parameters)
        cursor.execute(WRITE_REPORTS, parameters)
        reports = batch.reports(cursor.fetchall())
        if not reports:
            return [], []
        parameters["first_report"] = reports[0].pk
        cursor.execute(WRITE_HISTORY, parameters)
        if not (batch.is_watched and may_run_out):
            return reports, []
        cursor.execute(RAN_OUT, parameters)
        return reports, [RanOut(*each) for each in cursor.fetchall()]


def _ask_plugins(cursor: Any, parameters: dict[str, Any]) -> bool:
    """Have plugins change what is about to be written; return whether they have changed any."""
    cursor.execute(TO_ADJUST, parameters)
    found = adjusted(cursor.fetchall())
    cursor.executemany(
        ADJUST_IN_SQLITE, [(str(each.units), each.reason, each.ord) for each in found]
    )
    return bool(found)


def _parameters(batch: Batch) -> dict[str, Any]:
    settings = batch.settings
    return {
        "requests": orjson.dumps(batch.request_ids).decode(),
        "now": _datetime(batch.now),
        "at": batch.at,
        "receivers": batch.receivers,
        "negative": settings.negative_qtys_enabled,
        "multi_source": batch.is_multi_source,
        "safety": batch.keeps_safety_stock,
        "statuses": orjson.dumps(list(settings.valid_unsent_order_statuses)).decode(),
        "orders_since": _datetime(batch.orders_since),
        "quotes": batch.subtracts_quotes,
        "quotes_since": _datetime(batch.quotes_since),
        "since": _datetime(batch.since),
        "counted_since": _datetime(batch.now - COUNTED_FOR),
    }


def _rows(batch: Batch, stock_levels: StockLevels) -> list[tuple[Any, ...]]:
    """Return the rows of FILL, by the SKU's key.

    Neighbours in the table are then neighbours in the catalogue's index, which makes finding them
    cheaper. `ord` keeps their order of work.
    """
    rows: list[tuple[Any, ...]] = []
    for ord, (request_id, line) in enumerate(batch.lines()):
        sku, source, sequence_id, quantity, at, reason, corrects = line
        key = sku_key(sku)
        place = (key, ord, request_id, sku, source, sequence_id, stock_levels.enter(ord, key, line))
        units = None if quantity is None else str(quantity)
        result = Result.FAILURE.value if reason else None
        rows.append((*place, units, _datetime(at), result, CORRECTS if corrects else reason))
    rows.sort(key=itemgetter(0))
    return rows


@lru_cache(maxsize=1_000)
def _datetime(at: datetime | None) -> str | None:
    """Write a moment as Django stores it on SQLite."""
    return connection.ops.adapt_datetimefield_value(at)
