"""Shipping by REST, and what a script reads of it and adds to it (docs/rest-sales.md)."""

from typing import Any

import pytest

from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import Reservation, SourceItem
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order, Shipment
from tests.carts import make_sold, quantities
from tests.factories import make_order, make_source, make_source_item
from tests.restapi.shop import Script, an_order, criteria

pytestmark = pytest.mark.django_db

REFUSED = "Shipment Document Validation Error(s):\n"
UPS = {"track_number": "1Z 99", "title": "United Parcel Service", "carrier_code": "ups"}


@pytest.fixture
def order() -> Order:
    """Return an invoiced order of three A and one variant V."""
    return make_order(items=[("A", 3)], configurables=[("V", 1)])


def row(order: Order, sku: str = "A") -> int:
    return order.items.get(sku=sku, parent_item=None).pk


def test_everything_open_is_shipped_unless_items_are_named(script: Script, order: Order) -> None:
    shipment_id = script.post(f"order/{order.pk}/ship", {"tracks": [UPS]})

    order.refresh_from_db()
    assert (order.state, order.status) == ("complete", "complete")
    shipment = script.get(f"shipment/{shipment_id}")
    assert [(item["sku"], item["qty"]) for item in shipment["items"]] == [("A", 3), ("V", 1)]
    assert (shipment["order_id"], shipment["total_qty"]) == (order.pk, 4)
    [track] = shipment["tracks"]
    assert {name: track[name] for name in UPS} == UPS
    assert shipment["extension_attributes"] == {"source_code": "default"}


def test_a_call_without_a_body_ships_everything(script: Script, order: Order) -> None:
    assert script.post(f"order/{order.pk}/ship")
    assert Shipment.objects.get().total_qty == 4


def test_a_part_is_shipped_with_a_comment_and_the_customer_is_told(
    script: Script, order: Order
) -> None:
    body = {
        "items": [{"order_item_id": row(order), "qty": 2}],
        "notify": True,
        "appendComment": True,
        "comment": {"comment": "Handle with care", "is_visible_on_front": 1},
        "tracks": [UPS, {"track_number": "T2"}],
    }

    shipment_id = script.post(f"order/{order.pk}/ship", body)

    assert order.items.get(pk=row(order)).qty_shipped == 2
    mail = OutgoingMail.objects.get()
    for said in ("2 × Product A (A)", "United Parcel Service", "1Z 99", "T2", "Handle with care"):
        assert said in mail.text
    shipment = script.get(f"shipment/{shipment_id}")
    assert [track["track_number"] for track in shipment["tracks"]] == ["1Z 99", "T2"]
    assert [comment["comment"] for comment in shipment["comments"]] == ["Handle with care"]
    assert shipment["email_sent"] == 1


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ({"A": 4}, 'must not be greater than the unshipped quantity for product SKU "A".'),
        ({"A": 0}, "You can't create a shipment without products."),
        ({"A": -1}, "You can't create a shipment without products."),
        ({"A": 0.00001}, "You can't create a shipment without products."),
        ({"": 1}, 'product item "0" that is not part of the original order.'),
    ],
)
def test_what_cannot_be_shipped_is_refused_in_magentos_words(
    script: Script, order: Order, items: dict[str, Any], text: str
) -> None:
    named = [
        {"order_item_id": row(order, sku) if sku else 0, "qty": qty} for sku, qty in items.items()
    ]

    message = script.refused("POST", f"order/{order.pk}/ship", {"items": named})

    assert message.startswith(REFUSED)
    assert message.endswith(text)
    assert not Shipment.objects.exists()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"tracks": [{"track_number": " "}]}, "Please enter a tracking number."),
        (
            {"tracks": [{"track_number": "1", "carrier_code": "x" * 33}]},
            "A carrier code is longer than 32 characters.",
        ),
        (
            {"arguments": {"extension_attributes": {"source_code": "nowhere"}}},
            'Source "nowhere" does not exist.',
        ),
    ],
)
def test_what_cannot_be_kept_is_refused(
    script: Script, order: Order, body: dict[str, Any], text: str
) -> None:
    assert script.refused("POST", f"order/{order.pk}/ship", body) == REFUSED + text
    assert not Shipment.objects.exists()


def test_a_track_keeps_texts_of_any_length(script: Script, order: Order) -> None:
    numbers = ";".join(["12345678901234"] * 30)
    track = {"track_number": numbers, "title": "Courier " * 60, "carrier_code": "nobody-knows"}

    shipment_id = script.post(f"order/{order.pk}/ship", {"tracks": [track]})
    extra = {"parent_id": shipment_id, "track_number": "T" * 300, "description": "Left at door"}
    script.post("shipment/track", {"entity": extra})

    first, second = script.get(f"shipment/{shipment_id}")["tracks"]
    assert (first["track_number"], first["carrier_code"]) == (numbers, "nobody-knows")
    assert (first["title"], first["description"]) == (track["title"][:255], track["title"])
    assert (second["track_number"], second["description"]) == ("T" * 300, "Left at door")


