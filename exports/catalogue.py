"""Exporting the whole catalogue: every simple product becomes Pending.

A million products take minutes, so the wish is a row: whoever has time makes the next products due
and writes down how far it has come, in one transaction per batch. A crash loses nothing, and the
next run of the product export goes on from there.
"""

import time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exports.instances import export_disabled, groups_of
from exports.models import CatalogueRun
from orderflow_bridge.catalog.events import exported_by_hand
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.querysets import ProductQuerySet
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ExportRefused

PRODUCTS_AT_ONCE = 5_000


def begin_catalogue(*, by: str) -> CatalogueRun:
    """Write down that `by` wants the whole catalogue exported; return the row.

    One that is still under way goes on; it is not begun anew. Raises ExportRefused when no website
    exports products.
    """
    if not groups_of(Entity.PRODUCT):
        raise ExportRefused(export_disabled(Entity.PRODUCT))
    total = _simple().count()
    with transaction.atomic():
        under_way = _open().select_for_update().first()
        return under_way or CatalogueRun.objects.create(asked_by=by, total=total)


def carry_on_with_catalogue(
    *, seconds: float, at_once: int = PRODUCTS_AT_ONCE
) -> CatalogueRun | None:
    """Make the next products due for so many seconds; return how far it is, None if nobody asked.

    `at_once` products share a transaction, and workers that do this at the same time take turns.
    Must not be called inside a transaction.
    """
    deadline = time.monotonic() + seconds
    run = None
    while batch := _next_batch(at_once):
        run = batch
        if run.finished_at or time.monotonic() > deadline:
            break
    return run


@transaction.atomic(durable=True)
def _next_batch(at_once: int) -> CatalogueRun | None:
    run = _open().select_for_update().first()
    if run is None:
        return None
    rest = _simple().filter(pk__gt=run.last_product_id)
    ids = list(rest.order_by("pk").values_list("pk", flat=True)[:at_once])
    if ids:
        with exported_by_hand():
            rest.filter(pk__lte=ids[-1]).mark_pending()
        run.last_product_id = ids[-1]
        run.done += len(ids)
    if len(ids) < at_once:
        run.finished_at = timezone.now()
    run.save()
    return run


def _open() -> QuerySet[CatalogueRun]:
    return CatalogueRun.objects.filter(finished_at__isnull=True).order_by("id")


def _simple() -> ProductQuerySet:
    return Product.objects.filter(type_id=Product.Type.SIMPLE)
