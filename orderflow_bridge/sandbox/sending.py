"""Sending: stock and despatch messages to the shop, in order, twice, late or again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.sandbox.faults import PUSHES, PushKind
from orderflow_bridge.sandbox.records import Message, MessageState
from orderflow_bridge.sandbox.sandbox import Sandbox
from orderflow_bridge.sandbox.shop_messages import (
    ShopMessage,
    StockLine,
    garbled,
    shop_message_from,
)
from orderflow_bridge.sandbox.soap_answers import (
    Exchange,
    ShopRefused,
    ShopUnreachable,
    named,
)
from orderflow_bridge.sandbox.warehouse import NotPossible, Warehouse, time_text

CHUNK = 100


@dataclass(frozen=True)
class Sent:
    """What became of a push: how many messages went through, failed, wait to go later, are lost."""

    sent: int = 0
    failed: int = 0
    held: int = 0
    lost: int = 0

    def __str__(self) -> str:
        parts = [f"{self.sent} message{'' if self.sent == 1 else 's'} sent"]
        parts += [f"{self.failed} failed"] if self.failed else []
        parts += [f"{self.held} held back"] if self.held else []
        parts += [f"{self.lost} lost on purpose"] if self.lost else []
        return f"{', '.join(parts)}."


@dataclass(frozen=True)
class DespatchDetails:
    """What the shop is told about a despatch besides its units."""

    courier: str = "Generic"
    service: str = "Standard"
    tracking: str = ""
    comment: str = ""
    is_mailed: bool = True
    is_comment_included: bool = False


def push_stock(
    sandbox: Sandbox, skus: Sequence[str] | None = None, *, dialect: str = "M2", chunk: int = CHUNK
) -> Sent:
    """Push the stock of these SKUs, or of all, `chunk` products to a message.

    Raises NotPossible for an unknown SKU, or when there is nothing to push.
    """
    with sandbox.changing() as memory:
        warehouse = memory.warehouse
        wanted = list(warehouse.stock) if skus is None else list(skus)
        if not wanted:
            raise NotPossible("There is no stock to push.")
        lines = _stock_lines(warehouse, wanted)
        shop_messages = [
            _inventory_message(warehouse, lines[start : start + chunk], dialect)
            for start in range(0, len(lines), chunk)
        ]
    return send(sandbox, shop_messages)


def push_changes(sandbox: Sandbox, *, dialect: str = "M2", chunk: int = CHUNK) -> Sent:
    """Push what has changed since it was last sent. Raises NotPossible when nothing has."""
    with sandbox.lock:
        skus = sandbox.memory.warehouse.changed_skus()
    if not skus:
        raise NotPossible("No stock has changed since it was last sent.")
    return push_stock(sandbox, skus, dialect=dialect, chunk=chunk)


def push_out_of_order(sandbox: Sandbox, sku: str, *, dialect: str = "M2") -> Sent:
    """Push a SKU twice, the newer record first; the older one must then be superseded.

    Raises NotPossible for an unknown SKU.
    """
    with sandbox.changing() as memory:
        warehouse = memory.warehouse
        older = _stock_lines(warehouse, [sku])
        record = warehouse.record_of(sku)
        warehouse.set_stock(sku, record.on_hand + 1)
        newer = _stock_lines(warehouse, [sku])
        shop_messages = [_inventory_message(warehouse, lines, dialect) for lines in (newer, older)]
    return send(sandbox, shop_messages, is_mischievous=False)


def despatch(
    sandbox: Sandbox,
    increment_id: str,
    units: Mapping[str, Decimal] | None = None,
    *,
    details: DespatchDetails | None = None,
    dialect: str = "M2",
) -> Sent:
    """Send out units of an order, or everything open, and tell the shop.

    The goods are gone even if the shop cannot be told; then the message can be sent again. Raises
    NotPossible for what the warehouse cannot send.
    """
    with sandbox.changing() as memory:
        left = memory.warehouse.despatch(increment_id, units)
        shop_message = ShopMessage(
            purpose="shipment",
            message_id=str(memory.warehouse.new_message_id()),
            dialect=dialect,
            units=tuple((sku, plain(count)) for sku, count in left),
            fields=_despatch_fields(increment_id, details or DespatchDetails()),
        )
    return send(sandbox, [shop_message])


def send_again(sandbox: Sandbox, number: int | None = None) -> Sent:
    """Send a message again with the same numbers: the one given, or the last.

    Raises NotPossible when there is no such message to the shop.
    """
    with sandbox.lock:
        messages = sandbox.memory.warehouse.messages
        if number is None:
            found = next((one for one in reversed(messages) if one.shop_message), None)
        else:
            found = sandbox.memory.warehouse.message_of(number)
    if found is None or not found.shop_message:
        raise NotPossible("There is no message to send again.")
    return send(sandbox, [shop_message_from(found.shop_message)], is_mischievous=False)


def send_held(sandbox: Sandbox) -> Sent:
    """Send what was held back. Raises NotPossible when nothing was."""
    shop_messages = _take_held(sandbox)
    if not shop_messages:
        raise NotPossible("No message is held back.")
    return send(sandbox, shop_messages, is_mischievous=False)


def send(
    sandbox: Sandbox, shop_messages: Sequence[ShopMessage], *, is_mischievous: bool = True
) -> Sent:
    """Send messages in turn; faults may lose, double, delay or garble one (PushKind).

    The memory is saved first, so that no number is given out twice after a crash.
    """
    sandbox.save()
    sent = failed = held = lost = 0
    for shop_message in shop_messages:
        kind = sandbox.fate(PUSHES) if is_mischievous else None
        if kind == PushKind.REORDER:
            _hold(sandbox, shop_message)
            held += 1
            continue
        if kind in (PushKind.LOST, PushKind.FORGOTTEN):
            _lose(sandbox, shop_message, kind)
            lost += 1
            continue
        waiting = _take_held(sandbox) if is_mischievous else []
        for one in (*_as_sent(sandbox, shop_message, kind), *waiting):
            is_taken = _deliver(sandbox, one)
            sent, failed = sent + is_taken, failed + (not is_taken)
        held = max(held - len(waiting), 0)
    return Sent(sent, failed, held, lost)


def _as_sent(sandbox: Sandbox, shop_message: ShopMessage, kind: str | None) -> list[ShopMessage]:
    """Return what is sent in the place of a message."""
    if kind == PushKind.DUPLICATE:
        return [shop_message, shop_message]
    if kind == PushKind.OLD_ONE:
        with sandbox.lock:
            kept = [each.shop_message for each in sandbox.memory.warehouse.messages]
        same = (each for each in kept if each and each["purpose"] == shop_message.purpose)
        return [shop_message, *map(shop_message_from, islice(same, 1))]
    return [garbled(shop_message, PushKind(kind))] if kind else [shop_message]


def _deliver(sandbox: Sandbox, shop_message: ShopMessage) -> bool:
    try:
        exchange = sandbox.caller().deliver(shop_message)
    except (ShopRefused, ShopUnreachable) as error:
        _note(
            sandbox, shop_message, MessageState.FAILED, str(error), getattr(error, "exchange", None)
        )
        return False
    element = named(exchange.result, "result")
    answer = (element.text or "").strip() if element is not None else ""
    _note(sandbox, shop_message, MessageState.SENT, answer, exchange)
    _remember_sent(sandbox, shop_message)
    return True


def _remember_sent(sandbox: Sandbox, shop_message: ShopMessage) -> None:
    with sandbox.changing() as memory:
        for line in shop_message.lines:
            if record := memory.warehouse.stock.get(line.sku):
                record.sent_id = max(record.sent_id, int(line.seq))


def _note(
    sandbox: Sandbox,
    shop_message: ShopMessage,
    state: MessageState,
    note: str,
    exchange: Exchange | None,
) -> Message:
    name = "Shipment despatched" if shop_message.purpose == "shipment" else "Inventory"
    message = sandbox.note(
        "out",
        f"{name} {shop_message.message_id}",
        shop_message.reference,
        place=exchange.place if exchange else "",
        state=state,
        sent=exchange.sent if exchange else "",
        received=exchange.received if exchange else "",
        note=note,
    )
    with sandbox.changing():
        message.shop_message = shop_message.stored()
    return message


def _lose(sandbox: Sandbox, shop_message: ShopMessage, kind: str) -> None:
    """Let a message get lost. OrderFlow takes it for sent, unless it was never written."""
    if kind == PushKind.LOST:
        _note(sandbox, shop_message, MessageState.SENT, "Lost on its way, on purpose.", None)
        _remember_sent(sandbox, shop_message)


def _hold(sandbox: Sandbox, shop_message: ShopMessage) -> None:
    with sandbox.changing() as memory:
        memory.held.append(shop_message)
    _note(sandbox, shop_message, MessageState.HELD, "Held back until after the next message.", None)


def _take_held(sandbox: Sandbox) -> list[ShopMessage]:
    with sandbox.changing() as memory:
        shop_messages, memory.held = memory.held, []
        return shop_messages


def _stock_lines(warehouse: Warehouse, skus: Sequence[str]) -> list[StockLine]:
    """Return what is available: on the shelf, less what open orders claim, never below zero."""
    demands = warehouse.demands()
    lines = []
    for sku in skus:
        record = warehouse.record_of(sku)
        available = max(record.on_hand - demands.get(sku, Decimal(0)), Decimal(0))
        lines.append(
            StockLine(sku, plain(available), str(record.record_id), warehouse.last_order_at)
        )
    return lines


def _inventory_message(
    warehouse: Warehouse, lines: Sequence[StockLine], dialect: str
) -> ShopMessage:
    return ShopMessage("inventory", str(warehouse.new_message_id()), dialect, lines=tuple(lines))


def _despatch_fields(increment_id: str, details: DespatchDetails) -> tuple[tuple[str, str], ...]:
    """Return the despatch's fields; flags are 1 and 0, since Magento takes "false" for true."""
    return (
        ("orderIncrementId", increment_id),
        ("comment", details.comment),
        ("email", str(int(details.is_mailed))),
        ("includeComment", str(int(details.is_comment_included))),
        ("courierName", details.courier),
        ("serviceName", details.service),
        ("trackingNumber", details.tracking),
        ("dateShipped", time_text(datetime.now(UTC))),
    )
