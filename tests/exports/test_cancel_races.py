"""Cancelling while exports run: real threads, real transactions, real HTTP."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from exports.cancelling import CancelOutcome, cancel_order
from exports.cron import export_orders_create
from exports.manual import export_now, requeue
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ExportRefused
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.shop import make_shop
from tests.factories import make_order, make_product, make_store
from tests.fakes import Answer

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
]
PENDING = {"exportable_status": ("pending",)}


class Running(threading.Thread):
    """A thread of its own database connection; `result` is what its work returned."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self._work = work
        self.result: Any = None
        self.start()

    def run(self) -> None:
        try:
            self.result = self._work()
        finally:
            connection.close()

    def finish(self) -> Any:
        self.join(timeout=30)
        assert not self.is_alive()
        return self.result


def wait_for_call(orderflow) -> None:
    deadline = time.monotonic() + 10
    while not orderflow.heard:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_while_orderflow_is_asked_the_intent_is_committed_and_nothing_else_is_done(orderflow):
    website = make_shop(orderflow, orders=PENDING)
    queued: dict[str, Any] = {
        "orderflow_export_status": "Queued",
        "orderflow_queued_at": timezone.now(),
    }
    order = make_order(
        store=make_store(website), items=[(make_product(), 1)], invoiced=False, **queued
    )
    orderflow.answers = [Answer(delay=1.0)]

    cancelling = Running(lambda: cancel_order(order, by="boss"))
    wait_for_call(orderflow)
    intent = Request.objects.get()
    again = cancel_order(order, by="other")
    with pytest.raises(ExportRefused, match="is just being cancelled and cannot be exported"):
        export_now(Entity.ORDER, [order.pk])
    requeue(Entity.ORDER, ids=[order.pk])
    export_orders_create()
    outcome = cancelling.finish()

    assert (intent.processed_at, intent.received_by) == (None, "boss")
    assert "at this moment" in again.text
    assert [heard.path.split("?")[0] for heard in orderflow.heard] == [
        "/web/remoteorder/order/cancel.xml"
    ]
    assert outcome == CancelOutcome(True, "Order successfully cancelled.")


def test_an_announced_order_is_never_cancelled_behind_orderflows_back(orderflow):
    website = make_shop(orderflow, orders=PENDING)
    store = make_store(website)
    orders = [
        make_order(store=store, items=[(make_product(), 1)], invoiced=False) for _ in range(12)
    ]
    orderflow.answers = [Answer(delay=0.02 * (number % 4)) for number in range(12)]

    exporting = Running(export_orders_create)
    outcomes = {order.pk: cancel_order(order, by="boss") for order in orders}
    exporting.finish()

    calls = [
        (heard.path.split("?")[0].rsplit("/", 1)[1], heard.path.rsplit("=", 1)[1])
        for heard in orderflow.heard
    ]
    for order in Order.objects.all():
        told = [name for name, number in calls if number == order.increment_id]
        if outcomes[order.pk].is_canceled:
            assert told in ([], ["update.xml", "cancel.xml"])
            assert (order.status, order.orderflow_export_status) == ("canceled", "Cancelled")
        else:
            assert told == ["update.xml"]
            assert (order.status, order.orderflow_export_status) == ("pending", "Queued")
