"""Cancelling, holding, invoicing and shipping orders by hand."""

from decimal import Decimal

import pytest

from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.models import Invoice, Order, Shipment
from orderflow_bridge.sales.services import (
    add_comment,
    cancel,
    hold,
    unhold,
)
from orderflow_bridge.sales.shipping import ship_order
from tests.factories import make_configurable_item, make_order

pytestmark = pytest.mark.django_db


def export_state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.state, order.status


def test_cancelling_takes_every_open_unit_back() -> None:
    order = make_order(items=[("A", 2)], configurables=[("B", 3)], invoiced=False)

    assert cancel(order.pk, comment="Out of stock")

    assert export_state(order) == ("canceled", "canceled")
    assert list(order.items.values_list("qty_canceled", flat=True)) == [2, 3, 3]
    assert order.status_histories.get().comment == "Out of stock"


def test_cancelling_what_cannot_be_cancelled_is_no_error() -> None:
    order = make_order(items=[("A", 2)])

    assert not cancel(order.pk)
    assert export_state(order) == ("processing", "processing")


def test_cancelling_twice_changes_nothing_more() -> None:
    order = make_order(items=[("A", 2)], invoiced=False)
    cancel(order.pk)

    assert not cancel(order.pk)
    assert order.status_histories.count() == 1


def test_an_order_that_is_partly_invoiced_outlives_its_cancellation() -> None:
    order = make_order(items=[("A", 2)], invoiced=False, grand_total=Decimal(20))
    invoice_order(order.pk, quantities={order.items.get().pk: Decimal(1)})

    assert cancel(order.pk)

    assert export_state(order) == ("processing", "processing")
    assert order.items.get().qty_canceled == 1
    assert order.total_canceled == 10


def test_a_hold_remembers_where_the_order_stood() -> None:
    order = make_order(items=[("A", 1)], status="fraud")

    hold(order.pk)

    assert export_state(order) == ("holded", "holded")
    assert (order.hold_before_state, order.hold_before_status) == ("processing", "fraud")


def test_removing_the_hold_restores_and_forgets() -> None:
    order = make_order(items=[("A", 1)], status="fraud")
    hold(order.pk)

    unhold(order.pk)

    assert export_state(order) == ("processing", "fraud")
    assert (order.hold_before_state, order.hold_before_status) == ("", "")


def test_a_held_order_cannot_be_held_again() -> None:
    order = make_order(items=[("A", 1)])
    hold(order.pk)

    with pytest.raises(ActionNotAvailable, match=r"^A hold action is not available\.$"):
        hold(order.pk)


def test_an_order_that_is_not_on_hold_has_no_hold_to_remove() -> None:
    order = make_order(items=[("A", 1)])

    with pytest.raises(ActionNotAvailable, match=r"^You cannot remove the hold\.$"):
        unhold(order.pk)


def test_an_unknown_order_is_an_error() -> None:
    with pytest.raises(ActionNotAvailable):
        hold(0)


def test_a_comment_may_change_the_status_but_not_the_state() -> None:
    order = make_order(items=[("A", 1)])

    add_comment(order.pk, comment="Odd address", status="fraud", is_visible_on_front=True)

    history = order.status_histories.get()
    assert export_state(order) == ("processing", "fraud")
    assert (history.comment, history.status, history.is_visible_on_front) == (
        "Odd address",
        "fraud",
        True,
    )


def test_invoicing_a_new_order_makes_it_processing() -> None:
    order = make_order(
        items=[("A", 2)], configurables=[("B", 1)], invoiced=False, grand_total=Decimal(35)
    )

    invoice = invoice_order(order.pk)

    assert export_state(order) == ("processing", "processing")
    assert (invoice.increment_id, invoice.total_qty, invoice.grand_total) == ("000000001", 3, 35)
    assert (order.total_invoiced, order.total_paid) == (35, 35)
    assert list(order.items.values_list("qty_invoiced", flat=True)) == [2, 1, 1]
    assert list(invoice.items.values_list("sku", "qty")) == [("A", 2), ("B", 1)]


