"""inventory/…: what can be sold of many, which source would send it (docs/rest.md, "Stock")."""

from decimal import Decimal, InvalidOperation
from typing import Any

from orderflow_bridge.access.rights import PRODUCT_STOCK, SALABLE_QUANTITIES, SOURCES_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import SELF_TEST
from orderflow_bridge.documents.product_columns import SEARCHED
from orderflow_bridge.documents.product_records import STOCK_ITEM
from orderflow_bridge.documents.records import (
    Document,
    Many,
    Record,
    ints,
    record,
)
from orderflow_bridge.documents.salability import (
    EXPORTED_STOCK,
    LOW_STOCK,
    SALABLE,
    SALABLE_OF_MANY,
    SALABLE_REQUESTS,
    SALABLE_RESULT,
    SALABLE_RESULT_FOR,
    SELECTION,
    SELECTION_ALGORITHM,
    SELECTION_BODY,
)
from orderflow_bridge.documents.search import results_of
from orderflow_bridge.documents.stock import SOURCE, low_stock, source_document, stock_items
from orderflow_bridge.inventory.arrangement import find_stock, resolve_stock
from orderflow_bridge.inventory.salability import (
    Salability,
    salabilities,
    salabilities_of,
    select_sources,
    sources_by_priority,
)
from orderflow_bridge.restapi.body import members_of
from orderflow_bridge.restapi.errors import Refusal, wrong_type
from orderflow_bridge.restapi.query_string import members_in
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_LARGEST = 10**12
_MOST_LOW = 1_000
_PRIORITY = "priority"
NOT_ENOUGH = {
    "code": "is_salable_with_reservations-not_enough_qty",
    "message": "The requested qty is not available",
}


class AreSalableView(RestView):
    """Whether a stock can sell products (inventorySalesApiAreProductsSalableV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=Many(SALABLE))
    def get(self, call: Call) -> list[Document]:
        """Tell of each of `skus[]` whether something of it can be sold from `stockId`."""
        asked = _query(call, SALABLE_OF_MANY)
        found = salabilities_of(asked["skus"], find_stock(asked["stock_id"]))
        return [
            SALABLE.of({"sku": sku, "stock_id": asked["stock_id"], "salable": each.can_sell()})
            for sku, each in zip(asked["skus"], found, strict=True)
        ]


class IsSalableForView(RestView):
    """Whether so many can be sold (inventorySalesApiIsProductSalableForRequestedQtyV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=SALABLE_RESULT)
    def get(self, call: Call, sku: str, stock_id: int, requested_qty: str) -> Document:
        """Tell whether a stock can sell so many units of a product."""
        [found] = salabilities_of([sku], find_stock(stock_id))
        return SALABLE_RESULT.of(_verdict(found, _number(requested_qty)))


