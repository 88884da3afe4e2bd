"""Cancelling orders: who is asked, what the answers mean, and who wins a race (F110, B-52–B-55)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from exports.cancellation import CancelOutcome, cancel_order, recover_cancellations
from exports.claims import Batch, claim_these
from exports.cron import export_orders_create
from exports.models import Export, ExportLine
from exports.outcomes import Fate, Outcome
from exports.retries import RetryPolicy
from exports.settling import close, settle
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.inventory.models import Reservation
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales import services as sales
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from tests.exports.shop import make_shop, told
from tests.factories import make_order, make_product, make_reservation, make_store
from tests.fakes import Answer

pytestmark = pytest.mark.django_db

BLOCKED = "Order exports are currently disabled. Please review the OrderFlow module configuration."
SUCCESS = "Order successfully cancelled."
UNKNOWN_THERE = Answer(
    b"<result><exception>rtd.exceptions.MissingDataException: no such order</exception></result>"
)
NOTHING_DONE = Answer(b"<result>No cancel operation performed: order is being packed</result>")
POLICY = RetryPolicy(4, timedelta(minutes=5), timedelta(hours=2), timedelta(minutes=1))


def make_open_order(website: Website, status: str = "Pending", **values) -> Order:
    """Make an order that is not invoiced yet and stands like this with OrderFlow."""
    known = {"orderflow_export_status": status, **values}
    if status in ("Queued", "Failed"):
        known.setdefault("orderflow_queued_at", timezone.now())
    if status == "Exported":
        known |= {"orderflow_export_date": timezone.now(), "orderflow_due_at": None}
    store = website.stores.first() or make_store(website)
    return make_order(store=store, items=[(make_product(), 2)], invoiced=False, **known)


def standing(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.orderflow_export_status


def paths(orderflow) -> list[str]:
    return [
        heard.path.split("?")[0].removeprefix("/web/remoteorder/order/")
        for heard in orderflow.heard
    ]


# --- who is asked ---------------------------------------------------------------------------------
@pytest.mark.parametrize("status", ["Pending", "Failed"])
def test_an_order_orderflow_never_saw_is_cancelled_here(orderflow, status):
    website = make_shop(orderflow)
    order = make_open_order(website, status)

    outcome = cancel_order(order, by="boss")

    assert outcome == CancelOutcome(True, SUCCESS)
    assert standing(order) == ("canceled", "Cancelled")
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
    assert standing(order) == ("canceled", "Cancelled")
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
    assert standing(order) == ("pending", status)
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
    sales.invoice_order(order.pk, quantities={order.items.get().pk: Decimal(1)})

    outcome = cancel_order(order, by="boss")

    assert outcome.is_canceled
    assert "OrderFlow was not told" in outcome.text
    assert standing(order) == ("processing", "Exported")
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


# --- what the answers mean ------------------------------------------------------------------------
def test_a_refusal_leaves_the_order_as_it_was_with_orderflows_reason(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    orderflow.answers = [NOTHING_DONE]

    outcome = cancel_order(order, by="boss")

    text = "Order cancellation failed. No cancel operation performed: order is being packed"
    assert outcome == CancelOutcome(False, text)
    assert standing(order) == ("pending", "Exported")
    assert Export.objects.get().failures == 1
    assert ExportLine.objects.get().reason == text


def test_nothing_done_counts_as_cancelled_when_orderflow_says_it_already_is(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    orderflow.answers = [NOTHING_DONE, Answer(b'<order state="Cancelled"/>')]

    assert cancel_order(order, by="boss") == CancelOutcome(True, SUCCESS)
    assert paths(orderflow) == ["cancel.xml", "detail.xml"]


def test_an_order_that_was_only_announced_may_be_unknown_there(orderflow):
    order = make_open_order(make_shop(orderflow), "Queued")
    orderflow.answers = [UNKNOWN_THERE]

    outcome = cancel_order(order, by="boss")

    assert outcome == CancelOutcome(True, f"{SUCCESS} OrderFlow does not know it.")
    assert standing(order) == ("canceled", "Cancelled")


def test_an_order_that_was_fetched_may_not_be_unknown_there(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    orderflow.answers = [UNKNOWN_THERE]

    outcome = cancel_order(order, by="boss")

    assert not outcome.is_canceled
    assert outcome.text.startswith("Order cancellation failed. OrderFlow reported an exception")
    assert standing(order) == ("pending", "Exported")


@pytest.mark.parametrize(
    "trouble", [Answer(reset=True), Answer(status=503), Answer(status=401)],
)  # fmt: skip
def test_an_unreachable_orderflow_cancels_nothing_and_can_be_asked_again(orderflow, trouble):
    order = make_open_order(make_shop(orderflow), "Queued")
    due = order.orderflow_due_at
    orderflow.answers = [trouble]

    failed = cancel_order(order, by="boss")
    between = standing(order), order.orderflow_due_at
    again = cancel_order(order, by="boss")

    assert not failed.is_canceled
    assert failed.text.startswith("Order cancellation failed. OrderFlow ")
    assert failed.text.endswith("The order has not been cancelled; please try again later.")
    assert between == (("pending", "Queued"), due)
    assert again == CancelOutcome(True, SUCCESS)


def test_an_endpoint_that_is_left_alone_is_not_called(orderflow):
    website = make_shop(orderflow, api={"breaker_threshold": 1})
    order = make_open_order(website, "Queued")
    orderflow.answers = [Answer(status=503)]
    cancel_order(order, by="boss")

    outcome = cancel_order(order, by="boss")

    assert len(orderflow.heard) == 1
    assert "is left alone for a while" in outcome.text
    assert Request.objects.filter(processed_at=None).count() == 0


def test_a_missing_setting_is_named(orderflow):
    order = make_open_order(make_shop(orderflow, api={"channel": None}), "Exported")

    outcome = cancel_order(order, by="boss")

    assert "Channel is not set for" in outcome.text
    assert standing(order) == ("pending", "Exported")


def test_a_pushed_order_whose_answer_was_lost_is_asked_about(orderflow):
    website = make_shop(orderflow, orders={"mode": "push"})
    order = make_open_order(website, "Failed")
    orderflow.answers = [UNKNOWN_THERE]

    assert cancel_order(order, by="boss").is_canceled
    assert paths(orderflow) == ["cancel.xml"]


def test_an_order_never_pushed_is_not_asked_about(orderflow):
    order = make_open_order(make_shop(orderflow, orders={"mode": "push"}))

    assert cancel_order(order, by="boss").is_canceled
    assert not orderflow.heard


# --- races ----------------------------------------------------------------------------------------
def claimed(order: Order) -> Batch:
    return claim_these(
        Entity.ORDER, Operation.CREATE, (order.website,), [order.pk], lease=timedelta(minutes=5)
    )


def announced(batch: Batch) -> None:
    [target] = batch.targets
    settle(batch, [Outcome(target, Fate.ANNOUNCED, "told")], POLICY)


def test_during_an_announcement_a_cancellation_has_to_wait(orderflow):
    order = make_open_order(make_shop(orderflow))
    batch = claimed(order)

    during = cancel_order(order, by="boss")
    announced(batch)
    after = cancel_order(order, by="boss")

    assert during == CancelOutcome(
        False,
        f"OrderFlow is being called about order {order.increment_id} at this moment."
        " Please try again in a minute.",
    )
    assert after.is_canceled
    assert paths(orderflow) == ["cancel.xml"]


def test_an_order_need_not_wait_for_the_rest_of_its_batch(orderflow):
    website = make_shop(orderflow)
    order, other = make_open_order(website), make_open_order(website)
    batch = claim_these(
        Entity.ORDER, Operation.CREATE, (website,), [order.pk, other.pk],
        lease=timedelta(minutes=5),
    )  # fmt: skip
    target = next(each for each in batch.targets if each.entity_id == order.pk)
    settle(batch, [Outcome(target, Fate.ANNOUNCED, "told")], POLICY)

    assert cancel_order(order, by="boss").is_canceled
    assert not cancel_order(other, by="boss").is_canceled


def test_a_late_outcome_does_not_revive_a_cancelled_order(orderflow):
    order = make_open_order(make_shop(orderflow))
    batch = claimed(order)
    Request.objects.update(claimed_until=timezone.now())

    assert cancel_order(order, by="boss").is_canceled
    announced(batch)
    close(batch, summary=b"")

    assert standing(order) == ("canceled", "Cancelled")
    assert order.orderflow_due_at is None


def test_a_cancelled_order_is_never_announced(orderflow):
    website = make_shop(orderflow, orders={"exportable_status": ("pending", "canceled")})
    order = make_open_order(website)
    cancel_order(order, by="boss")

    export_orders_create()

    assert not told(orderflow)
    assert standing(order) == ("canceled", "Cancelled")


def test_a_cancellation_that_a_crash_left_open_is_closed_and_can_be_repeated(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    Request.objects.create(
        type=RequestType.EXPORT, entity=Entity.ORDER, operation=Operation.CANCEL,
        website=order.website, lines=[{"increment_id": order.increment_id}], fence=1,
        message_id="dead", claimed_until=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip

    closed = recover_cancellations()
    outcome = cancel_order(order, by="boss")

    assert closed == 1
    assert ExportLine.objects.order_by("id")[0].reason.startswith("The bridge stopped before")
    assert not Request.objects.filter(processed_at=None).exists()
    assert outcome.is_canceled


def test_the_order_export_job_closes_what_a_crash_left_open(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    Request.objects.create(
        type=RequestType.EXPORT,
        entity=Entity.ORDER,
        operation=Operation.CANCEL,
        lines=[{"increment_id": order.increment_id}],
        claimed_until=timezone.now(),
    )

    export_orders_create()

    assert not Request.objects.filter(processed_at=None).exists()
    assert Export.objects.get().operation == Operation.CANCEL
