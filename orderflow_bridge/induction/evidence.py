"""What has been seen of a website's OrderFlow: looked up where it lies, and remembered.

The first of each is looked for only until it is found. What only reading can tell changes nothing;
the row that remembers it is written by whoever looks first.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.db.models import Q

from exports.models import Export
from imports.models import Import, ImportLine
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import SELF_TEST, Entity, Operation, Result
from orderflow_bridge.induction.models import Evidence, Proof
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Despatch, Order
from orderflow_bridge.stores.models import Website

_SUCCESS = Q(successes__gt=0)


def evidence_of(website: Website) -> dict[Proof, Evidence]:
    """Return what has been seen of a website's OrderFlow so far; what is new is remembered."""
    known = {Proof(each.proof): each for each in Evidence.objects.filter(website_id=website.pk)}
    new = []
    for proof, look in _LOOKS.items():
        if proof not in known and (found := look(website)):
            found.website_id, found.proof, found.text = website.pk, proof, found.text[:200]
            known[proof] = found
            new.append(found)
    if new:
        Evidence.objects.bulk_create(new, ignore_conflicts=True)
    return known


def _announced(website: Website) -> Evidence | None:
    """Find what OrderFlow took: it let the bridge's user in, with organisation and channel."""
    told = [_of(row, row.orderflow_queued_at) for row in _first(website, "orderflow_queued_at")]
    if told:
        return min(told, key=lambda each: each.seen_at)
    return _fetched_product(website) or _fetched_order(website)


def _fetched_product(website: Website) -> Evidence | None:
    return _fetched(website, ProductWebsite)


def _fetched_order(website: Website) -> Evidence | None:
    return _fetched(website, Order)


def _fetched(website: Website, kind: type[ProductWebsite] | type[Order]) -> Evidence | None:
    rows = [row for row in _first(website, "orderflow_export_date") if isinstance(row, kind)]
    return _of(rows[0], rows[0].orderflow_export_date) if rows else None


def _stock(website: Website) -> Evidence | None:
    """Find a figure of OrderFlow's of a product that the website sells."""
    item = (
        SourceItem.objects.filter(
            last_sequence_id__isnull=False, product__website_links__website=website.pk
        )
        .exclude(product__sku_key=SELF_TEST)
        .select_related("product")
        .order_by("pk")
        .first()
    )
    if item is None:
        return None
    line = ImportLine.objects.filter(
        reference=item.product.sku, source_code=item.source_id, result=Result.SUCCESS
    )
    if first := line.order_by("id").first():
        return Evidence(
            seen_at=first.created_at,
            text=f"SKU {item.product.sku}",
            page="imports_inventoryimport_change",
            object_id=first.parent_id,
        )
    return Evidence(
        seen_at=item.updated_at,
        text=f"SKU {item.product.sku}",
        page="inventory_sourceitem_change",
        object_id=item.pk,
    )


def _push(website: Website) -> Evidence | None:
    """Find a message of several products; which website it was for is not in it."""
    reports = Import.objects.filter(entity=Entity.INVENTORY, successes__gt=1).order_by("id")
    return _of_report(reports.first(), "imports_inventoryimport_change")


def _despatch(website: Website) -> Evidence | None:
    booked = Despatch.objects.filter(order__website=website.pk).select_related("order")
    found = booked.order_by("pk").first()
    return _of(found.order, found.created_at) if found else None


def _cancelled(website: Website) -> Evidence | None:
    """Find a cancellation that OrderFlow was asked for, and agreed to."""
    asked = Export.objects.filter(
        _SUCCESS, entity=Entity.ORDER, operation=Operation.CANCEL, website=website.pk
    )
    return _of_report(asked.order_by("id").first(), "exports_orderexport_change")


def _first(website: Website, column: str) -> list[ProductWebsite | Order]:
    """Return the product and the order whose time in this column is the earliest."""
    known = {"website": website.pk, f"{column}__isnull": False}
    products = ProductWebsite.objects.filter(**known).select_related("product")
    orders = Order.objects.filter(**known)
    found = (products.order_by(column).first(), orders.order_by(column).first())
    return [each for each in found if each is not None]


def _of(row: ProductWebsite | Order, at: datetime | None) -> Evidence:
    if isinstance(row, Order):
        text, page, number = f"Order {row.increment_id}", "sales_order_change", row.pk
    else:
        text, page, number = f"Product {row.product.sku}", "catalog_product_change", row.product_id
    return Evidence(seen_at=at or clock.now(), text=text, page=page, object_id=number)


def _of_report(report: Export | Import | None, page: str) -> Evidence | None:
    if report is None:
        return None
    return Evidence(seen_at=report.created_at, text=str(report), page=page, object_id=report.pk)


_LOOKS: Mapping[Proof, Callable[[Website], Evidence | None]] = {
    Proof.ANNOUNCED: _announced,
    Proof.PRODUCT_FETCHED: _fetched_product,
    Proof.ORDER_FETCHED: _fetched_order,
    Proof.STOCK: _stock,
    Proof.PUSH: _push,
    Proof.DESPATCH: _despatch,
    Proof.CANCELLED: _cancelled,
}
