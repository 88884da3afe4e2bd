"""Work that a worker borrows: a lease that ends, and a fence that tells whose it is.

For tables whose rows are a queue (docs/decisions/lease.md). Every taking raises the fence; a worker
that comes back late finds a foreign fence and can write nothing. What fails is tried again after a
growing delay; many at once are tried one by one, so that only the bad one fails.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F, Q, QuerySet

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import LeaseLost
from orderflow_bridge.common.statements import take_turns

LEASE = timedelta(minutes=5)
# Work that was claimed more often may take its worker down with it: it is met alone.
TRUSTED_ATTEMPTS = 2
LONGEST_ERROR = 2_000

_Row = TypeVar("_Row", bound=models.Model)
_Rows = Callable[[list[Any]], list[Any]]
# What belongs to others gets more patience, and jitter: what failed together does not come back
# together. JITTER is the share of a delay that is added or taken off at most.
LONGEST_DELAY = timedelta(hours=6)
JITTER = 0.2
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

logger = logging.getLogger(__name__)


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


def claim(
    due: "QuerySet[_Row]",
    *,
    limit: int,
    lease: timedelta = LEASE,
    until: str = "claimed_until",
    is_attempt: bool = True,
    choose: _Rows = list,
    one_by_one: int | None = None,
    **marks: Any,
) -> list[_Row]:
    """Borrow up to `limit` of the rows that are due, in their order, for the length of a lease.

    Rows that somebody else is just taking are passed over, not waited for; `choose` may leave out
    some of the locked rows. `until` names the column that ends the lease, `marks` are further
    values to write, and the claim counts as an attempt unless told otherwise. With `one_by_one`, a
    key, whoever claims under the same key waits until this claim is committed. It is committed at
    once, so this must not be called inside a transaction.
    """
    marks |= {until: clock.now() + lease, "fence": F("fence") + 1}
    if is_attempt:
        marks["attempts"] = F("attempts") + 1
    with transaction.atomic(durable=True):
        if one_by_one is not None:
            take_turns(one_by_one)
        locked = due.select_for_update(skip_locked=True, no_key=True, of=("self",))
        rows: list[Any] = choose(list(locked[:limit]))
        table = due.model._default_manager.filter(pk__in=[row.pk for row in rows])
        table.update(**marks)
    for row in rows:
        row.fence += 1
        row.attempts += is_attempt
        _set(row, marks)
    return rows


def claim_each(rows: "QuerySet[_Row]", *, ids: Sequence[int] | None = None) -> Iterator[_Row]:
    """Borrow the free rows one after another, each once; with `ids` those, whatever their delay."""
    asked = rows if ids is None else rows.filter(pk__in=ids)
    seen: list[int] = []
    while found := claim(free(asked.exclude(pk__in=seen), ignoring_delay=ids is not None), limit=1):
        seen.append(found[0].pk)
        yield found[0]


def ours(*borrowed: Any, table: "QuerySet[Any] | None" = None) -> "QuerySet[Any]":
    """Select those of some borrowed rows that nobody has taken over since.

    `table` holds them, if they are no models themselves (they have `id` and `fence`). Rows of one
    claim mostly share a small fence, so the condition is a few lists of ids.
    """
    ids_by_fence: dict[int, list[int]] = {}
    for row in borrowed:
        ids_by_fence.setdefault(row.fence, []).append(row.id)
    condition = Q(pk__in=())
    for fence, ids in ids_by_fence.items():
        condition |= Q(fence=fence, pk__in=ids)
    rows = type(borrowed[0])._default_manager.all() if table is None else table
    return rows.filter(condition)


def hold(row: LeasedWork) -> None:
    """Lock a borrowed row and lengthen its lease, at the beginning of the effect's transaction.

    A worker that comes back late waits here. Raises LeaseLost when the row is not ours any more;
    the caller's transaction must then be rolled back.
    """
    describe(row, claimed_until=clock.now() + LEASE)


def progress(row: LeasedWork, **values: Any) -> None:
    """Write down progress at the end of the effect's transaction: it forgets failures before it.

    Raises LeaseLost as `hold` does.
    """
    describe(row, retry_at=None, last_error="", attempts=1, **values)


def describe(row: LeasedWork, **values: Any) -> None:
    """Write what was found out about a borrowed row. Raises LeaseLost as `hold` does."""
    if not ours(row).update(**values):
        raise LeaseLost("Another worker has taken over this work.")
    _set(row, values)


def give_back(row: LeasedWork, **values: Any) -> None:
    """Write values to a borrowed row and end the lease. Raises LeaseLost as `hold` does."""
    describe(row, claimed_until=None, **values)


def put_off(row: Any, *, error: str, table: "QuerySet[Any] | None" = None) -> None:
    """Give a row back with the reason, to be tried again after a growing delay, an hour at most.

    A row that another worker has taken over is left alone. `table` is as in `ours`.
    """
    ours(row, table=table).update(
        claimed_until=None,
        retry_at=clock.now() + delay_after(row.attempts),
        last_error=error[:LONGEST_ERROR],
    )


def _set(row: models.Model, values: dict[str, Any]) -> None:
    """Let the row in memory say what was written, except what only the database can reckon."""
    for name, value in values.items():
        if not hasattr(value, "resolve_expression"):
            setattr(row, name, value)


def delay_after(
    attempts: int,
    *,
    first: timedelta = timedelta(minutes=1),
    longest: timedelta = timedelta(hours=1),
    jitter: float = 0.0,
    chance: Callable[[], float] = random.random,
) -> timedelta:
    """Return how long to wait after the `attempts`-th failed attempt.

    The first delay doubles with every attempt, up to the longest; then up to the share `jitter` of
    it is added or taken off, by chance (0 to 1).
    """
    doublings = min(max(attempts, 1) - 1, 16)
    delay = min(first * int(2**doublings), longest)
    return delay * (1 - jitter + 2 * jitter * chance())


def together_or_each(
    items: Sequence[_Item],
    work: Callable[[Sequence[_Item]], Sequence[_Result]],
    refused: Callable[[_Item, Exception], _Result],
    *,
    event: str,
    is_trusted: bool = True,
    raising: tuple[type[Exception], ...] = (),
    around: Callable[[Sequence[_Item]], AbstractContextManager[Any]] = lambda items: nullcontext(),
) -> list[_Result]:
    """Return a result for each item, in order.

    `work` takes items in a transaction of its own, all or none, and returns a result for each. If
    it raises for several, which is logged as `event`, it is asked for each alone, as for those that
    are not trusted; what it raises then becomes the item's result by `refused`. Errors that are
    `raising` blame no item: they are raised. `around` makes the context of work
    on one item, and of the line that says several were split.
    """
    if is_trusted and len(items) > 1:
        try:
            results = work(items)
            return [result for _, result in zip(items, results, strict=True)]
        except raising:
            raise
        except Exception:
            with around(items):
                logger.warning(event, exc_info=True)
    alone: list[_Result] = []
    for item in items:
        with around([item]):
            try:
                alone.append(work([item])[0])
            except raising:
                raise
            except Exception as error:
                alone.append(refused(item, error))
    return alone
