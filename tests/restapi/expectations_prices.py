"""What the routes of prices answer."""

from typing import Any

from orderflow_bridge.access.rights import PRICES, PRICES_VIEW
from tests.factories import make_product
from tests.restapi.stating import Sent, Stated

SKU = "24-MB01"
SKUS = {"skus": [SKU]}
BASE = {"prices": [{"sku": SKU, "price": 30, "store_id": 0}]}
SPECIAL = {
    "prices": [{"sku": SKU, "price": 20, "store_id": 0, "price_from": "2030-01-01 00:00:00"}]
}
TIER = {
    "prices": [
        {
            "sku": SKU,
            "price": 25,
            "price_type": "fixed",
            "website_id": 0,
            "customer_group": "ALL GROUPS",
            "quantity": 5,
        }
    ]
}
_TIERS = "products/<sku>/group-prices/<customer_group_id>/tiers"


def _product(body: Any = None, **parameters: Any) -> Sent:
    tiers = [{"customer_group_id": 1, "qty": 5, "value": 25}]
    make_product(SKU, custom_attributes={"tier_prices": tiers})
    return Sent(parameters, body)


def _many(address: str, body: Any, right: str = PRICES, method: str = "post") -> Stated:
    return Stated(
        method,
        f"products/{address}",
        right,
        lambda: _product(body),
        missing=Sent(body={}),
        missing_status=400,
        malformed=400,
    )


def _tier(method: str, address: str, right: str, **parameters: Any) -> Stated:
    values = {"customer_group_id": 1, **parameters}
    return Stated(
        method,
        address,
        right,
        lambda: _product(sku=SKU, **values),
        missing=Sent({"sku": "nowhere", **values}),
    )


STATED = [
    _many("base-prices-information", SKUS, PRICES_VIEW),
    _many("base-prices", BASE),
    _many("special-price-information", SKUS, PRICES_VIEW),
    _many("special-price", SPECIAL),
    _many("special-price-delete", SPECIAL),
    _many("tier-prices-information", SKUS, PRICES_VIEW),
    _many("tier-prices", TIER),
    _many("tier-prices", TIER, method="put"),
    _many("tier-prices-delete", TIER),
    _tier("get", _TIERS, PRICES_VIEW),
    _tier("delete", f"{_TIERS}/<qty>", PRICES, qty=5),
    _tier("post", f"{_TIERS}/<qty>/price/<price>", PRICES, qty=10, price=20),
]
