"""What can be sold of many products, which source would send it, what runs out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import Stock
from tests.factories import (
    make_product,
    make_reservation,
    make_source,
    make_source_item,
    make_stock,
    make_website,
)
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db
NOT_ENOUGH = {
    "code": "is_salable_with_reservations-not_enough_qty",
    "message": "The requested qty is not available",
}


@pytest.fixture
def stock() -> Stock:
    """A stock of a website with two sources: 3 of A here, 10 there; 2 of A are promised."""
    make_source("leeds")
    stock = make_stock("UK", sources=["leeds", "default"], websites=[make_website(code="uk")])
    make_source_item("A", 10)
    make_source_item("A", 3, "leeds")
    make_reservation("A", -2, stock=stock)
    make_source_item("B", 0)
    make_source_item(make_product("C", status=Product.Status.DISABLED), 5)
    return stock


def test_many_skus_are_judged_at_once(script: Script, stock: Stock) -> None:
    path = f"inventory/are-products-salable?stockId={stock.pk}"

    found = script.get(f"{path}&skus[]=A&skus[]=B&skus[]=C")

    assert found == [
        {"sku": "A", "stock_id": stock.pk, "salable": True},
        {"sku": "B", "stock_id": stock.pk, "salable": False},
        {"sku": "C", "stock_id": stock.pk, "salable": False},
    ]


def test_so_many_units_are_salable_or_not(script: Script, stock: Stock) -> None:
    path = "inventory/is-product-salable-for-requested-qty"

    assert script.get(f"{path}/A/{stock.pk}/11") == {"salable": True, "errors": []}
    assert script.get(f"{path}/a/{stock.pk}/11.5") == {"salable": False, "errors": [NOT_ENOUGH]}
    many = "inventory/are-product-salable-for-requested-qty"
    asked = (
        "skuRequests[0][sku]=A&skuRequests[0][qty]=1&skuRequests[1][sku]=B&skuRequests[1][qty]=1"
    )
    assert script.get(f"{many}?{asked}&stockId={stock.pk}") == [
        {"sku": "A", "stock_id": stock.pk, "salable": True, "errors": []},
        {"sku": "B", "stock_id": stock.pk, "salable": False, "errors": [NOT_ENOUGH]},
    ]


def test_a_channels_stock_is_exported_with_as_many_statements_for_more_products(
    script: Script, stock: Stock
) -> None:
    path = "inventory/export-stock-salable-qty/website/uk?searchCriteria"

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            script.get(path)
        return len(queries)

    assert script.get(path)["items"] == [
        {"sku": "A", "qty": 11, "is_salable": True},
        {"sku": "B", "qty": 0, "is_salable": False},
        {"sku": "C", "qty": 5, "is_salable": False},
    ]
    before = cost()
    for number in range(5):
        make_source_item(f"D{number}", 1)
    assert cost() == before


def test_sources_are_chosen_by_priority(script: Script, stock: Stock) -> None:
    path = f"inventory/get-sources-assigned-to-stock-ordered-by-priority/{stock.pk}"
    assert [each["source_code"] for each in script.get(path)] == ["leeds", "default"]
    request = {"stock_id": stock.pk, "items": [{"sku": "A", "qty": 5}]}
    body = {"inventory_request": request, "algorithm_code": "priority"}

    chosen = script.post("inventory/source-selection-algorithm-result", body)

    assert chosen == {
        "source_selection_items": [
            {"source_code": "leeds", "sku": "A", "qty_to_deduct": 3, "qty_available": 3},
            {"source_code": "default", "sku": "A", "qty_to_deduct": 2, "qty_available": 10},
        ],
        "shippable": True,
    }
    request["items"] = [{"sku": "A", "qty": 14}]
    assert not script.post("inventory/source-selection-algorithm-result", body)["shippable"]
    assert script.get("inventory/source-selection-algorithm-list")[0]["code"] == "priority"


def test_what_runs_out_is_listed_page_by_page(script: Script, stock: Stock) -> None:
    found = script.get("stockItems/lowStock?scopeId=0&qty=5&pageSize=1&currentPage=2")

    assert [each["qty"] for each in found["items"]] == [5]
    assert found["total_count"] == 2
    assert found["search_criteria"] == {
        "scope_id": 0,
        "qty": 5,
        "current_page": 2,
        "page_size": 1,
    }
