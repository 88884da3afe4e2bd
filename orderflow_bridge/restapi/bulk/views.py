"""async/bulk/V1/…, async/V1/… and bulk/<uuid>/…: calls that are accepted now and done later.

The body of a bulk call is the list of the bodies of single ones. Nothing is judged before it is
accepted, as far as it can be stored; the status routes tell what became of each operation.
"""

from typing import Any

from orderflow_bridge.access.rights import (
    BULK_OPERATIONS,
    CATALOG_PRODUCTS,
    ORDERS_SAVE,
    SOURCE_ITEMS,
)
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.records import Kind, Many, flags, ints, record, texts
from orderflow_bridge.restapi.body import json_document
from orderflow_bridge.restapi.bulk.accepting import accept
from orderflow_bridge.restapi.bulk.kinds import KINDS, ORDERS_KIND, SOURCE_ITEMS_KIND
from orderflow_bridge.restapi.bulk.outcomes import Kind as BulkKind
from orderflow_bridge.restapi.bulk.products import PRODUCTS_BY_SKU_KIND, PRODUCTS_KIND
from orderflow_bridge.restapi.bulk.selectors import count_operations, find_bulk, status_document
from orderflow_bridge.restapi.bulk.tasks import wake
from orderflow_bridge.restapi.errors import too_many_items, wrong_type
from orderflow_bridge.restapi.operations import Call, operation
from orderflow_bridge.restapi.order_records import ORDER_BODY
from orderflow_bridge.restapi.products import PRODUCT_BODY
from orderflow_bridge.restapi.routing import route
from orderflow_bridge.restapi.source_items import SOURCE_ITEMS_GIVEN
from orderflow_bridge.restapi.views import RestView

BULK, SINGLE = "async/bulk/V1", "async/V1"
_ACCEPTED = record(
    "AsynchronousOperationsDataAsyncResponseInterface",
    texts("bulk_uuid"),
    {
        "request_items": Many(
            record(
                "AsynchronousOperationsDataItemStatusInterface",
                ints("id"),
                texts("data_hash status"),
                required="id status",
            )
        )
    },
    flags("errors"),
    required="bulk_uuid request_items errors",
)
_OPERATION = record(
    "AsynchronousOperationsDataSummaryOperationStatusInterface",
    ints("id status"),
    texts("result_message"),
    ints("error_code"),
    required="id status result_message error_code",
)
_DETAILED_OPERATION = record(
    "AsynchronousOperationsDataOperationInterface",
    _OPERATION.fields,
    texts("bulk_uuid topic_name serialized_data result_serialized_data"),
    required="id status result_message error_code",
)
_SUMMARY = (
    ints("user_type"),
    texts("bulk_id description start_time"),
    ints("user_id operation_count"),
)
_STATUS = record(
    "AsynchronousOperationsDataBulkOperationsStatusInterface",
    {"operations_list": Many(_OPERATION)},
    *_SUMMARY,
    required="operations_list bulk_id operation_count",
)
_DETAILED_STATUS = record(
    "AsynchronousOperationsDataDetailedBulkOperationsStatusInterface",
    {"operations_list": Many(_DETAILED_OPERATION)},
    *_SUMMARY,
    required="operations_list bulk_id operation_count",
)


class BulkSourceItemsView(RestView):
    """Quantities of products at sources, many calls at once."""

    @operation(right=SOURCE_ITEMS, takes=Many(SOURCE_ITEMS_GIVEN), returns=_ACCEPTED, status=202)
    def post(self, call: Call) -> dict[str, Any]:
        """Accept many lists of source items, each to be written as a whole, in this order."""
        return accept_many(call, SOURCE_ITEMS_KIND)


class AsyncSourceItemsView(RestView):
    """Quantities of products at sources, later."""

    @operation(
        right=SOURCE_ITEMS, takes=SOURCE_ITEMS_GIVEN, is_read=False, returns=_ACCEPTED, status=202
    )
    def post(self, call: Call) -> dict[str, Any]:
        """Accept a list of source items."""
        return accept_one(call, SOURCE_ITEMS_KIND)


class BulkProductsView(RestView):
    """Products, many calls at once."""

    @operation(right=CATALOG_PRODUCTS, takes=Many(PRODUCT_BODY), returns=_ACCEPTED, status=202)
    def post(self, call: Call) -> dict[str, Any]:
        """Accept many products, to be created or changed in this order."""
        return accept_many(call, PRODUCTS_KIND)


class AsyncProductsView(RestView):
    """Products, later."""

    @operation(
        right=CATALOG_PRODUCTS, takes=PRODUCT_BODY, is_read=False, returns=_ACCEPTED, status=202
    )
    def post(self, call: Call) -> dict[str, Any]:
        """Accept a product, to be created or changed."""
        return accept_one(call, PRODUCTS_KIND)


