"""What becomes of SKUs that the shop lacks, or calls otherwise: aliases, waiting, ignoring.

Figures of unknown SKUs wait, the newest of each source, until the SKU is a product or an alias.
Then they are an ordinary message again, so that adjustments, history, webhooks and sequence marks
hold: a figure that has been overtaken meanwhile is Superseded as any other (docs/stock.md).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.urls import reverse

from imports.inventory.failures import MAKE_IT_KNOWN, UNKNOWN
from imports.inventory.lines import NO_SUCH_SKU, Batch
from imports.models import IgnoredSku, SkuAlias, WaitingSku
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.memory import Memory
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import LONGEST_SKU
from orderflow_bridge.common.worded import worded
from orderflow_bridge.problems.kinds import UNKNOWN_SKU
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import enqueue_request

Aliases = Mapping[str, str]
"""The products' SKUs by the keys of the aliases."""
aliases_read = Memory(seconds=5.0)
forget_aliases = aliases_read.forget
RECEIVED_BY = "waiting SKUs"
MOST_FIGURES = 10_000
_PARK = """
INSERT INTO imports_waitingsku AS w (sku_key, source_code, sku, sequence_id, quantity,
    last_order_exported, message_id, request_id, count, first_seen, last_seen)
SELECT r.sku_key, r.source_code, r.reference, r.sequence_id, r.units_received,
    r.last_order_exported, q.message_id, q.id, r.lines, {now}, {now}
FROM (
    SELECT l.*, count(*) OVER (PARTITION BY l.sku_key, l.source_code) AS lines,
        row_number() OVER (
            PARTITION BY l.sku_key, l.source_code ORDER BY l.sequence_id DESC, l.ord) AS age
    FROM inventory_line l
    WHERE l.result = 4 AND l.reason = %(unknown)s AND length(l.reference) <= %(longest)s
      AND l.sequence_id IS NOT NULL
) r
JOIN request_queue_request q ON q.id = r.request_id
WHERE r.age = 1
ORDER BY r.sku_key, r.source_code
ON CONFLICT (sku_key, source_code) DO UPDATE SET
    count = w.count + excluded.count, last_seen = excluded.last_seen,
    {newest}
"""
_NEWEST = ",\n    ".join(
    f"{name} = CASE WHEN excluded.sequence_id > w.sequence_id THEN excluded.{name}"
    f" ELSE w.{name} END"
    for name in (
        "sku",
        "quantity",
        "last_order_exported",
        "message_id",
        "request_id",
        "sequence_id",
    )
)


def sku_aliases() -> Aliases:
    """Return the aliases in force: a product that has such a SKU itself comes before any.

    Read from memory for some seconds, so that it costs no statement per batch. A line that comes
    before an alias is known here waits, and is applied by the next run.
    """
    known: Aliases | None = aliases_read.get(sku_aliases)
    if known is None:
        own = Product.objects.filter(sku_key=OuterRef("sku_key"))
        rows = SkuAlias.objects.exclude(Exists(own)).order_by()
        known = dict(rows.values_list("sku_key", "product__sku"))
        aliases_read.keep(sku_aliases, known)
    return known


def park_unknown(batch: Batch) -> None:
    """Keep the newest figures of a batch's unknown SKUs, in its transaction, by one statement."""
    is_postgresql = connection.vendor == "postgresql"
    now = batch.now if is_postgresql else connection.ops.adapt_datetimefield_value(batch.now)
    at = "%(now)s::timestamptz" if is_postgresql else "%(now)s"
    with connection.cursor() as cursor:
        cursor.execute(
            _PARK.format(now=at, newest=_NEWEST),
            {"now": now, "unknown": NO_SUCH_SKU, "longest": LONGEST_SKU},
        )


def queue_known() -> int:
    """Queue the waiting figures whose SKU is known by now; return how many.

    A figure leaves the waiting list with the transaction that queues it. One message is made per
    message that brought them, under its id, and so takes that one's place in the order of work.
    """
    queued = 0
    while figures := _queue_some():
        queued += figures
    return queued


