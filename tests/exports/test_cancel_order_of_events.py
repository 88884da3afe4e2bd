"""A cancellation beside an announcement, and after a crash: step by step, in any order."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.cancel_requests import recover_cancellations
from exports.cancelling import CancelOutcome, cancel_order
from exports.claims import Batch, claim_these
from exports.cron import export_orders_create
from exports.models import Export, ExportLine
from exports.outcomes import Fate, Outcome
from exports.settling import RetryPolicy, close, settle
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.cancelling import (
    export_state,
    make_open_order,
    paths,
)
from tests.exports.shop import make_shop, told

pytestmark = pytest.mark.django_db

POLICY = RetryPolicy(4, timedelta(minutes=5), timedelta(hours=2), timedelta(minutes=1))


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

    assert export_state(order) == ("canceled", "Cancelled")
    assert order.orderflow_due_at is None


def test_a_cancelled_order_is_never_announced(orderflow):
    website = make_shop(orderflow, orders={"exportable_status": ("pending", "canceled")})
    order = make_open_order(website)
    cancel_order(order, by="boss")

    export_orders_create()

    assert not told(orderflow)
    assert export_state(order) == ("canceled", "Cancelled")


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
