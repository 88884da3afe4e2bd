"""OrderFlow is silent: for longer than allowed, and for longer than it usually is.

A rhythm is learnt from when it was heard in two weeks, so that nights, weekends and a bank holiday
are no silence, and nothing has to be entered for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.db.models import Max, Min, Q
from django.db.models.functions import TruncHour
from django.urls import reverse

from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import (
    SELF_TEST,
    Entity,
    ExportStatus,
    Operation,
    RequestType,
)
from orderflow_bridge.common.worded import joined, worded
from orderflow_bridge.configuration.selectors import watch as watch_settings
from orderflow_bridge.problems.kinds import ORDERFLOW_SILENT
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.models import Heard, recalled, remember
from orderflow_bridge.watch.wording import clock_time

LEARNT_FROM = timedelta(days=14)
USUAL_TIMES = 3
WEEK = timedelta(days=7)
# A weekend with some hours of both days beside it: of a week nothing is known of yet.
FIRST_WEEKEND = timedelta(days=3)
KEPT = timedelta(days=60)
# At the first look, and after a long stop, so many requests are read at most.
MOST_READ = 50_000
_PLACE = "heard up to"


def is_silent(heard: Sequence[datetime], now: datetime, allowed: timedelta) -> bool:
    """Tell whether the silence since the last of `heard` (ascending) is more than usual; pure.

    It has to be longer than `allowed`, and longer than three times the longest pause of the two
    weeks before. Where pauses longer than `allowed` are usual, as at weekends, the hours of the
    week that lay in one are not counted, and what remains is compared with the other pauses; so a
    failure on a Monday need not last three weekends. In the first week, of which no weekend is
    known, three days more are allowed.
    """
    if not heard or now - heard[-1] <= allowed:
        return False
    last = heard[-1]
    learnt = [each for each in heard if each >= last - LEARNT_FROM]
    if last - learnt[0] < WEEK and now - last <= allowed + FIRST_WEEKEND:
        return False
    pauses = [(begin, end) for begin, end in pairwise(learnt)]
    longest = max((end - begin for begin, end in pauses), default=timedelta())
    if now - last > max(USUAL_TIMES * longest, allowed):
        return True
    long_ones = [each for each in pauses if each[1] - each[0] > allowed]
    short = [end - begin for begin, end in pauses if end - begin <= allowed]
    unusual = now - last - _covered(last, now, long_ones)
    return unusual > max(allowed, USUAL_TIMES * max(short, default=timedelta()))


def _covered(
    begin: datetime, end: datetime, pauses: Sequence[tuple[datetime, datetime]]
) -> timedelta:
    """Return how much of a span lay, one or more weeks before, in one of these pauses."""
    weeks = range(1, (end - begin + LEARNT_FROM) // WEEK + 2)
    spans = sorted(
        (max(first + week * WEEK, begin), min(last + week * WEEK, end))
        for first, last in pauses
        for week in weeks
        if first + week * WEEK < end and last + week * WEEK > begin
    )
    total, reached = timedelta(), begin
    for first, last in spans:
        if last > reached:
            total += last - max(first, reached)
            reached = last
    return total


@dataclass(frozen=True)
class Stream:
    """Something that OrderFlow does regularly. `is_expected` tells whether it has reason to."""

    name: str
    title: str
    setting: str
    heard_by: Q
    is_expected: Callable[[], bool]
    waits: str


def _is_anything_announced() -> bool:
    queued = {"orderflow_export_status": ExportStatus.QUEUED}
    return (
        Order.objects.filter(**queued).exists() or ProductWebsite.objects.filter(**queued).exists()
    )


def _is_anything_to_ship() -> bool:
    open_orders = Order.objects.filter(
        status=Order.Status.PROCESSING, orderflow_export_status=ExportStatus.EXPORTED
    )
    return open_orders.exists()


_IMPORT = Q(type=RequestType.IMPORT)
STREAMS = (
    Stream(
        "stock",
        worded("stock message"),
        "silent_stock_hours",
        # Corrections are the bridge's own (docs/stock.md, "Reconciliation").
        _IMPORT & Q(entity=Entity.INVENTORY, operation=Operation.UPDATE),
        lambda: True,
        worded("Stock is no longer kept up to date."),
    ),
    Stream(
        "despatches",
        worded("despatch"),
        "silent_despatch_hours",
        _IMPORT & Q(entity=Entity.SHIPMENT),
        _is_anything_to_ship,
        worded("Orders that OrderFlow has are waiting for their despatch."),
    ),
    Stream(
        "fetches",
        worded("fetch of a product or order"),
        "silent_fetch_hours",
        Q(type=RequestType.EXPORT, operation=Operation.EXPORT),
        _is_anything_announced,
        worded("What was announced is waiting for it."),
    ),
)


def look_for_silence(now: datetime) -> None:
    """Find streams that have fallen silent; it ends when OrderFlow is heard again.

    Usually it reads what has arrived since the last look, and one row per stream.
    """
    _listen(now)
    settings = watch_settings()
    last = dict(Heard.objects.order_by().values_list("stream").annotate(Max("last_at")))
    findings = []
    for stream in STREAMS:
        allowed = timedelta(hours=getattr(settings, stream.setting))
        heard_at = last.get(stream.name)
        if not allowed or heard_at is None or now - heard_at <= allowed:
            continue
        if is_silent(_heard(stream, heard_at), now, allowed) and stream.is_expected():
            findings.append(_silent(stream, heard_at, now))
    settle(ORDERFLOW_SILENT, findings, now=now)


def _listen(now: datetime) -> None:
    """Note in which hours OrderFlow was heard, from the requests since the last look."""
    newest = Request.objects.aggregate(pk=Max("pk"))["pk"] or 0
    place = recalled(_PLACE, 0)
    if newest == place:
        return
    rows = (
        Request.objects.filter(pk__gt=max(place, newest - MOST_READ), pk__lte=newest)
        .exclude(received_by=SELF_TEST)
        .order_by()
    )
    found = []
    for stream in STREAMS:
        hours = (
            rows.filter(stream.heard_by)
            .annotate(hour=TruncHour("created_at", tzinfo=UTC))
            .values_list("hour")
            .annotate(Min("created_at"), Max("created_at"))
        )
        found += [Heard(stream=stream.name, hour=at, first_at=a, last_at=b) for at, a, b in hours]
    Heard.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["stream", "hour"],
        update_fields=["last_at"],
    )
    # The last row of each stream stays, however old.
    last = Heard.objects.order_by().values("stream").annotate(last=Max("hour")).values("last")
    Heard.objects.filter(hour__lt=now - KEPT).exclude(hour__in=last).delete()
    remember(_PLACE, newest, at=now)


def _heard(stream: Stream, last: datetime) -> list[datetime]:
    rows = Heard.objects.filter(stream=stream.name, last_at__gte=last - LEARNT_FROM)
    return [at for hour in rows.order_by("hour").values_list("first_at", "last_at") for at in hour]


def _silent(stream: Stream, heard_at: datetime, now: datetime) -> Finding:
    hours = int((now - heard_at).total_seconds() // 3600)
    return Finding(
        ORDERFLOW_SILENT,
        stream.name,
        joined(
            [
                worded(
                    "OrderFlow is silent: no %(stream)s for %(hours)s hours, the last at %(time)s.",
                    stream=stream.title,
                    hours=hours,
                    time=clock_time(heard_at, now),
                ),
                stream.waits,
            ]
        ),
        worded(
            "See in OrderFlow, under Integration, Remote Messages, whether it sends and what it"
            " says."
        ),
        reverse("admin:imports_importrequest_changelist")
        if stream.name != "fetches"
        else reverse("admin:exports_exportrequest_changelist"),
        count=max(hours, 1),
        evidence={"heard_at": heard_at.isoformat()},
    )
