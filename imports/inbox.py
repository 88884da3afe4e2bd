"""Taking OrderFlow's messages in: by whichever endpoint, one row in the queue.

Nothing is judged here. A line that makes no sense fails alone when it is imported.
"""

import logging
from collections.abc import Sequence
from typing import Any

from orderflow_bridge.common.choices import SELF_TEST, Entity, Operation, RequestType
from orderflow_bridge.common.exceptions import MessageRefused
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.request_queue.services import enqueue_request

_MESSAGE_ID_LENGTH = 150

logger = logging.getLogger(__name__)

Text = str | None


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
    logger.info(
        "message_accepted",
        extra={
            "import_request": row,
            "message_id": message_id,
            "entity": entity.label,
            "lines": len(lines),
            "user": received_by,
        },
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
