"""Cancelling orders: who is asked, and what is recorded (docs/contract/shop-rules.md)."""

from decimal import Decimal

import pytest

from exports.cancelling import CancelOutcome, cancel_order
from exports.models import Export, ExportLine
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.inventory.models import Reservation
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales import services as sales
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import Order
from tests.exports.cancelling import (
    SUCCESS,
    export_state,
    make_open_order,
)
from tests.exports.shop import make_shop
from tests.factories import make_reservation
from tests.fakes import Answer

pytestmark = pytest.mark.django_db

BLOCKED = "Order exports are currently disabled. Please review the OrderFlow module configuration."


@pytest.mark.parametrize("status", ["Pending", "Failed"])
def test_an_order_orderflow_never_saw_is_cancelled_here(orderflow, status):
    website = make_shop(orderflow)
    order = make_open_order(website, status)

    outcome = cancel_order(order, by="boss")

    assert outcome == CancelOutcome(True, SUCCESS)
    assert export_state(order) == ("canceled", "Cancelled")
    assert order.orderflow_due_at is None
    assert not orderflow.heard
    assert not Request.objects.exists()


def test_a_virtual_order_is_cancelled_here(orderflow):
    order = make_open_order(make_shop(orderflow), "Queued", is_virtual=True)

    assert cancel_order(order, by="boss").is_canceled
    assert not orderflow.heard


@pytest.mark.parametrize("status", ["Queued", "Exported"])
def test_orderflow_is_asked_first_with_the_credentials_of_the_orders_website(
    orderflow, other_orderflow, status
):
    make_shop(other_orderflow, channel="first")
    website = make_shop(orderflow, channel="second")
    order = make_open_order(website, status, increment_id="000000042")

    outcome = cancel_order(order, by="boss")

    assert outcome == CancelOutcome(True, SUCCESS)
    assert export_state(order) == ("canceled", "Cancelled")
    assert not other_orderflow.heard
    [heard] = orderflow.heard
    assert heard.path == (
        "/web/remoteorder/order/cancel.xml"
        "?channel=second&organisation=acme&externalReference=000000042"
    )


def test_the_cancellation_is_recorded_with_its_website(orderflow):
    website = make_shop(orderflow)
    order = make_open_order(website, "Exported")
    orderflow.answers = [Answer(b"<result>cancelled</result>")]

    cancel_order(order, by="boss")

    request, export, line = Request.objects.get(), Export.objects.get(), ExportLine.objects.get()
    assert (request.type, request.entity, request.operation) == (
        RequestType.EXPORT, Entity.ORDER, Operation.CANCEL,
    )  # fmt: skip
    assert (request.lines, request.website) == ([{"increment_id": order.increment_id}], website)
    assert (request.received_by, bool(request.processed_at)) == ("boss", True)
    assert bytes(request.response_body) == b"<result>cancelled</result>"
    assert (export.request, export.website, export.operation) == (
        request, website, Operation.CANCEL,
    )  # fmt: skip
    assert (export.successes, export.failures) == (1, 0)
    assert (line.reference, line.get_result_display(), line.reason) == (
        order.increment_id, "Success", SUCCESS,
    )  # fmt: skip
    assert line.call.startswith(f"POST {orderflow.endpoint}remoteorder/order/cancel.xml")
    assert line.answer == "<result>cancelled</result>"


def test_several_cancellations_each_have_a_request_of_their_own(orderflow):
    website = make_shop(orderflow)
    orders = [make_open_order(website, "Exported") for _ in range(3)]

    outcomes = [cancel_order(order, by="boss") for order in orders]

    assert all(outcome.is_canceled for outcome in outcomes)
    assert [request.line_count for request in Request.objects.all()] == [1, 1, 1]


@pytest.mark.parametrize("status", ["Queued", "Exported"])
def test_with_exports_off_an_order_orderflow_has_is_not_cancelled(orderflow, status):
    order = make_open_order(make_shop(orderflow, orders={"is_enabled": False}), status)

    assert cancel_order(order, by="boss") == CancelOutcome(False, BLOCKED)
    assert export_state(order) == ("pending", status)
    assert not orderflow.heard


def test_with_exports_off_an_order_orderflow_never_saw_is_cancelled(orderflow):
    order = make_open_order(make_shop(orderflow, orders={"is_enabled": False}))

    assert cancel_order(order, by="boss").is_canceled


def test_what_cannot_be_cancelled_is_not_asked_for(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    sales.hold(order.pk)

    outcome = cancel_order(order, by="boss")

    text = "You have not canceled the order: nothing of it can be canceled."
    assert outcome == CancelOutcome(False, text)
    assert not orderflow.heard


def test_a_part_is_cancelled_here_and_the_order_says_that_orderflow_was_not_told(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    invoice_order(order.pk, quantities={order.items.get().pk: Decimal(1)})

    outcome = cancel_order(order, by="boss")

    assert outcome.is_canceled
    assert "OrderFlow was not told" in outcome.text
    assert export_state(order) == ("processing", "Exported")
    assert order.items.get().qty_canceled == 1
    assert order.orderflow_notice.startswith("OrderFlow was not told: ")
    assert not orderflow.heard


def test_an_unknown_order_is_an_error(orderflow):
    order = make_open_order(make_shop(orderflow))
    gone = Order(pk=order.pk + 1)

    with pytest.raises(ActionNotAvailable):
        cancel_order(gone, by="boss")


def test_cancelling_gives_back_what_was_promised(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    make_reservation(order.items.get().product, -2, order=order)

    cancel_order(order, by="boss")

    assert sum(each.quantity for each in Reservation.objects.all()) == 0


def test_a_cancelled_order_says_who_cancelled_it(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")

    cancel_order(order, by="boss")

    assert order.status_histories.get().comment == f"Cancelled by boss. {SUCCESS}"
