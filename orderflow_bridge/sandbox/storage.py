"""The sandbox's memory between two starts: one JSON file, replaced whole or not at all."""

import json
import os
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.sandbox.faults import Faults
from orderflow_bridge.sandbox.records import (
    Errand,
    Message,
    MessageState,
    OrderLine,
    OrderState,
    StockRecord,
    WarehouseOrder,
)
from orderflow_bridge.sandbox.shop_messages import ShopMessage, shop_message_from
from orderflow_bridge.sandbox.warehouse import Warehouse

COUNTERS = ("next_record_id", "next_message_id", "next_number", "last_order_at")


class UnreadableMemory(BridgeError):
    """The file of an earlier sandbox cannot be read; the text says what to do."""


@dataclass
class Memory:
    """All that is kept: `held` are messages held back, `secret` is the password of our own API."""

    warehouse: Warehouse = field(default_factory=Warehouse)
    faults: Faults = field(default_factory=Faults)
    held: list[ShopMessage] = field(default_factory=list)
    secret: str = ""


def save(memory: Memory, path: Path) -> None:
    """Write the file, readable by its owner alone, since it holds a password."""
    text = json.dumps(
        {
            "warehouse": asdict(memory.warehouse),
            "faults": asdict(memory.faults),
            "held": [shop_message.stored() for shop_message in memory.held],
            "secret": memory.secret,
        },
        default=_plain,
    )
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)


def load(path: Path) -> Memory:
    """Return what an earlier sandbox knew; a new memory where there is no file.

    Raises UnreadableMemory for a file that is not one of ours.
    """
    if not path.exists():
        return Memory()
    try:
        stored = json.loads(path.read_text())
        return Memory(
            warehouse=_warehouse(stored["warehouse"]),
            faults=Faults(**stored["faults"]),
            held=[shop_message_from(shop_message) for shop_message in stored["held"]],
            secret=stored["secret"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise UnreadableMemory(
            f"{path} cannot be read. Delete it to begin with an empty sandbox."
        ) from error


def _warehouse(stored: dict[str, Any]) -> Warehouse:
    warehouse = Warehouse(**{name: stored[name] for name in COUNTERS})
    for sku, values in stored["stock"].items():
        warehouse.stock[sku] = StockRecord(**{**values, "on_hand": Decimal(values["on_hand"])})
    for number, values in stored["orders"].items():
        warehouse.orders[number] = _order(values)
    for values in stored["messages"]:
        warehouse.messages.append(Message(**{**values, "state": MessageState(values["state"])}))
    unfinished = [stored["in_hand"]] if stored["in_hand"] else []
    warehouse.errands = [Errand(**values) for values in (*unfinished, *stored["errands"])]
    return warehouse


def _order(values: dict[str, Any]) -> WarehouseOrder:
    lines = [
        OrderLine(line["sku"], line["description"], Decimal(line["ordered"]),
                  Decimal(line["despatched"]))
        for line in values["lines"]
    ]  # fmt: skip
    return WarehouseOrder(**{**values, "lines": lines, "state": OrderState(values["state"])})


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{value!r} cannot be stored")
