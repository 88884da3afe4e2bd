"""What REST does to an order: cancel, hold, comment, invoice, e-mails (docs/rest-sales.md)."""

from decimal import Decimal

import pytest

from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Invoice, Order
from tests.carts import make_sold, quantities
from tests.factories import make_order
from tests.restapi.shop import Script, an_order, criteria

pytestmark = pytest.mark.django_db


def export_state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, order.status


def placed(script: Script, units: int = 3) -> Order:
    """Place an order of A, of which there are ten."""
    make_sold("A", 10)
    return Order.objects.get(
        pk=script.post("orders", an_order({"sku": "A", "qty_ordered": units}))["entity_id"]
    )


def test_cancelling_an_order_that_orderflow_does_not_have_gives_its_stock_back(
    script: Script,
) -> None:
    order = placed(script)
    assert quantities("A") == [7]

    assert script.post(f"orders/{order.pk}/cancel") is True

    assert export_state(order) == ("canceled", "canceled")
    assert order.orderflow_export_status == ExportStatus.CANCELLED
    assert quantities("A") == [10]


def test_an_order_that_cannot_be_cancelled_answers_false(script: Script) -> None:
    order = make_order(items=[("A", 1)])

    assert script.post(f"orders/{order.pk}/cancel") is False
    assert export_state(order) == ("processing", "processing")


def test_an_order_that_orderflow_has_and_cannot_be_asked_about_is_not_cancelled(
    script: Script,
) -> None:
    order = placed(script)
    Order.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    message = script.refused("POST", f"orders/{order.pk}/cancel")

    assert message.startswith("Order cancellation failed. Endpoint is not set")
    assert message.endswith("please try again later.")
    assert export_state(order) == ("new", "pending")
    assert quantities("A") == [7]


def test_an_order_is_put_on_hold_and_released(script: Script) -> None:
    order = make_order(items=[("A", 1)])

    assert script.post(f"orders/{order.pk}/hold") is True
    assert export_state(order) == ("holded", "holded")
    assert script.refused("POST", f"orders/{order.pk}/hold") == "A hold action is not available."

    assert script.post(f"orders/{order.pk}/unhold") is True
    assert export_state(order) == ("processing", "processing")
    assert script.refused("POST", f"orders/{order.pk}/unhold") == "You cannot remove the hold."


def test_a_comment_goes_into_the_history_and_may_move_the_status(script: Script) -> None:
    order = make_order(items=[("A", 1)])
    comment = {"comment": "Odd address", "status": "fraud", "is_visible_on_front": 1}

    assert script.post(f"orders/{order.pk}/comments", {"statusHistory": comment}) is True

    assert script.get(f"orders/{order.pk}/statuses") == "fraud"
    history = script.get(f"orders/{order.pk}/comments")
    assert history["total_count"] == 1
    [entry] = history["items"]
    assert (entry["comment"], entry["status"], entry["is_visible_on_front"]) == (
        "Odd address", "fraud", 1,
    )  # fmt: skip
    assert (entry["is_customer_notified"], entry["parent_id"]) == (0, order.pk)
    assert not OutgoingMail.objects.exists()


def test_a_customer_who_is_to_be_notified_gets_the_comment(script: Script) -> None:
    order = make_order(items=[("A", 1)])
    comment = {"comment": "It will be late.", "is_customer_notified": 1}

    script.post(f"orders/{order.pk}/comments", {"status_history": comment})

    mail = OutgoingMail.objects.get()
    assert mail.recipient == order.customer_email
    assert "It will be late." in mail.text
    assert "It will be late." in mail.html
    assert order.status_histories.get().is_customer_notified


def test_the_confirmation_of_an_order_goes_to_the_outbox(script: Script) -> None:
    order = placed(script)

    assert script.post(f"orders/{order.pk}/emails") is True

    mail = OutgoingMail.objects.get()
    assert mail.recipient == "veronica.costello@example.com"
    assert f"order confirmation #{order.increment_id}" in mail.subject
    for said in ("3 × Product A (A)", "Total: 35.00 USD", "49628-7978 Calder, US"):
        assert said in mail.text
    assert script.get(f"orders/{order.pk}")["email_sent"] == 1


def test_nobody_is_written_to_without_an_address(script: Script) -> None:
    order = make_order(items=[("A", 1)], customer_email="")

    assert script.post(f"orders/{order.pk}/emails") is False
    assert not OutgoingMail.objects.exists()


def test_an_order_is_invoiced_and_the_invoice_read(script: Script) -> None:
    order = placed(script)

    invoice_id = script.post(f"order/{order.pk}/invoice", {"capture": True, "notify": False})

    assert export_state(order) == ("processing", "processing")
    invoice = script.get(f"invoices/{invoice_id}")
    assert (invoice["order_id"], invoice["total_qty"], invoice["grand_total"]) == (order.pk, 3, 35)
    assert (invoice["state"], invoice["base_grand_total"]) == (Invoice.State.PAID, 35)
    [item] = invoice["items"]
    assert (item["sku"], item["qty"], item["order_item_id"]) == ("A", 3, order.items.get().pk)
    assert script.get(f"invoices?{criteria(order_id=order.pk)}")["items"] == [invoice]


def test_a_part_of_an_order_is_invoiced_and_the_customer_told(script: Script) -> None:
    order = placed(script)
    items = [{"order_item_id": order.items.get().pk, "qty": 1}]
    body = {"items": items, "notify": True, "comment": {"comment": "Thank you"}}

    script.post(f"order/{order.pk}/invoice", body)

    assert order.items.get().qty_invoiced == 1
    mail = OutgoingMail.objects.get()
    assert f"Invoice #{Invoice.objects.get().increment_id} has been made.\nThank you" in mail.text


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([{"order_item_id": 0, "qty": 1}], 'The order item "0" cannot be invoiced.'),
        ([{"order_item_id": 1, "qty": 9}], "must not be greater than the uninvoiced quantity"),
        (
            [{"order_item_id": 1, "qty": 0}],
            "The invoice can't be created without products. Add products and try again.",
        ),
    ],
)
def test_what_cannot_be_invoiced_is_refused(script: Script, items: list[dict], text: str) -> None:
    order = placed(script)
    for item in items:
        item["order_item_id"] = item["order_item_id"] and order.items.get().pk

    message = script.refused("POST", f"order/{order.pk}/invoice", {"items": items})

    assert message.startswith("Invoice Document Validation Error(s):\n")
    assert text in message
    assert order.items.get().qty_invoiced == Decimal(0)


def test_an_order_that_is_on_hold_is_not_invoiced(script: Script) -> None:
    order = placed(script)
    script.post(f"orders/{order.pk}/hold")

    message = script.refused("POST", f"order/{order.pk}/invoice", {})

    assert message.endswith("The order does not allow an invoice to be created.")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orders/99/cancel", None),
        ("orders/99/hold", None),
        ("orders/99/unhold", None),
        ("orders/99/emails", None),
        ("orders/99/comments", {"statusHistory": {"comment": "x"}}),
        ("order/99/invoice", {}),
        ("order/99/ship", {}),
    ],
)
def test_an_order_that_does_not_exist_is_not_found(script: Script, path: str, body: object) -> None:
    assert script.refused("POST", path, body, status=404).startswith("The entity that was")
