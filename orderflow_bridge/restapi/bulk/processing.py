"""Carrying bulk calls out: claim, carry out portion by portion, settle.

The effect of a portion, its outcomes and its processed mark are committed together, so a crash
anywhere leaves the portion either done or waiting. Any number of workers may do this at once.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
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

MOST_ATTEMPTS = 12
_LONGEST_MESSAGE = 500
GIVEN_UP = (
    "The worker stopped too often while it carried these operations out. Requeue them, or send them"
    " one by one."
)
UNREADABLE = "The operation must be an object with the parameters of the call."

_CarryOut = Callable[[Sequence[dict[str, Any]]], list[Outcome]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Processed:
    """What a run did: bulks finished, operations completed and failed, bulks put off by errors."""

    bulks: int = 0
    completed: int = 0
    failed: int = 0
    errors: int = 0

    def __add__(self, other: "Processed") -> "Processed":
        return Processed(*map(add, astuple(self), astuple(other)))


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