class BulkProductsBySkuView(RestView):
    """Products by their SKUs, many calls at once."""

    @operation(right=CATALOG_PRODUCTS, takes=Many(PRODUCT_BODY), returns=_ACCEPTED, status=202)
    def put(self, call: Call) -> dict[str, Any]:
        """Accept many products, to be changed or created in this order."""
        return accept_many(call, PRODUCTS_BY_SKU_KIND)


class AsyncProductsBySkuView(RestView):
    """Products by their SKUs, later."""

    @operation(
        right=CATALOG_PRODUCTS, takes=PRODUCT_BODY, is_read=False, returns=_ACCEPTED, status=202
    )
    def put(self, call: Call) -> dict[str, Any]:
        """Accept a product, to be changed or created."""
        return accept_one(call, PRODUCTS_BY_SKU_KIND)


class BulkOrdersView(RestView):
    """Orders, many calls at once."""

    @operation(right=ORDERS_SAVE, takes=Many(ORDER_BODY), returns=_ACCEPTED, status=202)
    def post(self, call: Call) -> dict[str, Any]:
        """Accept many orders, to be placed or changed in this order."""
        return accept_many(call, ORDERS_KIND)


class AsyncOrdersView(RestView):
    """Orders, later."""

    @operation(right=ORDERS_SAVE, takes=ORDER_BODY, is_read=False, returns=_ACCEPTED, status=202)
    def post(self, call: Call) -> dict[str, Any]:
        """Accept an order, to be placed or changed."""
        return accept_one(call, ORDERS_KIND)


class BulkStatusView(RestView):
    """Where a bulk call stands (asynchronousOperationsBulkStatusV1)."""

    @operation(right=BULK_OPERATIONS, returns=_STATUS)
    def get(self, call: Call, bulk_uuid: str) -> dict[str, Any]:
        """Tell what became of each operation."""
        return _status(bulk_uuid, is_detailed=False)


class BulkDetailedStatusView(RestView):
    """Where a bulk call stands, with everything about it."""

    @operation(right=BULK_OPERATIONS, returns=_DETAILED_STATUS)
    def get(self, call: Call, bulk_uuid: str) -> dict[str, Any]:
        """Tell what became of each operation, what it was given and what it returned."""
        return _status(bulk_uuid, is_detailed=True)


class BulkCountView(RestView):
    """How many operations of a bulk call stand where."""

    @operation(right=BULK_OPERATIONS, returns=Kind.INT)
    def get(self, call: Call, bulk_uuid: str, status: int) -> int:
        """Count: 1 complete, 2 failed and worth another try, 3 failed, 4 open, 5 rejected."""
        return count_operations(find_bulk(bulk_uuid), status)


def accept_many(call: Call, kind: BulkKind) -> dict[str, Any]:
    """Accept the operations of a body that is a list. Raises Refusal."""
    operations = json_document(call.http._request)
    if not isinstance(operations, list):
        raise wrong_type("body", "array")
    limit = web_services().max_items
    if len(operations) > limit:
        raise too_many_items("body", limit)
    return _accept(call, kind, operations)


def accept_one(call: Call, kind: BulkKind) -> dict[str, Any]:
    """Accept the operation of a body that is an object. Raises Refusal."""
    values = json_document(call.http._request)
    if not isinstance(values, dict):
        raise wrong_type("body", "object")
    return _accept(call, kind, [values])


def _accept(call: Call, kind: BulkKind, operations: list[Any]) -> dict[str, Any]:
    """Store, then wake a worker: the answer is given only when the bulk is committed."""
    caller = call.caller
    accepted = accept(
        kind.name,
        kind.topic,
        operations,
        store_code=call.store or "",
        user_id=caller.user_id,
        username=caller.username,
    )
    wake(accepted.bulk.pk)
    return {
        "bulk_uuid": str(accepted.bulk.uuid),
        "request_items": [
            {"id": number, "data_hash": digest, "status": "accepted"}
            for number, digest in enumerate(accepted.hashes)
        ],
        "errors": False,
    }


def _status(bulk_uuid: str, *, is_detailed: bool) -> dict[str, Any]:
    bulk = find_bulk(bulk_uuid)
    kind = KINDS.get(bulk.kind)
    return status_document(bulk, kind.service if kind else bulk.topic, is_detailed=is_detailed)


routes = [
    route("inventory/source-items", BulkSourceItemsView, prefix=BULK),
    route("inventory/source-items", AsyncSourceItemsView, prefix=SINGLE),
    route("products", BulkProductsView, prefix=BULK),
    route("products", AsyncProductsView, prefix=SINGLE),
    route("products/bySku", BulkProductsBySkuView, prefix=BULK),
    route("products/bySku", AsyncProductsBySkuView, prefix=SINGLE),
    route("orders", BulkOrdersView, prefix=BULK),
    route("orders", AsyncOrdersView, prefix=SINGLE),
    route("bulk/<bulk_uuid>/status", BulkStatusView),
    route("bulk/<bulk_uuid>/detailed-status", BulkDetailedStatusView),
    route("bulk/<bulk_uuid>/operation-status/<status>", BulkCountView),
]
