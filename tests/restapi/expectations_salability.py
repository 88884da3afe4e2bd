"""What the routes of salable quantities and source selection answer."""

from typing import Any

from orderflow_bridge.access.rights import PRODUCT_STOCK, SALABLE_QUANTITIES, SOURCES_VIEW
from orderflow_bridge.inventory.models import Stock
from tests.factories import make_source_item, make_website
from tests.restapi.stating import LISTED, Sent, Stated

SKU = "24/MB 01"


def _stock(body: Any = None, **parameters: Any) -> Sent:
    """Make a product with stock, and ask something about it."""
    make_source_item(SKU, 3)
    return Sent({"stock_id": Stock.objects.get().pk, **parameters}, body)


def _asked(query: str) -> Sent:
    return Sent(query=f"{query}&stockId={_stock().parameters['stock_id']}")


def _selection(stock_id: int) -> dict[str, Any]:
    return {
        "inventoryRequest": {"stockId": stock_id, "items": [{"sku": SKU, "qty": 2}]},
        "algorithmCode": "priority",
    }


def _get(address: str, found: Any, missing: Sent | None, status: int = 404) -> Stated:
    return Stated(
        "get",
        f"inventory/{address}",
        SALABLE_QUANTITIES,
        found,
        missing=missing,
        missing_status=status,
    )


STATED = [
    _get(
        "are-products-salable",
        lambda: _asked("?skus[]=24%2FMB%2001"),
        Sent(query="?skus[]=nowhere&stockId=1"),
    ),
    _get(
        "is-product-salable-for-requested-qty/<sku>/<stock_id>/<requested_qty>",
        lambda: _stock(sku=SKU, requested_qty=2),
        Sent({"sku": "nowhere", "stock_id": 1, "requested_qty": 2}),
    ),
    _get(
        "are-product-salable-for-requested-qty",
        lambda: _asked("?skuRequests[0][sku]=24%2FMB%2001&skuRequests[0][qty]=2"),
        Sent(),
        400,
    ),
    _get(
        "export-stock-salable-qty/<kind>/<code>",
        lambda: Sent({"kind": "website", "code": make_website(code="uk").code}, query=LISTED),
        Sent({"kind": "website", "code": "mars"}, query=LISTED),
    ),
    _get("source-selection-algorithm-list", Sent, None),
    Stated(
        "post",
        "inventory/source-selection-algorithm-result",
        SALABLE_QUANTITIES,
        lambda: Sent(body=_selection(_stock().parameters["stock_id"])),
        missing=Sent(body=_selection(999_999)),
        malformed=400,
    ),
    Stated(
        "get",
        "inventory/get-sources-assigned-to-stock-ordered-by-priority/<stock_id>",
        SOURCES_VIEW,
        _stock,
        missing=Sent({"stock_id": 999_999}),
    ),
    Stated("get", "stockItems/lowStock", PRODUCT_STOCK, lambda: Sent(query="?scopeId=0&qty=5")),
]
