"""Orders, shipments and quotes in the admin."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db.models import Sum

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.inventory.models import Reservation
from orderflow_bridge.sales.models import Order, Shipment
from tests.admin.samples import fill_shop, queue_despatch
from tests.factories import make_address, make_order, make_quote, make_reservation

pytestmark = pytest.mark.django_db
LIST = "/admin/sales/order/"


def page(order: Order) -> str:
    return f"{LIST}{order.pk}/change/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_list_shows_who_buys_and_where_it_goes(boss):
    order = make_order(increment_id="000000005", grand_total=Decimal("42"))
    make_address(order, firstname="Veronica", lastname="Costello")
    make_address(order, address_type="billing", firstname="Zachary", lastname="Powell")

    text = boss.get(LIST).content.decode()

    for words in ("000000005", "Veronica Costello", "Zachary Powell", "$42.00", ">Pending<"):
        assert words in text


@pytest.mark.parametrize(
    ("status", "expected"), [("Pending", {"1", "2"}), ("Exported", {"3"}), ("Failed", set())]
)
def test_pending_finds_orders_that_were_never_touched(boss, status, expected):
    make_order(increment_id="1")
    make_order(increment_id="2", orderflow_export_status="")
    make_order(increment_id="3", orderflow_export_status=ExportStatus.EXPORTED)

    rows = boss.get(f"{LIST}?export_status={status}").context["cl"].result_list

    assert {row.increment_id for row in rows} == expected


def test_the_page_of_the_guides_order_tells_all_of_it(boss):
    fill_shop()
    order = Order.objects.get(increment_id="000000005")

    text = boss.get(page(order)).content.decode()

    for words in (
        "Order #000000005",
        "6146 Honey Bluff Parkway",
        "(555) 229-3326",
        "Flat Rate - Fixed",
        "Joust Duffle Bag",
        "000000003",
        "AB1234",
        "Shipment Created",
        "Shipment Import #38",
    ):
        assert words in text


def test_a_shipment_leads_to_the_import_that_made_it(boss):
    make_order(items=[("24-MB01", 1)], increment_id="000000005")
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)
    shipment = Shipment.objects.get()

    text = boss.get(f"/admin/sales/shipment/{shipment.pk}/change/").content.decode()

    address = f"/admin/imports/shipmentimport/of-request/{shipment.despatch.request_id}/"
    assert address in text
    assert boss.get(address, follow=True).status_code == 200
    assert "2017-03-22 15:25:16" in text


def test_an_order_is_held_and_released(boss):
    order = make_order()

    held = boss.post(f"{LIST}{order.pk}/hold/")
    order.refresh_from_db()
    assert (order.state, texts(held)) == (Order.State.HOLDED, ["You put the order on hold."])

    boss.post(f"{LIST}{order.pk}/unhold/")
    order.refresh_from_db()
    assert order.state == Order.State.PROCESSING


@pytest.mark.parametrize(
    ("action", "state", "text"),
    [
        ("hold", Order.State.COMPLETE, "A hold action is not available."),
        ("unhold", Order.State.PROCESSING, "You cannot remove the hold."),
        (
            "cancel",
            Order.State.COMPLETE,
            "You have not canceled the order: nothing of it can be canceled.",
        ),
    ],
)
def test_what_a_state_forbids_is_refused_in_words(boss, action, state, text):
    order = make_order(items=[("24-MB01", 1)], state=state)

    answer = boss.post(f"{LIST}{order.pk}/{action}/")

    order.refresh_from_db()
    assert texts(answer) == [text]
    assert order.state == state


def test_only_what_the_state_allows_is_offered(boss):
    waiting = boss.get(page(make_order(items=[("A", 1)], invoiced=False))).content.decode()
    complete = boss.get(page(make_order(state=Order.State.COMPLETE))).content.decode()

    assert "/hold/" in waiting
    assert "/cancel/" in waiting
    assert "/unhold/" not in waiting
    assert "/hold/" not in complete
    assert "/cancel/" not in complete


def test_cancelling_gives_back_the_promised_stock(boss):
    order = make_order(items=[("24-MB01", 2)], invoiced=False)
    make_reservation("24-MB01", -2, order=order)

    answer = boss.post(f"{LIST}{order.pk}/cancel/")

    order.refresh_from_db()
    assert order.state == Order.State.CANCELED
    assert texts(answer) == ["Order successfully cancelled."]
    assert Reservation.objects.aggregate(total=Sum("quantity"))["total"] == 0


def test_an_order_cannot_be_edited_or_deleted(boss):
    order = make_order()

    assert boss.post(f"{LIST}{order.pk}/delete/").status_code == 403
    boss.post(LIST, {"action": "delete_selected", "_selected_action": [order.pk], "post": "yes"})
    assert Order.objects.filter(pk=order.pk).exists()


def test_hostile_names_and_comments_are_escaped(boss):
    order = make_order(customer_firstname="<script>alert(1)</script>", increment_id="<b>1")
    make_address(order, street="<script>alert(2)</script>")
    order.status_histories.create(comment="<script>alert(3)</script>")

    text = boss.get(LIST).content.decode() + boss.get(page(order)).content.decode()

    assert "<script>alert" not in text
    assert "<b>1" not in text


def test_times_are_shown_in_the_shops_zone(boss):
    order = make_order(created_at=datetime(2017, 3, 23, 4, 21, 39, tzinfo=UTC))

    assert "2017-03-23 04:21:39" in boss.get(page(order)).content.decode()


def test_a_quote_shows_its_rows_and_leads_to_its_order(boss):
    quote = make_quote(items=[("24-MB01", 2)], reserved_order_id="000000005", is_active=False)

    text = boss.get(f"/admin/sales/quote/{quote.pk}/change/").content.decode()

    assert "24-MB01" in text
    assert "/admin/sales/order/by-number/000000005/" in text
