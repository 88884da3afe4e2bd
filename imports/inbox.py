"""Taking OrderFlow's messages in: by whichever endpoint, one row in the queue.

Nothing is judged here. A line that makes no sense fails alone when it is imported.

OrderFlow numbers all its messages to all their receivers in one series (the guide's pages show 71,
72, 75, 77), so a missing number proves nothing. It is information, and never a problem.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, Window
from django.db.models.functions import Lead

from imports.inventory.unknown_skus import RECEIVED_BY
from imports.tasks import wake_on_arrival
from orderflow_bridge.common.choices import SELF_TEST, Entity, Operation, RequestType
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.translation import english
from orderflow_bridge.plugins.events import AcceptedMessage
from orderflow_bridge.plugins.hooks import tell_after_commit
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import enqueue_request
from orderflow_bridge.tracing import spans

_MESSAGE_ID_LENGTH = 150
logger = logging.getLogger(__name__)
Text = str | None
GAPS_SHOWN = 20


@dataclass(frozen=True)
class MessageNumbers:
    """What was heard: the last message's number and time, and today's first, last and count.

    `gaps` are the first ranges between them of which no number came, each with both ends.
    """

    last: int
    last_at: datetime
    first_today: int | None = None
    last_today: int | None = None
    today: int = 0
    gaps: tuple[tuple[int, int], ...] = ()


def accept_inventory(
    *,
    quantities: Sequence[tuple[Text, Text, Text]],
    sequences: Sequence[tuple[Text, Text, Text]],
    message_id: str,
    body: bytes,
    received_by: str,
) -> str:
    """Queue a stock message and return its answer, "Success - Message 71 Received".

    `quantities` are (sku, quantity, source), `sequences` (sku, sequence id, last order exported),
    texts as received or None. Raises MessageRefused if there are none, or if the message id is
    too long to be kept.
    """
    return _accept(
        Entity.INVENTORY,
        Operation.UPDATE,
        message_id=message_id,
        lines=_paired(quantities, sequences),
        body=body,
        received_by=received_by,
    )


def accept_shipment(
    *, despatch: dict[str, Any], message_id: str, body: bytes, received_by: str
) -> str:
    """Queue a despatch message and return its answer; an empty id leaves a gap of two spaces.

    `despatch` is kept as it is: texts or None under the wire's names (docs/contract/soap.md,
    "Operations"). Raises MessageRefused if the message id is too long to be kept.
    """
    return _accept(
        Entity.SHIPMENT,
        Operation.CREATE,
        message_id=message_id,
        lines=[despatch],
        body=body,
        received_by=received_by,
    )


def message_numbers(since: datetime) -> MessageNumbers | None:
    """Return the numbers of messages as OrderFlow sent them, `since` a day began; None without any.

    What was requeued, replayed or had waited here came under its old number, and does not count;
    nor does what the self-test has sent.
    """
    numbered = (
        Request.objects.filter(type=RequestType.IMPORT, message_number__isnull=False)
        .exclude(received_by__contains=", requeued by ")
        .exclude(received_by__endswith="(replay)")
        .exclude(received_by__in=(RECEIVED_BY, SELF_TEST))
    )
    newest = numbered.order_by("-id").values_list("message_number", "created_at").first()
    if newest is None:
        return None
    today = numbered.filter(created_at__gte=since).order_by()
    counts = today.aggregate(
        first_today=Min("message_number"),
        last_today=Max("message_number"),
        today=Count("message_number", distinct=True),
    )
    following = Window(Lead("message_number"), order_by=F("message_number").asc())
    gaps = (
        today.annotate(following=following)
        .filter(following__gt=F("message_number") + 1)
        .order_by("message_number")
        .values_list("message_number", "following")[:GAPS_SHOWN]
    )
    ranges = tuple(((before or 0) + 1, after - 1) for before, after in gaps)
    return MessageNumbers(newest[0] or 0, newest[1], gaps=ranges, **counts)


def _accept(
    entity: Entity,
    operation: Operation,
    *,
    message_id: str,
    lines: list[Any],
    body: bytes,
    received_by: str,
) -> str:
    if not lines:
        raise MessageRefused("The message has no lines: there is nothing to import.")
    if received_by == SELF_TEST and not _is_self_test(entity, lines):
        raise MessageRefused("The self-test brings nothing but its own SKU.")
    if len(message_id) > _MESSAGE_ID_LENGTH:
        raise MessageRefused(f'"messageSeqId" is longer than {_MESSAGE_ID_LENGTH} characters.')
    answer = f"Success - Message {message_id} Received"
    row = enqueue_request(
        type=RequestType.IMPORT,
        entity=entity,
        operation=operation,
        message_id=message_id,
        lines=lines,
        body=body,
        response=answer.encode(),
        received_by=received_by,
    )
    wake_on_arrival(entity)
    told: dict[str, Any] = {
        "import_request": row,
        "message_id": message_id,
        "entity": english(entity.label),
        "lines": len(lines),
        "user": received_by,
    }
    logger.info("message_accepted", extra=told)
    spans.current().note({f"bridge.{name}": value for name, value in told.items()})
    tell_after_commit(
        "message_accepted",
        about=f"message {message_id}",
        message=AcceptedMessage(entity.name.lower(), message_id, row, len(lines), received_by),
    )
    return answer


def _is_self_test(entity: Entity, lines: list[Any]) -> bool:
    """Tell whether these lines are what the self-test brings; its token leaves the house."""
    return entity == Entity.INVENTORY and all(sku_key(line[0] or "") == SELF_TEST for line in lines)


def _paired(
    quantities: Sequence[tuple[Text, Text, Text]], sequences: Sequence[tuple[Text, Text, Text]]
) -> list[Sequence[Text]]:
    """Pair the k-th quantity of a SKU with its k-th sequence, or else with its last one.

    One SKU may come once per source; a message may give each its own sequence id, or one for all. A
    SKU without any sequence gets None and fails later, alone.
    """
    quantity_columns, sequence_columns = (
        tuple(zip(*quantities, strict=True)),
        tuple(zip(*sequences, strict=True)),
    )
    if quantity_columns[:1] == sequence_columns[:1]:
        # The usual case, at a fraction of the cost: the k-th of a SKU stands at the same place.
        return list(zip(*quantity_columns, *sequence_columns[1:], strict=True))
    waiting: dict[str, list[tuple[Text, Text]]] = {}
    for sku, sequence, last_order_exported in reversed(sequences):
        waiting.setdefault(sku_key(sku or ""), []).append((sequence, last_order_exported))
    lines: list[Sequence[Text]] = []
    for sku, quantity, source in quantities:
        stack = waiting.get(sku_key(sku or ""))
        if not stack:
            lines.append([sku, quantity, source, None, None])
            continue
        sequence, last_order_exported = stack.pop() if len(stack) > 1 else stack[0]
        lines.append([sku, quantity, source, sequence, last_order_exported])
    return lines
