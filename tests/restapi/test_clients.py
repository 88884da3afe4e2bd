"""Two Magento 2 clients that we did not write work against a real server, unchanged."""

from collections.abc import Iterator
from typing import Any

import pytest
from magento import Magento

from orderflow_bridge.catalog.models import Category, Product
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Store, Website
from tests.factories import make_stock, make_store, make_user, make_website
from tests.restapi.expectations_products import PIXEL
from tests.restapi.foreign_clients import my_magento_client, pymagento_client
from tests.restapi.shop import an_order

pytestmark = [pytest.mark.clients, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def username() -> str:
    """Return somebody who may do everything, in a shop with two store views and one stock."""
    Store.objects.all().delete()
    Website.objects.update(is_default=False)
    website = make_website(is_default=True)
    make_store(website, code="default")
    make_store(website, code="german")
    make_stock(websites=[website])
    return make_user("agency", is_superuser=True).username


@pytest.fixture
def pymagento(server_url: str, username: str) -> Iterator[Magento]:
    """Return pymagento, signed in; it reads lists two entries at a time."""
    with pymagento_client(server_url, username, batch_page_size=2) as shop:
        yield shop


def _product(sku: str, **values: Any) -> dict[str, Any]:
    return {
        "sku": sku,
        "name": f"Product {sku}",
        "price": 34,
        "type_id": "simple",
        "attribute_set_id": 4,
        "extension_attributes": {"stock_item": {"qty": 10, "is_in_stock": True}},
        **values,
    }


def _line(sku: str, qty: int) -> dict[str, Any]:
    return {"sku": sku, "name": sku, "qty_ordered": qty, "price": 34, "product_type": "simple"}


def test_pymagento_keeps_a_catalogue(pymagento: Magento) -> None:
    shop = pymagento

    for number in range(1, 6):
        shop.save_product(_product(f"24-MB0{number}", price=30 + number))
    shop.update_product("24-MB01", {"name": "Joust Duffle Bag"})
    media = {
        "media_type": "image",
        "label": "Front",
        "types": ["image"],
        "content": {"base64_encoded_data": PIXEL, "type": "image/png", "name": "24-mb01.png"},
    }
    shop.save_product_media("24-MB01", media)

    product = shop.get_product("24-MB01")
    assert product is not None
    assert (product["name"], product["price"]) == ("Joust Duffle Bag", 31)
    assert shop.get_product_medias("24-MB01")[0]["label"] == "Front"
    assert shop.get_product("nowhere") is None
    assert [each["sku"] for each in shop.get_products()] == [
        f"24-MB0{number}" for number in range(1, 6)
    ]
    assert len(list(shop.get_products(limit=3))) == 3
    assert list(shop.get_products(fields="sku", limit=1)) == [{"sku": "24-MB01"}]
    assert shop.get_product_by_id(product["id"]) is not None
    assert shop.delete_product("24-MB05") is True
    assert shop.delete_product("24-MB05", skip_missing=True) is False
    assert Product.objects.count() == 4


def test_pymagento_counts_stock(pymagento: Magento) -> None:
    shop = pymagento
    shop.save_product(_product("24-MB01"))

    item = shop.get_product_stock_item("24-MB01")
    shop.update_product_stock_item_quantity("24-MB01", item["item_id"], 7)
    assert shop.get_product_stock_status("24-MB01")["qty"] == 7
    shop.save_source_items(
        [{"sku": "24-MB01", "source_code": "default", "quantity": 9, "status": 1}]
    )
    assert [each["quantity"] for each in shop.get_source_items(sku="24-MB01")] == [9]
    assert [each["source_code"] for each in shop.get_sources()] == ["default"]
    assert shop.get_websites()[0]["code"] == "admin"
    assert shop.get_store_configs()[0]["code"] == "default"


def test_pymagento_sells_and_ships(pymagento: Magento) -> None:
    shop = pymagento
    shop.save_product(_product("24-MB01"))

    placed = [shop.save_order(an_order(_line("24-MB01", 1))["entity"]) for _ in range(3)]

    numbers = [order["increment_id"] for order in placed]
    assert [order["increment_id"] for order in shop.get_orders()] == numbers
    assert shop.get_total_orders_count() == 3
    first = placed[0]["entity_id"]
    assert shop.hold_order(first) is True
    assert shop.get_order(first)["status"] == "holded"
    assert shop.unhold_order(first) is True
    invoice = shop.create_order_invoice(first)
    shipment = shop.ship_order(
        first,
        {
            "notify": False,
            "tracks": [{"track_number": "T1", "title": "UPS", "carrier_code": "custom"}],
        },
    )
    assert shop.get_order(first)["status"] == "complete"
    assert shop.get_invoice(int(invoice))["order_id"] == first
    assert [each["entity_id"] for each in shop.get_order_shipments(first)] == [int(shipment)]
    assert shop.get_shipment(shipment)["tracks"][0]["track_number"] == "T1"
    assert Order.objects.get(pk=first).state == Order.State.COMPLETE


def test_pymagento_sends_a_bulk(pymagento: Magento) -> None:
    shop = pymagento
    shop.save_product(_product("24-MB01"))

    accepted = shop.async_update_products(
        [{"sku": "24-MB01", "name": "Renamed"}, {"sku": "24-MB02", "name": "New"}]
    )

    status = shop.get_bulk_status(accepted["bulk_uuid"])
    assert [each["status"] for each in status["operations_list"]] == [1, 1]
    assert shop.get_product("24-MB02") is not None


def test_my_magento_keeps_a_catalogue(server_url: str, username: str) -> None:
    shop = my_magento_client(server_url, username)
    for number in range(1, 6):
        answer = shop.post(shop.url_for("products"), {"product": _product(f"24-MB0{number}")})
        assert answer.status_code == 200

    product = shop.products.by_sku("24-MB01")
    assert product.name == "Product 24-MB01"
    assert product.update_name("Joust Duffle Bag")
    assert product.update_price(45)
    assert product.update_stock(3)
    assert product.update_description("<p>Roomy</p>")
    assert (product.stock, product.price) == (3, 45)

    found = shop.products.by_list("sku", ["24-MB02", "24-MB03"])
    assert [each.sku for each in found] == ["24-MB02", "24-MB03"]
    dear = shop.products.add_criteria("price", 40, "gt").restrict_fields("sku,name").execute()
    assert (dear.sku, dear.name) == ("24-MB01", "Joust Duffle Bag")
    query = shop.products
    query.query += "searchCriteria[pageSize]=2&searchCriteria[currentPage]=3"
    assert query.execute().sku == "24-MB05"
    assert product.delete()
    assert shop.products.by_sku("24-MB01") is None


def test_my_magento_changes_a_product_and_its_categories_in_every_way_it_has(
    server_url: str, username: str
) -> None:
    root = Category.objects.create(name="Default Category")
    gear = Category.objects.create(name="Gear", parent=root)
    shop = my_magento_client(server_url, username)
    shop.post(shop.url_for("products"), {"product": _product("24-MB01")})
    product = shop.products.by_sku("24-MB01")

    assert not shop.store.is_single_store
    assert product.update_special_price(30)
    assert product.update_metadata({"meta_title": "Joust"})
    assert product.update_status(2)
    assert product.update_custom_attributes({"color": "Red"})
    assert product.add_categories(gear.pk)
    assert (product.special_price, product.status) == ("30", 2)
    assert product.categories.name == "Gear"
    assert product.categories.products.sku == "24-MB01"
    assert product.remove_categories(gear.pk)

    tree = shop.categories.get_root()
    assert (tree.name, tree.subcategory_names) == ("Default Category", ["Gear"])
    assert {each.name for each in shop.categories.get_all()} == {"Default Category", "Gear"}
    found = shop.categories.by_name("Gear")
    assert found.add_product(product, position=2)
    assert found.remove_product(product)
    assert shop.product_attributes.by_code("color").options["Red"] == "Red"
    assert len(shop.product_attributes.get_types()) == 8


def test_my_magento_reads_orders(server_url: str, username: str) -> None:
    shop = my_magento_client(server_url, username)
    shop.post(shop.url_for("products"), {"product": _product("24-MB01")})
    placed = shop.post(shop.url_for("orders"), an_order(_line("24-MB01", 2))).json()

    order = shop.orders.by_number(placed["increment_id"])
    assert (order.id, order.status) == (placed["entity_id"], "pending")
    assert order.ship_to["address"] == "6146 Honey Bluff Parkway, Calder, MI, 49628-7978, US"
    invoiced = shop.post(shop.url_for(f"order/{order.id}/invoice"), {"notify": False})
    shipped = shop.post(shop.url_for(f"order/{order.id}/ship"), {"notify": False})
    assert (invoiced.status_code, shipped.status_code) == (200, 200)
    order.refresh()
    assert (order.status, order.total_qty_shipped) == ("complete", 2)
    assert shop.invoices.by_order_id(order.id).order_id == order.id
    assert shop.search("shipments").add_criteria("order_id", order.id).execute().total_qty == 2
