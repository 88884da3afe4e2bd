"""The stand-in warehouse itself: what it holds, whom it owes what, and which numbers come next.

Pure state: no wire, no file and no lock; `sandbox.py` adds those.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.sandbox.records import (
    Errand,
    Message,
    OrderLine,
    OrderState,
    StockRecord,
    WarehouseOrder,
)

MOST_MESSAGES = 300
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class NotPossible(BridgeError):
    """The warehouse cannot do that; the text says why."""


def first_number() -> int:
    """Return a number higher than any that an earlier, forgotten sandbox can have given out.

    The shop remembers sequence and message ids for ever, so a new sandbox must not begin at 1.
    """
    return int((datetime.now(UTC) - EPOCH).total_seconds())


def time_text(value: datetime) -> str:
    """Return a time as OrderFlow writes it, in whole seconds of UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


@dataclass
class Warehouse:
    """Everything the sandbox remembers about goods and orders."""

    stock: dict[str, StockRecord] = field(default_factory=dict)
    orders: dict[str, WarehouseOrder] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    errands: list[Errand] = field(default_factory=list)
    in_hand: Errand | None = None
    next_record_id: int = field(default_factory=first_number)
    next_message_id: int = field(default_factory=first_number)
    next_number: int = 1
    last_order_at: str = ""

    # --- stock ------------------------------------------------------------------------------------
    def demands(self) -> dict[str, Decimal]:
        """Return the units that open orders claim, by SKU."""
        units: dict[str, Decimal] = defaultdict(Decimal)
        for order in self.orders.values():
            if order.is_open:
                for line in order.lines:
                    units[line.sku] += line.open
        return units

    def record_of(self, sku: str) -> StockRecord:
        """Return a product's record. Raises NotPossible for an unknown SKU."""
        try:
            return self.stock[sku]
        except KeyError:
            raise NotPossible(f"There is no product {sku} in the warehouse.") from None

    def take_product(self, sku: str, *, description: str, first_units: Decimal) -> None:
        """Add a product, or take over its new description. Stock is counted here, never there."""
        record = self.stock.get(sku)
        if record is None:
            self.stock[sku] = StockRecord(sku, description, first_units, self._new_record_id())
        elif description:
            record.description = description

    def set_stock(self, sku: str, units: Decimal) -> None:
        """Count a product anew. Raises NotPossible for an unknown SKU or a negative count."""
        if units < 0:
            raise NotPossible("A count cannot be negative.")
        record = self.record_of(sku)
        if record.on_hand != units:
            record.on_hand = units
            record.record_id = self._new_record_id()

    def initialize(self) -> None:
        """Give every product a new inventory record, so that a full push counts again."""
        for record in self.stock.values():
            record.record_id = self._new_record_id()

    def changed_skus(self) -> list[str]:
        """Return the SKUs whose present record the shop has not been sent."""
        return [sku for sku, record in self.stock.items() if record.record_id != record.sent_id]

    # --- orders -----------------------------------------------------------------------------------
    def order_of(self, increment_id: str) -> WarehouseOrder:
        """Return an order. Raises NotPossible for an unknown number."""
        try:
            return self.orders[increment_id]
        except KeyError:
            raise NotPossible(f"There is no order {increment_id} in the warehouse.") from None

    def take_order(self, order: WarehouseOrder, *, at: datetime) -> bool:
        """Add an order; return False if it is here already, which changes nothing.

        `lastOrderExported` becomes the next whole second: the shop noted its own, earlier moment
        with fractions, and must not find that moment later than ours.
        """
        if order.increment_id in self.orders:
            return False
        self.last_order_at = time_text(at + timedelta(seconds=1))
        order.received_at = time_text(at)
        self.orders[order.increment_id] = order
        self._renew(order)
        return True

    def despatch(
        self, increment_id: str, units: Mapping[str, Decimal] | None = None
    ) -> list[tuple[str, Decimal]]:
        """Send out these units by SKU, or everything open; return what left.

        Raises NotPossible for an unknown or closed order, an unknown SKU, nothing to send, or more
        than is open; then nothing is changed.
        """
        order = self.order_of(increment_id)
        if not order.is_open:
            raise NotPossible(f"Order {increment_id} is {order.state.lower()}.")
        wanted = dict(units) if units is not None else _open_units(order)
        parts = _shares(order, {sku: count for sku, count in wanted.items() if count})
        for line, count in parts:
            line.despatched += count
            if record := self.stock.get(line.sku):
                record.on_hand -= count
        is_done = not any(line.open for line in order.lines)
        order.state = OrderState.DESPATCHED if is_done else OrderState.PART_DESPATCHED
        return [(line.sku, count) for line, count in parts]

    def cancel(self, increment_id: str) -> bool:
        """Cancel an order; return False if something of it has left, or it is cancelled already.

        Raises NotPossible for an unknown number.
        """
        order = self.order_of(increment_id)
        if order.state != OrderState.RECEIVED:
            return False
        order.state = OrderState.CANCELLED
        self._renew(order)
        return True

    # --- errands ----------------------------------------------------------------------------------
    def send_for(self, errand: Errand) -> None:
        """Add an errand unless it waits already; one in hand may come too early and is repeated."""
        if errand not in self.errands:
            self.errands.append(errand)

    def begin(self, errand: Errand) -> bool:
        """Take an errand in hand; return False if it was forgotten meanwhile."""
        if errand not in self.errands:
            return False
        self.errands.remove(errand)
        self.in_hand = errand
        return True

    # --- messages ---------------------------------------------------------------------------------
    def new_message_id(self) -> int:
        """Return the id of the next message to the shop."""
        self.next_message_id += 1
        return self.next_message_id - 1

    def note(self, message: Message) -> Message:
        """Write an exchange down, number it and forget the oldest beyond 300."""
        message.number = self.next_number
        self.next_number += 1
        self.messages.append(message)
        del self.messages[:-MOST_MESSAGES]
        return message

    def message_of(self, number: int) -> Message:
        """Return a message by its number. Raises NotPossible if it is unknown or forgotten."""
        for message in reversed(self.messages):
            if message.number == number:
                return message
        raise NotPossible(f"There is no message {number}.")

    def reset(self) -> None:
        """Forget everything but the counters: the shop remembers the old numbers."""
        self.stock.clear()
        self.orders.clear()
        self.messages.clear()
        self.errands.clear()
        self.last_order_at = ""

    def _new_record_id(self) -> int:
        self.next_record_id += 1
        return self.next_record_id - 1

    def _renew(self, order: WarehouseOrder) -> None:
        """Note that an order changed what is available of its products."""
        for line in order.lines:
            if record := self.stock.get(line.sku):
                record.record_id = self._new_record_id()


def _open_units(order: WarehouseOrder) -> dict[str, Decimal]:
    units: dict[str, Decimal] = defaultdict(Decimal)
    for line in order.lines:
        units[line.sku] += line.open
    return units


def _shares(
    order: WarehouseOrder, wanted: Mapping[str, Decimal]
) -> list[tuple[OrderLine, Decimal]]:
    """Spread the units over the order's lines, filling lines of one SKU in turn."""
    if not wanted:
        raise NotPossible("There is nothing to despatch.")
    open_units = _open_units(order)
    shares: list[tuple[OrderLine, Decimal]] = []
    for sku, count in wanted.items():
        if count < 0 or count > open_units.get(sku, Decimal(0)):
            raise NotPossible(f"Order {order.increment_id} has no {count:f} open units of {sku}.")
        left = count
        for line in order.lines:
            if line.sku == sku and left and line.open:
                share = min(left, line.open)
                shares.append((line, share))
                left -= share
    return shares
