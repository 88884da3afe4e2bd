"""Source items by REST, and what can be sold."""

import pytest

from orderflow_bridge.access.rights import SALABLE_QUANTITIES, SOURCE_ITEMS, SOURCES_VIEW
from orderflow_bridge.inventory.models import SourceItem, Stock
from tests.factories import make_product, make_reservation, make_source, make_source_item
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """Return a client that may do everything with stock."""
    return Shop(SALABLE_QUANTITIES, SOURCE_ITEMS, SOURCES_VIEW)


def item(sku, quantity=7, source_code="default", **values):
    """Return a source item as a caller writes it."""
    return {"sku": sku, "source_code": source_code, "quantity": quantity, "status": 1, **values}


def test_source_items_are_written_and_read_back(shop):
    make_product("A-1")
    make_source_item("A-2", 3, last_sequence_id=77)

    answer = shop.post("inventory/source-items", {"sourceItems": [item("A-1"), item("A-2", 0)]})
    _, found = shop.get(
        "inventory/source-items?searchCriteria[sortOrders][0][field]=sku"
        "&searchCriteria[sortOrders][0][direction]=ASC"
    )

    assert answer == (200, [])
    assert found["total_count"] == 2
    assert found["items"] == [
        {"sku": "A-1", "source_code": "default", "quantity": 7, "status": 1},
        {"sku": "A-2", "source_code": "default", "quantity": 0, "status": 1},
    ]
    assert SourceItem.objects.get(product__sku="A-2").last_sequence_id == 77


def test_a_stock_change_does_not_make_its_product_pending(shop):
    product = make_product("A-1", orderflow_export_status="Exported")

    shop.post("inventory/source-items", {"sourceItems": [item("A-1")]})

    product.refresh_from_db()
    assert product.orderflow_export_status == "Exported"


def test_one_bad_source_item_refuses_all_and_each_bad_one_is_named(shop):
    make_product("A-1")
    items = [
        item("A-1"),
        item("nope"),
        item("A-1", source_code="mars"),
        item("A-1", source_code="a b"),
        item("", 1),
        item("A-1", status=3),
        {"sku": "A-1", "source_code": "default", "status": 1},
        item("A-1", status=None),
    ]

    status, answer = shop.post("inventory/source-items", {"sourceItems": items})

    assert status == 400
    assert answer["message"] == "Validation Failed"
    assert [(error["parameters"]["item"], error["message"]) for error in answer["errors"]] == [
        (1, 'Product with requested "%field": "%value" was not found.'),
        (2, 'Source with code "%value" does not exist.'),
        (3, '"%field" can not contain whitespaces.'),
        (4, '"%field" can not be empty.'),
        (5, '"%field" should be a known status.'),
        (6, '"%field" should be numeric.'),
        (7, '"%field" should be a known status.'),
    ]
    assert not SourceItem.objects.exists()


@pytest.mark.parametrize("path", ["inventory/source-items", "inventory/source-items-delete"])
def test_no_source_items_at_all_are_refused(shop, path):
    assert shop.post(path, {"sourceItems": []}) == (400, {"message": "Input data is empty"})


def test_a_quantity_that_is_no_number_is_refused(shop):
    status, answer = shop.post("inventory/source-items", {"sourceItems": [item("A-1", "many")]})

    assert status == 400
    assert answer["parameters"]["fieldName"] == "source_items[0].quantity"


def test_source_items_are_found_by_sku_and_source(shop):
    make_source("leeds")
    make_source_item("A-1", 3)
    make_source_item("A-1", 4, source="leeds")
    make_source_item("A-2", 5)

    _, found = shop.get(
        "inventory/source-items?searchCriteria[filterGroups][0][filters][0][field]=sku"
        "&searchCriteria[filterGroups][0][filters][0][value]=A-1"
        "&searchCriteria[filterGroups][1][filters][0][field]=source_code"
        "&searchCriteria[filterGroups][1][filters][0][value]=leeds"
    )

    assert [each["quantity"] for each in found["items"]] == [4]


def test_a_source_item_is_taken_away_and_orderflows_memory_stays(shop):
    make_source_item("A-1", 3)
    make_source_item("A-2", 3, last_sequence_id=77)
    places = [{"sku": "A-1", "source_code": "default"}, {"sku": "A-2", "source_code": "default"}]

    answer = shop.post("inventory/source-items-delete", {"sourceItems": places})

    assert answer == (200, [])
    left = SourceItem.objects.get()
    assert (left.product.sku, left.quantity, left.last_sequence_id) == ("A-2", 0, 77)


def test_what_is_salable_is_what_lies_there_less_what_is_promised(shop):
    stock = Stock.objects.get()
    product = make_product("A/1")
    make_source_item(product, 10)
    make_reservation(product, -4, stock=stock)
    make_product("B-1", type_id="bundle")
    make_product("A-2")

    quantity = shop.get(f"inventory/get-product-salable-quantity/A%2F1/{stock.pk}")

    assert quantity == (200, 6)
    assert shop.get(f"inventory/is-product-salable/A%2F1/{stock.pk}") == (200, True)
    assert shop.get(f"inventory/is-product-salable/A-2/{stock.pk}") == (200, False)
    assert shop.get(f"inventory/get-product-salable-quantity/B-1/{stock.pk}")[0] == 400
    assert shop.get(f"inventory/get-product-salable-quantity/nope/{stock.pk}")[0] == 404
    assert shop.get("inventory/get-product-salable-quantity/A-2/99")[0] == 404


def test_only_websites_are_sales_channels(shop):
    assert shop.get("inventory/stock-resolver/website/mars")[0] == 404
    assert shop.get("inventory/stock-resolver/planet/mars")[0] == 404


def test_a_nul_in_the_address_finds_nothing(shop):
    assert shop.get("inventory/sources/a%00b")[0] in (400, 404)
    assert shop.get("inventory/is-product-salable/a%00b/1")[0] in (400, 404)
