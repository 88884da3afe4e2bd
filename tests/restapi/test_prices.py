"""Prices of many products by REST: written, read, taken away, and what cannot be."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from tests.factories import make_product, make_store
from tests.restapi.expectations_prices import BASE, SKU, SPECIAL, TIER
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db
_SPECIAL_ROW = "Row ID: SKU = %SKU, Store ID: %storeId, Price From: %priceFrom, Price To: %priceTo."
_TIER_ROW = (
    "Row ID: SKU = %SKU, Website ID: %websiteId, Customer Group: %customerGroup, Quantity: %qty."
)


@pytest.fixture(autouse=True)
def _product() -> Product:
    """A product that OrderFlow has."""
    return make_product(SKU, price=34, orderflow_export_status=ExportStatus.EXPORTED)


@pytest.mark.parametrize(
    ("name", "body"), [("base-prices", BASE), ("special-price", SPECIAL), ("tier-prices", TIER)]
)
def test_what_is_written_is_read_and_orderflow_hears_of_it(
    script: Script, name: str, body: dict[str, Any]
) -> None:
    assert script.post(f"products/{name}", body) == []

    information = f"products/{name}-information"
    assert script.post(information, {"skus": [SKU.lower(), "nowhere"]}) == body["prices"]
    assert Product.objects.get().orderflow_export_status == ExportStatus.PENDING
    if name != "base-prices":
        assert script.post(f"products/{name}-delete", body) == []
        assert script.post(information, {"skus": [SKU]}) == []


@pytest.mark.parametrize(
    ("address", "body", "changed", "message", "parameters"),
    [
        (
            "base-prices",
            BASE,
            {"sku": "nowhere"},
            "Invalid attribute %fieldName = %fieldValue.",
            ["SKU", "nowhere"],
        ),
        (
            "base-prices",
            BASE,
            {"price": -10},
            "Invalid attribute %fieldName = %fieldValue.",
            ["Price", "-10"],
        ),
        (
            "base-prices",
            BASE,
            {"store_id": 9999},
            "Requested store is not found. Row ID: SKU = %SKU, Store ID: %storeId.",
            [SKU, "9999"],
        ),
        (
            "special-price",
            SPECIAL,
            {"sku": "nowhere"},
            "The product that was requested doesn't exist. Verify the product and try again. "
            + _SPECIAL_ROW,
            ["nowhere", "0", "2030-01-01 00:00:00", ""],
        ),
        (
            "special-price",
            SPECIAL,
            {"price_from": "soon"},
            "Invalid attribute Price From = %priceTo. " + _SPECIAL_ROW,
            [SKU, "0", "soon", ""],
        ),
        (
            "tier-prices",
            TIER,
            {"price": -1},
            "Invalid attribute Price = %price. " + _TIER_ROW,
            ["-1", SKU, "0", "ALL GROUPS", "5"],
        ),
        (
            "tier-prices",
            TIER,
            {"customer_group": "Nobody"},
            "No such entity with Customer Group = %customerGroup. " + _TIER_ROW,
            [SKU, "0", "Nobody", "5"],
        ),
        (
            "tier-prices",
            TIER,
            {"price_type": "discount"},
            "Invalid attribute Price Type = %priceType. " + _TIER_ROW,
            ["discount", SKU, "0", "ALL GROUPS", "5"],
        ),
    ],
)
def test_a_bad_row_is_told_of_in_magentos_words_and_the_others_are_written(
    script: Script,
    address: str,
    body: dict[str, Any],
    changed: dict[str, Any],
    message: str,
    parameters: list[str],
) -> None:
    make_product("good")
    [row] = body["prices"]

    told = script.post(f"products/{address}", {"prices": [row | changed, row | {"sku": "good"}]})

    assert told == [{"message": message, "parameters": parameters}]
    assert len(script.post(f"products/{address}-information", {"skus": ["good"]})) == 1


def test_a_special_price_of_one_store_is_refused(script: Script) -> None:
    store = make_store()
    [row] = SPECIAL["prices"]

    [told] = script.post("products/special-price", {"prices": [row | {"store_id": store.pk}]})

    assert told["message"].startswith(
        "Could not change non global Price when price scope is global. Row ID"
    )


def test_tier_prices_are_added_replaced_and_listed_by_group(script: Script) -> None:
    [row] = TIER["prices"]
    script.post("products/tier-prices", {"prices": [row, row | {"quantity": 10, "price": 20}]})
    script.post(f"products/{SKU}/group-prices/1/tiers/3/price/28.5", None)

    assert script.get(f"products/{SKU}/group-prices/1/tiers") == [
        {"customer_group_id": 1, "qty": 3, "value": 28.5}
    ]
    assert len(script.get(f"products/{SKU}/group-prices/all/tiers")) == 2
    assert len(script.get(f"products/{SKU}")["tier_prices"]) == 3
    assert script.put("products/tier-prices", {"prices": [row | {"quantity": 7}]}) == []
    assert [each["qty"] for each in script.get(f"products/{SKU}")["tier_prices"]] == [7]


def test_many_prices_cost_as_many_statements_as_one(script: Script) -> None:
    [row] = BASE["prices"]
    for number in range(20):
        make_product(f"P{number}")

    def cost(skus: list[str], price: int) -> int:
        prices = [row | {"sku": sku, "price": price} for sku in skus]
        with CaptureQueriesContext(connection) as found:
            assert script.post("products/base-prices", {"prices": prices}) == []
        return len(found)

    cost(["P0"], 1)
    assert cost(["P0"], 2) == cost([f"P{number}" for number in range(20)], 3)
