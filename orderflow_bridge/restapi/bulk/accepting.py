"""Taking bulk calls in: hashing the operations, cutting them into portions, storing them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from django.db import transaction

from orderflow_bridge.restapi.bulk.models import Bulk, Portion

MOST_OPERATIONS = 1_000
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Accepted:
    """A stored bulk, and the hash of each of its operations, in order."""

    bulk: Bulk
    hashes: Sequence[str]


@transaction.atomic
def accept(
    kind: str,
    topic: str,
    operations: Sequence[Any],
    *,
    store_code: str = "",
    user_id: int | None = None,
    username: str = "",
    requeued_from: Bulk | None = None,
) -> Accepted:
    """Store operations (their parameters, anything JSON can hold) to be carried out later.

    They are unjudged: a bad one fails when its turn comes. The caller commits, then answers, then
    wakes a worker.
    """
    texts = [orjson.dumps(operation) for operation in operations]
    bulk = Bulk.objects.create(
        kind=kind,
        topic=topic,
        store_code=store_code,
        user_id=user_id,
        username=username,
        operation_count=len(texts),
        requeued_from=requeued_from,
    )
    Portion.objects.bulk_create(
        Portion(
            bulk=bulk,
            first=first,
            operation_count=len(part),
            operations=b"[" + b",".join(part) + b"]",
        )
        for first, part in _portions(texts)
    )
    return Accepted(bulk, [sha256(text).hexdigest() for text in texts])


def requeue_failures(bulk: Bulk, *, by: str) -> Bulk | None:
    """Put the failed operations of a finished bulk into a new one; None when there are none."""
    again = [
        operation
        for portion in bulk.portions.exclude(failures={})
        for place, operation in enumerate(orjson.loads(portion.operations))
        if str(place) in portion.failures
    ]
    if not again:
        return None
    return accept(
        bulk.kind,
        bulk.topic,
        again,
        store_code=bulk.store_code,
        user_id=bulk.user_id,
        username=by,
        requeued_from=bulk,
    ).bulk


def _portions(texts: Sequence[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Cut the operations; yield the number of each portion's first one, and the portion."""
    first, size = 0, 0
    part: list[bytes] = []
    for text in texts:
        if part and (len(part) == MOST_OPERATIONS or size + len(text) > MOST_BYTES):
            yield first, part
            first, part, size = first + len(part), [], 0
        part.append(text)
        size += len(text)
    if part:
        yield first, part
