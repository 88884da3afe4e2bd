"""What the operations of bulk calls do: the same as their routes, for many at once.

Each operation is read by its route's record and succeeds or fails as a whole and on its own.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import transaction

from orderflow_bridge.bulk.outcomes import Kind, Outcome, failed
from orderflow_bridge.common.complaints import Complaint
from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.common.records import Document, Record
from orderflow_bridge.inventory.figures import Figure, Verdict, judge_figures, write_figures
from orderflow_bridge.restapi.bodies import members_of
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.order_records import ORDER_BODY
from orderflow_bridge.restapi.orders import save_order
from orderflow_bridge.restapi.source_items import SOURCE_ITEMS_GIVEN, figure_of
from orderflow_bridge.sales.models import Order

Operations = Sequence[dict[str, Any]]
_Wish = TypeVar("_Wish")


def save_source_items(operations: Operations, store_code: str) -> list[Outcome]:
    """Write the source items of many calls, each call's together or not at all."""
    outcomes, wishes = read(operations, SOURCE_ITEMS_GIVEN, _figures)
    flat = [figure for figures in wishes.values() for figure in figures]
    judged = iter(judge_figures(flat))
    writable: list[tuple[Figure, Verdict]] = []
    for place, figures in wishes.items():
        pairs = [(figure, next(judged)) for figure in figures]
        complaint = next((verdict.complaint for _, verdict in pairs if verdict.complaint), None)
        outcomes[place] = failed(complaint.text) if complaint else Outcome()
        if complaint is None:
            writable += pairs
    write_figures([figure for figure, _ in writable], [verdict for _, verdict in writable])
    return [outcomes[place] for place in range(len(operations))]


def save_orders(operations: Operations, store_code: str) -> list[Outcome]:
    """Place or change orders, one after the other; answer their ids and numbers."""
    outcomes, wishes = read(operations, ORDER_BODY, lambda call: call["entity"])
    for place, entity in wishes.items():
        try:
            with transaction.atomic():
                order_id = save_order(entity, store_code or None)
        except BridgeError as error:
            outcomes[place] = failed(str(error))
        else:
            outcomes[place] = Outcome(answer={"entity_id": order_id})
    ids = [outcome.answer["entity_id"] for outcome in outcomes.values() if outcome.answer]
    numbers = dict(Order.objects.filter(pk__in=ids).values_list("pk", "increment_id"))
    for outcome in outcomes.values():
        if outcome.answer:
            outcome.answer["increment_id"] = numbers[outcome.answer["entity_id"]]
    return [outcomes[place] for place in range(len(operations))]


def read(
    operations: Operations, record: Record, wish_of: Callable[[Document], _Wish]
) -> tuple[dict[int, Outcome], dict[int, _Wish]]:
    """Read operations by their record; return what has failed already, and what the others want.

    Both are by the operation's place. `wish_of` raises BridgeError or Refusal for what cannot be.
    """
    outcomes: dict[int, Outcome] = {}
    wishes: dict[int, _Wish] = {}
    for place, operation in enumerate(operations):
        try:
            wishes[place] = wish_of(members_of(operation, record))
        except Refusal as refusal:
            outcomes[place] = failed(refusal.text)
        except BridgeError as error:
            outcomes[place] = failed(str(error))
    return outcomes, wishes


def _figures(call: Document) -> list[Figure]:
    figures = []
    for item in call["source_items"]:
        figure = figure_of(item)
        if isinstance(figure, Complaint):
            raise BridgeError(figure.text)
        figures.append(figure)
    if not figures:
        raise BridgeError("Input data is empty")
    return figures


SOURCE_ITEMS_KIND = Kind(
    name="source_items",
    title="Source items",
    topic="async.magento.inventoryapi.api.sourceitemssaveinterface.execute.post",
    service="Magento\\InventoryApi\\Api\\SourceItemsSaveInterface::execute",
    carry_out=save_source_items,
)

ORDERS_KIND = Kind(
    name="orders",
    title="Orders",
    topic="async.magento.sales.api.orderrepositoryinterface.save.post",
    service="Magento\\Sales\\Api\\OrderRepositoryInterface::save",
    carry_out=save_orders,
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in (SOURCE_ITEMS_KIND, ORDERS_KIND)}
