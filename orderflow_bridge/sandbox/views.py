"""What each page shows, copied out of the memory so that a page does not hold the lock."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.xml import pretty_body
from orderflow_bridge.sandbox.faults import PLACES, Faults
from orderflow_bridge.sandbox.incidents import INCIDENTS, is_playing
from orderflow_bridge.sandbox.records import WarehouseOrder
from orderflow_bridge.sandbox.sandbox import Sandbox

PAGE = 50
T = TypeVar("T")


def stock(sandbox: Sandbox, query: Mapping[str, str], _: str) -> dict[str, Any]:
    """Show products and their stock; `q` searches SKU and description."""
    wanted = query.get("q", "").strip()
    with sandbox.lock:
        warehouse = sandbox.memory.warehouse
        demands = warehouse.demands()
        rows = [
            {
                "sku": record.sku,
                "description": record.description,
                "on_hand": plain(record.on_hand),
                "claimed": plain(demands.get(record.sku, Decimal(0))),
                "available": plain(record.on_hand - demands.get(record.sku, Decimal(0))),
                "record_id": record.record_id,
                "is_changed": record.record_id != record.sent_id,
            }
            for record in warehouse.stock.values()
            if wanted.lower() in f"{record.sku} {record.description}".lower()
        ]
        waiting = len(warehouse.errands) + bool(warehouse.in_hand)
        changed = len(warehouse.changed_skus())
    return {"here": "stock", "q": wanted, "changed": changed, "waiting": waiting,
            **_slice(rows, query)}  # fmt: skip


def orders(sandbox: Sandbox, query: Mapping[str, str], _: str) -> dict[str, Any]:
    """Show the orders, newest first."""
    with sandbox.lock:
        rows = [_order_row(order) for order in sandbox.memory.warehouse.orders.values()]
    return {"here": "orders", **_slice(rows[::-1], query)}


def order(sandbox: Sandbox, query: Mapping[str, str], number: str) -> dict[str, Any]:
    """Show one order. Raises NotPossible for an unknown number."""
    with sandbox.lock:
        found = deepcopy(sandbox.memory.warehouse.order_of(number))
    lines = [
        {
            "sku": line.sku,
            "description": line.description,
            "ordered": plain(line.ordered),
            "despatched": plain(line.despatched),
            "open": plain(line.open),
        }
        for line in found.lines
    ]
    return {"here": "orders", "order": found, "lines": lines}


def messages(sandbox: Sandbox, query: Mapping[str, str], _: str) -> dict[str, Any]:
    """Show the messages, newest first."""
    with sandbox.lock:
        rows = [deepcopy(message) for message in reversed(sandbox.memory.warehouse.messages)]
        held = len(sandbox.memory.held)
    return {"here": "messages", "held": held, **_slice(rows, query)}


def message(sandbox: Sandbox, query: Mapping[str, str], number: str) -> dict[str, Any]:
    """Show one message with its texts. Raises NotPossible for an unknown number."""
    with sandbox.lock:
        found = deepcopy(sandbox.memory.warehouse.message_of(int(number)))
    texts = (("Received", found.received), ("Answered", found.sent))
    if found.direction == "out":
        texts = (("Sent", found.sent), ("Answer", found.received))
    readable = [
        (title, (pretty_body(text.encode()) or text) if text.strip() else "")
        for title, text in texts
    ]
    return {"here": "messages", "message": found, "texts": readable}


def faults(sandbox: Sandbox, query: Mapping[str, str], _: str) -> dict[str, Any]:
    """Show the settings of misbehaviour."""
    with sandbox.lock:
        settings = deepcopy(sandbox.memory.faults)
    endpoints = [
        {
            "path": path,
            "name": name,
            "kinds": _rates(settings, path, kinds),
            "calls": settings.counts.get(path, 0),
            "is_set": bool(settings.rates.get(path)),
        }
        for path, (name, kinds) in PLACES.items()
    ]
    return {"here": "faults", "faults": settings, "endpoints": endpoints}


def incidents(sandbox: Sandbox, query: Mapping[str, str], _: str) -> dict[str, Any]:
    """Show what can be played, and what is being played."""
    with sandbox.lock:
        rows = [
            {
                "name": incident.name,
                "title": incident.title,
                "text": incident.text,
                "problem": incident.problem,
                "is_playing": is_playing(sandbox, incident),
            }
            for incident in INCIDENTS.values()
        ]
    return {"here": "incidents", "rows": rows, "authority": sandbox.authority.path}


def _rates(settings: Faults, endpoint: str, kinds: type[StrEnum]) -> list[dict[str, Any]]:
    rates = settings.rates.get(endpoint, {})
    return [
        {"name": kind.name, "label": kind.value, "rate": rates.get(kind.value, 0)} for kind in kinds
    ]


def _order_row(order: WarehouseOrder) -> dict[str, Any]:
    return {
        "number": order.increment_id,
        "recipient": order.recipient,
        "received_at": order.received_at,
        "state": order.state.value,
        "ordered": plain(sum((line.ordered for line in order.lines), Decimal(0))),
        "open": plain(sum((line.open for line in order.lines), Decimal(0)))
        if order.is_open
        else "0",
    }


def _slice(rows: Sequence[T], query: Mapping[str, str]) -> dict[str, Any]:
    """Return the rows of the wanted page, and the numbers of its neighbours or None."""
    pages = max((len(rows) + PAGE - 1) // PAGE, 1)
    asked = query.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() else 1
    return {
        "rows": rows[(page - 1) * PAGE : page * PAGE],
        "total": len(rows),
        "page": page,
        "pages": pages,
        "earlier": page - 1 if page > 1 else None,
        "later": page + 1 if page < pages else None,
    }