class AreSalableForView(RestView):
    """The same of many (inventorySalesApiAreProductsSalableForRequestedQtyV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=Many(SALABLE_RESULT_FOR))
    def get(self, call: Call) -> list[Document]:
        """Tell of each of `skuRequests` whether `stockId` can sell its `qty`."""
        asked = _query(call, SALABLE_REQUESTS)
        requests, stock = asked["sku_requests"], find_stock(asked["stock_id"])
        found = salabilities_of([each["sku"] for each in requests], stock)
        return [
            SALABLE_RESULT_FOR.of(
                {"sku": request["sku"], "stock_id": stock.pk} | _verdict(each, request["qty"])
            )
            for request, each in zip(requests, found, strict=True)
        ]


class StockExportView(RestView):
    """What a sales channel can sell (inventoryExportStockApiExportStockSalableQtyV1)."""

    @operation(
        right=SALABLE_QUANTITIES,
        is_search=True,
        returns=results_of(
            EXPORTED_STOCK, "InventoryExportStockApiDataExportStockSalableQtySearchResult"
        ),
    )
    def get(self, call: Call, kind: str, code: str) -> dict[str, Any]:
        """Search products; of each how much the channel can sell, and whether it can."""
        stock = resolve_stock(kind, code)
        page = call.page(Product.objects.exclude(sku_key=SELF_TEST), SEARCHED)
        return page.answer(
            [
                EXPORTED_STOCK.of(
                    {"sku": each.sku, "qty": each.quantity, "is_salable": each.can_sell()}
                )
                for each in salabilities(list(page.rows), stock)
            ]
        )


class StockSourcesView(RestView):
    """Where a stock draws from (inventoryApiGetSourcesAssignedToStockOrderedByPriorityV1)."""

    @operation(right=SOURCES_VIEW, returns=Many(SOURCE))
    def get(self, call: Call, stock_id: int) -> list[Document]:
        """List the sources of a stock, the first one first."""
        return [source_document(each) for each in sources_by_priority(find_stock(stock_id))]


class AlgorithmsView(RestView):
    """Ways to choose sources (inventorySourceSelectionApiGetSourceSelectionAlgorithmListV1)."""

    @operation(right=SALABLE_QUANTITIES, returns=Many(SELECTION_ALGORITHM))
    def get(self, call: Call) -> list[Document]:
        """List the ways: by priority only."""
        return [
            SELECTION_ALGORITHM.of(
                {
                    "code": _PRIORITY,
                    "title": "Source Priority",
                    "description": "Sources are taken in the order of their priority.",
                }
            )
        ]


class SelectionView(RestView):
    """Choosing sources (inventorySourceSelectionApiSourceSelectionServiceV1)."""

    @operation(right=SALABLE_QUANTITIES, takes=SELECTION_BODY, returns=SELECTION)
    def post(self, call: Call) -> Document:
        """Tell which sources would send what; nothing is promised by it."""
        if call.body["algorithm_code"] != _PRIORITY:
            raise Refusal(
                400,
                'Algorithm "%code" does not exist.',
                {"code": call.body["algorithm_code"]},
            )
        asked = call.body["inventory_request"]
        wanted = [(each["sku"], each["qty"]) for each in asked["items"]]
        shares, is_whole = select_sources(wanted, find_stock(asked["stock_id"]))
        return SELECTION.of(
            {
                "source_selection_items": [
                    {
                        "source_code": share.source_code,
                        "sku": share.sku,
                        "qty_to_deduct": share.units,
                        "qty_available": share.available,
                    }
                    for share in shares
                ],
                "shippable": is_whole,
            }
        )


class LowStockView(RestView):
    """What is running out (catalogInventoryStockRegistryV1)."""

    @operation(
        right=PRODUCT_STOCK,
        returns=record(
            "CatalogInventoryDataStockItemCollectionInterface",
            {
                "items": Many(STOCK_ITEM),
                "search_criteria": LOW_STOCK,
            },
            ints("total_count"),
            required="items search_criteria total_count",
        ),
    )
    def get(self, call: Call) -> dict[str, Any]:
        """List the stock items of which there is at most `qty`; by `currentPage`, `pageSize`."""
        asked = _query(call, LOW_STOCK)
        size = min(max(asked.get("page_size") or _MOST_LOW, 1), _MOST_LOW)
        found = low_stock(asked.get("qty") or Decimal(0))
        start = (max(asked.get("current_page") or 1, 1) - 1) * size
        products = list(found[start : start + size])
        items = stock_items(products)
        return {
            "items": [items[product.pk] for product in products],
            "search_criteria": LOW_STOCK.of(asked),
            "total_count": found.count(),
        }


def _query(call: Call, asked: Record) -> Document:
    return members_of(members_in(call.http.META.get("QUERY_STRING", "")), asked)


def _verdict(found: Salability, wanted: Decimal) -> dict[str, Any]:
    can_sell = found.can_sell(wanted)
    return {"salable": can_sell, "errors": [] if can_sell else [NOT_ENOUGH]}


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise wrong_type("requestedQty", "float") from None
    if not number.is_finite() or abs(number) > _LARGEST:
        raise wrong_type("requestedQty", "float")
    return number


routes = [
    Route("inventory/are-products-salable", AreSalableView),
    Route(
        "inventory/is-product-salable-for-requested-qty/<sku>/<stock_id>/<requested_qty>",
        IsSalableForView,
    ),
    Route("inventory/are-product-salable-for-requested-qty", AreSalableForView),
    Route("inventory/export-stock-salable-qty/<kind>/<code>", StockExportView),
    Route(
        "inventory/get-sources-assigned-to-stock-ordered-by-priority/<stock_id>",
        StockSourcesView,
    ),
    Route("inventory/source-selection-algorithm-list", AlgorithmsView),
    Route("inventory/source-selection-algorithm-result", SelectionView),
    Route("stockItems/lowStock", LowStockView),
]
