"""Figures of SKUs that the shop lacks wait, the newest of each source, until the SKU is known.

Then they are an ordinary message again, so that adjustments, history, webhooks and sequence marks
hold: a figure that has been overtaken meanwhile is Superseded as any other (docs/stock.md).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, When

from imports.inventory.batch import Batch
from imports.inventory.lines import UNKNOWN_SKU
from imports.models import IgnoredSku, SkuAlias, WaitingSku
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.skus import LONGEST_SKU
from orderflow_bridge.request_queue.services import enqueue_request

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


def park_unknown(batch: Batch) -> None:
    """Keep the newest figures of a batch's unknown SKUs, in its transaction, by one statement."""
    is_postgresql = connection.vendor == "postgresql"
    now = batch.now if is_postgresql else connection.ops.adapt_datetimefield_value(batch.now)
    at = "%(now)s::timestamptz" if is_postgresql else "%(now)s"
    with connection.cursor() as cursor:
        cursor.execute(
            _PARK.format(now=at, newest=_NEWEST),
            {"now": now, "unknown": UNKNOWN_SKU, "longest": LONGEST_SKU},
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


def _queue_some() -> int:
    with transaction.atomic():
        rows = list(_known().select_for_update(skip_locked=True, of=("self",))[:MOST_FIGURES])
        if not rows:
            return 0
        by_message: dict[str, list[Any]] = {}
        for row in rows:
            by_message.setdefault(row.message_id, []).append(_line(row))
        for message_id, lines in by_message.items():
            enqueue_request(
                type=RequestType.IMPORT,
                entity=Entity.INVENTORY,
                operation=Operation.UPDATE,
                message_id=message_id,
                lines=lines,
                body=b"",
                response=b"",
                received_by=RECEIVED_BY,
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
