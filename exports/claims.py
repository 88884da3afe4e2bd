"""Taking what is due, and writing down the intent before OrderFlow is called.

A claim moves the due time on by a lease: if this worker dies, whatever it has not settled comes up
again by itself. Claims of one group follow one another (its first website's row is locked), because
a product with several websites must not be taken twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from exports.cancel_requests import being_cancelled
from exports.instances import WebsiteGroup
from exports.outcomes import Target, not_fetched
from exports.selectors import EXPORT_STATES, OWNER, next_due
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation
from orderflow_bridge.request_queue.services import write_claimed_request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website

# OrderFlow answers but never fetches: after so many announcements a person has to look.
MOST_UNFETCHED = 3


@dataclass(frozen=True)
class Batch:
    """Claimed products or orders, with the request that says they are being announced.

    `unfetched` were announced as often as is allowed and never fetched; they are not announced
    again and have become nobody's turn. Without a request there is nothing to announce.
    """

    entity: Entity
    operation: Operation
    group: WebsiteGroup
    targets: tuple[Target, ...]
    claimed_at: datetime
    unfetched: tuple[Target, ...] = ()
    request_id: int = 0
    message_id: str = ""
    fence: int = 0
    traceparent: str = ""

    @property
    def website(self) -> Website | None:
        return self.group[0] if self.group else None


def claim_due(
    entity: Entity,
    operation: Operation,
    group: WebsiteGroup,
    *,
    limit: int,
    lease: timedelta,
    max_attempts: int,
) -> Batch:
    """Take up to `limit` products or orders that are due in a group, for the length of a lease.

    Committed at once, so this must not be called inside a transaction.
    """
    now = clock.now()
    with transaction.atomic(durable=True):
        _take_turns(group)
        ids = next_due(entity, operation, group, limit=limit, now=now, lock=True)
        targets, unfetched = _sort_out(_targets(entity, group, ids), max_attempts)
        _give_up(entity, unfetched)
        if entity == Entity.PRODUCT and len(targets) + len(unfetched) < len(ids):
            _rest_others(ids)
        return _claimed(entity, operation, group, targets, unfetched, now, lease)


def claim_these(
    entity: Entity,
    operation: Operation,
    group: WebsiteGroup,
    ids: Sequence[int],
    *,
    lease: timedelta,
    by: str = "",
) -> Batch:
    """Take these products or orders whether or not it is their turn, because a person asked."""
    now = clock.now()
    with transaction.atomic(durable=True):
        _take_turns(group)
        targets = [target for target, _ in _targets(entity, group, ids)]
        return _claimed(entity, operation, group, targets, [], now, lease, by)


def lease_for(count: int, *, parallel: int, longest_call: int) -> timedelta:
    """Return how long `count` calls may take at worst, `longest_call` seconds each."""
    rounds = -(-count // parallel)
    return timedelta(seconds=60 + rounds * longest_call)


def _take_turns(group: WebsiteGroup) -> None:
    list(Website.objects.select_for_update(no_key=True).filter(pk=group[0].pk).values_list("pk"))


def _targets(
    entity: Entity, group: WebsiteGroup, ids: Sequence[int]
) -> list[tuple[Target, set[str]]]:
    """Lock all rows of these products or orders in the group; return each with its statuses."""
    owner = OWNER[entity]
    rows = (
        EXPORT_STATES[entity]
        ._default_manager.filter(**{f"{owner}__in": ids, "website__in": group})
        .select_for_update(skip_locked=True, no_key=True)
        .order_by("id")
    )
    columns = ("id", "orderflow_revision", "orderflow_attempts", "orderflow_export_status")
    found: dict[int, list[tuple[int, int, int, str]]] = {}
    for owner_id, *row in rows.values_list(owner, *columns):
        found.setdefault(owner_id, []).append((row[0], row[1], row[2], row[3]))
    references = _references(entity, found)
    return [
        (_target(id, references[id], found[id]), {row[3] for row in found[id]})
        for id in ids
        if id in found and id in references
    ]


def _target(id: int, reference: str, rows: Sequence[tuple[int, int, int, str]]) -> Target:
    revisions = {row[0]: row[1] for row in rows}
    return Target(id, reference, revisions, attempts=max(row[2] for row in rows))


def _references(entity: Entity, ids: Iterable[int]) -> Mapping[int, str]:
    """Return what OrderFlow calls these products (simple ones only) or orders.

    An order that OrderFlow is being asked to cancel is left out. Its row is locked here, as it is
    where the question is written down, so one of the two sees the other.
    """
    if entity == Entity.ORDER:
        orders = dict(Order.objects.filter(pk__in=ids).values_list("pk", "increment_id"))
        stopped = being_cancelled(orders.values())
        return {id: number for id, number in orders.items() if number not in stopped}
    simple = Product.objects.filter(pk__in=ids, type_id=Product.Type.SIMPLE)
    return dict(simple.values_list("pk", "sku"))


def _sort_out(
    targets: Iterable[tuple[Target, set[str]]], max_attempts: int
) -> tuple[list[Target], list[Target]]:
    """Tell what is to be announced from what was announced often enough and never fetched."""
    to_announce: list[Target] = []
    unfetched: list[Target] = []
    for target, statuses in targets:
        often_enough = target.attempts >= min(max_attempts, MOST_UNFETCHED)
        is_stuck = statuses == {ExportStatus.QUEUED} and often_enough
        (unfetched if is_stuck else to_announce).append(target)
    return to_announce, unfetched


def _give_up(entity: Entity, targets: Sequence[Target]) -> None:
    """Stop announcing what was announced often enough: the watch tells of it."""
    for target in targets:
        text = not_fetched(target.attempts)
        EXPORT_STATES[entity]._default_manager.filter(pk__in=target.revisions).update(
            orderflow_due_at=None, orderflow_last_error=text
        )


def _rest_others(product_ids: Sequence[int]) -> None:
    """See that products that are not simple do not stand at the head of the queue."""
    rows = ProductWebsite.objects.filter(product__in=product_ids)
    rows.exclude(product__type_id=Product.Type.SIMPLE).update(orderflow_due_at=None)


def _claimed(
    entity: Entity,
    operation: Operation,
    group: WebsiteGroup,
    targets: Sequence[Target],
    unfetched: Sequence[Target],
    now: datetime,
    lease: timedelta,
    by: str = "",
) -> Batch:
    """Move the due times on and write the request that tells what is about to be announced."""
    known: dict[str, Any] = {"claimed_at": now, "unfetched": tuple(unfetched)}
    if not targets:
        return Batch(entity, operation, group, (), **known)
    until = now + lease
    held = EXPORT_STATES[entity]._default_manager.filter(
        pk__in=[row for target in targets for row in target.revisions]
    )
    if entity == Entity.ORDER:  # whatever is said of an exported order by hand, it stays so
        held = held.exclude(orderflow_export_status=ExportStatus.EXPORTED)
    held.update(orderflow_due_at=until)
    request = write_claimed_request(
        entity=entity,
        operation=operation,
        website=group[0],
        lines=[_line(entity, target) for target in targets],
        by=by,
        at=now,
        until=until,
    )
    return Batch(
        entity, operation, group, tuple(targets),
        request_id=request.pk, message_id=request.message_id, fence=request.fence,
        traceparent=request.traceparent, **known,
    )  # fmt: skip


def _line(entity: Entity, target: Target) -> dict[str, Any]:
    """Return a line of a request: what names the order or the product."""
    if entity == Entity.ORDER:
        return {"entity_id": target.entity_id, "increment_id": target.reference}
    return {"sku": target.reference}
