"""What further operations of bulk calls do, each by itself: ship, comment, delete, prices.

They are read by their routes' records; what the route has in its address is in the body here.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.services import remove_product
from orderflow_bridge.common.exceptions import BridgeError, NoSuchEntity
from orderflow_bridge.documents.prices import (
    save_base_prices,
    save_special_prices,
    save_tier_prices,
)
from orderflow_bridge.documents.records import Document, Kind, Record, record
from orderflow_bridge.inventory.quantities import remove_items
from orderflow_bridge.restapi.bulk.kinds import Operations, Outcome, failed, read
from orderflow_bridge.restapi.errors import Refusal
from orderflow_bridge.restapi.order_records import ORDER_COMMENT_BODY, SHIP_BODY
from orderflow_bridge.restapi.orders import comment_as_asked, find_order
from orderflow_bridge.restapi.prices import BASE_PRICES_BODY, SPECIAL_PRICES_BODY, TIER_PRICES_BODY
from orderflow_bridge.restapi.shipments import ship_as_asked
from orderflow_bridge.restapi.stock import SOURCE_ITEM_PLACES

SHIP = replace(
    SHIP_BODY,
    name="SalesShipOrderBulkBody",
    fields={"order_id": Kind.INT, **SHIP_BODY.fields},
    required=SHIP_BODY.required | {"order_id"},
)
COMMENT = replace(
    ORDER_COMMENT_BODY,
    name="SalesOrderCommentBulkBody",
    fields={"id": Kind.INT, **ORDER_COMMENT_BODY.fields},
    required=ORDER_COMMENT_BODY.required | {"id"},
)
SKU = record("CatalogProductDeleteBulkBody", {"sku": Kind.TEXT}, required="sku")


def ship(operations: Operations, store_code: str) -> list[Outcome]:
    """Ship orders; answer the shipments' ids."""
    return _one_by_one(operations, SHIP, lambda call: ship_as_asked(call["order_id"], call))


def comment(operations: Operations, store_code: str) -> list[Outcome]:
    """Comment on orders."""

    def act(call: Document) -> bool:
        comment_as_asked(find_order(call["id"]), call["status_history"])
        return True

    return _one_by_one(operations, COMMENT, act)


def delete_products(operations: Operations, store_code: str) -> list[Outcome]:
    """Delete products."""

    def act(call: Document) -> bool:
        if not remove_product(call["sku"]):
            raise NoSuchEntity.product()
        return True

    return _one_by_one(operations, SKU, act)


def delete_source_items(operations: Operations, store_code: str) -> list[Outcome]:
    """Take products off sources."""

    def act(call: Document) -> bool:
        places = [
            (each.get("sku") or "", each.get("source_code") or "") for each in call["source_items"]
        ]
        if not places:
            raise BridgeError("Input data is empty")
        remove_items(places)
        return True

    return _one_by_one(operations, SOURCE_ITEM_PLACES, act)


def base_prices(operations: Operations, store_code: str) -> list[Outcome]:
    """Write prices; answer the rows that could not be written, as the route does."""
    return _one_by_one(operations, BASE_PRICES_BODY, lambda call: save_base_prices(call["prices"]))


def special_prices(operations: Operations, store_code: str) -> list[Outcome]:
    """Write special prices."""
    return _one_by_one(
        operations, SPECIAL_PRICES_BODY, lambda call: save_special_prices(call["prices"])
    )


def delete_special_prices(operations: Operations, store_code: str) -> list[Outcome]:
    """Take special prices away."""
    return _one_by_one(
        operations,
        SPECIAL_PRICES_BODY,
        lambda call: save_special_prices(call["prices"], delete=True),
    )


def add_tier_prices(operations: Operations, store_code: str) -> list[Outcome]:
    """Add tier prices."""
    return _one_by_one(operations, TIER_PRICES_BODY, lambda call: save_tier_prices(call["prices"]))


def replace_tier_prices(operations: Operations, store_code: str) -> list[Outcome]:
    """Write tier prices in place of those that are there."""
    return _one_by_one(
        operations, TIER_PRICES_BODY, lambda call: save_tier_prices(call["prices"], replace=True)
    )


def delete_tier_prices(operations: Operations, store_code: str) -> list[Outcome]:
    """Take tier prices away."""
    return _one_by_one(
        operations, TIER_PRICES_BODY, lambda call: save_tier_prices(call["prices"], delete=True)
    )


def _one_by_one(
    operations: Operations, record: Record, act: Callable[[Document], Any]
) -> list[Outcome]:
    """Carry out operations one after the other, each as a whole or not at all."""
    outcomes, wishes = read(operations, record, lambda call: call)
    for place, wish in wishes.items():
        try:
            with transaction.atomic():
                outcomes[place] = Outcome(answer=act(wish))
        except Refusal as refusal:
            outcomes[place] = failed(refusal.text)
        except BridgeError as error:
            outcomes[place] = failed(str(error))
    return [outcomes[place] for place in range(len(operations))]
