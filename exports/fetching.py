"""OrderFlow fetches a product or an order, or says that it has it, which makes it Exported.

Only the integration's own fetch counts: the caller must hold the right "OrderFlow Import" itself.
Anybody else's read changes nothing. What is marked is the revision that was read, so a change made
while OrderFlow reads stays Pending and is announced again (docs/contract/shop-rules.md). The mark
and the record of it are one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

import orjson
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from exports.answers import with_answers
from exports.events import tell_of_exported, tell_of_line, tell_of_new_ones
from exports.instances import of_one_instance
from exports.models import Export, ExportLine
from exports.selectors import links_of_product
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, PRODUCT_STOCK
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.catalog.services import refresh_export_status
from orderflow_bridge.catalog.store_values import in_view
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import (
    SELF_TEST,
    Entity,
    ExportStatus,
    Operation,
    RequestType,
    Result,
)
from orderflow_bridge.common.exceptions import MessageRefused, NoSuchEntity
from orderflow_bridge.common.masking import masked_body
from orderflow_bridge.common.translation import english
from orderflow_bridge.configuration.selectors import order_export, product_export
from orderflow_bridge.documents.orders import order_fields, orders_with_parts
from orderflow_bridge.documents.records import Document
from orderflow_bridge.documents.stock import product_documents
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.rules.selectors import left_out, why_stopped
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import notice_once_read
from orderflow_bridge.sales.selectors import find_order
from orderflow_bridge.stores.models import Store, Website
from orderflow_bridge.tracing import spans
from orderflow_bridge.tracing.ids import current_id

ORDERS_DISABLED = (
    "Order exports are currently disabled. Please review your OrderFlow module configuration."
)
_NOWHERE = "not in any product export enabled websites"

_REFERENCE = {Entity.PRODUCT: "sku", Entity.ORDER: "increment_id"}
_LONGEST_REFERENCE = 150


@dataclass(frozen=True)
class Fetched:
    """What a caller gets: the document, or in its place the reason why not."""

    document: Document
    refusal: str = ""


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


def fetch_product(
    sku: str,
    *,
    caller: Caller,
    body: bytes = b"",
    store_code: str | None = None,
    view: Store | None = None,
) -> Fetched:
    """Return a product for a caller, and mark it Exported if the caller is OrderFlow.

    `body` is the message as received. `store_code` is that of the address called: where websites
    have several OrderFlow instances, it tells which of them is asking. `view` is the store view
    whose values are wanted, None for the default ones. Raises NoSuchEntity.
    """
    links = links_of_product(sku)
    product = _product_of(links, sku)
    if product is None:
        raise NoSuchEntity.product()
    [product] = in_view([product], view.pk if view else None)
    website_ids = sorted(link.website_id for link in links)
    [document] = product_documents(
        [product], with_stock=caller.may(PRODUCT_STOCK), website_ids={product.pk: website_ids}
    )
    if not _is_orderflow(caller):
        return Fetched(document)
    seen = product_seen(product.sku, links, store_code=store_code)
    document, failure = with_answers(document, product, seen.website)
    seen = replace(seen, failure=seen.failure or failure)
    record_seen(seen, body=body, response=orjson.dumps(document), received_by=caller.username)
    return Fetched(document, seen.failure)


def fetch_order(order_id: int, *, caller: Caller, body: bytes = b"") -> Fetched:
    """Return an order for a caller, and mark it Exported if the caller is OrderFlow.

    With order export switched off the order is answered all the same, but stays as it was, and the
    record says why. One that a rule stops, and that OrderFlow was never told of, is refused, and so
    is one that the mapping fails on. Raises NoSuchEntity.
    """
    order = orders_with_parts(Order.objects.filter(pk=order_id)).first()
    if order is None:
        raise NoSuchEntity.any()
    document = order_fields(order)
    if not _is_orderflow(caller):
        return Fetched(document)
    seen = _order_seen(order)
    document, failure = with_answers(document, order, seen.website)
    refusal = why_stopped(order) or failure
    notices = (order.orderflow_notice, notice_once_read(order))
    seen = replace(seen, failure=refusal or seen.failure, notices=notices)
    record_seen(seen, body=body, response=orjson.dumps(document), received_by=caller.username)
    return Fetched(document, refusal)


def mark_exported_by_reference(
    entity: Entity, reference: str, *, body: bytes, received_by: str, store_code: str | None = None
) -> str:
    """Mark a product (by SKU) or an order (by number) Exported; return the time of receipt.

    The time is UTC, `YYYY-MM-DDTHH:MM:SS`. The request is processed at once: it is as cheap as to
    store it. An unknown reference is recorded as a failure, and answered like any other. Raises
    MessageRefused for the self-test, whose token leaves the house.
    """
    if received_by == SELF_TEST:
        raise MessageRefused("The self-test marks nothing.")
    is_order = entity == Entity.ORDER
    seen = _order_called(reference) if is_order else _product_called(reference, store_code)
    receipt = timezone.now().strftime("%Y-%m-%dT%H:%M:%S")
    record_seen(seen, body=body, response=receipt.encode(), received_by=received_by)
    return receipt


def product_seen(
    sku: str, links: Sequence[ProductWebsite], *, store_code: str | None = None
) -> Seen:
    """Return what OrderFlow has seen of a product with these rows, or why it should not have."""
    exporting = [link for link in links if product_export(link.website).is_enabled]
    rules = left_out(exporting)
    exported = [link for link in exporting if link.pk not in rules]
    if not exported:
        why = next((f"left out by {rule}" for rule in rules.values()), _NOWHERE)
        return Seen(Entity.PRODUCT, sku, failure=f"Product '{sku}' is {why}")
    concerned = of_one_instance(exported, store_code)
    return Seen(
        Entity.PRODUCT,
        sku,
        entity_id=concerned[0].product_id,
        revisions={link.pk: link.orderflow_revision for link in concerned},
        website=concerned[0].website,
        is_whole=len(concerned) == len(exported),
    )


def record_seen(seen: Seen, *, body: bytes, response: bytes, received_by: str) -> ExportLine:
    """Mark what OrderFlow has seen as Exported and record it; return the record's line.

    `body` (stored without tokens and passwords) and `response` are the messages, `received_by` is
    the API user. Rows whose revision has changed since, or cancelled ones, stay as they are.
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
            correlation_id=current_id(),
            traceparent=spans.current().traceparent,
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
        result = Result.FAILURE if seen.failure else Result.SUCCESS
        reason = seen.failure[:500] or f"{english(seen.entity.label)} successfully exported."
        line = ExportLine.objects.create(
            parent=export, result=result, reference=reference, reason=reason, created_at=now
        )
        return tell_of_line(seen.entity, seen.entity_id, line)


