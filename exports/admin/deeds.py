"""What an operator starts by hand, and is told afterwards (F84, F85, F132, F152, F154)."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from exports import texts
from exports.catalogue import begin_catalogue, carry_on_with_catalogue
from exports.manual import export_and_tell, export_now, requeue, reset_export_status
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.exceptions import BridgeError, ExportRefused
from orderflow_bridge.sales.models import Order

MOST_AT_ONCE = 200
_IDS_AT_ONCE = 5_000
_CATALOGUE_SECONDS = 2.0
_NAMED: dict[Entity, tuple[Any, str]] = {
    Entity.PRODUCT: (Product, "sku"),
    Entity.ORDER: (Order, "increment_id"),
}


def export_one(request: HttpRequest, entity: Entity, pk: int) -> None:
    """Announce one product or order at once, and say what came of it."""
    try:
        text, is_well = export_and_tell(entity, [pk], by=request.user.get_username())
    except BridgeError as error:
        messages.error(request, str(error))
        return
    messages.add_message(request, messages.SUCCESS if is_well else messages.ERROR, text)


def export_many(request: HttpRequest, entity: Entity, selected: QuerySet[Any]) -> None:
    """Announce a selection at once, and tell how many went well.

    Every one is a call that the operator waits for, so the selection has a limit.
    """
    noun = f"{entity.label}(s)"
    ids = list(selected.order_by("pk").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
    if len(ids) > MOST_AT_ONCE:
        text = f"At most {MOST_AT_ONCE} {noun.lower()} can be exported at once by hand."
        messages.error(request, f"{text} Larger numbers are exported by the scheduled job.")
        return
    try:
        text, is_well = _exported(entity, ids, request.user.get_username())
    except BridgeError as error:
        messages.error(request, f"Error Exporting {noun} to OrderFlow: {error}")
        return
    messages.add_message(request, messages.SUCCESS if is_well else messages.WARNING, text)


def _exported(entity: Entity, ids: Sequence[int], by: str) -> tuple[str, bool]:
    """Announce these; return what to say, and whether all went well."""
    lines = export_now(entity, ids, by=by)
    failed = {line.reference for line in lines if line.result != Result.SUCCESS}
    well = {line.reference for line in lines} - failed
    failures = len(ids) - len(well)
    return texts.exported_many(entity, len(well), failures), not failures


def reset_many(request: HttpRequest, selected: QuerySet[Product]) -> None:
    """Make the selected products Pending again, and tell the true number (F132)."""
    try:
        count = sum(reset_export_status(ids) for ids in _chunks(selected))
    except BridgeError as error:
        messages.error(request, f"OrderFlow Export Status reset failed: {error}")
        return
    text = f"A total of {count} product(s) have had their OrderFlow export status reset."
    messages.success(request, text)


def requeue_rows(request: HttpRequest, entity: Entity, selected: QuerySet[Any]) -> None:
    """Put the selected standings back into the queue, and tell how many are due now."""
    tell_requeued(request, entity, requeue(entity, queryset=selected))


def requeue_references(request: HttpRequest, entity: Entity, references: Sequence[str]) -> None:
    """Put the products or orders with these SKUs or numbers back into the queue."""
    model, name = _NAMED[entity]
    found = model.objects.filter(**{f"{name}__in": references}).values_list("pk", flat=True)
    tell_requeued(request, entity, requeue(entity, ids=list(found)))


def tell_requeued(request: HttpRequest, entity: Entity, count: int) -> None:
    """Tell how many products or orders were requeued, or why none."""
    noun = entity.label.lower()
    if count:
        text = f"{count} {noun}(s) have been requeued. The next export run announces them."
        messages.success(request, text)
        return
    text = f"Nothing was requeued: OrderFlow has got the {noun}(s) already, or they are not"
    messages.warning(request, f"{text} exported at all.")


def export_everything(request: HttpRequest) -> None:
    """Begin to make the whole catalogue Pending (F154); a small one is so at once."""
    try:
        begin_catalogue(by=request.user.get_username())
    except ExportRefused as error:
        messages.error(request, str(error))
        return
    run = carry_on_with_catalogue(seconds=_CATALOGUE_SECONDS)
    messages.success(request, "Bulk catalogue export initiated.")
    if run and run.finished_at:
        text = f"{run.done:,} product(s) are due now. The next export runs announce them."
    else:
        text = f"{run} are due now. The others follow in the background."
    messages.info(request, text)


def _chunks(selected: QuerySet[Product]) -> Iterator[list[int]]:
    """Yield the ids of a selection, some thousands at a time: a database takes no more in one."""
    ids = list(selected.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _IDS_AT_ONCE):
        yield ids[start : start + _IDS_AT_ONCE]