def test_an_order_on_hold_is_not_shipped(script: Script, order: Order) -> None:
    script.post(f"orders/{order.pk}/hold")

    message = script.refused("POST", f"order/{order.pk}/ship", {})

    assert message == f"{REFUSED}Order {order.increment_id} cannot be shipped: it is on hold."


def test_goods_leave_the_source_that_is_named_and_their_promise_is_kept(script: Script) -> None:
    write_settings(InventoryImport, {"multi_source_enabled": True})
    make_source("eu")
    make_source_item(make_sold("A", 5), 5, "eu")
    order_id = script.post("orders", an_order({"sku": "A", "qty_ordered": 3}))["entity_id"]
    arguments = {"extension_attributes": {"source_code": "eu"}}

    shipment_id = script.post(f"order/{order_id}/ship", {"arguments": arguments})

    assert SourceItem.objects.get(source="eu").quantity == 2
    assert quantities("A") == [5]
    assert [each.quantity for each in Reservation.objects.order_by("pk")] == [-3, 3]
    extension = script.get(f"shipment/{shipment_id}")["extension_attributes"]
    assert extension == {"source_code": "eu"}


def test_a_shipment_document_ships_what_it_names(script: Script, order: Order) -> None:
    entity = {
        "order_id": order.pk,
        "items": [{"order_item_id": row(order), "qty": 1}],
        "tracks": [UPS],
        "comments": [{"comment": "By hand"}],
        "shipment_status": 1,
    }

    shipment = script.post("shipment/", {"entity": entity})

    assert [(item["sku"], item["qty"]) for item in shipment["items"]] == [("A", 1)]
    assert [comment["comment"] for comment in shipment["comments"]] == ["By hand"]
    assert script.get(f"shipment/{shipment['entity_id']}") == shipment
    assert order.items.get(pk=row(order)).qty_shipped == 1


def test_shipments_are_searched(script: Script, order: Order) -> None:
    other = make_order(items=[("A", 1)])
    for each in (order, other):
        script.post(f"order/{each.pk}/ship")

    found = script.get(f"shipments?{criteria(order_id=other.pk, store_id=other.store_id)}")

    assert found["total_count"] == 1
    assert [shipment["order_id"] for shipment in found["items"]] == [other.pk]


def test_a_tracking_number_is_added_once_and_taken_off(script: Script, order: Order) -> None:
    shipment_id = script.post(f"order/{order.pk}/ship")
    entity = {"order_id": order.pk, "parent_id": shipment_id, **UPS, "weight": 1, "qty": 1}

    track = script.post("shipment/track", {"entity": entity})
    again = script.post("shipment/track", {"entity": entity})

    assert again == track
    assert (track["order_id"], track["parent_id"], track["track_number"]) == (
        order.pk, shipment_id, "1Z 99",
    )  # fmt: skip
    assert script.delete(f"shipment/track/{track['entity_id']}") is True
    assert script.get(f"shipment/{shipment_id}")["tracks"] == []
    script.refused("DELETE", f"shipment/track/{track['entity_id']}", status=404)


def test_a_tracking_number_of_another_orders_shipment_is_refused(
    script: Script, order: Order
) -> None:
    shipment_id = script.post(f"order/{order.pk}/ship")
    entity = {"order_id": order.pk + 1, "parent_id": shipment_id, **UPS}

    message = script.refused("POST", "shipment/track", {"entity": entity})

    assert message.endswith("it is another order's shipment.")


def test_a_shipment_is_commented_on(script: Script, order: Order) -> None:
    shipment_id = script.post(f"order/{order.pk}/ship")
    entity = {
        "comment": "Left at the door",
        "is_customer_notified": 1,
        "is_visible_on_front": 1,
    }

    comment = script.post(f"shipment/{shipment_id}/comments", {"entity": entity})

    assert (comment["comment"], comment["parent_id"]) == ("Left at the door", shipment_id)
    assert script.get(f"shipment/{shipment_id}/comments")["items"] == [comment]
    assert "Left at the door" in OutgoingMail.objects.get().text


def test_the_customer_is_written_to_again(script: Script, order: Order) -> None:
    shipment_id = script.post(f"order/{order.pk}/ship", {"tracks": [UPS]})
    assert not OutgoingMail.objects.exists()

    assert script.post(f"shipment/{shipment_id}/emails") is True

    assert "1Z 99" in OutgoingMail.objects.get().text
    Order.objects.update(customer_email="")
    assert script.post(f"shipment/{shipment_id}/emails") is False


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "shipment/99", None),
        ("GET", "shipment/99/comments", None),
        ("POST", "shipment/99/comments", {"entity": {"comment": "x"}}),
        ("POST", "shipment/99/emails", None),
        ("POST", "shipment/track", {"entity": {"parent_id": 99, "track_number": "1"}}),
        ("POST", "shipment", {"entity": {"order_id": 99}}),
        ("DELETE", "shipment/track/99", None),
        ("GET", "invoices/99", None),
    ],
)
def test_what_does_not_exist_is_not_found(
    script: Script, method: str, path: str, body: object
) -> None:
    assert script.refused(method, path, body, status=404).startswith("The entity that was")
