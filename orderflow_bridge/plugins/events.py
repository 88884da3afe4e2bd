"""What plugins are told of, and asked about: plain values, whose members are only ever added to."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True)
class StockQuantity:
    """A line of a stock message that is about to be written.

    `quantity` is what would be written, `received` what OrderFlow counted, `before` what is there
    now. `number` names the line within its batch; one product may come more than once.
    """

    number: int
    sku: str
    source_code: str
    received: Decimal
    quantity: Decimal
    before: Decimal


@dataclass(frozen=True)
class AcceptedMessage:
    """A message of OrderFlow's that was queued: "inventory" or "shipment"."""

    entity: str
    message_id: str
    request_id: int
    lines: int
    received_by: str


@dataclass(frozen=True)
class AppliedMessage:
    """A message that was applied, and how many of its lines came to what."""

    entity: str
    message_id: str
    request_id: int
    import_id: int
    successes: int
    duplicates: int
    superseded: int
    failures: int


@dataclass(frozen=True)
class BookedShipment:
    """A shipment that was booked. `tracking_numbers` are on the first one of a despatch."""

    shipment_id: int
    shipment_number: str
    order_id: int
    order_number: str
    source_code: str
    quantity: Decimal
    tracking_numbers: tuple[str, ...]


@dataclass(frozen=True)
class SettledExport:
    """What became of a product ("product") or an order ("order") that was to be exported.

    `outcome` is "announced" (OrderFlow was told and will fetch it), "exported" (OrderFlow has it)
    or "failed"; `text` is the line of the history.
    """

    entity: str
    entity_id: int
    reference: str
    outcome: str
    text: str


@dataclass(frozen=True)
class ReportedProblem:
    """A problem that was opened or has ended; `kind` is as in docs/problems.md."""

    problem_id: int
    kind: str
    subject: str
    text: str
    severity: str
    website_id: int | None
    first_seen: datetime
    ended_at: datetime | None
