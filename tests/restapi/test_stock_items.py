"""Magento's one stock item per product, by REST."""

from decimal import Decimal
from typing import Any

import pytest

from orderflow_bridge.access.rights import CATALOG_INVENTORY, STOCK_ITEMS_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.inventory.models import Source, SourceItem
from tests.factories import make_product, make_source_item
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    """Return a client that may read and write stock items."""
    return Shop(STOCK_ITEMS_VIEW, CATALOG_INVENTORY)


def test_a_stock_item_is_the_sum_of_all_sources(shop: Shop) -> None:
    item = make_source_item("A", 5)
    make_source_item("A", 2, source="north")

    _, answer = shop.get("stockItems/A")

    assert (answer["qty"], answer["is_in_stock"], answer["item_id"]) == (7, True, item.product_id)
    assert answer["low_stock_date"] is None


def test_a_stock_status_carries_its_stock_item(shop: Shop) -> None:
    make_source_item("A", 0)

    _, answer = shop.get("stockStatuses/A")

    assert (answer["qty"], answer["stock_status"]) == (0, 0)
    assert answer["stock_item"]["is_in_stock"] is False


@pytest.mark.parametrize(
    ("given", "quantity", "status"),
    [
        ({"qty": 8}, "8", 1),
        ({"qty": "0"}, "0", 0),
        ({"qty": "8.0000000000000000"}, "8", 1),
        ({"qty": 8, "is_in_stock": False}, "8", 0),
        ({"qty": 1.00004}, "1.0000", 1),
        ({"is_in_stock": False}, "5", 0),
        ({"qty": 8, "manage_stock": True, "unknown": {}}, "8", 1),
    ],
)
def test_a_quantity_goes_to_the_default_source(
    shop: Shop, given: Any, quantity: str, status: int
) -> None:
    item = make_source_item("A", 5, last_sequence_id=7)
    make_source_item("A", 2, source="north")

    assert shop.put("products/A/stockItems/1", {"stockItem": given}) == (200, item.product_id)

    item.refresh_from_db()
    assert (item.quantity, item.status, item.last_sequence_id) == (Decimal(quantity), status, 7)
    assert SourceItem.objects.get(source="north").quantity == 2


def test_a_new_quantity_is_no_news_for_orderflow(shop: Shop) -> None:
    make_product("A", orderflow_export_status=ExportStatus.EXPORTED)

    shop.put("products/A/stockItems/1", {"stock_item": {"qty": 1}})

    assert Product.objects.get().orderflow_export_status == ExportStatus.EXPORTED


@pytest.mark.parametrize("given", [{}, {"qty": None}, {"qty": 10**8}, {"qty": "many"}])
def test_what_is_no_quantity_is_refused(shop: Shop, given: Any) -> None:
    make_source_item("A", 5)

    status, _ = shop.put("products/A/stockItems/1", {"stockItem": given})

    assert status == 400
    assert SourceItem.objects.get().quantity == 5


def test_an_unknown_product_has_no_stock_item(shop: Shop) -> None:
    for status, answer in (
        shop.get("stockItems/A"),
        shop.get("stockStatuses/A"),
        shop.put("products/A/stockItems/1", {"stockItem": {"qty": 1}}),
    ):
        assert status == 404
        assert "product that was requested doesn't exist" in answer["message"]


def test_without_a_default_source_nothing_is_lost_in_silence(shop: Shop) -> None:
    make_product("A")
    Source.objects.all().delete()

    status, answer = shop.put("products/A/stockItems/1", {"stockItem": {"qty": 1}})

    assert status == 400
    assert "default" in answer["message"]