def ignore(waiting: QuerySet[WaitingSku], *, by: User) -> int:
    """Ignore the SKUs of waiting figures, at whatever source; return how many were not before.

    Their problems end; further lines are counted, and recorded as failed, without a problem.
    """
    with transaction.atomic():
        skus = {row.sku_key: row.sku for row in waiting.order_by("sku_key")}
        known = IgnoredSku.objects.filter(sku_key__in=list(skus)).values_list("sku_key", flat=True)
        new = [sku for key, sku in skus.items() if key not in set(known)]
        IgnoredSku.objects.bulk_create(
            (IgnoredSku(sku=sku, ignored_by=by) for sku in new), ignore_conflicts=True
        )
        end_problems(UNKNOWN_SKU, new)
    return len(new)


def stop_ignoring(waiting: QuerySet[WaitingSku]) -> int:
    """Let the SKUs of waiting figures be problems again, at once; return how many were ignored."""
    with transaction.atomic():
        ignored = IgnoredSku.objects.filter(sku_key__in=[row.sku for row in waiting])
        keys = set(ignored.values_list("sku_key", flat=True))
        ignored.delete()
        rows = WaitingSku.objects.filter(sku_key__in=keys).order_by("sku_key", "last_seen")
        raise_problems(map(_finding, rows))
    return len(keys)


def _queue_some() -> int:
    with transaction.atomic():
        rows = list(_known().select_for_update(skip_locked=True, of=("self",))[:MOST_FIGURES])
        if not rows:
            return 0
        by_message: dict[str, list[Any]] = {}
        for row in rows:
            by_message.setdefault(row.message_id, []).append(row)
        messages = Request.objects.filter(pk__in={row.request_id for row in rows})
        known_by = dict(messages.values_list("pk", "correlation_id"))
        for message_id, figures in by_message.items():
            enqueue_request(
                type=RequestType.IMPORT,
                entity=Entity.INVENTORY,
                operation=Operation.UPDATE,
                message_id=message_id,
                lines=[_line(row) for row in figures],
                body=b"",
                response=b"",
                received_by=RECEIVED_BY,
                correlation_id=known_by.get(figures[0].request_id, ""),
            )
        WaitingSku.objects.filter(pk__in=[row.pk for row in rows]).delete()
        _no_longer_ignored(rows)
    return len(rows)


def _known() -> Any:
    """Return the waiting figures of SKUs that are products or aliases now, with the product's SKU.

    A product comes before an alias, as in the import.
    """
    own = Product.objects.filter(sku_key=OuterRef("sku_key"))
    alias = SkuAlias.objects.filter(sku_key=OuterRef("sku_key"))
    meant = Case(
        When(Exists(own), then=F("sku")), default=Subquery(alias.values("product__sku")[:1])
    )
    return (
        WaitingSku.objects.filter(Q(Exists(own)) | Q(Exists(alias)))
        .annotate(meant=meant)
        .order_by("pk")
    )


def _line(row: Any) -> list[str | None]:
    """Return a figure as the inbox stores a line."""
    exported: datetime | None = row.last_order_exported
    return [
        row.meant,
        f"{row.quantity:f}",
        row.source_code,
        str(row.sequence_id),
        exported.isoformat() if exported else None,
    ]


def _no_longer_ignored(rows: Iterable[WaitingSku]) -> None:
    """Forget that SKUs were ignored: what comes for them now matters."""
    IgnoredSku.objects.filter(sku_key__in={row.sku for row in rows}).delete()


def _finding(row: WaitingSku) -> Finding:
    """Return the problem that a waiting figure is, as the import tells it."""
    return Finding(
        UNKNOWN_SKU,
        row.sku,
        worded(UNKNOWN, sku=row.sku, units=plain(row.quantity), source=row.source_code),
        worded(MAKE_IT_KNOWN),
        reverse("admin:imports_waitingsku_change", args=(row.pk,)),
        count=row.count,
        evidence={
            "cause": "unknown",
            "sku": row.sku,
            "sku_key": row.sku_key,
            "source": row.source_code,
            "sequence_id": row.sequence_id,
            "message_id": row.message_id,
            "request": row.request_id,
        },
    )
