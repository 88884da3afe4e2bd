"""A despatch as OrderFlow sent it, read and checked (docs/contract/soap.md, "Operations"). Pure.

Whether its order has that much left to ship is decided in sales/despatch_allocation.py.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import orjson

from orderflow_bridge.common.datetimes import parse_datetime
from orderflow_bridge.common.exceptions import NotShippable
from orderflow_bridge.common.numbers import parse_quantity
from orderflow_bridge.sales.despatch_allocation import Line

_TEXTS = (
    "orderIncrementId",
    "comment",
    "email",
    "includeComment",
    "courierName",
    "serviceName",
    "trackingNumber",
    "dateShipped",
)
_OFF = frozenset({"", "0", "false", "no"})
_LONGEST_QUOTE = 50
_YEARS = range(2000, 2100)  # what is no year of a despatch is a program's "no date", or a misprint


@dataclass(frozen=True)
class Despatch:
    """What left the warehouse for an order.

    No `lines` means: everything that was open. `despatched_at` is aware, or None if not told.
    `remark` says what could not be taken as it was sent, for whoever reads the history.
    """

    lines: tuple[Line, ...]
    tracking_numbers: tuple[str, ...]
    title: str
    courier: str
    service: str
    comment: str
    notify: bool
    include_comment: bool
    despatched_at: datetime | None
    remark: str = ""


def read_despatch(stored: Any, *, zone: tzinfo, received_at: datetime) -> Despatch:
    """Read a stored line; `zone` is the shop's, for a date without an offset.

    Raises NotShippable, naming what cannot be read. An unreadable date is no reason: the goods
    have left, and `received_at`, when the message came, stands for it.
    """
    texts = _texts(stored)
    despatched_at, remark = read_date(texts["dateShipped"], zone, received_at)
    title = f"{texts['courierName']} {texts['serviceName']}".strip()
    return Despatch(
        lines=tuple(_lines(stored["skuQtys"])),
        tracking_numbers=_tracking_numbers(texts["trackingNumber"], stored["tracks"]),
        title=title,
        courier=texts["courierName"].strip(),
        service=texts["serviceName"].strip(),
        comment=texts["comment"],
        notify=is_on(texts["email"]),
        include_comment=is_on(texts["includeComment"]),
        despatched_at=despatched_at,
        remark=remark,
    )


def order_number(lines: Any) -> str:
    """Return the order a request's stored lines are about; "" if they do not even say that."""
    line = lines[0] if isinstance(lines, list) and len(lines) == 1 else None
    number = line.get("orderIncrementId") if isinstance(line, dict) else None
    return number.strip() if isinstance(number, str) else ""


def identity_of(message_id: str, lines: Any) -> str:
    """Return what a message is remembered by: its id, or the digest of what it says."""
    return message_id.strip() or hashlib.sha256(_canonical(lines)).hexdigest()


def is_on(flag: str) -> bool:
    """Read a flag: "0", "false", "no" and nothing are off, anything else is on."""
    return flag.strip().lower() not in _OFF


def read_date(text: str, zone: tzinfo, received_at: datetime) -> tuple[datetime | None, str]:
    """Return when the goods left, None if not told, and a remark if that could not be read.

    Without an offset the time is in `zone`.
    """
    if not text.strip():
        return None, ""
    try:
        despatched_at = parse_datetime(text, zone)
        if despatched_at.year in _YEARS:
            return despatched_at, ""
    except ValueError:
        pass
    quoted = text.strip()[:_LONGEST_QUOTE]
    return received_at, (
        f'The date of despatch "{quoted}" cannot be read; the time of receipt is used.'
    )


def _canonical(lines: Any) -> bytes:
    return orjson.dumps(lines, option=orjson.OPT_SORT_KEYS)


def _texts(stored: Any) -> dict[str, str]:
    """Return the plain members of a stored line; None becomes ""."""
    if not isinstance(stored, Mapping):
        raise NotShippable("The stored message is not a despatch.")
    for name in (*_TEXTS, "skuQtys", "tracks"):
        if name not in stored:
            raise NotShippable(f'The stored message has no "{name}".')
    return {name: _text(stored[name], name) for name in _TEXTS}


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NotShippable(f'"{name}" is not a text.')
    return value


def _members(entries: Any, name: str) -> list[Mapping[str, Any]]:
    """Return the entries of a list of the message; a missing list is an empty one."""
    if entries is None:
        return []
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise NotShippable(f'"{name}" is not a list of entries.')
    return entries


def _lines(entries: Any) -> list[Line]:
    """Read SKUs and quantities; a line of zero units says nothing and is passed over."""
    members = _members(entries, "skuQty")
    lines = [_line(entry) for entry in members]
    moved = [line for line in lines if line.qty > 0]
    if members and not moved:
        raise NotShippable("You can't create a shipment without products.")
    return moved


def _line(entry: Mapping[str, Any]) -> Line:
    sku = _text(entry.get("sku"), "sku").strip()
    source_code = _text(entry.get("source"), "source").strip()
    text = _text(entry.get("qty"), "qty")
    try:
        qty = parse_quantity(text)
    except ValueError:
        qty = None
    if qty is None or qty < 0:
        raise NotShippable(
            f'The quantity "{text[:_LONGEST_QUOTE]}" of product SKU "{sku}" cannot be shipped.'
        )
    return Line(sku, qty, source_code)


def _tracking_numbers(single: str, tracks: Any) -> tuple[str, ...]:
    """Return every tracking number of the message once, in the order they are first named."""
    named = [single] + [
        _text(track.get("trackingNumber"), "trackingNumber") for track in _members(tracks, "tracks")
    ]
    return tuple(dict.fromkeys(number.strip() for number in named if number.strip()))