def test_the_last_invoice_takes_what_is_left_of_the_total() -> None:
    order = make_order(items=[("A", 2)], invoiced=False, grand_total=Decimal(25))
    row = order.items.get()

    first = invoice_order(order.pk, quantities={row.pk: Decimal(1)})
    second = invoice_order(order.pk)

    assert (first.grand_total, second.grand_total) == (10, 15)


def test_invoicing_what_was_shipped_completes_the_order() -> None:
    order = make_order(items=[("A", 2)], invoiced=False)
    ship_order(order.pk)
    assert export_state(order) == ("processing", "processing")

    invoice_order(order.pk)

    assert export_state(order) == ("complete", "complete")


def test_an_open_invoice_holds_completion_back() -> None:
    order = make_order(items=[("A", 2)], invoiced=False)
    ship_order(order.pk)

    invoice = invoice_order(order.pk, is_paid=False)

    assert export_state(order) == ("processing", "processing")
    assert invoice.state == Invoice.State.OPEN
    assert order.total_paid == 0


@pytest.mark.parametrize("qty", [3, 0])
def test_a_quantity_that_cannot_be_invoiced_is_refused(qty: int) -> None:
    order = make_order(items=[("A", 2)], invoiced=False)

    with pytest.raises(ActionNotAvailable):
        invoice_order(order.pk, quantities={order.items.get().pk: Decimal(qty)})

    assert not Invoice.objects.exists()


def test_an_invoiced_order_is_not_invoiced_again() -> None:
    order = make_order(items=[("A", 2)])

    with pytest.raises(ActionNotAvailable, match="does not allow an invoice"):
        invoice_order(order.pk)


def test_shipping_by_hand_ships_everything_open() -> None:
    order = make_order(items=[("A", 2)])
    parent = make_configurable_item(order, "B", 3)

    ship_order(order.pk, tracking_numbers=["T1", "T1"], title="Royal Mail", comment="Hello")

    shipment = Shipment.objects.get()
    parent.refresh_from_db()
    assert (shipment.total_qty, parent.qty_shipped) == (5, 3)
    assert list(shipment.tracks.values_list("track_number", "title")) == [("T1", "Royal Mail")]
    assert shipment.comments.get().comment == "Hello"
    assert shipment.despatch is None
    assert export_state(order) == ("complete", "complete")


def test_shipping_by_hand_can_name_rows_and_quantities() -> None:
    order = make_order(items=[("A", 2), ("B", 1)])
    row = order.items.get(sku="A")

    ship_order(order.pk, quantities={row.pk: Decimal(1)}, source_code="eu")

    shipment = Shipment.objects.get()
    assert (shipment.source_code, shipment.total_qty) == ("eu", 1)
    assert export_state(order) == ("processing", "processing")


def test_shipping_more_than_is_open_by_hand_is_refused() -> None:
    order = make_order(items=[("A", 2)])

    with pytest.raises(ActionNotAvailable) as raised:
        ship_order(order.pk, quantities={order.items.get().pk: Decimal(3)})

    assert str(raised.value) == (
        'The quantity to ship must not be greater than the unshipped quantity for product SKU "A".'
    )


def test_shipping_rows_of_another_order_is_refused() -> None:
    order, other = make_order(items=[("A", 2)]), make_order(items=[("B", 1)])

    with pytest.raises(ActionNotAvailable, match="not part of the original order"):
        ship_order(order.pk, quantities={other.items.get().pk: Decimal(1)})


def test_shipping_nothing_by_hand_is_refused() -> None:
    order = make_order(items=[("A", 2)])

    with pytest.raises(ActionNotAvailable, match="without products"):
        ship_order(order.pk, quantities={})


def test_a_held_order_is_not_shipped_by_hand() -> None:
    order = make_order(items=[("A", 2)])
    hold(order.pk)

    with pytest.raises(ActionNotAvailable, match="it is on hold"):
        ship_order(order.pk)
