"""What becomes of an order when something of it is shipped."""

import pytest

from orderflow_bridge.common.choices import Result
from orderflow_bridge.sales.models import (
    Invoice,
)
from tests.imports.despatches import a_despatch, an_order, ship, shipped

pytestmark = pytest.mark.django_db


def test_a_partial_despatch_leaves_the_order_open() -> None:
    order = an_order(("A", 2))

    ship(a_despatch(38, order, ("A", 1)))

    order.refresh_from_db()
    assert (order.state, order.status) == ("processing", "processing")


def test_the_first_despatch_of_an_unbilled_order_makes_it_processing() -> None:
    order = an_order(("A", 1), invoiced=False)

    ship(a_despatch(38, order))

    order.refresh_from_db()
    assert (order.state, order.status) == ("processing", "processing")


def test_a_suspected_fraud_keeps_its_status_while_the_state_stays() -> None:
    order = an_order(("A", 2), status="fraud")

    ship(a_despatch(38, order, ("A", 1)))

    order.refresh_from_db()
    assert (order.state, order.status) == ("processing", "fraud")


def test_an_open_invoice_holds_completion_back() -> None:
    order = an_order()
    Invoice.objects.create(increment_id="1", order=order, state=Invoice.State.OPEN)

    ship(a_despatch(38, order))

    order.refresh_from_db()
    assert order.state == "processing"


def test_a_change_of_status_is_put_into_the_orders_history() -> None:
    order = an_order(("A", 2))

    ship(a_despatch(38, order, ("A", 1)), a_despatch(39, order, ("A", 1)))

    history = order.status_histories.get()
    assert (history.status, history.entity_name) == ("complete", "shipment")


def test_several_messages_for_one_order_in_a_batch_see_one_another() -> None:
    order = an_order(("A", 2))

    lines = ship(*(a_despatch(number, order, ("A", 1)) for number in (38, 39, 40)))

    order.refresh_from_db()
    assert [line.result for line in lines] == [Result.SUCCESS, Result.SUCCESS, Result.FAILURE]
    assert shipped(order) == {"A": 2}
    assert order.state == "complete"
