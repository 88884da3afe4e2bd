"""Pushing: products and orders posted as import documents, results from the report.

One document carries a whole batch. Merging a product twice is harmless, and an order that is sent
twice comes back as a duplicate; so whatever is ambiguous is simply sent again.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects

from exports.announcing import Bell
from exports.documents import (
    NotExportable,
    mapping_lookups,
    order_document,
    product_document,
    products_for,
)
from exports.outcomes import Fate, Outcome, Pushed, Target, shortened
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.client import (
    EndpointClosedError,
    ImportReport,
    OrderFlowClient,
    OrderFlowError,
    RejectedError,
    Reply,
    ReportLine,
    ReportResult,
    StatusError,
)
from orderflow_bridge.client.documents import (
    OrderDocument,
    ProductDocument,
    ProductOperation,
    orders_document,
    products_document,
    text_of,
)
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.common.translation import english
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.tracing import spans

# What one odd entity in a document can cause; the same document would be refused again.
BLAMES_CONTENT = frozenset({400, 413, 422, 500})
MOST_CALLS = 20

Document = ProductDocument | OrderDocument


@dataclass(frozen=True)
class _Batch:
    """A target and what is sent of it."""

    target: Target
    document: Any


@dataclass
class _Push:
    """One batch on its way: outcomes and messages gather here."""

    entity: Entity
    client: OrderFlowClient
    outcomes: list[Outcome] = field(default_factory=list)
    documents: list[bytes] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)
    calls: int = 0


def push_batch(
    entity: Entity,
    targets: Sequence[Target],
    client: OrderFlowClient,
    *,
    website: Website,
    bell: Bell,
    traceparent: str = "",
) -> Generator[None, None, Pushed]:
    """Send these products or orders as one import document; return what became of each.

    Yields while OrderFlow has not answered; `bell` rings when it has.
    Its calls are a part of the trace that `traceparent` names.
    `website` is the one whose settings shape the documents (products of a group: the first one's).
    Everything is read before the call, so no transaction may be open here. A document that is
    refused as a whole is halved until the culprit stands alone, in at most twenty calls; then only
    the culprit has failed. Never raises for what OrderFlow answers: it is in the outcomes.
    """
    push = _Push(entity, client)
    batches = list(_batches(push, targets, website))
    if batches:
        with ThreadPoolExecutor(1, thread_name_prefix="push") as pool:
            sending = pool.submit(_send_traced, push, batches, traceparent)
            sending.add_done_callback(bell.ring)
            while not sending.done():
                yield
            sending.result()
    return Pushed(
        outcomes=tuple(push.outcomes),
        document=b"\n".join(push.documents),
        report=b"\n".join(push.reports),
    )


def _batches(push: _Push, targets: Sequence[Target], website: Website) -> Iterable[_Batch]:
    """Yield what can be sent; what cannot has failed without a call."""
    found = _SOURCES[push.entity]([target.entity_id for target in targets], website)
    if push.entity == Entity.ORDER:
        prefetch_related_objects(list(found.values()), *mapping_lookups(website))
    for target in targets:
        name = f"{english(push.entity.label)} {target.reference}"
        try:
            if target.entity_id not in found:
                raise NotExportable(f"{name} no longer exists.")
            yield _Batch(target, _document_of(found[target.entity_id], website))
        except NotExportable as error:
            push.outcomes.append(Outcome(target, Fate.FAILED, str(error)))


def _document_of(entity: Product | Order, website: Website) -> Document:
    if isinstance(entity, Order):
        return order_document(entity)
    return product_document(entity, website)


def _products(ids: Sequence[int], website: Website) -> Mapping[int, Product | Order]:
    found = Product.objects.filter(pk__in=ids).prefetch_related(
        "category_links__category", "parent_relations__parent"
    )
    return {each.pk: each for each in products_for(list(found), website)}


def _orders(ids: Sequence[int], website: Website) -> Mapping[int, Product | Order]:
    orders = Order.objects.select_related("website", "payment")
    return orders.prefetch_related("addresses", "items").in_bulk(ids)


_SOURCES: dict[Entity, Callable[[Sequence[int], Website], Mapping[int, Product | Order]]] = {
    Entity.PRODUCT: _products,
    Entity.ORDER: _orders,
}


def _send_traced(push: _Push, batches: Sequence[_Batch], traceparent: str) -> None:
    with spans.span(f"push {push.entity.name.lower()}s", parent=traceparent) as span:
        span.note({"bridge.targets": len(batches)})
        _send(push, batches)


def _send(push: _Push, batches: Sequence[_Batch]) -> None:
    """Post one document and read its report; halve the document if it is refused as a whole."""
    push.calls += 1
    push.documents.append(_xml(push.entity, [batch.document for batch in batches]))
    try:
        reply, report = _call(push, batches)
    except EndpointClosedError as error:
        push.documents.pop()
        _all(push, batches, Fate.GIVEN_BACK, error)
    except OrderFlowError as error:
        if error.reply:
            push.reports.append(error.reply.kept)
        if len(batches) > 1 and _blames_content(error) and push.calls < MOST_CALLS:
            middle = len(batches) // 2
            _send(push, batches[:middle])
            _send(push, batches[middle:])
        else:
            _all(push, batches, Fate.FAILED, error)
    else:
        push.reports.append(reply.kept)
        _read(push, batches, reply, report)


def _call(push: _Push, batches: Sequence[_Batch]) -> tuple[Reply, ImportReport]:
    documents = [batch.document for batch in batches]
    if push.entity == Entity.ORDER:
        return push.client.send_orders(documents)
    return push.client.send_products(documents, ProductOperation.MERGE)


def _blames_content(error: OrderFlowError) -> bool:
    """Say whether a smaller document may fare better than this one."""
    if isinstance(error, StatusError):
        return error.reply is not None and error.reply.status in BLAMES_CONTENT
    return isinstance(error, RejectedError)


def _all(push: _Push, batches: Sequence[_Batch], fate: Fate, error: OrderFlowError) -> None:
    """Give every entity of a document the same outcome."""
    answer = f"{error.reply.status} {shortened(error.reply.text)}" if error.reply else ""
    for batch in batches:
        call = _call_text(push, batch, error.call.url) if fate is Fate.FAILED else ""
        push.outcomes.append(Outcome(batch.target, fate, str(error), call, answer))


def _read(push: _Push, batches: Sequence[_Batch], reply: Reply, report: ImportReport) -> None:
    """Find every entity of a document in the report, products whatever the case of their SKUs."""
    key = sku_key if push.entity == Entity.PRODUCT else str
    by_reference: dict[str, list[ReportLine]] = {}
    for line in report.lines:
        by_reference.setdefault(key(line.reference), []).append(line)
    for batch in batches:
        lines = by_reference.get(key(text_of(batch.document.reference)), [])
        fate, text = decide_fate(lines, batch.document.reference)
        answer = "\n".join(f"{line.result}: {line.message}\n{line.detail}" for line in lines)
        call = _call_text(push, batch, reply.call.url)
        push.outcomes.append(Outcome(batch.target, fate, text, call, shortened(answer)))


def decide_fate(lines: Sequence[ReportLine], reference: str) -> tuple[Fate, str]:
    """Return what the report's lines on one entity mean, and the text for the history.

    One failure outweighs everything, a success a duplicate. Silence is a failure: nobody knows.
    """
    results = {line.result: line for line in reversed(lines)}
    if failure := results.get(ReportResult.FAILURE):
        is_silent = failure.message == f"Successfully Exported {failure.reference}"
        reason = "OrderFlow refused it without giving a reason." if is_silent else failure.message
        return Fate.FAILED, reason
    if success := results.get(ReportResult.SUCCESS):
        return Fate.TAKEN, success.message
    if duplicate := results.get(ReportResult.DUPLICATE):
        return Fate.KNOWN, duplicate.message
    return Fate.FAILED, f"OrderFlow's import report does not mention {reference}."


def _call_text(push: _Push, batch: _Batch, url: str) -> str:
    """Return the call as it concerns one entity: its own part of the document."""
    return shortened(f"POST {url}\n\n{_xml(push.entity, [batch.document]).decode()}")


def _xml(entity: Entity, documents: Sequence[Any]) -> bytes:
    if entity == Entity.ORDER:
        return orders_document(documents)
    return products_document(documents, ProductOperation.MERGE)
