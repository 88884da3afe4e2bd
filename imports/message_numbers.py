"""The numbers of OrderFlow's messages: the last one, and which were not seen today.

OrderFlow numbers all its messages to all their receivers in one series (the guide's pages show 71,
72, 75, 77), so a missing number proves nothing. It is information, and never a problem.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Min, Window
from django.db.models.functions import Lead

from imports.inventory.unknown_skus import RECEIVED_BY
from orderflow_bridge.common.choices import SELF_TEST, RequestType
from orderflow_bridge.request_queue.models import Request

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
