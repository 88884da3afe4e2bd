"""Products in bulk: saved together, each on its own."""

import pytest

from orderflow_bridge.access.rights import BULK_OPERATIONS, CATALOG_PRODUCTS, PRODUCTS_VIEW
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_store, make_website
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

BULK = "/rest/async/bulk/V1"


@pytest.fixture
def shop():
    """Return a client that may save products and see what became of them."""
    return Shop(PRODUCTS_VIEW, CATALOG_PRODUCTS, BULK_OPERATIONS)


def statuses(shop, answer):
    """Return the status of each operation, and the messages of those that failed."""
    _, found = shop.get(f"bulk/{answer['bulk_uuid']}/status")
    operations = found["operations_list"]
    failures = [each["result_message"] for each in operations if each["status"] != 1]
    return [each["status"] for each in operations], failures


def test_products_are_created_and_changed_with_their_stock(shop):
    make_website(code="base", is_default=True)
    make_product("A-1", name="Old", orderflow_export_status=ExportStatus.EXPORTED)
    stock = {"extension_attributes": {"stock_item": {"qty": 7, "is_in_stock": True}}}

    status, answer = shop.post(
        f"{BULK}/products",
        [
            {"product": {"sku": "A-1", "name": "New"}},
            {"product": {"sku": "A-2", "name": "Second", "price": 5, **stock}},
            {"product": {"sku": "A-2", "price": 6}},
        ],
    )

    assert status == 202
    assert statuses(shop, answer) == ([1, 1, 1], [])
    first, second = Product.objects.order_by("sku")
    assert (first.name, first.orderflow_export_status) == ("New", ExportStatus.PENDING)
    assert (second.name, second.price) == ("Second", 6)
    assert [website.code for website in second.websites.all()] == ["base"]
    assert SourceItem.objects.get().quantity == 7


def test_a_bad_product_fails_alone_and_says_why(shop):
    _, answer = shop.post(
        f"{BULK}/products",
        [
            {"product": {"sku": "A-1"}},
            {"product": {"sku": "A-2", "name": "Good"}},
            {"product": {"sku": "A-3", "name": "Bad", "price": "ten"}},
            {"product": {"sku": "A-4", "name": "Bad", "media_gallery_entries": [{"id": 5}]}},
            {},
        ],
    )

    found, failures = statuses(shop, answer)
    assert found == [3, 1, 3, 3, 3]
    assert failures[0] == '"name" can not be empty.'
    assert "product.price" in failures[1]
    assert failures[3] == '"product" is required. Enter and try again.'
    assert Product.objects.get().sku == "A-2"


def test_products_are_changed_by_their_sku(shop):
    make_product("A-1")

    _, answer = shop.put(
        f"{BULK}/products/bySku", [{"product": {"sku": "A-1", "price": 12}, "sku": "A-1"}]
    )

    assert statuses(shop, answer) == ([1], [])
    assert Product.objects.get().price == 12


def test_new_products_join_the_website_of_the_address(shop):
    make_website(code="base", is_default=True)
    store = make_store(make_website(code="uk"), code="uk")

    shop.post("/rest/uk/async/bulk/V1/products", [{"product": {"sku": "A-1", "name": "A"}}])

    assert Product.objects.get().websites.get() == store.website


def test_one_product_may_come_alone(shop):
    status, answer = shop.post("/rest/async/V1/products", {"product": {"sku": "A", "name": "A"}})
    changed, _ = shop.put("/rest/async/V1/products/bySku", {"product": {"sku": "A", "price": 3}})

    assert (status, changed) == (202, 202)
    assert len(answer["request_items"]) == 1
    assert Product.objects.get().price == 3
