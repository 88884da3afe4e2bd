"""products/base-prices, special-price, tier-prices, group-prices (docs/rest.md, "Prices")."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from orderflow_bridge.access.rights import PRICES, PRICES_VIEW
from orderflow_bridge.catalog.selectors import product_by_sku
from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.customers.groups import group_code
from orderflow_bridge.documents.costs import COST, cost_list, remove_costs, save_costs
from orderflow_bridge.documents.prices import (
    ALL_GROUPS,
    BASE_PRICE,
    PRICE_RESULT,
    SPECIAL_PRICE,
    STORAGE_TIER_PRICE,
    base_price_list,
    save_base_prices,
    save_special_prices,
    save_tier_prices,
    special_price_list,
    tier_price_list,
)
from orderflow_bridge.documents.product_records import TIER_PRICE
from orderflow_bridge.documents.records import Document, Kind, Many, Record, given, record
from orderflow_bridge.restapi.errors import Refusal, wrong_type
from orderflow_bridge.restapi.views import Call, RestView, Route, operation

_SKUS = record("PricesOfSkusBody", {"skus": Many(Kind.TEXT)}, required="skus")
_MOST_PLACES = 4


def _prices(price: Record) -> Record:
    name = price.name.removesuffix("Interface")
    return record(f"{name}sBody", {"prices": Many(given(price))}, required="prices")


BASE_PRICES_BODY = _prices(BASE_PRICE)
SPECIAL_PRICES_BODY = _prices(SPECIAL_PRICE)
TIER_PRICES_BODY = _prices(STORAGE_TIER_PRICE)
_COSTS = _prices(COST)
_RESULTS = Many(PRICE_RESULT)


class BasePricesInformationView(RestView):
    """Prices (catalogBasePriceStorageV1)."""

    @operation(right=PRICES_VIEW, takes=_SKUS, returns=Many(BASE_PRICE))
    def post(self, call: Call) -> list[Document]:
        """List the prices of these products."""
        return base_price_list(call.body["skus"])


class BasePricesView(RestView):
    """Prices (catalogBasePriceStorageV1)."""

    @operation(right=PRICES, takes=BASE_PRICES_BODY, returns=_RESULTS)
    def post(self, call: Call) -> list[Document]:
        """Write prices; the answer lists those that could not be written."""
        return save_base_prices(call.body["prices"])


class CostInformationView(RestView):
    """Costs (catalogCostStorageV1)."""

    @operation(right=PRICES_VIEW, takes=_SKUS, returns=Many(COST))
    def post(self, call: Call) -> list[Document]:
        """List what these products cost the shop."""
        return cost_list(call.body["skus"])


class CostView(RestView):
    """Costs (catalogCostStorageV1)."""

    @operation(right=PRICES, takes=_COSTS, returns=_RESULTS)
    def post(self, call: Call) -> list[Document]:
        """Write costs; the answer lists those that could not be written."""
        return save_costs(call.body["prices"])


class CostDeleteView(RestView):
    """Costs that go (catalogCostStorageV1)."""

    @operation(right=PRICES, takes=_SKUS, returns=Kind.FLAG)
    def post(self, call: Call) -> bool:
        """Take the costs of these products away."""
        return remove_costs(call.body["skus"])


class SpecialPriceInformationView(RestView):
    """Special prices (catalogSpecialPriceStorageV1)."""

    @operation(right=PRICES_VIEW, takes=_SKUS, returns=Many(SPECIAL_PRICE))
    def post(self, call: Call) -> list[Document]:
        """List the special prices of these products."""
        return special_price_list(call.body["skus"])


class SpecialPriceView(RestView):
    """Special prices (catalogSpecialPriceStorageV1)."""

    @operation(right=PRICES, takes=SPECIAL_PRICES_BODY, returns=_RESULTS)
    def post(self, call: Call) -> list[Document]:
        """Write special prices; the answer lists those that could not be written."""
        return save_special_prices(call.body["prices"])


class SpecialPriceDeleteView(RestView):
    """Special prices that go (catalogSpecialPriceStorageV1)."""

    @operation(right=PRICES, takes=SPECIAL_PRICES_BODY, returns=_RESULTS)
    def post(self, call: Call) -> list[Document]:
        """Take special prices away; the answer lists those that are none."""
        return save_special_prices(call.body["prices"], delete=True)


class TierPricesInformationView(RestView):
    """Tier prices (catalogTierPriceStorageV1)."""

    @operation(right=PRICES_VIEW, takes=_SKUS, returns=Many(STORAGE_TIER_PRICE))
    def post(self, call: Call) -> list[Document]:
        """List the tier prices of these products."""
        return tier_price_list(call.body["skus"])


class TierPricesView(RestView):
    """Tier prices (catalogTierPriceStorageV1)."""

    @operation(right=PRICES, takes=TIER_PRICES_BODY, returns=_RESULTS)
    def post(self, call: Call) -> list[Document]:
        """Add tier prices; the answer lists those that could not be written."""
        return save_tier_prices(call.body["prices"])

    @operation(right=PRICES, takes=TIER_PRICES_BODY, returns=_RESULTS)
    def put(self, call: Call) -> list[Document]:
        """Write tier prices in place of all that the named products have."""
        return save_tier_prices(call.body["prices"], replace=True)


class TierPricesDeleteView(RestView):
    """Tier prices that go (catalogTierPriceStorageV1)."""

    @operation(right=PRICES, takes=TIER_PRICES_BODY, returns=_RESULTS)
    def post(self, call: Call) -> list[Document]:
        """Take tier prices away; the answer lists those that are none."""
        return save_tier_prices(call.body["prices"], delete=True)


class GroupTiersView(RestView):
    """The tier prices of a product for a group (catalogProductTierPriceManagementV1)."""

    @operation(right=PRICES_VIEW, returns=Many(TIER_PRICE))
    def get(self, call: Call, sku: str, customer_group_id: str) -> list[Document]:
        """List them; the group `all` is everybody."""
        return [TIER_PRICE.of(each) for each in _tiers(sku, _group(customer_group_id))]


class GroupTierPriceView(RestView):
    """One tier price being made."""

    @operation(right=PRICES, returns=Kind.FLAG)
    def post(self, call: Call, sku: str, customer_group_id: str, qty: str, price: str) -> bool:
        """Add a tier price, or change the one for this quantity."""
        amount = _number("price", price)
        _save([_row(sku, customer_group_id, qty, amount)])
        return True


class GroupTierView(RestView):
    """One tier price."""

    @operation(right=PRICES, returns=Kind.FLAG)
    def delete(self, call: Call, sku: str, customer_group_id: str, qty: str) -> bool:
        """Take a tier price away."""
        row = _row(sku, customer_group_id, qty, Decimal(0))
        tiers = _tiers(sku, _group(customer_group_id))
        if all(Decimal(str(each.get("qty"))) != row["quantity"] for each in tiers):
            raise NoSuchEntity.any()
        _save([row], delete=True)
        return True


def _tiers(sku: str, group_id: int) -> list[dict[str, Any]]:
    tiers = product_by_sku(sku).custom_attributes.get("tier_prices") or []
    return [each for each in tiers if each.get("customer_group_id") == group_id]


def _row(sku: str, customer_group_id: str, qty: str, price: Decimal) -> dict[str, Any]:
    group_id = _group(customer_group_id)
    return {
        "sku": product_by_sku(sku).sku,
        "price": price,
        "price_type": "fixed",
        "website_id": 0,
        "customer_group": "ALL GROUPS" if group_id == ALL_GROUPS else group_code(group_id),
        "quantity": _number("qty", qty),
    }


def _save(rows: Sequence[dict[str, Any]], *, delete: bool = False) -> None:
    for error in save_tier_prices(rows, delete=delete):
        raise Refusal(400, error["message"], error["parameters"])


def _group(text: str) -> int:
    if text == "all":
        return ALL_GROUPS
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise wrong_type("customerGroupId", "int")
    return int(text)


def _number(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise wrong_type(name, "float") from None
    if not number.is_finite() or not 0 <= number < 10**8:
        raise wrong_type(name, "float")
    return round(number, _MOST_PLACES)


routes = [
    Route("products/base-prices-information", BasePricesInformationView),
    Route("products/base-prices", BasePricesView),
    Route("products/cost-information", CostInformationView),
    Route("products/cost", CostView),
    Route("products/cost-delete", CostDeleteView),
    Route("products/special-price-information", SpecialPriceInformationView),
    Route("products/special-price", SpecialPriceView),
    Route("products/special-price-delete", SpecialPriceDeleteView),
    Route("products/tier-prices-information", TierPricesInformationView),
    Route("products/tier-prices", TierPricesView),
    Route("products/tier-prices-delete", TierPricesDeleteView),
    Route("products/<sku>/group-prices/<customer_group_id>/tiers", GroupTiersView),
    Route("products/<sku>/group-prices/<customer_group_id>/tiers/<qty>", GroupTierView),
    Route(
        "products/<sku>/group-prices/<customer_group_id>/tiers/<qty>/price/<price>",
        GroupTierPriceView,
    ),
]
