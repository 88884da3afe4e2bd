"""Applying despatch messages: read, judge each against its order, write all at once.

Shipments are events, not states: every message ships once, in whatever order they come, and all or
nothing of it. What a message did is remembered by its Despatch row, not by the history
(docs/contract/shop-rules.md, "Despatches").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from imports.despatch import Despatch, identity_of, order_number, read_despatch
from imports.despatch_problems import FailedDespatch, Lacking, raise_despatch_failures, waits_of
from imports.inventory.unknown_skus import Aliases, sku_aliases
from imports.models import Import, ImportLine
from orderflow_bridge.carriers.selectors import carrier_of
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.common.exceptions import NotShippable, SkuNotOrdered
from orderflow_bridge.common.numbers import sequence_or_none
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.inventory.services import Warehouse, read_warehouse, ship_bookings
from orderflow_bridge.request_queue.services import Claim, let_wait
from orderflow_bridge.sales import states
from orderflow_bridge.sales.booking import Booking, carry_out
from orderflow_bridge.sales.despatch_allocation import Units, allocate, everything_open
from orderflow_bridge.sales.models import Order, OrderItem
from orderflow_bridge.sales.selectors import LockedOrder, lock_orders
from orderflow_bridge.sales.shipping import book_despatches
from orderflow_bridge.stores.order_statuses import default_statuses


@dataclass(frozen=True)
class Message:
    """A claimed despatch message; `unreadable` says why there is no `despatch` in it."""

    claim: Claim
    order_number: str
    identity: str
    despatch: Despatch | None
    unreadable: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of a message: its result, and what to book or why not.

    The `reason` of a success is a remark on it. `order_number` is the order's own, or what the
    message says if there is no such order; `website_id` is the order's. `lacking` is what the
    message may wait for.
    """

    message: Message
    order_number: str
    result: Result
    booking: Booking | None = None
    reason: str = ""
    website_id: int | None = None
    lacking: Lacking | None = None


def apply_shipments(claims: Sequence[Claim]) -> list[Import]:
    """Book claimed despatch messages and write their history, in the caller's transaction.

    Returns a report per message, but for those that wait: they are given back. The number of SQL
    statements does not depend on the number of messages. Orders are locked, so several workers may
    do this at once.
    """
    zone = ZoneInfo(general().timezone)
    messages = [_read(claim, zone) for claim in claims]
    orders = lock_orders(
        {message.order_number for message in messages},
        identities={message.identity for message in messages},
    )
    warehouse = _warehouse(messages, orders)
    outcomes = [
        _decide(message, orders.get(message.order_number), warehouse) for message in messages
    ]
    bookings = [outcome.booking for outcome in outcomes if outcome.booking]
    if bookings:
        book_despatches(bookings)
        ship_bookings(bookings, warehouse)
    waits = waits_of([outcome.lacking for outcome in outcomes if outcome.lacking])
    let_wait(waits)
    waiting = {wait.claim.id for wait in waits}
    return _write_history([each for each in outcomes if each.message.claim.id not in waiting])


def decide_despatch(
    order: Order, rows: Sequence[OrderItem], despatch: Despatch, warehouse: Warehouse
) -> Booking:
    """Decide what a despatch books on its order. Pure: nothing is changed.

    Raises NotShippable with the reason; then nothing of the message may be booked.
    """
    if why := states.why_not_shippable(order, rows):
        raise NotShippable(f"Order {order.increment_id} cannot be shipped: {why}.")
    for line in despatch.lines:
        if line.source_code and line.source_code not in warehouse.sources:
            raise NotShippable(f'Source "{line.source_code}" does not exist.')
    units = allocate(rows, despatch.lines) if despatch.lines else everything_open(rows)
    unnamed = warehouse.unnamed_source(order)
    carrier = carrier_of(order.website_id, despatch.courier, despatch.service)
    return Booking(
        order=order,
        rows=rows,
        units=tuple(Units(each.row, each.qty, each.source_code or unnamed) for each in units),
        tracking_numbers=despatch.tracking_numbers,
        title=carrier.title if carrier else despatch.title,
        courier=despatch.courier,
        service=despatch.service,
        carrier=carrier,
        comment=despatch.comment,
        notify=despatch.notify,
        show_comment=despatch.include_comment,
        despatched_at=despatch.despatched_at,
    )


def _read(claim: Claim, zone: ZoneInfo) -> Message:
    """Read a claim's one stored line."""
    number = order_number(claim.lines)
    identity = identity_of(claim.message_id, claim.lines)
    try:
        if len(claim.lines) != 1:
            raise NotShippable("The stored message is not a despatch.")
        despatch = read_despatch(claim.lines[0], zone=zone, received_at=claim.created_at)
        return Message(claim, number, identity, despatch)
    except NotShippable as unreadable:
        return Message(claim, number, identity, None, str(unreadable))


