"""Ignoring SKUs that the shop does not mean to sell: their figures wait, but are no problem."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from imports.models import IgnoredSku, WaitingSku
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.problems.kinds import UNKNOWN_SKU
from orderflow_bridge.problems.services import Finding, end_problems, raise_problems


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


def _finding(row: WaitingSku) -> Finding:
    """Return the problem that a waiting figure is, as the import tells it."""
    return Finding(
        UNKNOWN_SKU,
        row.sku,
        f"SKU {row.sku} is unknown: OrderFlow counts {plain(row.quantity)} at source"
        f" {row.source_code}.",
        "Create the product, say which product it is, or ignore it.",
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
