"""Order statuses of the shop's own by REST: taken, kept, shown, and used as defaults."""

import pytest

from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import OrderStatus
from orderflow_bridge.stores.order_statuses import DEFAULTS, LABELS, save_status
from tests.carts import make_sold
from tests.factories import make_order
from tests.restapi.shop import Script, an_order, criteria

pytestmark = pytest.mark.django_db

TOO_LONG = "s" * 33


def export_state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, order.status


def make_default(code: str, state: str) -> None:
    save_status(OrderStatus(code=code, label=code.title(), state=state, is_default=True))


def test_magentos_own_statuses_are_there_from_the_start() -> None:
    rows = OrderStatus.objects.all()

    assert {row.code: row.label for row in rows} == LABELS
    assert {row.state: row.code for row in rows if row.is_default} == DEFAULTS


@pytest.mark.parametrize(("method", "path"), [("POST", "orders"), ("PUT", "orders/create")])
def test_an_order_comes_with_a_status_of_the_shops_own(
    script: Script, method: str, path: str
) -> None:
    make_sold("A", 10)
    body = an_order({"sku": "A", "qty_ordered": 1}, state="processing", status=" awaiting_wms ")

    answer = script.call(method, path, body).json()

    assert (answer["state"], answer["status"]) == ("processing", "awaiting_wms")
    assert script.get(f"orders/{answer['entity_id']}/statuses") == "awaiting_wms"
    found = script.get(f"orders?{criteria(status='awaiting_wms')}")
    assert [each["entity_id"] for each in found["items"]] == [answer["entity_id"]]
    assert str(OrderStatus.objects.get(code="awaiting_wms")) == "awaiting_wms"


def test_orders_in_bulk_come_with_statuses_of_the_shops_own(script: Script) -> None:
    make_sold("A", 10)
    orders = [
        an_order({"sku": "A", "qty_ordered": 1}, status=status) for status in ("one", "two", "one")
    ]

    script.client.post(
        "/rest/async/bulk/V1/orders",
        orders,
        "application/json",
        headers={"Authorization": f"Bearer {script.token}"},
    )

    assert sorted(Order.objects.values_list("status", flat=True)) == ["one", "one", "two"]
    assert OrderStatus.objects.filter(code__in=("one", "two")).count() == 2


def test_a_status_is_judged_by_its_length_alone(script: Script) -> None:
    make_sold("A", 10)
    order = make_order(items=[("A", 1)])
    body = an_order({"sku": "A", "qty_ordered": 1}, status=TOO_LONG)
    comment = {"statusHistory": {"comment": "x", "status": TOO_LONG}}

    assert "at most 32 characters" in script.refused("POST", "orders", body)
    text = script.refused("POST", f"orders/{order.pk}/comments", comment)
    assert text == "A status has at most 32 characters."
    assert not order.status_histories.exists()


def test_an_order_is_saved_with_another_status(script: Script) -> None:
    order = make_order(items=[("A", 1)])

    script.post("orders", {"entity": {"entity_id": order.pk, "status": "picking"}})

    assert export_state(order) == ("processing", "picking")
    assert OrderStatus.objects.filter(code="picking").exists()


def test_a_comment_moves_an_order_to_a_made_up_status_and_leaves_its_state(
    script: Script,
) -> None:
    order = make_order(items=[("A", 1)])
    body = {"statusHistory": {"comment": "Picked", "status": "picked"}}

    assert script.post(f"orders/{order.pk}/comments", body) is True

    assert export_state(order) == ("processing", "picked")
    assert script.get(f"orders/{order.pk}/comments")["items"][0]["status"] == "picked"
    assert OrderStatus.objects.filter(code="picked").exists()


def test_a_hold_gives_the_own_status_back(script: Script) -> None:
    order = make_order(items=[("A", 1)], status="awaiting_wms")

    script.post(f"orders/{order.pk}/hold")
    assert export_state(order) == ("holded", "holded")
    script.post(f"orders/{order.pk}/unhold")

    assert export_state(order) == ("processing", "awaiting_wms")


def test_what_is_done_to_an_order_gives_it_the_default_status_of_its_state(
    script: Script,
) -> None:
    make_sold("A", 10)
    for code, state in (
        ("received", "new"),
        ("paused", "holded"),
        ("paid", "processing"),
        ("done", "complete"),
        ("called_off", "canceled"),
    ):
        make_default(code, state)
    body = an_order({"sku": "A", "qty_ordered": 1})
    first, second = (Order.objects.get(pk=script.post("orders", body)["entity_id"]) for _ in "12")
    seen = [first.status]

    for action, given in (
        ("order/{}/invoice", {"capture": True}),
        ("orders/{}/hold", None),
        ("orders/{}/unhold", None),
        ("order/{}/ship", {}),
    ):
        script.post(action.format(first.pk), given)
        seen.append(export_state(first)[1])
    script.post(f"orders/{second.pk}/cancel")

    assert seen == ["received", "paid", "paused", "paid", "done"]
    assert export_state(second) == ("canceled", "called_off")
