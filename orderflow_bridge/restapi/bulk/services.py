"""Bulk calls: taking them in, and carrying them out portion by portion.

The effect of a portion, its outcomes and its processed mark are committed together, so a crash
anywhere leaves the portion either done or waiting. Any number of workers may do this at once.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256
from operator import add
from typing import Any

import orjson
from django.db import OperationalError, transaction
from django.db.models import F

from orderflow_bridge.common import clock, leases
from orderflow_bridge.common.exceptions import BridgeError, LeaseLost
from orderflow_bridge.common.leases import together_or_each
from orderflow_bridge.restapi.bulk.kinds import Kind, Outcome, failed
from orderflow_bridge.restapi.bulk.models import Bulk, OperationStatus, Portion

logger = logging.getLogger(__name__)
MOST_OPERATIONS = 1_000
MOST_BYTES = 1_000_000
MOST_ATTEMPTS = 12
_LONGEST_MESSAGE = 500
GIVEN_UP = (
    "The worker stopped too often while it carried these operations out. Requeue them, or send them"
    " one by one."
)
UNREADABLE = "The operation must be an object with the parameters of the call."
_CarryOut = Callable[[Sequence[dict[str, Any]]], list[Outcome]]


@dataclass(frozen=True)
class Accepted:
    """A stored bulk, and the hash of each of its operations, in order."""

    bulk: Bulk
    hashes: Sequence[str]


@dataclass(frozen=True)
class Processed:
    """What a run did: bulks finished, operations completed and failed, bulks put off by errors."""

    bulks: int = 0
    completed: int = 0
    failed: int = 0
    errors: int = 0

    def __add__(self, other: "Processed") -> "Processed":
        return Processed(*map(add, astuple(self), astuple(other)))


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


def process_bulks(kinds: Mapping[str, Kind], *, ids: Sequence[int] | None = None) -> Processed:
    """Carry out all waiting bulks, oldest first, or exactly those of `ids`.

    Must not be called inside a transaction. A bulk whose processing raises is put off with its
    error and holds up no other.
    """
    total = Processed()
    waiting = Bulk.objects.filter(finished_at__isnull=True).order_by("id")
    for bulk in leases.claim_each(waiting, ids=ids):
        total += _process(bulk, kinds.get(bulk.kind))
    return total


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


def _process(bulk: Bulk, kind: Kind | None) -> Processed:
    """Carry out the portions of a claimed bulk that are left."""
    if kind is None:
        leases.put_off(bulk, error=f"No such kind of operation: {bulk.kind}.")
        return Processed(errors=1)
    total = Processed()
    try:
        left = bulk.portions.filter(processed_at__isnull=True).order_by("first")
        for number in list(left.values_list("pk", flat=True)):
            total += _carry_out(bulk, kind, number)
        leases.give_back(bulk, finished_at=clock.now())
    except LeaseLost:
        logger.warning("bulk_lease_lost", extra={"bulk": str(bulk.uuid)})
        return total
    except Exception as error:
        logger.exception("bulk_failed", extra={"bulk": str(bulk.uuid)})
        leases.put_off(bulk, error=f"{type(error).__name__}: {error}")
        return total + Processed(errors=1)
    return total + Processed(bulks=1)


def _carry_out(bulk: Bulk, kind: Kind, portion_id: int) -> Processed:
    """Commit the effect, the outcomes and the mark of one portion in one transaction.

    The lease is taken up first: that locks the bulk, so a worker that comes back late waits here,
    and then finds a foreign fence.
    """
    with transaction.atomic():
        leases.hold(bulk)
        portion = Portion.objects.get(pk=portion_id)
        if portion.processed_at is not None:
            return Processed()
        if bulk.attempts > MOST_ATTEMPTS:
            gave_up = Outcome(OperationStatus.RETRIABLY_FAILED, GIVEN_UP)
            outcomes = [gave_up] * portion.operation_count
        else:
            outcomes = _outcomes(
                lambda given: kind.carry_out(given, bulk.store_code),
                orjson.loads(portion.operations),
                is_trusted=bulk.attempts <= leases.TRUSTED_ATTEMPTS,
            )
        portion.failures = {
            str(place): [int(outcome.status), outcome.message[:_LONGEST_MESSAGE]]
            for place, outcome in enumerate(outcomes)
            if outcome.status != OperationStatus.COMPLETE
        }
        portion.answers = {
            str(place): outcome.answer
            for place, outcome in enumerate(outcomes)
            if outcome.answer is not None
        }
        portion.processed_at = clock.now()
        portion.save(update_fields=("failures", "answers", "processed_at"))
        done = Processed(
            completed=len(outcomes) - len(portion.failures), failed=len(portion.failures)
        )
        leases.progress(
            bulk, completed=F("completed") + done.completed, failed=F("failed") + done.failed
        )
    return done


def _outcomes(
    carry_out: _CarryOut, operations: Sequence[Any], *, is_trusted: bool
) -> list[Outcome]:
    """Carry operations out together; if that raises, one by one, so that only the bad one fails."""
    done = iter(
        together_or_each(
            [operation for operation in operations if isinstance(operation, dict)],
            transaction.atomic(carry_out),
            _refused,
            event="bulk_portion_split",
            is_trusted=is_trusted,
            raising=(OperationalError,),  # the database, not the operation: all is tried again
        )
    )
    return [
        next(done) if isinstance(operation, dict) else failed(UNREADABLE)
        for operation in operations
    ]


def _refused(operation: dict[str, Any], error: Exception) -> Outcome:
    if isinstance(error, BridgeError):
        return failed(str(error))
    logger.exception("bulk_operation_failed")
    return failed(f"The operation could not be carried out: {type(error).__name__}.")
