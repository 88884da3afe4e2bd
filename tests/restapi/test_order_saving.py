"""Changing an order by its document: what may be, and what has a call of its own."""

from typing import Any

import pytest

from orderflow_bridge.sales.models import Order, OrderAddress
from tests import filled
from tests.factories import make_address, make_order
from tests.restapi.shop import Script

pytestmark = pytest.mark.django_db


def saved(script: Script, order: Order, **values: Any) -> dict[str, Any]:
    answer: dict[str, Any] = script.post("orders", {"entity": {"entity_id": order.pk, **values}})
    return answer


def test_an_order_is_changed_by_what_is_given_alone(script: Script) -> None:
    order = make_order(items=[("A", 2)], coupon_code="SPRING")
    make_address(order)

    document = saved(
        script, order, status="fraud", ext_order_id="ERP-9", customer_note="Ring twice"
    )

    order.refresh_from_db()
    assert (order.state, order.status, order.coupon_code) == ("processing", "fraud", "SPRING")
    assert (document["ext_order_id"], document["customer_note"]) == ("ERP-9", "Ring twice")
    assert order.addresses.get().city == "Calder"


def test_a_document_that_repeats_how_things_stand_changes_nothing(script: Script) -> None:
    order = filled.filled_order()
    Order.objects.filter(pk=order.pk).update(orderflow_notice="", orderflow_export_status="Queued")
    before = script.get(f"orders/{order.pk}")

    after = script.post("orders", {"entity": before})

    assert after == before
    order.refresh_from_db()
    assert order.orderflow_notice == ""


def test_a_changed_address_is_noticed_where_orderflow_has_the_order(script: Script) -> None:
    order = make_order(items=[("A", 2)], orderflow_export_status="Exported")
    make_address(order, address_type=OrderAddress.Type.BILLING)
    billing = script.get(f"orders/{order.pk}")["billing_address"]

    document = saved(script, order, billing_address={**billing, "city": "Leeds"})

    assert document["billing_address"]["city"] == "Leeds"
    assert document["billing_address"]["entity_id"] == billing["entity_id"]
    order.refresh_from_db()
    assert order.orderflow_notice == "OrderFlow was not told: the order was changed."


def test_new_history_is_added_and_old_is_not_repeated(script: Script) -> None:
    order = make_order(items=[("A", 2)])
    histories = saved(script, order, status_histories=[{"comment": "First"}])["status_histories"]

    again = saved(script, order, status_histories=[*histories, {"comment": "Second"}])

    assert [entry["comment"] for entry in again["status_histories"]] == ["Second", "First"]


def test_a_payment_is_added_and_changed(script: Script) -> None:
    order = make_order(items=[("A", 2)])
    saved(script, order, payment={"method": "checkmo", "po_number": "PO-1"})

    payment = saved(script, order, payment={"method": "checkmo", "last_trans_id": "T-1"})["payment"]

    assert (payment["last_trans_id"], payment["po_number"]) == ("T-1", "PO-1")


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"state": "canceled"}, 'cannot be changed from "processing" to "canceled" by saving'),
        ({"state": "complete"}, "Ship, invoice, cancel, hold or unhold the order."),
        ({"increment_id": "other"}, "The increment id of an order cannot be changed."),
        ({"items": [{"sku": "A", "qty_ordered": 1}]}, "Items cannot be added"),
    ],
)
def test_what_has_a_call_of_its_own_is_not_changed_by_saving(
    script: Script, values: dict[str, Any], text: str
) -> None:
    order = make_order(items=[("A", 2)])

    body = {"entity": {"entity_id": order.pk, **values}}

    assert text in script.refused("POST", "orders", body)
    order.refresh_from_db()
    assert (order.state, order.status, order.items.count()) == ("processing", "processing", 1)


def test_the_quantity_of_a_placed_row_stays(script: Script) -> None:
    order = make_order(items=[("A", 2)])
    row = order.items.get()
    items = [{"item_id": row.pk, "qty_ordered": 5}]

    message = script.refused("POST", "orders", {"entity": {"entity_id": order.pk, "items": items}})

    assert "Cancel the order and place another one." in message
    assert script.refused("POST", "orders", {"entity": {"entity_id": 99}}, status=404)


def test_an_address_alone_is_changed_by_its_id_or_its_type(script: Script) -> None:
    order = make_order(items=[("A", 2)])
    for kind in OrderAddress.Type:
        make_address(order, address_type=kind)
    billing = script.get(f"orders/{order.pk}")["billing_address"]

    changed = script.put(f"orders/{order.pk}", {"entity": {**billing, "city": "Leeds"}})
    script.put(f"orders/{order.pk}", {"entity": {**billing, "entity_id": None, "city": "York"}})

    assert (changed["city"], changed["entity_id"]) == ("Leeds", billing["entity_id"])
    cities = order.addresses.order_by("address_type").values_list("address_type", "city")
    assert list(cities) == [("billing", "York"), ("shipping", "Calder")]
    other = {"entity": {**billing, "entity_id": 99_000_000}}
    assert script.refused("PUT", f"orders/{order.pk}", other, status=404)
