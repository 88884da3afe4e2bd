"""pymagento, a client we did not write, works with orders, invoices, shipments and carts."""

from typing import Any

import pytest
from magento import Magento, MagentoException, make_field_value_query, make_search_query

from orderflow_bridge.access.services import grant_token
from orderflow_bridge.sales.models import Order, Shipment
from tests.carts import make_sold
from tests.factories import make_address, make_order, make_user
from tests.restapi.shop import EVERY_RIGHT, an_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def magento(server_url: str) -> Any:
    token = grant_token(make_user("agency", rights=EVERY_RIGHT))
    with Magento(token=token, base_url=server_url, batch_page_size=2) as client:
        yield client


def test_it_places_an_order_invoices_and_ships_it_and_reads_all_of_that(magento: Magento) -> None:
    make_sold("A", 10)
    placed = magento.save_order(an_order({"sku": "A", "qty_ordered": 2})["entity"])
    order_id = placed["entity_id"]

    invoice_id = magento.create_order_invoice(order_id)
    shipment_id = magento.ship_order(
        order_id,
        {"tracks": [{"track_number": "1Z 99", "title": "UPS", "carrier_code": "ups"}]},
    )

    assert Order.objects.get().state == "complete"
    assert magento.get_order(order_id)["status"] == "complete"
    assert magento.get_invoice(int(invoice_id))["order_id"] == order_id
    assert [each["entity_id"] for each in magento.get_order_invoices(order_id)] == [invoice_id]
    [shipment] = magento.get_order_shipments(order_id)
    assert (shipment["entity_id"], shipment["tracks"][0]["track_number"]) == (shipment_id, "1Z 99")
    assert magento.get_shipment(shipment_id) == shipment


def test_it_pages_through_all_orders_and_finds_them_by_number_and_sku(magento: Magento) -> None:
    orders = [make_order(items=[(sku, 1)]) for sku in "ABABA"]
    numbers = [order.increment_id for order in orders]

    assert sorted(order["increment_id"] for order in magento.get_orders()) == numbers
    assert magento.get_total_orders_count() == 5
    assert [order["increment_id"] for order in magento.get_last_orders(3)] == numbers[:1:-1]
    assert set(magento.get_orders_by_increment_ids(numbers[:3])) == set(numbers[:3])
    found = magento.get_order_by_increment_id(numbers[1])
    assert found is not None
    assert found["items"][0]["sku"] == "B"
    assert [item["order_id"] for item in magento.get_orders_items(sku="B")] == [
        orders[1].pk, orders[3].pk,
    ]  # fmt: skip
    assert magento.skus_were_bought(["A", "C"]) == {"A": True, "C": False}
    assert magento.get_order(99, none_on_404=True) is None


def test_it_searches_with_groups_and_conditions(magento: Magento) -> None:
    for status, total in (("pending", 10), ("pending", 90), ("complete", 90), ("closed", 90)):
        make_order(items=[("A", 1)], status=status, grand_total=total)
    query = make_search_query(
        [
            [("status", "pending", "eq"), ("status", "complete", "eq")],
            [("grand_total", "50", "gteq")],
        ],
        sort_orders=[("entity_id", "ASC")],
    )

    assert [order["status"] for order in magento.get_orders(query=query)] == ["pending", "complete"]


def test_it_holds_and_changes_orders(magento: Magento) -> None:
    order = make_order(items=[("A", 1)])
    make_address(order, address_type="billing")

    assert magento.hold_order(order.pk) is True
    assert magento.get_order(order.pk)["state"] == "holded"
    assert magento.unhold_order(order.pk) is True
    document = magento.get_order(order.pk)
    magento.set_order_status(document, "fraud", external_order_id="ERP-1")
    address = magento.save_order_address({**document["billing_address"], "city": "Leeds"})

    order.refresh_from_db()
    assert (order.status, order.extra["ext_order_id"]) == ("fraud", "ERP-1")
    assert (address["city"], order.addresses.get().city) == ("Leeds", "Leeds")


def test_what_is_refused_is_an_exception_with_magentos_text(magento: Magento) -> None:
    order = make_order(items=[("A", 1)])
    row = order.items.get()

    with pytest.raises(MagentoException, match="must not be greater than the unshipped quantity"):
        magento.ship_order(order.pk, {"items": [{"order_item_id": row.pk, "qty": 2}]})

    assert not Shipment.objects.exists()


def test_it_reads_shipments_with_their_comments_and_carts(magento: Magento) -> None:
    order = make_order(items=[("A", 1)])
    shipment_id = magento.ship_order(order.pk, {"comment": {"comment": "By hand"}})
    cart_id = magento.post_json_api("/V1/carts")

    [comment] = magento.get_shipment_comments(shipment_id)

    assert comment["comment"] == "By hand"
    query = make_field_value_query("order_id", order.pk)
    assert [each["entity_id"] for each in magento.get_shipments(query=query)] == [shipment_id]
    assert [cart["id"] for cart in magento.get_carts()] == [cart_id]
    assert magento.get_cart(cart_id)["is_active"] is True
