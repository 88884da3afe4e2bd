"""Giving failed lines another try: a new request with exactly these lines.

Message id and sequence ids stay what they were. Only what succeeded counts as a duplicate, so a
line that failed is judged afresh, and a newer figure that came meanwhile still supersedes it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from imports.inventory.lines import Line, meant_by, read_line
from imports.inventory.unknown_skus import sku_aliases
from imports.models import ImportLine
from orderflow_bridge.common.choices import Entity, Operation, RequestType, Result
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import enqueue_request

_LONGEST_USER = 150


def requeue_lines(lines: Iterable[ImportLine], *, by: str = "") -> int:
    """Queue the failed ones of these lines again and return how many requests that made.

    One request is made per original message; `by` is the user who asked. Passed over are lines that
    did not fail, whose message the log cleaning has deleted, or that wait already.
    """
    return len(queue_again(lines, by=by))


def queue_again(lines: Iterable[ImportLine], *, by: str = "") -> list[int]:
    """Do what `requeue_lines` does, and return the ids of the requests that were made."""
    chosen: dict[int, list[ImportLine]] = {}
    for line in lines:
        if line.result == Result.FAILURE and line.parent.request_id:
            chosen.setdefault(line.parent.request_id, []).append(line)
    with transaction.atomic():
        # Locked, so that two people who press the button at once make one request.
        originals = Request.objects.select_for_update().filter(pk__in=chosen).order_by("pk")
        made = [_requeue(request, chosen[request.pk], by) for request in originals]
    return [request_id for request_id in made if request_id]


def _requeue(original: Request, failed: list[ImportLine], by: str) -> int:
    """Queue the stored lines behind these failures; return the request's id, 0 without lines."""
    lines = stored_lines(original, failed, sku_aliases())
    if not lines or _is_waiting(original, lines):
        return 0
    return enqueue_request(
        type=RequestType.IMPORT,
        entity=Entity(original.entity),
        operation=Operation(original.operation),
        message_id=original.message_id,
        lines=lines,
        body=bytes(original.request_body or b""),
        response=b"",
        received_by=_requeued_by(original.received_by, by),
        correlation_id=original.correlation_id,
    )


def stored_lines(
    original: Request, failed: Iterable[ImportLine], aliases: Mapping[str, str]
) -> list[Any]:
    """Return those of a request's stored lines that these history lines are about. Pure.

    A despatch message is one line. Stock lines are found again by what could be read of them, be it
    under their own SKU or under that of the product they mean.
    """
    if original.entity == Entity.SHIPMENT:
        return list(original.lines)
    wanted = Counter(_key(_as_read(line)) for line in failed)
    read = [read_line(stored) for stored in original.lines]
    keys = [_key(line) for line in read]
    meant = [_key(meant_by(line, aliases)) for line in read]
    found = {
        place
        for place, (key, other) in enumerate(zip(keys, meant, strict=True))
        if _take(wanted, key) or _take(wanted, other)
    }
    # A quantity that could not be read when its line failed may be readable by now.
    found |= {
        place
        for place, key in enumerate(keys)
        if place not in found and _take(wanted, (*key[:-1], None))
    }
    return [stored for place, stored in enumerate(original.lines) if place in found]


def _take(wanted: Counter[tuple[Any, ...]], key: tuple[Any, ...]) -> bool:
    """Tell whether a key is still wanted, and count it off."""
    if wanted[key] <= 0:
        return False
    wanted[key] -= 1
    return True


def _as_read(line: ImportLine) -> Line:
    return Line(line.reference, line.source_code, line.sequence_id, line.units_received, None)


def _key(line: Line) -> tuple[Any, ...]:
    quantity = None if line.quantity is None else round(line.quantity, 4)
    return sku_key(line.sku.strip()), line.source, line.sequence_id, quantity


def _is_waiting(original: Request, lines: list[Any]) -> bool:
    """Tell whether exactly these lines of the message are in the queue already."""
    waiting = Request.objects.filter(
        type=RequestType.IMPORT,
        entity=original.entity,
        message_id=original.message_id,
        processed_at__isnull=True,
    )
    return any(request.lines == lines for request in waiting.only("lines"))


def _requeued_by(received_by: str, by: str) -> str:
    text = f"{received_by or 'unknown'}, requeued by {by}" if by else received_by
    return text[:_LONGEST_USER]