def _warehouse(messages: Sequence[Message], orders: Mapping[str, LockedOrder]) -> Warehouse:
    """Look up the sources that the messages name, and where the orders' websites sell from."""
    named = {
        line.source_code
        for message in messages
        if message.despatch
        for line in message.despatch.lines
        if line.source_code
    }
    websites = {locked.order.store.website_id for locked in orders.values()}
    return read_warehouse(source_codes=named, website_ids=websites)


def _decide(message: Message, locked: LockedOrder | None, warehouse: Warehouse) -> Outcome:
    """Judge one message; a good one is carried out in memory, so that the next one sees it."""
    number = locked.order.increment_id if locked else message.order_number
    if locked and message.identity in locked.booked:
        return Outcome(message, number, Result.DUPLICATE)
    try:
        booking = _booking(message, locked, warehouse)
    except NotShippable as refusal:
        return _failure(message, number, locked, refusal)
    remark = message.despatch.remark if message.despatch else ""
    return Outcome(message, number, Result.SUCCESS, booking, remark)


def _failure(
    message: Message, number: str, locked: LockedOrder | None, refusal: NotShippable
) -> Outcome:
    """Return the outcome of a message that cannot be booked, and what it may wait for."""
    lacking = None
    if isinstance(refusal, SkuNotOrdered) and refusal.sku:
        lacking = Lacking(message.claim, number, str(refusal), refusal.sku)
    elif locked is None and message.despatch and number:
        lacking = Lacking(message.claim, number, str(refusal))
    website_id = locked.order.store.website_id if locked else None
    return Outcome(message, number, Result.FAILURE, None, str(refusal), website_id, lacking)


def _meant_by(despatch: Despatch, rows: Sequence[OrderItem], aliases: Aliases) -> Despatch:
    """Return a despatch under the products' SKUs, where it names an alias that is not ordered."""
    if not aliases:
        return despatch
    ordered = {sku_key(row.sku) for row in rows}
    lines = tuple(
        replace(line, sku=aliases[key])
        if (key := sku_key(line.sku)) in aliases and key not in ordered
        else line
        for line in despatch.lines
    )
    return replace(despatch, lines=lines)


def _booking(message: Message, locked: LockedOrder | None, warehouse: Warehouse) -> Booking:
    if message.despatch is None:
        raise NotShippable(message.unreadable)
    if locked is None:
        raise NotShippable(f"Order {message.order_number} does not exist.")
    despatch = _meant_by(message.despatch, locked.rows, sku_aliases())
    booking = decide_despatch(locked.order, locked.rows, despatch, warehouse)
    locked.booked.add(message.identity)
    return carry_out(
        replace(
            booking,
            identity=message.identity,
            request_id=message.claim.id,
            traceparent=message.claim.traceparent,
        ),
        default_statuses(),
        has_open_invoice=locked.has_open_invoice,
    )


def _write_history(outcomes: Sequence[Outcome]) -> list[Import]:
    """Write one import with one line per message, and the problems of those that failed."""
    imports = Import.objects.bulk_create(_import_of(outcome) for outcome in outcomes)
    ImportLine.objects.bulk_create(
        _line_of(outcome, parent) for outcome, parent in zip(outcomes, imports, strict=True)
    )
    raise_despatch_failures(
        [
            FailedDespatch(
                report,
                outcome.order_number,
                outcome.message.identity,
                outcome.reason,
                outcome.website_id,
            )
            for outcome, report in zip(outcomes, imports, strict=True)
            if outcome.result == Result.FAILURE
        ]
    )
    return imports


def _import_of(outcome: Outcome) -> Import:
    return Import(
        request_id=outcome.message.claim.id,
        message_id=outcome.message.claim.message_id,
        entity=Entity.SHIPMENT,
        operation=Operation.CREATE,
        successes=int(outcome.result == Result.SUCCESS),
        duplicates=int(outcome.result == Result.DUPLICATE),
        failures=int(outcome.result == Result.FAILURE),
    )


def _line_of(outcome: Outcome, parent: Import) -> ImportLine:
    number = outcome.order_number
    reason = outcome.reason
    if outcome.result == Result.FAILURE:
        reason = f"Order {number} not shipped - {reason}"
    return ImportLine(
        parent=parent,
        sequence_id=sequence_or_none(outcome.message.claim.message_id),
        result=outcome.result,
        reference=number[:150],
        reason=reason[:500],
        created_at=parent.created_at,
    )
