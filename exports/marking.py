"""Marking something as Exported, and the record of it: one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q

from exports.models import Export, ExportLine
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType, Result
from orderflow_bridge.common.masking import masked_body
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import note_exported
from orderflow_bridge.stores.models import Website

_SUCCESS = {
    Entity.PRODUCT: "Product successfully exported.",
    Entity.ORDER: "Order successfully exported.",
}
_REFERENCE = {Entity.PRODUCT: "sku", Entity.ORDER: "increment_id"}
_LONGEST_REFERENCE = 150


@dataclass(frozen=True)
class Seen:
    """A product or an order that OrderFlow has seen.

    `revisions` are the rows that hold its export state, each with the revision that was seen.
    `is_whole` is whether these are all the rows that count; another OrderFlow instance may have its
    own. `notices` are an order's notice as it was read, and what that leaves of it. `failure` is
    the reason why it does not count as exported; then nothing is marked.
    """

    entity: Entity
    reference: str
    entity_id: int = 0
    revisions: Mapping[int, int] = field(default_factory=dict)
    website: Website | None = None
    is_whole: bool = True
    notices: tuple[str, str] = ("", "")
    failure: str = ""


def record_seen(seen: Seen, *, body: bytes, response: bytes, received_by: str) -> ExportLine:
    """Mark what OrderFlow has seen as Exported and record it; return the record's line.

    `body` and `response` are the two messages, the first is stored without tokens and passwords;
    `received_by` is the API user. Rows whose revision
    has changed since stay as they are, and so do cancelled ones.
    """
    now = clock.now()
    reference = seen.reference[:_LONGEST_REFERENCE]
    message_id = uuid4().hex
    with transaction.atomic():
        if not seen.failure:
            _mark(seen, now)
        request = Request.objects.create(
            type=RequestType.EXPORT,
            entity=seen.entity,
            operation=Operation.EXPORT,
            message_id=message_id,
            website=seen.website,
            lines=[{_REFERENCE[seen.entity]: reference}],
            line_count=1,
            request_body=masked_body(body),
            response_body=response,
            received_by=received_by,
            created_at=now,
            processed_at=now,
        )
        export = Export.objects.create(
            request=request,
            message_id=message_id,
            entity=seen.entity,
            operation=Operation.EXPORT,
            website=seen.website,
            successes=int(not seen.failure),
            failures=int(bool(seen.failure)),
            created_at=now,
        )
        return ExportLine.objects.create(
            parent=export,
            result=Result.FAILURE if seen.failure else Result.SUCCESS,
            reference=reference,
            reason=seen.failure[:500] or _SUCCESS[seen.entity],
            created_at=now,
        )


def _note_exported(seen: Q, now: datetime) -> None:
    """Tell people and the shop's own system of an order that becomes Exported now."""
    others = (ExportStatus.EXPORTED, ExportStatus.CANCELLED)
    orders = Order.objects.filter(seen).exclude(orderflow_export_status__in=others)
    if found := list(orders.select_for_update(no_key=True)):
        note_exported(found, at=now)


def _mark(seen: Seen, now: datetime) -> None:
    """Write the export state of the rows that are still as they were seen."""
    unchanged = Q(pk__in=())
    for row_id, revision in seen.revisions.items():
        unchanged |= Q(pk=row_id, orderflow_revision=revision)
    rows = Order.objects if seen.entity == Entity.ORDER else ProductWebsite.objects
    if seen.entity == Entity.ORDER:
        _note_exported(unchanged, now)
    before, after = seen.notices
    if before != after:
        Order.objects.filter(unchanged, orderflow_notice=before).update(orderflow_notice=after)
    marked = (
        rows.filter(unchanged)
        .exclude(orderflow_export_status=ExportStatus.CANCELLED)
        .update(
            orderflow_export_status=ExportStatus.EXPORTED,
            orderflow_export_date=now,
            orderflow_due_at=None,
            orderflow_attempts=0,
            orderflow_last_error="",
        )
    )
    if seen.entity != Entity.PRODUCT or not marked:
        return
    if seen.is_whole and marked == len(seen.revisions):
        # The sum is plain, and a third of a fetch's time is saved.
        product = Product.objects.filter(pk=seen.entity_id)
        product.write_export_state(status=ExportStatus.EXPORTED, date=now)
    else:
        refresh_export_status([seen.entity_id])
