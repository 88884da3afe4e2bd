"""What is waiting in the queue, and for how long."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.request_queue.models import Request


@dataclass(frozen=True)
class Waiting:
    """The backlog of one entity.

    `oldest` is the arrival of the request that has waited longest. `attempts` is the highest number
    of attempts among them: more than one means that something keeps failing.
    """

    entity: Entity
    requests: int
    oldest: datetime
    attempts: int


def waits_for_the_shop() -> Q:
    """Return the condition for messages that wait for something the shop has not got yet.

    They are put off without an attempt (`let_wait`), or just being looked at again. How old they
    are says nothing about the queue.
    """
    again = Q(attempts=1, claimed_until__isnull=False)
    return Q(retry_at__isnull=False) & (Q(attempts=0) | again)


def waiting_requests(type: RequestType) -> dict[Entity, Waiting]:
    """Return the backlog by entity; an entity with nothing waiting is absent."""
    rows = (
        Request.objects.filter(type=type, processed_at__isnull=True)
        .order_by()
        .values("entity")
        .annotate(requests=Count("id"), oldest=Min("created_at"), attempts=Max("attempts"))
    )
    return {
        Entity(row["entity"]): Waiting(
            Entity(row["entity"]), row["requests"], row["oldest"], row["attempts"]
        )
        for row in rows
    }
