"""Work that a worker borrows: a lease that ends, and a fence that tells whose it is.

For tables whose rows are a queue (docs/decisions/queue-in-the-database.md). Every taking raises the
fence; a worker that comes back late finds a foreign fence and can write nothing.
"""

from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F, Q, QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import LeaseLost

LEASE = timedelta(minutes=5)
LONGEST_DELAY_MINUTES = 60
LONGEST_ERROR = 2_000

_Row = TypeVar("_Row", bound="LeasedWork")


class LeasedWork(models.Model):
    """The columns of a claim. `retry_at` delays work whose processing raised."""

    fence = models.PositiveIntegerField(default=0, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    retry_at = models.DateTimeField(null=True, editable=False)
    last_error = models.TextField(blank=True, default="", editable=False)

    class Meta:
        abstract = True


def free(rows: "QuerySet[_Row]", *, ignoring_delay: bool = False) -> "QuerySet[_Row]":
    """Narrow rows to those nobody holds; without those that rest after an error, unless asked."""
    now = clock.now()
    rows = rows.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
    if ignoring_delay:
        return rows
    return rows.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=now))


def claim_first(rows: "QuerySet[_Row]", *, ignoring_delay: bool = False) -> _Row | None:
    """Borrow the first free row; None if there is none.

    The claim is committed at once, so this must not be called inside a transaction.
    """
    with transaction.atomic(durable=True):
        row = free(rows, ignoring_delay=ignoring_delay).select_for_update(skip_locked=True).first()
        if row is None:
            return None
        row.fence += 1
        row.attempts += 1
        row.claimed_until = clock.now() + LEASE
        row.save(update_fields=("fence", "attempts", "claimed_until"))
        return row


def hold(row: LeasedWork) -> None:
    """Lock a borrowed row and lengthen its lease, at the beginning of the effect's transaction.

    A worker that comes back late waits here. Raises LeaseLost when the row is not ours any more;
    the caller's transaction must then be rolled back.
    """
    _write(row, claimed_until=clock.now() + LEASE)


def progress(row: LeasedWork, **values: Any) -> None:
    """Write down progress at the end of the effect's transaction: it forgets failures before it.

    Raises LeaseLost as `hold` does.
    """
    _write(row, retry_at=None, last_error="", attempts=1, **values)


def describe(row: LeasedWork, **values: Any) -> None:
    """Write what was found out about a borrowed row. Raises LeaseLost as `hold` does."""
    _write(row, **values)


def give_back(row: LeasedWork, **values: Any) -> None:
    """Write values to a borrowed row and end the lease. Raises LeaseLost as `hold` does."""
    _write(row, claimed_until=None, **values)


def put_off(row: LeasedWork, *, error: str) -> None:
    """Give a row back with the reason, to be tried again after 1, 2, 4 … minutes, at most 60.

    A row that another worker has taken over is left alone.
    """
    minutes = min(2 ** (min(max(row.attempts, 1), 7) - 1), LONGEST_DELAY_MINUTES)
    _ours(row).update(
        claimed_until=None,
        retry_at=clock.now() + timedelta(minutes=minutes),
        last_error=error[:LONGEST_ERROR],
    )


def _write(row: LeasedWork, **values: Any) -> None:
    if not _ours(row).update(**values):
        raise LeaseLost("Another worker has taken over this work.")
    for name, value in values.items():
        if not isinstance(value, F):
            setattr(row, name, value)


def _ours(row: LeasedWork) -> "QuerySet[Any]":
    return type(row)._default_manager.filter(pk=row.pk, fence=row.fence)
