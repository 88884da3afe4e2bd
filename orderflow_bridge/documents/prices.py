"""Prices of many products at once, as Magento's price storages take them (docs/rest.md, "Prices").

A row that cannot be written is told of, with its values, and left out; the others are written.
Prices are the same everywhere, as in a Magento whose price scope is global.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from orderflow_bridge.catalog.changes import ProductChange
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.catalog.services import save_products
from orderflow_bridge.common.exceptions import ItemError
from orderflow_bridge.common.numbers import plain
from orderflow_bridge.common.skus import sku_key
from orderflow_bridge.customers.groups import group_code, group_id_of
from orderflow_bridge.documents.product_records import TIER_PRICE
from orderflow_bridge.documents.records import Document, Kind, Many, floats, ints, record, texts
from orderflow_bridge.stores.models import Store

BASE_PRICE = record(
    "CatalogDataBasePriceInterface",
    floats("price"),
    ints("store_id"),
    texts("sku"),
    required="price store_id sku",
)
SPECIAL_PRICE = record(
    "CatalogDataSpecialPriceInterface",
    floats("price"),
    ints("store_id"),
    texts("sku price_from price_to"),
    required="price store_id sku",
)
STORAGE_TIER_PRICE = record(
    "CatalogDataTierPriceInterface",
    floats("price"),
    texts("price_type"),
    ints("website_id"),
    texts("sku customer_group"),
    floats("quantity"),
    required="price price_type website_id sku customer_group quantity",
)
PRICE_RESULT = record(
    "CatalogDataPriceUpdateResultInterface",
    texts("message"),
    {"parameters": Many(Kind.TEXT)},
    required="message parameters",
)
Rows = Sequence[Mapping[str, Any]]

ALL_GROUPS = 32_000
_EVERYBODY = "ALL GROUPS"
_FIXED = "fixed"
_NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again. "
_SPECIAL_ROW = "Row ID: SKU = %SKU, Store ID: %storeId, Price From: %priceFrom, Price To: %priceTo."
_TIER_ROW = (
    "Row ID: SKU = %SKU, Website ID: %websiteId, Customer Group: %customerGroup, Quantity: %qty."
)
_SPECIAL = ("special_price", "special_from_date", "special_to_date")
_TIERS = "tier_prices"


def base_price_list(skus: Iterable[str]) -> list[Document]:
    """Return the prices of these products; unknown SKUs are left out: one query."""
    return [
        BASE_PRICE.of({"price": each.price, "store_id": 0, "sku": each.sku})
        for each in priced_products(skus)
        if each.price is not None
    ]


def save_base_prices(rows: Rows) -> list[Document]:
    """Write prices; return what could not be written."""
    known = {each.sku_key for each in priced_products(row.get("sku") for row in rows)}
    stores = store_ids()

    def judge(row: Mapping[str, Any]) -> ItemError | ProductChange:
        price, sku, store_id = row.get("price"), row.get("sku") or "", row.get("store_id") or 0
        if sku_key(sku) not in known:
            return _invalid("SKU", sku)
        if price is None or price < 0:
            return _invalid("Price", price)
        if store_id not in stores:
            text = "Requested store is not found. Row ID: SKU = %SKU, Store ID: %storeId."
            return ItemError(text, {"SKU": sku, "storeId": store_id})
        return ProductChange(sku, {"price": price})

    return written(rows, judge)


def special_price_list(skus: Iterable[str]) -> list[Document]:
    """Return the special prices of these products, those that have one: one query."""
    found = []
    for each in priced_products(skus):
        price, start, end = (each.custom_attributes.get(name) for name in _SPECIAL)
        if price not in (None, ""):
            values = {"price": price, "price_from": start, "price_to": end}
            found.append(SPECIAL_PRICE.of(values | {"store_id": 0, "sku": each.sku}))
    return found


def save_special_prices(rows: Rows, *, delete: bool = False) -> list[Document]:
    """Write special prices with their dates, or take them away; return what could not be done."""
    known = {each.sku_key for each in priced_products(row.get("sku") for row in rows)}
    stores = store_ids()

    def judge(row: Mapping[str, Any]) -> ItemError | ProductChange:
        price, sku = row.get("price"), row.get("sku") or ""
        dates = [row.get("price_from"), row.get("price_to")]
        text = ""
        if sku_key(sku) not in known:
            text = _NO_PRODUCT
        elif (row.get("store_id") or 0) not in stores:
            text = "Requested store is not found. "
        elif row.get("store_id"):
            text = "Could not change non global Price when price scope is global. "
        elif price is None or price < 0:
            text = "Invalid attribute Price = %price. "
        else:
            labels = zip(("Price From", "Price To"), dates, strict=True)
            wrong = [label for label, date in labels if date and not _is_date(date)]
            text = f"Invalid attribute {wrong[0]} = %priceTo. " if wrong else ""
        if text:
            values = {"SKU": sku, "storeId": row.get("store_id") or 0}
            values |= {"priceFrom": dates[0], "priceTo": dates[1]}
            if "%price." in text:
                values = {"price": price} | values
            return ItemError(text + _SPECIAL_ROW, values)
        wanted = [None, None, None] if delete else [plain(Decimal(price or 0)), *dates]
        return ProductChange(sku, attributes=dict(zip(_SPECIAL, wanted, strict=True)))

    return written(rows, judge)


def tier_price_list(skus: Iterable[str]) -> list[Document]:
    """Return the tier prices of these products: one query."""
    return [
        STORAGE_TIER_PRICE.of(
            {
                "price": tier.get("value"),
                "price_type": _FIXED,
                "website_id": 0,
                "sku": each.sku,
                "customer_group": _group_code(tier.get("customer_group_id")),
                "quantity": tier.get("qty"),
            }
        )
        for each in priced_products(skus)
        for tier in each.custom_attributes.get(_TIERS) or ()
    ]


@transaction.atomic
def save_tier_prices(rows: Rows, *, replace: bool = False, delete: bool = False) -> list[Document]:
    """Add tier prices to those that are there, in place of all of them, or take them away.

    A row is known by its group and quantity. Return what could not be done.
    """
    products = priced_products((row.get("sku") for row in rows), lock=True)
    tiers: dict[str, dict[tuple[Any, Any], Mapping[str, Any]]] = {
        each.sku_key: {_tier_key(tier): tier for tier in each.custom_attributes.get(_TIERS) or ()}
        for each in products
    }
    replaced: set[str] = set()

    def judge(row: Mapping[str, Any]) -> ItemError | ProductChange:
        sku, key = row.get("sku") or "", sku_key(row.get("sku") or "")
        if error := _tier_error(row, is_known=key in tiers):
            return error
        if replace and key not in replaced:
            replaced.add(key)
            tiers[key] = {}
        tier = TIER_PRICE.of(
            {
                "customer_group_id": _group_id(row.get("customer_group") or ""),
                "qty": row["quantity"],
                "value": row["price"],
            }
        )
        if delete:
            tiers[key].pop(_tier_key(tier), None)
        else:
            tiers[key][_tier_key(tier)] = tier
        kept = sorted(tiers[key].values(), key=lambda each: _tier_key(each))
        return ProductChange(sku, attributes={_TIERS: kept})

    return written(rows, judge)


def _tier_error(row: Mapping[str, Any], *, is_known: bool) -> ItemError | None:
    price, quantity = row.get("price"), row.get("quantity")
    group = row.get("customer_group") or ""
    values = {
        "SKU": row.get("sku") or "",
        "websiteId": row.get("website_id") or 0,
        "customerGroup": group,
        "qty": quantity,
    }
    if not is_known:
        return ItemError(f"Invalid attribute SKU = %SKU. {_TIER_ROW}", values)
    if price is None or price < 0:
        return ItemError(
            f"Invalid attribute Price = %price. {_TIER_ROW}", {"price": price} | values
        )
    if row.get("price_type") != _FIXED:
        kind = {"priceType": row.get("price_type")}
        return ItemError(f"Invalid attribute Price Type = %priceType. {_TIER_ROW}", kind | values)
    if quantity is None or quantity <= 0:
        return ItemError(f"Invalid attribute Quantity = %qty. {_TIER_ROW}", values)
    if row.get("website_id"):
        return ItemError(f"Invalid attribute Website ID = %websiteId. {_TIER_ROW}", values)
    if _group_id(group) is None:
        text = f"No such entity with Customer Group = %customerGroup. {_TIER_ROW}"
        return ItemError(text, values)
    return None


def written(
    rows: Rows, judge: Callable[[Mapping[str, Any]], ItemError | ProductChange]
) -> list[Document]:
    """Write what can be written in one go; return the rest. The last row of a SKU counts."""
    errors: dict[int, ItemError] = {}
    changes: dict[str, tuple[int, ProductChange]] = {}
    for place, row in enumerate(rows):
        judged = judge(row)
        if isinstance(judged, ItemError):
            errors[place] = judged
        else:
            changes[sku_key(judged.sku)] = (place, judged)
    verdicts = save_products([change for _, change in changes.values()])
    for (place, _), verdict in zip(changes.values(), verdicts, strict=True):
        if verdict.item_error:
            errors[place] = verdict.item_error
    return [_result(error) for _, error in sorted(errors.items())]


def _result(error: ItemError) -> Document:
    values = ["" if value is None else str(value) for value in error.parameters.values()]
    return PRICE_RESULT.of({"message": error.message, "parameters": values})


def priced_products(skus: Iterable[str | None], *, lock: bool = False) -> list[Product]:
    """Return the products with these SKUs, unknown ones left out, with what prices need."""
    keys = {sku_key(sku) for sku in skus if sku and "\0" not in sku}
    found = Product.objects.filter(sku_key__any_of=list(keys)).order_by("pk")
    if lock:
        found = found.select_for_update(no_key=True)
    return list(found.only("sku", "sku_key", "price", "custom_attributes"))


def store_ids() -> set[int]:
    """Return the ids of the store views, and 0 for all of them."""
    return {0, *Store.objects.values_list("pk", flat=True)}


def _invalid(name: str, value: Any) -> ItemError:
    values = {"fieldName": name, "fieldValue": value}
    return ItemError("Invalid attribute %fieldName = %fieldValue.", values)


def _tier_key(tier: Mapping[str, Any]) -> tuple[int, float]:
    return int(tier.get("customer_group_id") or 0), float(tier.get("qty") or 0)


def _group_code(group_id: Any) -> str:
    return _EVERYBODY if group_id == ALL_GROUPS else group_code(int(group_id or 0))


def _group_id(code: str) -> int | None:
    return ALL_GROUPS if code.casefold() == _EVERYBODY.casefold() else group_id_of(code)


def _is_date(text: str) -> bool:
    """Tell whether a date is written just as Magento wants it."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").isoformat(" ") == text  # noqa: DTZ007
    except ValueError:
        return False
