"""What the stand-in warehouse writes down: stock, orders, messages, errands. Plain data."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any


class OrderState(StrEnum):
    """How far the warehouse is with an order."""

    RECEIVED = "Received"
    PART_DESPATCHED = "Part despatched"
    DESPATCHED = "Despatched"
    CANCELLED = "Cancelled"


class MessageState(StrEnum):
    """What became of a message, to or from the shop."""

    ANSWERED = "Answered"
    SPOILT = "Spoilt"
    SENT = "Sent"
    HELD = "Held back"
    FAILED = "Failed"


@dataclass
class StockRecord:
    """One product on the shelf.

    `record_id` is the inventory record's id, which the shop calls the sequence id; every change
    of the available units makes a new one. `sent_id` is the one the shop was last sent.
    """

    sku: str
    description: str = ""
    on_hand: Decimal = Decimal(0)
    record_id: int = 0
    sent_id: int = 0


@dataclass
class OrderLine:
    """Units of one SKU in an order, and how many have left the warehouse."""

    sku: str
    description: str = ""
    ordered: Decimal = Decimal(0)
    despatched: Decimal = Decimal(0)

    @property
    def open(self) -> Decimal:
        """Units still to be sent."""
        return max(self.ordered - self.despatched, Decimal(0))


@dataclass
class WarehouseOrder:
    """An order as the warehouse took it over. Times are UTC, `YYYY-MM-DD HH:MM:SS`."""

    increment_id: str
    entity_id: str = ""
    recipient: str = ""
    email: str = ""
    delivery: str = ""
    lines: list[OrderLine] = field(default_factory=list)
    state: OrderState = OrderState.RECEIVED
    received_at: str = ""

    @property
    def is_open(self) -> bool:
        """Whether units of it are still claimed from stock."""
        return self.state in {OrderState.RECEIVED, OrderState.PART_DESPATCHED}


@dataclass
class Message:
    """One exchange with the shop. `message` lets an outgoing message be sent again."""

    number: int
    at: str
    direction: str
    purpose: str
    reference: str
    place: str
    state: MessageState
    sent: str = ""
    received: str = ""
    note: str = ""
    shop_message: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Errand:
    """Something to fetch from the shop: a product by SKU, or an order by id or number."""

    kind: str
    reference: str
    entity_id: str = ""
