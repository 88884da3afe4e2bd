"""Comments, e-mails, holds: the order's page does what REST does, each act with its own right."""

from functools import partial

import pytest

from orderflow_bridge.order_desk.services import NO_ADDRESS, SAID_ALREADY, WRITTEN_ALREADY
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order, OrderStatusHistory
from orderflow_bridge.stores.order_statuses import register_status
from tests.order_desk.twins import an_order, by_both, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return an_order()


def address(order, act):
    return f"/admin/sales/order/{order.pk}/{act}/"


@pytest.mark.parametrize("is_notified", [True, False])
@pytest.mark.parametrize("is_visible", [True, False])
@pytest.mark.parametrize("status", ["pending", "picking"])
def test_a_comment_by_page_and_by_rest_leave_the_same_rows(
    operator, script, order, is_notified, is_visible, status
):
    register_status("picking")
    ticks = {"is_customer_notified": is_notified, "is_visible_on_front": is_visible}

    page, page_rows, _, rest_rows = by_both(
        lambda: operator.post(
            address(order, "comment"),
            {"comment": "Called", "status": status, "seen": 0}
            | {name: "on" for name, is_on in ticks.items() if is_on},
        ),
        lambda: script.post(
            f"orders/{order.pk}/comments",
            {"statusHistory": {"comment": "Called", "status": status, **ticks}},
        ),
    )

    assert said(page) == ["You added the comment."]
    assert page.url.endswith("#comments")
    assert len(page_rows["mail.OutgoingMail"]) == int(is_notified)
    assert page_rows == rest_rows


def test_the_form_stands_above_the_history_for_whoever_may_comment(somebody, order):
    page = f"/admin/sales/order/{order.pk}/change/"

    assert address(order, "comment") in somebody("comment").get(page).content.decode()
    reader = somebody()
    text = reader.get(page).content.decode()
    assert "Comments History" in text
    assert address(order, "comment") not in text
    assert reader.post(address(order, "comment"), {"comment": "No"}).status_code == 403


def test_a_comment_that_is_sent_twice_is_written_once(operator, order):
    sent = {"comment": "Called", "status": "pending", "seen": 0}
    operator.post(address(order, "comment"), sent)

    again = operator.post(address(order, "comment"), sent)

    assert said(again)[-1] == SAID_ALREADY
    assert OrderStatusHistory.objects.filter(comment="Called").count() == 1

    newest = OrderStatusHistory.objects.latest("id").pk
    operator.post(address(order, "comment"), {**sent, "seen": newest})
    assert OrderStatusHistory.objects.filter(comment="Called").count() == 2


def test_an_empty_comment_is_asked_for_again(operator, order):
    answer = operator.post(address(order, "comment"), {"comment": " ", "seen": 0})

    assert "This field is required." in answer.content.decode()
    assert not OrderStatusHistory.objects.exists()


def test_the_confirmation_by_page_and_by_rest_is_the_same(operator, script, order):
    page, page_rows, _, rest_rows = by_both(
        lambda: operator.post(address(order, "email"), {"seen": 0}),
        lambda: script.post(f"orders/{order.pk}/emails"),
    )

    assert page_rows["mail.OutgoingMail"][0]["reference"] == order.increment_id
    assert page_rows == rest_rows
    assert len(said(page)) == 1


def test_invoices_and_shipments_are_written_about_again(operator, script, order):
    invoice_id = script.post(f"order/{order.pk}/invoice")
    shipment_id = script.post(f"order/{order.pk}/ship")

    for page_address, rest_address in (
        (f"/admin/sales/invoice/{invoice_id}/email/", f"invoices/{invoice_id}/emails"),
        (f"/admin/sales/shipment/{shipment_id}/email/", f"shipment/{shipment_id}/emails"),
    ):
        page, page_rows, _, rest_rows = by_both(
            partial(operator.post, page_address, {"seen": 0}),
            partial(script.post, rest_address),
        )

        assert page.status_code == 302
        assert len(page_rows["mail.OutgoingMail"]) == 1
        assert page_rows == rest_rows


def test_an_email_that_is_asked_for_twice_is_written_once(operator, order):
    operator.post(address(order, "email"), {"seen": 0})

    again = operator.post(address(order, "email"), {"seen": 0})

    assert said(again)[-1] == WRITTEN_ALREADY
    assert OutgoingMail.objects.count() == 1


def test_nobody_is_written_to_without_an_address(operator, script, order):
    Order.objects.update(customer_email="")

    page, page_rows, answer, rest_rows = by_both(
        lambda: operator.post(address(order, "email"), {"seen": 0}),
        lambda: script.post(f"orders/{order.pk}/emails"),
    )

    assert said(page) == [NO_ADDRESS]
    assert answer is False
    assert page_rows == rest_rows


@pytest.mark.parametrize(("act", "state"), [("hold", "new"), ("unhold", "holded")])
def test_holds_by_page_and_by_rest_leave_the_same_rows(operator, script, order, act, state):
    Order.objects.update(state=state, hold_before_state="new", hold_before_status="pending")

    _, page_rows, _, rest_rows = by_both(
        lambda: operator.post(address(order, act)),
        lambda: script.post(f"orders/{order.pk}/{act}"),
    )

    assert page_rows["sales.Order"][0]["state"] != state
    assert page_rows == rest_rows


@pytest.mark.parametrize(("act", "state"), [("hold", "holded"), ("unhold", "new")])
def test_holds_are_refused_in_the_same_words(operator, script, order, act, state):
    Order.objects.update(state=state)

    page, _, refusal, _ = by_both(
        lambda: operator.post(address(order, act)),
        lambda: script.refused("POST", f"orders/{order.pk}/{act}"),
    )

    assert said(page) == [refusal]


def test_an_order_is_cancelled_by_page_as_by_rest(operator, script):
    orders = [an_order(), an_order(increment_id="000000102")]
    operator.post(address(orders[0], "cancel"))
    script.post(f"orders/{orders[1].pk}/cancel")

    def left(order):
        found = Order.objects.get(pk=order.pk)
        rows = found.items.values_list("sku", "qty_canceled", "qty_ordered")
        [entry] = found.status_histories.all()
        said = (entry.status, entry.comment.partition("OrderFlow")[2])
        return found.state, found.status, found.total_canceled, list(rows), said

    assert left(orders[0]) == left(orders[1])
    assert left(orders[0])[0] == "canceled"


@pytest.mark.parametrize("act", ["email", "comment", "hold", "cancel"])
def test_each_act_takes_its_own_right(somebody, order, act):
    others = {"email", "comment", "hold", "cancel", "ship"} - {act}

    assert somebody(*others).get(address(order, act)).status_code == 403
    assert somebody(act).get(address(order, act)).status_code == 200
