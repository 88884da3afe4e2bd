"""Bulk twins of ship, comments, prices and deletions; and the list of operations."""

from typing import Any
from urllib.parse import urlencode

import pytest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order, Shipment
from tests.carts import make_sold
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_source_item
from tests.restapi.expectations_prices import BASE, SKU, SPECIAL, TIER
from tests.restapi.shop import Script, criteria

pytestmark = pytest.mark.django_db


def _bulk(script: Script, method: str, address: str, body: list[Any]) -> list[dict[str, Any]]:
    """Send a bulk call, carried out at once here; what became of each operation."""
    answer = script.call(method, address, body, prefix="async/bulk/V1")
    assert answer.status_code == 202, answer.content
    found: dict[str, Any] = script.get(f"bulk/{answer.json()['bulk_uuid']}/detailed-status")
    operations: list[dict[str, Any]] = found["operations_list"]
    return operations


def _told(operations: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(each["status"], each["result_message"].partition("\n")[0]) for each in operations]


def test_orders_are_shipped_and_commented_on(script: Script) -> None:
    make_sold("A", 10)
    order = make_order(items=[("A", 2)])

    shipped = _bulk(
        script,
        "POST",
        "order/byOrderId/ship",
        [{"orderId": order.pk, "tracks": [{"track_number": "T1"}]}, {"orderId": 999_999}, {}],
    )
    commented = _bulk(
        script,
        "POST",
        "orders/byId/comments",
        [{"id": order.pk, "statusHistory": {"comment": "Late"}}],
    )

    assert _told(shipped) == [
        (1, "Service execution success Magento\\Sales\\Api\\ShipOrderInterface::execute"),
        (3, "The entity that was requested doesn't exist. Verify the entity and try again."),
        (3, '"order_id" is required. Enter and try again.'),
    ]
    assert shipped[0]["result_serialized_data"] == str(Shipment.objects.get().pk)
    assert [each["status"] for each in commented] == [1]
    assert Order.objects.get().status_histories.filter(comment="Late").exists()


def test_prices_are_written_and_bad_rows_told_of(script: Script) -> None:
    make_product(SKU)
    bad = {"prices": [{"sku": "nowhere", "price": 1, "store_id": 0}]}

    for address, body in (("special-price", SPECIAL), ("tier-prices", TIER)):
        assert [
            each["status"] for each in _bulk(script, "POST", f"products/{address}", [body])
        ] == [1]
    good, told = _bulk(script, "POST", "products/base-prices", [BASE, bad])

    assert (good["result_serialized_data"], told["status"]) == ("[]", 1)
    assert "Invalid attribute" in told["result_serialized_data"]
    product = Product.objects.get()
    assert product.price == 30
    assert product.custom_attributes["special_price"] == "20"
    assert len(product.custom_attributes["tier_prices"]) == 1


def test_products_and_source_items_are_deleted(script: Script) -> None:
    make_source_item("A", 5)
    make_product("B")

    emptied = _bulk(
        script,
        "POST",
        "inventory/source-items-delete",
        [{"sourceItems": [{"sku": "A", "source_code": "default"}]}],
    )
    deleted = _bulk(script, "DELETE", "products/bySku", [{"sku": "B"}, {"sku": "nowhere"}])

    assert [each["status"] for each in emptied + deleted] == [1, 1, 3]
    assert not SourceItem.objects.exists()
    assert list(Product.objects.values_list("sku", flat=True)) == ["A"]


def test_operations_are_listed_across_bulk_calls(script: Script) -> None:
    make_product("A")
    _bulk(script, "DELETE", "products/bySku", [{"sku": "A"}, {"sku": "nowhere"}])
    second = _bulk(script, "DELETE", "products/bySku", [{"sku": "again"}])

    def found(**filters: Any) -> list[tuple[int, int]]:
        answer = script.get(f"bulk?{criteria(**filters)}")
        return [(each["id"], each["status"]) for each in answer["items"]]

    assert found() == [(0, 1), (1, 3), (0, 3)]
    assert found(status=3) == [(1, 3), (0, 3)]
    assert found(bulk_uuid=second[0]["bulk_uuid"]) == [(0, 3)]
    assert found(bulk_uuid="nonsense") == []
    assert found(topic_name=second[0]["topic_name"], status=1) == [(0, 1)]


def test_more_operations_than_a_list_may_have_are_refused(script: Script) -> None:
    deleted = [{"sku": str(number)} for number in range(3)]
    uuid = _bulk(script, "DELETE", "products/bySku", deleted[:1])[0]["bulk_uuid"]
    _bulk(script, "DELETE", "products/bySku", deleted)
    store(WebServices, max_items=3)

    assert script.refused("GET", "bulk?searchCriteria") == ('Maximum items of type "%type" is %max')
    stem = "searchCriteria[filter_groups][0][filters][0]"
    narrowed = urlencode({f"{stem}[field]": "bulk_uuid", f"{stem}[value]": uuid})
    assert script.get(f"bulk?{narrowed}")["total_count"] == 1