def _is_orderflow(caller: Caller) -> bool:
    """Whether a caller is the integration itself. A superuser's general power is not enough."""
    return ORDERFLOW_IMPORT in caller.rights


def _order_called(reference: str) -> Seen:
    order = find_order(reference.strip(), Order.objects.select_related("store__website"))
    if order is None:
        return Seen(Entity.ORDER, reference, failure=f"Order #{reference} does not exist.")
    return _order_seen(order)


def _product_called(reference: str, store_code: str | None) -> Seen:
    links = links_of_product(reference)
    product = _product_of(links, reference)
    if product is None:
        return Seen(Entity.PRODUCT, reference, failure=f"Product {reference} does not exist.")
    return product_seen(product.sku, links, store_code=store_code)


def _product_of(links: list[ProductWebsite], sku: str) -> Product | None:
    """Return the product of these rows; one that is on no website is read by itself."""
    return links[0].product if links else Product.objects.filter(sku_key=sku).first()


def _order_seen(order: Order) -> Seen:
    """Return what OrderFlow has seen of an order, or why that does not count."""
    website = order.store.website
    return Seen(
        Entity.ORDER,
        order.increment_id,
        entity_id=order.pk,
        revisions={order.pk: order.orderflow_revision},
        website=website,
        failure="" if order_export(website).is_enabled else ORDERS_DISABLED,
    )


def _mark(seen: Seen, now: datetime) -> None:
    """Write the export state of the rows that are still as they were seen."""
    unchanged = Q(pk__in=())
    for row_id, revision in seen.revisions.items():
        unchanged |= Q(pk=row_id, orderflow_revision=revision)
    rows = Order.objects if seen.entity == Entity.ORDER else ProductWebsite.objects
    if seen.entity == Entity.ORDER:
        tell_of_new_ones(unchanged, now)
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
    tell_of_exported([*seen.revisions], at=now)
    if seen.is_whole and marked == len(seen.revisions):
        # The sum is plain, and a third of a fetch's time is saved.
        product = Product.objects.filter(pk=seen.entity_id)
        product.write_export_state(status=ExportStatus.EXPORTED, date=now)
    else:
        refresh_export_status([seen.entity_id])
