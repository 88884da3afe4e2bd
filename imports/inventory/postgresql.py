"""One batch of stock lines on PostgreSQL: copied in, locked, judged, written; a few statements.

Where all lines are new and nothing but OrderFlow's figures counts, one statement does all of it;
any other batch is judged step by step. The decision rule: a sequence id above everything applied to
its SKU and source cannot have been applied before, so only older ones are looked up in the history.
Source items are locked in the order of their ids, and judged by a later statement, which sees what
the worker it waited for has committed. That lock is what applies every figure once.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection

from imports.inventory.adjusting import ADJUST_IN_POSTGRESQL, adjusted, is_asked
from imports.inventory.clean_in_postgresql import BEGIN_CLEAN, WRITE_CLEAN
from imports.inventory.decide_in_postgresql import (
    ADD_ITEMS,
    COPY,
    CREATE,
    DECIDE,
    GO_BACK,
    REPORT,
    SAVEPOINT,
    SETTLE,
    TO_ADJUST,
    WITH_DEMAND,
    WITH_RESERVATIONS,
    WRITE,
)
from imports.inventory.lines import CORRECTS, Batch
from imports.inventory.mass_changes import COUNTED_FOR, RanOut
from imports.inventory.safety_stock import IN_POSTGRESQL
from imports.inventory.stock_levels import StockLevels
from imports.models import Import
from orderflow_bridge.common.choices import Result
from orderflow_bridge.common.skus import sku_key

_CHUNK = 2_000
_NULL = "\\N"
_UNDECIDED = f"\t{_NULL}\t\n"


def apply_batch(batch: Batch) -> tuple[list[Import], Sequence[RanOut]]:
    """Apply the batch inside the caller's transaction.

    Returns the reports, in order of work and none while a message is held, and what ran out.
    """
    stock_levels = StockLevels()
    lines = _rows(batch, stock_levels)
    parameters = {**_parameters(batch), "overtaken": stock_levels.overtaken}
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
        with cursor.copy(COPY) as copy:
            for start in range(0, len(lines), _CHUNK):
                copy.write("".join(lines[start : start + _CHUNK]))
        if _may_be_clean(batch, stock_levels):
            cursor.execute(BEGIN_CLEAN)
            written = _write_clean(cursor, batch, parameters)
            if written is not None:
                return written
            cursor.execute(GO_BACK)
        else:
            cursor.execute(SAVEPOINT)
        _judge(cursor, batch, len(lines), parameters)
        if is_asked():
            _ask_plugins(cursor, parameters)
        if batch.listeners:
            cursor.execute(REPORT, parameters)
        cursor.execute(WRITE, parameters)
        rows = cursor.fetchall()
    ran_out = rows[0][-1] if rows else None
    return batch.reports(row[:-1] for row in rows), [RanOut(*each) for each in ran_out or ()]


def _may_be_clean(batch: Batch, stock_levels: StockLevels) -> bool:
    """Tell whether all lines may be new, and nothing but OrderFlow's figures makes quantities."""
    return not (
        stock_levels.is_odd
        or batch.is_multi_source
        or batch.subtracts_unsent
        or batch.keeps_safety_stock
        or batch.listeners
        or is_asked()
    )


def _write_clean(
    cursor: Any, batch: Batch, parameters: dict[str, Any]
) -> tuple[list[Import], Sequence[RanOut]] | None:
    """Apply lines that are all new by one statement; None if they are not.

    What it has written then is to be rolled back.
    """
    lines_each = [len(claim.lines) for claim in batch.claims]
    lines = sum(lines_each)
    cursor.execute(WRITE_CLEAN, {**parameters, "lines": lines, "lines_each": lines_each})
    rows = cursor.fetchall()
    is_clean, updated, ran_out, *_ = rows[0]
    if not is_clean or updated != lines - len(parameters["overtaken"]):
        return None
    written = [row[3:] for row in rows if row[3] is not None]
    return batch.reports(written), [RanOut(*each) for each in ran_out or ()]


