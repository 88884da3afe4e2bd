"""Gift messages, taxes and what modules add to an order: kept, given back, told to OrderFlow."""

from typing import Any

import pytest
from django.test import Client

from exports.documents import order_document
from orderflow_bridge.client.documents import orders_document
from orderflow_bridge.sales.models import Order
from tests.carts import make_sold
from tests.restapi.shop import Script, an_order
from tests.soapapi.posting import ORDERS, call, post

pytestmark = pytest.mark.django_db

GIFT = {"sender": "Ann", "recipient": "Bob", "message": "Many happy returns & <love>"}
TAXES = {
    "applied_taxes": [
        {
            "code": "US-MI",
            "title": "Michigan",
            "percent": 6,
            "amount": 1.2,
            "base_amount": 1.2,
            "extension_attributes": {"rates": [{"code": "MI", "title": "MI", "percent": 6}]},
        }
    ],
    "item_applied_taxes": [
        {
            "type": "product",
            "item_id": 7,
            "applied_taxes": [{"code": "US-MI", "percent": 6, "amount": 1.2, "base_amount": 1.2}],
        }
    ],
    "taxes": [{"code": "US-MI", "title": "Michigan", "percent": 6, "amount": 1.2, "position": 0}],
    "additional_itemized_taxes": [{"tax_code": "US-MI", "amount": 0.3, "taxable_item_type": "s"}],
}
ITEM_TAXES = {"itemized_taxes": [{"tax_code": "US-MI", "tax_percent": 6, "amount": 1.2}]}
OTHERS = {"loyalty": {"points": 3, "cards": ["gold"]}, "warehouse_note": "Dock 4"}


def placed(script: Script) -> Any:
    make_sold("A")
    extension = {"gift_message": GIFT, **ITEM_TAXES, **OTHERS}
    document = an_order({"sku": "A", "qty_ordered": 1, "extension_attributes": extension})
    document["entity"]["extension_attributes"] |= {"gift_message": GIFT, **TAXES, **OTHERS}
    return script.post("orders", document)


def test_gift_messages_taxes_and_what_modules_add_are_given_back_by_rest(script: Script) -> None:
    order_id = placed(script)["entity_id"]

    order = script.get(f"orders/{order_id}")

    wanted = {"gift_message": GIFT, **TAXES, **OTHERS}
    assert {name: order["extension_attributes"][name] for name in wanted} == wanted
    [item] = order["items"]
    wanted = {"gift_message": GIFT, **ITEM_TAXES, **OTHERS}
    assert item["extension_attributes"] == wanted
    assert script.get(f"orders/items/{item['item_id']}")["extension_attributes"] == wanted


def test_gift_messages_and_taxes_are_given_back_by_soap(script: Script, client: Client) -> None:
    order_id = placed(script)["entity_id"]

    arguments = f"<id>{order_id}</id>"
    answer = post(client, call(ORDERS, "Get", arguments, token=script.token)).content.decode()

    assert answer.count("<message>Many happy returns &amp; &lt;love&gt;</message>") >= 2
    assert answer.count("<sender>Ann</sender>") == answer.count("<recipient>Bob</recipient>") >= 2
    assert "<appliedTaxes><item><code>US-MI</code><title>Michigan</title>" in answer
    assert "<itemAppliedTaxes>" in answer
    assert "<itemizedTaxes>" in answer
    assert "loyalty" not in answer


def test_orderflow_is_told_the_gift_messages_in_the_order_document(script: Script) -> None:
    order = Order.objects.get(pk=placed(script)["entity_id"])

    xml = orders_document([order_document(order)]).decode()

    for prefix in ("", "orderLine.1."):
        assert f"{prefix}giftSender=Ann\n{prefix}giftRecipient=Bob\n" in xml
        assert f"{prefix}giftMessage=Many happy returns & <love>\n" in xml


def test_gift_messages_are_changed_with_the_order_and_orderflow_is_owed_a_word(
    script: Script,
) -> None:
    order = placed(script)
    Order.objects.update(orderflow_export_status="Exported")
    new = {"gift_message": GIFT | {"message": "Sorry"}}
    items = [{"item_id": order["items"][0]["item_id"], "extension_attributes": new}]

    entity = {"entity_id": order["entity_id"], "items": items, "extension_attributes": new}
    changed = script.post("orders", {"entity": entity})

    assert changed["extension_attributes"]["gift_message"]["message"] == "Sorry"
    assert changed["extension_attributes"]["taxes"] == TAXES["taxes"]
    assert changed["items"][0]["extension_attributes"]["gift_message"]["message"] == "Sorry"
    assert "OrderFlow was not told" in Order.objects.get().orderflow_notice


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"total_paid": 3}, "total_paid"),
        ({"quote_id": 3}, "quote_id"),
        ({"colour": "red"}, "entity.colour"),
        ({"payment": {"method": "checkmo", "colour": "red"}}, "entity.payment.colour"),
        ({"billing_address": {"colour": "red"}}, "entity.billing_address.colour"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(
    script: Script, change: dict[str, Any], named: str
) -> None:
    order_id = placed(script)["entity_id"]

    answer = script.call("POST", "orders", {"entity": {"entity_id": order_id, **change}})

    assert answer.status_code == 400
    assert named in answer.content.decode()


@pytest.mark.parametrize("change", [{"name": "B"}, {"price": 3}, {"qty_shipped": 1}, {"weight": 2}])
def test_rows_of_an_order_that_was_placed_are_not_changed(
    script: Script, change: dict[str, Any]
) -> None:
    order = placed(script)
    items = [{"item_id": order["items"][0]["item_id"], **change}]

    text = script.refused("POST", "orders", {"entity": {**order, "items": items}})

    assert text.startswith(f'Item "A", {next(iter(change))}: cannot be changed')
