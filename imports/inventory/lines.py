"""Reading stock lines: is a line complete and well-formed? Pure functions, no database.

A stored line is the JSON list [sku, qty, source, seq, last_order_exported], texts or null as they
were received (imports/inbox.py). A line that cannot be read fails alone, with a text for operators;
it never becomes zero stock (docs/contract/shop-rules.md, "Stock messages").
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from orderflow_bridge.common.datetimes import parse_datetime
from orderflow_bridge.common.numbers import parse_quantity, parse_sequence
from orderflow_bridge.common.skus import LONGEST_SKU, sku_key
from orderflow_bridge.inventory.models import DEFAULT_SOURCE

LONGEST_SOURCE = 64
LONGEST_REFERENCE = 150
LONGEST_QUOTE = 100
UNKNOWN_SKU = "SKU Does Not Exist"
UNREADABLE = "The line cannot be read."
# What marks a correction among the lines that are not judged yet, which have no reason.
CORRECTS = "correction"
NO_LINES = "The message has no lines: nothing was imported."

Value = TypeVar("Value")


class Line(NamedTuple):
    """One stock line as far as it can be read. A `reason` means that it has failed already.

    A line that `corrects` writes another figure under the sequence id that its item has.
    """

    sku: str
    source: str
    sequence_id: int | None
    quantity: Decimal | None
    last_order_exported: datetime | None
    reason: str = ""
    corrects: bool = False


def read_line(stored: Any) -> Line:
    """Read one stored line. Never raises: what is wrong with the line is its `reason`."""
    if not isinstance(stored, list) or len(stored) != 5:
        return Line("", DEFAULT_SOURCE, None, None, None, UNREADABLE)
    sku, quantity, source, sequence, exported = stored
    try:
        return Line(
            _sku(sku),
            _source(source),
            _sequence(sequence),
            _quantity(quantity),
            _datetime(exported),
        )
    except ValueError as error:
        return _failed(stored, str(error))
    except (TypeError, AttributeError):
        return _failed(stored, UNREADABLE)


def correction(
    sku: str, quantity: Decimal, source: str, sequence_id: int | None
) -> list[str | None]:
    """Return a correction as a line is stored. `sequence_id` is that of the item's last figure."""
    mark = None if sequence_id is None else str(sequence_id)
    return [sku, f"{quantity:f}", source, mark, None]


def read_correction(stored: list[Any]) -> Line:
    """Read a line that `correction` has made."""
    sku, quantity, source, mark, _ = stored
    return Line(sku, source, mark and int(mark), Decimal(quantity), None, corrects=True)


def meant_by(line: Line, aliases: Mapping[str, str]) -> Line:
    """Return a line under the SKU of the product that it means; `aliases` are SKUs by keys."""
    sku = aliases.get(sku_key(line.sku))
    return line._replace(sku=sku) if sku else line


def _failed(stored: list[Any], reason: str) -> Line:
    """Keep what can be read of a failed line, the SKU as it was received."""
    sku, quantity, source, sequence, _ = (
        value if isinstance(value, str) else None for value in stored
    )
    return Line(
        (sku or "")[:LONGEST_REFERENCE],
        (source or "").strip()[:LONGEST_SOURCE] or DEFAULT_SOURCE,
        _or_none(_sequence, sequence),
        _or_none(_quantity, quantity),
        None,
        reason,
    )


def _or_none(read: Callable[[str | None], Value], text: str | None) -> Value | None:
    try:
        return read(text)
    except ValueError:
        return None


def _sku(text: str | None) -> str:
    sku = text.strip() if text else ""
    if not sku:
        raise ValueError("SKU is missing.")
    if len(sku) > LONGEST_SKU:
        raise ValueError(UNKNOWN_SKU)
    return sku


@lru_cache(maxsize=1_000)
def _source(text: str | None) -> str:
    source = (text or "").strip()
    if len(source) > LONGEST_SOURCE:
        raise ValueError(f'Source "{source[:LONGEST_QUOTE]}" does not exist.')
    return source or DEFAULT_SOURCE


def _sequence(text: str | None) -> int:
    if text and len(text) < 19 and text.isdecimal() and text.isascii():
        return int(text)  # nearly all of them, and twice as fast
    try:
        return parse_sequence(text)
    except ValueError:
        raise ValueError(_item_error("Sequence ID", text)) from None


@lru_cache(maxsize=10_000)
def _quantity(text: str | None) -> Decimal:
    try:
        return parse_quantity(text)
    except ValueError:
        raise ValueError(_item_error("Quantity", text)) from None


@lru_cache(maxsize=1_000)
def _datetime(text: str | None) -> datetime | None:
    """Read when the last order behind a figure was exported. Without an offset it is UTC."""
    stripped = (text or "").strip()
    if not stripped:
        return None
    try:
        return parse_datetime(stripped, UTC)
    except ValueError:
        raise ValueError(_item_error("Last order exported", text)) from None


def _item_error(what: str, text: str | None) -> str:
    """Name a value that is missing or wrong."""
    if not (text or "").strip():
        return f"{what} is missing."
    return f'{what} "{(text or "")[:LONGEST_QUOTE]}" is not valid.'