def _judge(cursor: Any, batch: Batch, lines: int, parameters: dict[str, Any]) -> None:
    """Lock, judge and adjust the lines in the temporary table."""
    if _decide(cursor, lines):
        # Items must be made before any is locked, or two workers could wait for each other.
        cursor.execute(GO_BACK)
        cursor.execute(ADD_ITEMS, parameters)
        _decide(cursor, lines)
    if batch.is_multi_source:
        cursor.execute(WITH_RESERVATIONS, parameters)
    elif batch.subtracts_unsent:
        cursor.execute(WITH_DEMAND, parameters)
    if batch.keeps_safety_stock:
        cursor.execute(IN_POSTGRESQL, parameters)


def _decide(cursor: Any, lines: int) -> int:
    """Lock and judge; return how many lines lack a source item."""
    cursor.execute(DECIDE)
    decided, old = cursor.fetchone()
    if decided == lines and not old:
        return 0
    cursor.execute(SETTLE)
    return int(cursor.fetchone()[0])


def _ask_plugins(cursor: Any, parameters: dict[str, Any]) -> None:
    """Have plugins change what is about to be written."""
    cursor.execute(TO_ADJUST, parameters)
    if found := adjusted(cursor.fetchall()):
        ords, units, reasons = (list(each) for each in zip(*found, strict=True))
        cursor.execute(ADJUST_IN_POSTGRESQL, {"ords": ords, "units": units, "reasons": reasons})


def _parameters(batch: Batch) -> dict[str, Any]:
    settings = batch.settings
    return {
        "requests": batch.request_ids,
        "now": batch.now,
        "at": batch.at,
        "receivers": batch.receivers,
        "negative": settings.negative_qtys_enabled,
        "multi_source": batch.is_multi_source,
        "safety": batch.keeps_safety_stock,
        "statuses": [str(status) for status in settings.valid_unsent_order_statuses],
        "orders_since": batch.orders_since,
        "quotes": batch.subtracts_quotes,
        "quotes_since": batch.quotes_since,
        "is_watched": batch.is_watched,
        "since": batch.since,
        "counted_since": batch.now - COUNTED_FOR,
    }


def _rows(batch: Batch, stock_levels: StockLevels) -> list[str]:
    """Write the lines in COPY's text format, by the SKU's key.

    Neighbours in the table are then neighbours in the catalogue's index, which makes finding them
    much cheaper. `ord` keeps their order of work.
    """
    rows = []
    heads = {id: f"\t{id}\t{number}\t" for number, id in enumerate(batch.request_ids, start=1)}
    enter = stock_levels.enter
    for ord, (request_id, line) in enumerate(batch.lines()):
        sku, source, sequence_id, quantity, at, reason, corrects = line
        before = enter(ord, key := sku_key(sku), line)
        if not (sku.isascii() and sku.isprintable() and "\\" not in sku):
            sku, key = _text(sku), _text(key)
        place = f"{key}\t{sku}\t{ord}{heads[request_id]}{_source(source)}"
        if reason:
            quantities = f"{_number(sequence_id)}\t{_number(before)}\t{_number(quantity)}"
            rows.append(f"{place}\t{quantities}\t\\N\t{Result.FAILURE:d}\t{_text(reason)}\n")
        elif corrects:
            quantities = f"{_number(sequence_id)}\t{_number(before)}\t{quantity!s}"
            rows.append(f"{place}\t{quantities}\t{_NULL}\t{_NULL}\t{CORRECTS}\n")
        else:
            mark = _NULL if before is None else before
            rows.append(f"{place}\t{sequence_id}\t{mark}\t{quantity}\t{_datetime(at)}{_UNDECIDED}")
    rows.sort()
    return rows


def _number(value: object) -> str:
    return _NULL if value is None else str(value)


@lru_cache(maxsize=1_000)
def _datetime(at: datetime | None) -> str:
    """Write a moment; the lines of a message mostly share one."""
    return _NULL if at is None else at.isoformat()


@lru_cache(maxsize=1_000)
def _source(code: str) -> str:
    return _text(code)


def _text(text: str) -> str:
    """Escape what COPY would take for its own marks; few texts need it."""
    if text.isprintable() and "\\" not in text:
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
