"""What an operator starts by hand, and is told afterwards."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest

from exports.manual import (
    RESTING,
    export_and_report,
    export_now,
    exported_many,
    requeue,
)
from exports.selectors import open_invoiced
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.common.exceptions import BridgeError, ExportRefused, StepRefused
from orderflow_bridge.console.mass_actions import ConfirmedMassAction, Tally
from orderflow_bridge.sales.models import Order

CALLS_AT_ONCE = 40
EXPORT_QUESTIONS = {
    Entity.PRODUCT: "Are you sure?",
    Entity.ORDER: "Are you sure? Only open invoiced orders are exported.",
}
_NAMED: dict[Entity, tuple[Any, str]] = {
    Entity.PRODUCT: (Product, "sku_key"),
    Entity.ORDER: (Order, "increment_id"),
}


def export_one(request: HttpRequest, entity: Entity, pk: int) -> None:
    """Announce one product or order at once, and say what came of it."""
    try:
        text, is_well = export_and_report(entity, [pk], by=request.user.get_username())
    except BridgeError as error:
        messages.error(request, str(error))
        return
    messages.add_message(request, messages.SUCCESS if is_well else messages.ERROR, text)


def export_many(entity: Entity) -> ConfirmedMassAction:
    """Return the mass action Export. Every row is a call that somebody waits for: short steps."""

    def run(request: HttpRequest, keys: Sequence[int]) -> int:
        """Announce these; return how many went well."""
        chosen = _invoiced(keys) if entity == Entity.ORDER else keys
        try:
            lines = export_now(entity, chosen, by=request.user.get_username()) if chosen else []
        except BridgeError as error:
            others_may_go = isinstance(error, ExportRefused) and str(error) != RESTING
            kind = StepRefused if others_may_go else BridgeError
            raise kind(f"Error Exporting {entity.label}(s) to OrderFlow: {error}") from error
        failed = {line.reference for line in lines if line.result != Result.SUCCESS}
        return len({line.reference for line in lines} - failed)

    def announce(request: HttpRequest, tally: Tally) -> None:
        if tally.seen:
            text = exported_many(entity, tally.done, tally.left)
            level = messages.WARNING if tally.left else messages.SUCCESS
            messages.add_message(request, level, text)

    question = EXPORT_QUESTIONS[entity]
    return ConfirmedMassAction("Export To OrderFlow", question, run, announce, step=CALLS_AT_ONCE)


def _invoiced(keys: Sequence[int]) -> list[int]:
    """Return those of these orders that a selection may export; the others count as failures."""
    orders = open_invoiced(Order.objects.filter(pk__in=keys))
    return list(orders.order_by("pk").values_list("pk", flat=True))


def requeue_rows(request: HttpRequest, entity: Entity, selected: QuerySet[Any]) -> None:
    """Put the selected export states back into the queue, and tell how many are due now."""
    message_requeued(request, entity, requeue(entity, queryset=selected))


def requeue_references(request: HttpRequest, entity: Entity, references: Sequence[str]) -> None:
    """Put the products or orders with these SKUs or numbers back into the queue."""
    model, name = _NAMED[entity]
    found = model.objects.filter(**{f"{name}__in": references}).values_list("pk", flat=True)
    message_requeued(request, entity, requeue(entity, ids=list(found)))


def message_requeued(request: HttpRequest, entity: Entity, count: int) -> None:
    """Tell how many products or orders were requeued, or why none."""
    noun = entity.label.lower()
    if count:
        text = f"{count} {noun}(s) have been requeued. The next export run announces them."
        messages.success(request, text)
        return
    text = f"Nothing was requeued: OrderFlow has got the {noun}(s) already, or they are not"
    messages.warning(request, f"{text} exported at all.")
