"""Orders and shipments as documents: every field there is, and the rules of presence."""

from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.documents.orders import order_fields, order_list
from orderflow_bridge.documents.shipments import shipment_list
from orderflow_bridge.sales.models import (
    Order,
    OrderAddress,
    Shipment,
    ShipmentComment,
    ShipmentItem,
    ShipmentTrack,
)
from tests import filled
from tests.factories import make_address, make_configurable_item, make_order, make_order_item

pytestmark = pytest.mark.django_db


def _assert_kinds(
    document: dict[str, Any], ints: list[str], texts: list[str], floats: list[str]
) -> None:
    for name in ints:
        assert type(document[name]) is int, name
    for name in texts:
        assert type(document[name]) is str, name
    for name in floats:
        assert type(document[name]) in (int, float), name


def test_a_filled_order_has_every_field_in_its_kind() -> None:
    document = order_fields(filled.filled_order())

    _assert_kinds(document, filled.ORDER_INTS, filled.ORDER_TEXTS, filled.ORDER_FLOATS)
    for name in ("items", "billing_address", "payment", "status_histories"):
        assert document[name], name
    assert "unknown_to_magento" not in document
    assert "shipping_address" not in document


def test_every_item_address_payment_and_history_has_its_fields() -> None:
    document = order_fields(filled.filled_order())

    child = document["items"][1]
    _assert_kinds(child, filled.ITEM_INTS, filled.ITEM_TEXTS, filled.ITEM_FLOATS)
    assert child["product_option"]["extension_attributes"]["configurable_item_options"]
    billing = document["billing_address"]
    _assert_kinds(billing, filled.ADDRESS_INTS, filled.ADDRESS_TEXTS, [])
    _assert_kinds(document["payment"], [], filled.PAYMENT_TEXTS, filled.PAYMENT_FLOATS)
    assert document["payment"]["additional_information"] == ["Check / Money order"]
    assert set(filled.HISTORY) <= document["status_histories"][0].keys()


def test_columns_come_before_extra_and_are_written_as_magento_does() -> None:
    order = filled.filled_order()

    document = order_fields(order)

    assert document["entity_id"] == order.pk
    assert document["increment_id"] == "000000005"
    assert document["grand_total"] == document["base_grand_total"] == 90
    assert orjson.dumps(document["grand_total"]) == b"90"
    assert document["total_paid"] == 25.89
    assert document["created_at"] == "2017-03-22 15:25:16"
    assert document["is_virtual"] == 0
    assert document["email_sent"] == 1


def test_the_store_name_is_website_store_and_view_on_three_lines() -> None:
    document = order_fields(filled.filled_order())

    lines = document["store_name"].split("\n")
    assert (lines[0], lines[2], len(lines)) == ("Main Website", "English", 3)


def test_the_shipping_address_is_found_in_the_shipping_assignment_only() -> None:
    document = order_fields(filled.filled_order())

    [assignment] = document["extension_attributes"]["shipping_assignments"]
    assert assignment["shipping"]["method"] == "flatrate_flatrate"
    assert assignment["shipping"]["address"]["address_type"] == "shipping"
    assert assignment["shipping"]["address"]["street"] == [
        "6146 Honey Bluff Parkway",
        "Back door",
    ]
    assert assignment["shipping"]["total"]["shipping_amount"] == document["shipping_amount"]
    assert assignment["items"] == document["items"]
    assert assignment["stock_id"] == 3


def test_the_export_status_and_date_are_extension_attributes() -> None:
    extension = order_fields(filled.filled_order())["extension_attributes"]

    assert extension["orderflow_export_status"] == "Queued"
    assert extension["orderflow_export_date"] == "2017-03-22 15:25:16"
    assert extension["payment_additional_info"] == [
        {"key": "method_title", "value": "Check / Money order"}
    ]


def test_a_childs_parent_is_nested_in_it_whole() -> None:
    document = order_fields(filled.filled_order())

    parent, child = document["items"]
    assert child["parent_item"] == parent
    assert child["parent_item_id"] == parent["item_id"]
    assert "parent_item" not in parent


