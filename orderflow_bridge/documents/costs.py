"""What products cost the shop, many at once, as Magento's cost storage takes it (docs/rest.md)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.exceptions import ItemError
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.documents.prices import Rows, priced_products, store_ids, written
from orderflow_bridge.documents.records import Document, floats, ints, record, texts

COST = record(
    "CatalogDataCostInterface",
    floats("cost"),
    ints("store_id"),
    texts("sku"),
    required="cost store_id sku",
)
_COST = "cost"


def cost_list(skus: Iterable[str]) -> list[Document]:
    """Return the costs of these products, of those that have one: one query."""
    return [
        COST.of({"cost": each.custom_attributes[_COST], "store_id": 0, "sku": each.sku})
        for each in priced_products(skus)
        if each.custom_attributes.get(_COST) not in (None, "")
    ]


def save_costs(rows: Rows) -> list[Document]:
    """Write costs; return what could not be written."""
    known = {each.sku_key for each in priced_products(row.get("sku") for row in rows)}
    stores = store_ids()

    def judge(row: Mapping[str, Any]) -> ItemError | ProductChange:
        cost, sku, store_id = row.get("cost"), row.get("sku") or "", row.get("store_id") or 0
        values = {"SKU": sku, "storeId": store_id}
        if sku_key(sku) not in known:
            named = {"fieldName": "SKU", "fieldValue": sku}
            return ItemError("Invalid attribute %fieldName = %fieldValue.", named)
        if cost is None or cost < 0:
            text = "Invalid attribute Cost = %cost. Row ID: SKU = %SKU, Store ID: %storeId."
            return ItemError(text, {"cost": cost, **values})
        if store_id not in stores:
            text = "Requested store is not found. Row ID: SKU = %SKU, Store ID: %storeId."
            return ItemError(text, values)
        return ProductChange(sku, attributes={_COST: plain(Decimal(cost))})

    return written(rows, judge)


def remove_costs(skus: Iterable[str]) -> bool:
    """Take the costs of these products away; unknown SKUs are passed over."""
    found = priced_products(skus)
    save_products([ProductChange(each.sku, attributes={_COST: None}) for each in found])
    return True
