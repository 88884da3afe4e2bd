"""What the operations of bulk calls do: the same as their routes, for many at once.

Each operation is read by its route's record and succeeds or fails as a whole and on its own.
"""

from django.db import transaction

from orderflow_bridge.common.exceptions import BridgeError
from orderflow_bridge.documents.input_errors import ItemError
from orderflow_bridge.documents.records import Document
from orderflow_bridge.inventory.quantities import (
    Key,
    StockQuantity,
    place_quantities,
    write_quantities,
)
from orderflow_bridge.restapi.bulk.outcomes import Kind, Outcome, failed
from orderflow_bridge.restapi.bulk.products import PRODUCTS_BY_SKU_KIND, PRODUCTS_KIND
from orderflow_bridge.restapi.bulk.reading import Operations, read
from orderflow_bridge.restapi.order_records import ORDER_BODY
from orderflow_bridge.restapi.orders import save_order
from orderflow_bridge.restapi.source_items import SOURCE_ITEMS_GIVEN, stock_quantity_of
from orderflow_bridge.sales.models import Order


def save_source_items(operations: Operations, store_code: str) -> list[Outcome]:
    """Write the source items of many calls, each call's together or not at all."""
    outcomes, wishes = read(operations, SOURCE_ITEMS_GIVEN, _quantities)
    flat = [stock_quantity for quantities in wishes.values() for stock_quantity in quantities]
    keys = iter(place_quantities(flat))
    wanted: dict[Key, StockQuantity] = {}
    for place, quantities in wishes.items():
        found: dict[Key, StockQuantity] = {}
        item_error = None
        for stock_quantity in quantities:
            key = next(keys)
            if isinstance(key, ItemError):
                item_error = item_error or key
            else:
                found[key] = stock_quantity
        outcomes[place] = failed(item_error.text) if item_error else Outcome()
        if item_error is None:
            wanted |= found
    write_quantities(wanted)
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


def _quantities(call: Document) -> list[StockQuantity]:
    quantities = []
    for item in call["source_items"]:
        stock_quantity = stock_quantity_of(item)
        if isinstance(stock_quantity, ItemError):
            raise BridgeError(stock_quantity.text)
        quantities.append(stock_quantity)
    if not quantities:
        raise BridgeError("Input data is empty")
    return quantities


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