def test_what_is_null_is_left_out_and_what_is_required_is_there() -> None:
    order = make_order(customer_email="")

    document = order_fields(order)

    assert document["customer_email"] == ""
    assert document["items"] == []
    for name in ("coupon_code", "customer_id", "billing_address", "payment", "total_canceled_x"):
        assert name not in document
    assert "orderflow_export_date" not in document["extension_attributes"]
    assert None not in document.values()


def test_a_payments_required_fields_are_there_though_null() -> None:
    order = filled.filled_order()
    order.payment.extra = {}
    order.payment.title = ""

    payment = order_fields(order)["payment"]

    assert payment["account_status"] is None
    assert payment["cc_last4"] is None
    assert payment["additional_information"] == []


def test_base_amounts_equal_the_orders_own_when_the_currencies_are_one() -> None:
    order = make_order(items=[("24-MB01", 2)], subtotal=Decimal("20"), tax_amount=Decimal("1.25"))

    document = order_fields(order)

    assert document["base_subtotal"] == 20
    assert document["base_tax_amount"] == 1.25
    assert document["items"][0]["base_price"] == 10
    assert document["base_to_order_rate"] == 1


def test_base_amounts_of_another_currency_come_from_extra_alone() -> None:
    order = make_order(
        items=[("24-MB01", 2)],
        order_currency_code="GBP",
        subtotal=Decimal("20"),
        extra={"base_subtotal": "25.5", "base_to_order_rate": "0.8"},
    )

    document = order_fields(order)

    assert document["base_subtotal"] == 25.5
    assert document["base_to_order_rate"] == 0.8
    assert "base_tax_amount" not in document
    assert "base_price" not in document["items"][0]


def test_a_virtual_orders_shipping_has_no_address() -> None:
    order = make_order(is_virtual=True)
    make_address(order, address_type=OrderAddress.Type.BILLING)

    [assignment] = order_fields(order)["extension_attributes"]["shipping_assignments"]

    assert "address" not in assignment["shipping"]
    assert "method" not in assignment["shipping"]


def test_a_value_of_the_wrong_kind_in_extra_is_left_out() -> None:
    order = make_order(
        extra={"customer_id": "none", "adjustment_positive": "NaN", "protect_code": {}}
    )

    document = order_fields(order)

    for name in ("customer_id", "adjustment_positive", "protect_code"):
        assert name not in document


def test_a_list_takes_the_same_number_of_queries_however_long_it_is() -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            order_list(Order.objects.all())
        return len(captured)

    order = make_order(items=[("24-MB01", 1)])
    make_configurable_item(order, "24-MB02")
    make_address(order)
    few = queries()
    for _ in range(4):
        another = make_order()
        for _ in range(3):
            make_order_item(another)
        make_address(another)

    assert queries() == few == 4


def test_a_shipment_has_its_items_tracks_comments_and_source() -> None:
    order = make_order(items=[("24-MB01", 2)])
    address = make_address(order)
    item = order.items.get()
    shipment = Shipment.objects.create(
        increment_id="000000001", order=order, source_code="eu", total_qty=2
    )
    ShipmentItem.objects.create(
        shipment=shipment, order_item=item, sku="24-MB01", name="Bag", qty=2, price=5
    )
    ShipmentTrack.objects.create(shipment=shipment, track_number="1Z", title="UPS")
    ShipmentComment.objects.create(shipment=shipment, comment="Gone")

    with CaptureQueriesContext(connection) as captured:
        [document] = shipment_list(Shipment.objects.all())

    assert len(captured) == 5
    assert document["order_id"] == order.pk
    assert document["shipping_address_id"] == address.pk
    assert document["extension_attributes"] == {"source_code": "eu"}
    assert document["items"][0]["order_item_id"] == item.pk
    assert document["items"][0]["qty"] == 2
    assert document["items"][0]["row_total"] == 10
    track = document["tracks"][0]
    assert (track["track_number"], track["title"]) == ("1Z", "UPS")
    assert track["carrier_code"] == "custom"
    assert track["weight"] is track["qty"] is track["description"] is None
    assert document["comments"][0]["comment"] == "Gone"
