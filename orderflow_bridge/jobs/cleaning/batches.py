"""Small bites: cleaning never locks many rows for long, and can stop after any of them."""

import time
from collections.abc import Iterator
from typing import Any

from django.db.models import Q, QuerySet


class Allowance:
    """The time one run may take, and the rows one transaction may touch.

    Every kind of row gets at least one batch, so that a long backlog of one kind cannot keep the
    others from being cleaned.
    """

    def __init__(self, *, seconds: float, rows: int) -> None:
        self.rows = rows
        self.is_used_up = False
        self._ends_at = time.monotonic() + seconds

    def allows_more(self) -> bool:
        """Tell whether there is time for another batch; remember it when there is not."""
        if time.monotonic() < self._ends_at:
            return True
        self.is_used_up = True
        return False


def oldest_first(
    rows: QuerySet[Any], allowance: Allowance, *, weight: int = 1
) -> Iterator[list[int]]:
    """Yield the ids of `rows`, oldest first, a batch at a time while the allowance lasts.

    `weight` is how many ordinary rows one of these amounts to: one with a long body, or with lines.
    """
    at_once = max(allowance.rows // weight, 1)
    seen: tuple[Any, int] | None = None
    while True:
        found = list(
            _after(rows, seen)
            .order_by("created_at", "pk")
            .values_list("created_at", "pk")[:at_once]
        )
        if found:
            yield [pk for _, pk in found]
        if len(found) < at_once or not allowance.allows_more():
            return
        seen = found[-1]


def delete_oldest(rows: QuerySet[Any], allowance: Allowance, *, weight: int = 1) -> int:
    """Delete `rows`, each batch in a transaction of its own; return how many.

    Only ids are read: the rows may carry long bodies. What refers to them is cut off or deleted
    too, as its model says.
    """
    deleted = 0
    for ids in oldest_first(rows, allowance, weight=weight):
        batch = rows.model._base_manager.filter(pk__in=ids).only("pk")
        batch.delete()
        deleted += len(ids)
    return deleted


def _after(rows: QuerySet[Any], seen: tuple[Any, int] | None) -> QuerySet[Any]:
    """Narrow `rows` to those behind the last one seen; the first condition is for the index."""
    if seen is None:
        return rows
    created_at, pk = seen
    return rows.filter(
        Q(created_at__gte=created_at) & (Q(created_at__gt=created_at) | Q(pk__gt=pk))
    )
