"""What the operations of bulk calls do: the same as their routes, for many at once.

Each operation is read by its route's record and succeeds or fails as a whole and on its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, TypeVar

from django.db import transaction

from orderflow_bridge.catalog.changes import Verdict
from orderflow_bridge.catalog.media import save_media
from orderflow_bridge.common.exceptions import BridgeError, ItemError
from orderflow_bridge.documents.products import save_documents
from orderflow_bridge.documents.records import Document, Record
from orderflow_bridge.documents.variants import brings_variants, save_variants
from orderflow_bridge.inventory.quantities import (
    Key,
    StockQuantity,
    place_quantities,
    write_quantities,
)
from orderflow_bridge.restapi.body import members_of
from orderflow_bridge.restapi.bulk.models import OperationStatus
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.order_records import ORDER_BODY
from orderflow_bridge.restapi.orders import save_order
from orderflow_bridge.restapi.products import PRODUCT_BODY
from orderflow_bridge.restapi.stock import SOURCE_ITEMS_GIVEN, stock_quantity_of
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.selectors import view_in_scope, website_ids_in_scope


@dataclass(frozen=True)
class Outcome:
    """What became of one operation: `message` says why it failed, `answer` is what it returned."""

    status: OperationStatus = OperationStatus.COMPLETE
    message: str = ""
    answer: Any = None


def failed(message: str) -> Outcome:
    """The operation failed, and would fail again."""
    return Outcome(OperationStatus.FAILED, message)


@dataclass(frozen=True)
class Kind:
    """One kind of bulk call: `name` as stored, Magento's `topic`, and its service for messages.

    `carry_out` gets the parameters of many operations and the store code of the call's address
    ("" for none), inside a transaction, and returns an outcome for each. It judges them one by one:
    a bad one fails alone and raises nothing.
    """

    name: str
    title: str
    topic: str
    service: str
    carry_out: Callable[[Sequence[dict[str, Any]], str], list[Outcome]]


Operations = Sequence[dict[str, Any]]
_Wish = TypeVar("_Wish")


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


Product = Mapping[str, Any]


def save_products(operations: Operations, store_code: str) -> list[Outcome]:
    """Create or change the products of many calls; answer their ids and SKUs.

    A call that brings pictures, which are files, or variants is done by itself, in its turn.
    """
    outcomes, wishes = read(operations, PRODUCT_BODY, lambda call: call["product"])
    view = view_in_scope(store_code or None)
    save = partial(
        save_documents,
        joins=website_ids_in_scope(store_code or None),
        store_id=view.pk if view else None,
    )
    for is_alone, group in groupby(wishes, lambda place: _is_alone(wishes[place])):
        places = list(group)
        if is_alone:
            outcomes |= {place: _save_alone(wishes[place], save) for place in places}
        else:
            verdicts = save([wishes[place] for place in places])
            outcomes |= zip(places, map(_outcome, verdicts), strict=True)
    return [outcomes[place] for place in range(len(operations))]


def _save_alone(product: Product, save: Callable[..., list[Verdict]]) -> Outcome:
    """Save a product with its pictures and variants, all or nothing."""
    try:
        with transaction.atomic():
            [verdict] = save([product])
            if verdict.item_error is None:
                if _pictures(product) is not None:
                    save_media(verdict.sku, _pictures(product) or ())
                save_variants(verdict.sku, product)
    except BridgeError as error:
        return failed(str(error))
    return _outcome(verdict)


def _outcome(verdict: Verdict) -> Outcome:
    if verdict.item_error:
        return failed(verdict.item_error.text)
    return Outcome(answer={"id": verdict.product_id, "sku": verdict.sku})


def _is_alone(product: Product) -> bool:
    return _pictures(product) is not None or brings_variants(product)


def _pictures(product: Product) -> Sequence[Mapping[str, Any]] | None:
    pictures: Sequence[Mapping[str, Any]] | None = product.get("media_gallery_entries")
    return pictures


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
