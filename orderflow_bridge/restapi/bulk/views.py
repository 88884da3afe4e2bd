"""async/bulk/V1/…, async/V1/… and bulk/<uuid>/…: calls that are accepted now and done later.

The body of a bulk call is the list of the bodies of single ones. Nothing is judged before it is
accepted, as far as it can be stored; the status routes tell what became of each operation.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase

from orderflow_bridge.access.rights import (
    BULK_OPERATIONS,
    CATALOG_PRODUCTS,
    ORDERS_COMMENT,
    ORDERS_SAVE,
    ORDERS_SHIP,
    PRICES,
    SOURCE_ITEMS,
)
from orderflow_bridge.configuration.selectors import web_services
from orderflow_bridge.documents.listed import listed
from orderflow_bridge.documents.records import Kind, Many, Record, flags, ints, record, texts
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.restapi.body import json_document
from orderflow_bridge.restapi.bulk.further_kinds import COMMENT, SHIP, SKU
from orderflow_bridge.restapi.bulk.kinds import Kind as BulkKind
from orderflow_bridge.restapi.bulk.selectors import (
    count_operations,
    find_bulk,
    operations_among,
    status_document,
)
from orderflow_bridge.restapi.bulk.services import accept
from orderflow_bridge.restapi.bulk.tasks import wake
from orderflow_bridge.restapi.bulk.topics import KINDS
from orderflow_bridge.restapi.errors import too_many_items, wrong_type
from orderflow_bridge.restapi.order_records import ORDER_BODY
from orderflow_bridge.restapi.prices import BASE_PRICES_BODY, SPECIAL_PRICES_BODY, TIER_PRICES_BODY
from orderflow_bridge.restapi.products import PRODUCT_BODY
from orderflow_bridge.restapi.stock import SOURCE_ITEM_PLACES, SOURCE_ITEMS_GIVEN
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

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
    texts("bulk_uuid topic_name serialized_data result_serialized_data start_time"),
    required="id status result_message error_code",
)
_OPERATIONS = results_of(
    _DETAILED_OPERATION, "AsynchronousOperationsDataOperationSearchResultsInterface"
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
# Address, method, kind, right, and the body of one call.
_CALLS: tuple[tuple[str, str, str, str, Record], ...] = (
    ("inventory/source-items", "post", "source_items", SOURCE_ITEMS, SOURCE_ITEMS_GIVEN),
    ("products", "post", "products", CATALOG_PRODUCTS, PRODUCT_BODY),
    ("products/bySku", "put", "products_by_sku", CATALOG_PRODUCTS, PRODUCT_BODY),
    ("products/bySku", "delete", "products_delete", CATALOG_PRODUCTS, SKU),
    ("products/base-prices", "post", "base_prices", PRICES, BASE_PRICES_BODY),
    ("products/special-price", "post", "special_prices", PRICES, SPECIAL_PRICES_BODY),
    ("products/special-price-delete", "post", "special_prices_delete", PRICES, SPECIAL_PRICES_BODY),
    ("products/tier-prices", "post", "tier_prices", PRICES, TIER_PRICES_BODY),
    ("products/tier-prices", "put", "tier_prices_replace", PRICES, TIER_PRICES_BODY),
    ("products/tier-prices-delete", "post", "tier_prices_delete", PRICES, TIER_PRICES_BODY),
    ("orders", "post", "orders", ORDERS_SAVE, ORDER_BODY),
    ("orders/byId/comments", "post", "order_comments", ORDERS_COMMENT, COMMENT),
    ("order/byOrderId/ship", "post", "shipments", ORDERS_SHIP, SHIP),
    (
        *("inventory/source-items-delete", "post", "source_items_delete"),
        *(SOURCE_ITEMS, SOURCE_ITEM_PLACES),
    ),
)


class OperationsView(RestView):
    """Operations of bulk calls (asynchronousOperationsOperationRepositoryV1)."""

    @operation(right=BULK_OPERATIONS, is_search=True, returns=_OPERATIONS)
    def get(self, call: Call) -> dict[str, Any]:
        """Search operations; `bulk_uuid`, `topic_name` and `start_time` narrow them down at once.

        Refused if the bulk calls that are meant have more operations than a list may have.
        """
        criteria, most_rows = call.criteria(), web_services().max_items
        services = {kind.topic: kind.service for kind in KINDS.values()}
        documents = operations_among(criteria, services, most_rows=most_rows)
        return listed(documents, _DETAILED_OPERATION, criteria, most_rows=most_rows)


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


def _accepting(
    kind: BulkKind, right: str, body: Record, *, many: bool
) -> Callable[..., HttpResponseBase]:
    """Return the method that accepts one operation of a kind, or a list of them."""

    def answer(view: RestView, call: Call) -> dict[str, Any]:
        given: Any = json_document(call.http._request)
        if type(given) is not (list if many else dict):
            raise wrong_type("body", "array" if many else "object")
        operations: list[Any] = list(given) if many else [given]
        limit = web_services().max_items
        if len(operations) > limit:
            raise too_many_items("body", limit)
        return _accept(call, kind, operations)

    answer.__doc__ = (
        f"{kind.title}: accept the bodies of many calls, to be carried out later, in this order."
        if many
        else f"{kind.title}: accept a call, to be carried out later."
    )
    declare = operation(
        right=right,
        takes=Many(body) if many else body,
        is_read=False,
        returns=_ACCEPTED,
        status=202,
    )
    return declare(answer)


def _accepting_view(address: str, *, many: bool) -> type[RestView]:
    """Return the view of an address, with all its methods."""
    methods = {
        method: _accepting(KINDS[name], right, body, many=many)
        for at, method, name, right, body in _CALLS
        if at == address
    }
    name = f"{'Bulk' if many else 'Async'}{address.title().replace('/', '').replace('-', '')}View"
    return type(name, (RestView,), {"__doc__": f"{address}, later.", **methods})


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
    *(
        Route(address, _accepting_view(address, many=prefix == BULK), prefix=prefix)
        for address in dict.fromkeys(each[0] for each in _CALLS)
        for prefix in (BULK, SINGLE)
    ),
    Route("bulk", OperationsView),
    Route("bulk/<bulk_uuid>/status", BulkStatusView),
    Route("bulk/<bulk_uuid>/detailed-status", BulkDetailedStatusView),
    Route("bulk/<bulk_uuid>/operation-status/<status>", BulkCountView),
]
