"""What the operations of bulk calls do: the same as their routes, for many at once.

Each operation is read by its route's record and succeeds or fails as a whole and on its own.
"""

from django.db import transaction

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.documents.input_errors import Complaint
from orderflow_bridge.documents.records import Document
from orderflow_bridge.inventory.figures import Figure, Key, place_figures, write_figures
from orderflow_bridge.restapi.bulk.outcomes import Kind, Outcome, failed
from orderflow_bridge.restapi.bulk.products import PRODUCTS_BY_SKU_KIND, PRODUCTS_KIND
from orderflow_bridge.restapi.bulk.reading import Operations, read
from orderflow_bridge.restapi.order_records import ORDER_BODY
from orderflow_bridge.restapi.orders import save_order
from orderflow_bridge.restapi.source_items import SOURCE_ITEMS_GIVEN, figure_of
from orderflow_bridge.sales.models import Order


def save_source_items(operations: Operations, store_code: str) -> list[Outcome]:
    """Write the source items of many calls, each call's together or not at all."""
    outcomes, wishes = read(operations, SOURCE_ITEMS_GIVEN, _figures)
    flat = [figure for figures in wishes.values() for figure in figures]
    keys = iter(place_figures(flat))
    wanted: dict[Key, Figure] = {}
    for place, figures in wishes.items():
        found: dict[Key, Figure] = {}
        complaint = None
        for figure in figures:
            key = next(keys)
            if isinstance(key, Complaint):
                complaint = complaint or key
            else:
                found[key] = figure
        outcomes[place] = failed(complaint.text) if complaint else Outcome()
        if complaint is None:
            wanted |= found
    write_figures(wanted)
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

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (SOURCE_ITEMS_KIND, ORDERS_KIND, PRODUCTS_KIND, PRODUCTS_BY_SKU_KIND)
}
