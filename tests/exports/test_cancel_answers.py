"""What OrderFlow's answers to a cancellation mean (docs/contract/orderflow-http.md)."""

import pytest

from exports.cancelling import CancelOutcome, cancel_order
from exports.models import Export, ExportLine
from orderflow_bridge.request_queue.models import Request
from tests.exports.cancelling import (
    NOTHING_DONE,
    SUCCESS,
    UNKNOWN_THERE,
    export_state,
    make_open_order,
    paths,
)
from tests.exports.shop import make_shop
from tests.fakes import Answer

pytestmark = pytest.mark.django_db


def test_a_refusal_leaves_the_order_as_it_was_with_orderflows_reason(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    orderflow.answers = [NOTHING_DONE]

    outcome = cancel_order(order, by="boss")

    text = "Order cancellation failed. No cancel operation performed: order is being packed"
    assert outcome == CancelOutcome(False, text)
    assert export_state(order) == ("pending", "Exported")
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
    assert export_state(order) == ("canceled", "Cancelled")


def test_an_order_that_was_fetched_may_not_be_unknown_there(orderflow):
    order = make_open_order(make_shop(orderflow), "Exported")
    orderflow.answers = [UNKNOWN_THERE]

    outcome = cancel_order(order, by="boss")

    assert not outcome.is_canceled
    assert outcome.text.startswith("Order cancellation failed. OrderFlow reported an exception")
    assert export_state(order) == ("pending", "Exported")


@pytest.mark.parametrize(
    "trouble", [Answer(reset=True), Answer(status=503), Answer(status=401)],
)  # fmt: skip
def test_an_unreachable_orderflow_cancels_nothing_and_can_be_asked_again(orderflow, trouble):
    order = make_open_order(make_shop(orderflow), "Queued")
    due = order.orderflow_due_at
    orderflow.answers = [trouble]

    failed = cancel_order(order, by="boss")
    between = export_state(order), order.orderflow_due_at
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
    assert export_state(order) == ("pending", "Exported")


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
