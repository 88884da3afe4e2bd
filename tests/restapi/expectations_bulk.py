"""What bulk and asynchronous routes answer: what is missing fails later, in the bulk's status."""

from orderflow_bridge.access.rights import (
    BULK_OPERATIONS,
    CATALOG_PRODUCTS,
    ORDERS_COMMENT,
    ORDERS_SAVE,
    ORDERS_SHIP,
    PRICES,
    SOURCE_ITEMS,
)
from orderflow_bridge.restapi.bulk.services import accept
from tests.restapi.expectations_prices import BASE, SPECIAL, TIER
from tests.restapi.stating import LISTED, Sent, Stated

BULK, SINGLE = "async/bulk/V1", "async/V1"
_UUID = "7f7b0e9f-6b06-4cf4-a9cd-6a9c0b0f0f0f"
_CALLS = {
    "inventory/source-items": (
        SOURCE_ITEMS,
        {"sourceItems": [{"sku": "A", "source_code": "default", "quantity": 1, "status": 1}]},
    ),
    "products": (CATALOG_PRODUCTS, {"product": {"sku": "A", "name": "A"}}),
    "orders": (ORDERS_SAVE, {"entity": {"customer_email": "v@example.com", "items": []}}),
    "orders/byId/comments": (ORDERS_COMMENT, {"id": 1, "statusHistory": {"comment": "Late"}}),
    "order/byOrderId/ship": (ORDERS_SHIP, {"orderId": 1}),
    "inventory/source-items-delete": (
        SOURCE_ITEMS,
        {"sourceItems": [{"sku": "A", "source_code": "default"}]},
    ),
    "products/base-prices": (PRICES, BASE),
    "products/special-price": (PRICES, SPECIAL),
    "products/special-price-delete": (PRICES, SPECIAL),
    "products/tier-prices": (PRICES, TIER),
    "products/tier-prices-delete": (PRICES, TIER),
}


def _bulk() -> Sent:
    return Sent({"bulk_uuid": str(accept("source_items", "topic", [{}]).bulk.uuid)})


def _counted() -> Sent:
    return Sent({**_bulk().parameters, "status": 4})


def _accepted(method: str, address: str, right: str, call: object) -> list[Stated]:
    """Return what both endpoints state; a list in place of an object is refused, or the reverse."""
    return [
        Stated(
            method,
            address,
            right,
            lambda: Sent(body=[call]),
            status=202,
            missing=Sent(body=call),
            missing_status=400,
            malformed=400,
            prefix=BULK,
        ),
        Stated(
            method,
            address,
            right,
            lambda: Sent(body=call),
            status=202,
            missing=Sent(body=[call]),
            missing_status=400,
            malformed=400,
            prefix=SINGLE,
        ),
    ]


STATED = [
    *(
        stated
        for address, (right, call) in _CALLS.items()
        for stated in _accepted("post", address, right, call)
    ),
    *_accepted("put", "products/bySku", *_CALLS["products"]),
    *_accepted("delete", "products/bySku", CATALOG_PRODUCTS, {"sku": "A"}),
    *_accepted("put", "products/tier-prices", *_CALLS["products/tier-prices"]),
    Stated(
        "get",
        "bulk",
        BULK_OPERATIONS,
        lambda: Sent(_bulk().parameters, query=LISTED),
        missing=Sent(),
        missing_status=400,
    ),
    *(
        Stated(
            "get",
            f"bulk/<bulk_uuid>/{address}",
            BULK_OPERATIONS,
            found,
            missing=Sent({"bulk_uuid": _UUID, "status": 4}),
        )
        for address, found in (
            ("status", _bulk),
            ("detailed-status", _bulk),
            ("operation-status/<status>", _counted),
        )
    ),
]
