"""Stock lines: is a line complete and well-formed, and what is a batch of them judged by?

All of it is read and compared in Python, before a database sees it. Whether a line is stale, that
is, older than what has been applied, the database decides: DECIDE in `decide_in_postgresql` and
`decide_in_sqlite`.

A stored line is the JSON list [sku, qty, source, seq, last_order_exported], texts or null as they
were received (imports/inbox.py). A line that cannot be read fails alone, with a text for operators;
it never becomes zero stock (docs/contract/shop-rules.md, "Stock messages").
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import orjson

from imports.models import Import
from orderflow_bridge.common.choices import Operation
from orderflow_bridge.common.datetimes import parse_datetime, utc_text
from orderflow_bridge.common.numbers import parse_quantity, parse_sequence
from orderflow_bridge.common.skus import LONGEST_SKU, sku_key
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.inventory.models import DEFAULT_SOURCE
from orderflow_bridge.outbox.webhooks.filters import Listener
from orderflow_bridge.request_queue.services import Claim

LONGEST_SOURCE = 64
LONGEST_REFERENCE = 150
LONGEST_QUOTE = 100
NO_SUCH_SKU = "SKU Does Not Exist"
UNREADABLE = "The line cannot be read."
# What marks a correction among the lines that are not judged yet, which have no reason.
CORRECTS = "correction"
NO_LINES = "The message has no lines: nothing was imported."
Value = TypeVar("Value")
REPORT_COLUMNS = (
    "id",
    "request_id",
    "message_id",
    "entity",
    "operation",
    "successes",
    "duplicates",
    "superseded",
    "failures",
)
_new_tuple: Callable[[type["Line"], tuple[Any, ...]], "Line"] = tuple.__new__


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


@dataclass(frozen=True)
class Batch:
    """The messages of one transaction, in the order of work.

    `listeners` are the shop's own systems that are told of changed stock, `aliases` the
    products' SKUs by the keys of what OrderFlow calls them.
    """

    claims: Sequence[Claim]
    settings: InventoryImport
    now: datetime
    listeners: Sequence[Listener] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def request_ids(self) -> list[int]:
        return [claim.id for claim in self.claims]

    def lines(self) -> Iterator[tuple[int, Line]]:
        """Read every line in the order of work, each with the id of its request.

        A message without lines has one that has failed, so that its report is no success.
        """
        aliases = self.aliases
        for claim in self.claims:
            if not claim.lines:
                yield claim.id, Line("", "", None, None, None, NO_LINES)
            read = read_correction if claim.operation == Operation.RECONCILE else read_line
            for stored in claim.lines:
                line = read(stored)
                yield claim.id, meant_by(line, aliases) if aliases else line

    @property
    def at(self) -> str:
        """The time as webhooks tell it."""
        return utc_text(self.now)

    @property
    def receivers(self) -> str:
        """What stock the listeners want to hear of, as JSON."""
        return orjson.dumps([each.stock_terms() for each in self.listeners]).decode()

    @property
    def is_multi_source(self) -> bool:
        """Whether reservations are added back, in place of the classic adjustments."""
        return self.settings.multi_source_enabled

    @property
    def keeps_safety_stock(self) -> bool:
        return self.settings.keep_safety_stock

    @property
    def subtracts_unsent(self) -> bool:
        return not self.is_multi_source and self.settings.adjust_inventory != Adjustment.NO

    @property
    def subtracts_quotes(self) -> bool:
        return self.subtracts_unsent and (
            self.settings.adjust_inventory == Adjustment.UNSENT_ORDERS_AND_QUOTES
        )

    @property
    def orders_since(self) -> datetime:
        return self.now - timedelta(days=self.settings.unsent_order_cutoff)

    @property
    def quotes_since(self) -> datetime:
        return self.now - timedelta(days=self.settings.active_quote_cutoff)

    @property
    def since(self) -> datetime:
        """Where the window begins in which items that run out are counted together."""
        return self.now - timedelta(minutes=self.settings.mass_change_within)

    @property
    def is_watched(self) -> bool:
        """Whether a mass change would be held: neither limit alone is needed."""
        settings = self.settings
        return settings.hold_mass_changes and bool(
            settings.mass_change_share or settings.mass_change_at_least
        )

    def reports(self, rows: Iterable[Sequence[Any]]) -> list[Import]:
        """Return the reports just written, from rows of REPORT_COLUMNS, in the order of work."""
        return [
            Import(**dict(zip(REPORT_COLUMNS, row, strict=True)), created_at=self.now)
            for row in sorted(rows, key=itemgetter(0))
        ]


def read_line(stored: Any) -> Line:
    """Read one stored line. Never raises: what is wrong with the line is its `reason`."""
    if not isinstance(stored, list) or len(stored) != 5:
        return Line("", DEFAULT_SOURCE, None, None, None, UNREADABLE)
    sku, quantity, source, sequence, exported = stored
    try:
        # Nearly half the time that naming them would take.
        return _new_tuple(
            Line,
            (
                _sku(sku),
                _source(source),
                _sequence(sequence),
                _quantity(quantity),
                _datetime(exported),
                "",
                False,
            ),
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
        raise ValueError(NO_SUCH_SKU)
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
