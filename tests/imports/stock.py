"""Stock messages and what became of them, in few words; and the rule as a plain loop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import Any

from imports.models import ImportLine
from imports.services import Processed, process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_request

# SKU, quantity, sequence id, and the source if it is not the default one.
Short = tuple[Any, ...]
Key = tuple[str, str]
StockQuantity = tuple[Decimal, int, int]


def stored(
    sku: Any = "24-MB01",
    qty: Any = "90",
    seq: Any = "507",
    source: str | None = None,
    exported: str | None = None,
) -> list[Any]:
    """Return a stock line as the queue stores it."""
    texts = [value if value is None else str(value) for value in (sku, qty, source, seq)]
    return [*texts, exported]


def queue(*lines: Short, message_id: int | str | None = None) -> Request:
    """Queue one stock message."""
    return make_request(message_id=message_id, lines=[stored(*line) for line in lines])


def process(**values: Any) -> Processed:
    """Process stock messages."""
    return process_imports(Entity.INVENTORY, **values)


def apply(*lines: Short, message_id: int | str | None = None) -> list[ImportLine]:
    """Queue one message, process it and return its history lines."""
    queued = queue(*lines, message_id=message_id)
    process(ids=[queued.pk])
    return list(ImportLine.objects.filter(parent__request=queued).order_by("id"))


def stock() -> dict[Key, StockQuantity]:
    """Return quantity, status and newest sequence id of everything that was ever counted."""
    items = SourceItem.objects.filter(last_sequence_id__isnull=False)
    columns = ("product__sku", "source_id", "quantity", "status", "last_sequence_id")
    return {
        (sku, source): (quantity, status, newest)
        for sku, source, quantity, status, newest in items.values_list(*columns)
    }


def results() -> list[int]:
    """Return the results of all history lines, in the order in which they were written."""
    return list(ImportLine.objects.order_by("id").values_list("result", flat=True))


@dataclass(frozen=True)
class Kept:
    """A safety stock of a SKU and a source, None for any; `kind` as SafetyStock has it."""

    kind: str
    amount: Decimal
    sku: str | None = None
    source: str | None = None

    def of(self, key: Key, received: Decimal, left: Decimal) -> Decimal:
        """Return what this keeps back of a figure of which so much is left."""
        if self.sku not in (None, key[0]) or self.source not in (None, key[1]):
            return Decimal(0)
        if self.kind == "percent":
            share = max(received, Decimal(0)) * self.amount / 100
            return round(share, 6).to_integral_value(ROUND_CEILING)
        return self.amount if self.kind == "units" else left - self.amount


def kept_back(safety: Iterable[Kept], key: Key, received: Decimal, left: Decimal) -> Decimal:
    """Return what is kept back of a figure: by what leaves least, and never more than there is."""
    wanted = max((each.of(key, received, left) for each in safety), default=Decimal(0))
    return min(max(wanted, Decimal(0)), max(left, Decimal(0)))


class Oracle:
    """The rule as a loop over single lines: slow, and easy to believe."""

    def __init__(self, safety: Sequence[Kept] = ()) -> None:
        self.safety = safety
        self.stock: dict[Key, StockQuantity] = {}
        self.applied: set[tuple[Key, int]] = set()

    def apply(self, lines: Iterable[Short], known: Sequence[str]) -> list[int]:
        """Apply lines in their order and return their results; `known` are the SKUs of the shop."""
        return [self._apply_one(*line, known=known) for line in lines]

    def _apply_one(self, sku: str, qty: int, seq: int, source: str, *, known: Sequence[str]) -> int:
        key = (sku, source)
        if sku not in known:
            return Result.FAILURE
        if (key, seq) in self.applied:
            return Result.DUPLICATE
        if key in self.stock and seq <= self.stock[key][2]:
            return Result.SUPERSEDED
        self.applied.add((key, seq))
        left = Decimal(qty)
        units = max(left - kept_back(self.safety, key, left, left), Decimal(0))
        self.stock[key] = (units, int(units > 0), seq)
        return Result.SUCCESS
