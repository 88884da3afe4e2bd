"""Classic mode: nothing is counted twice, whatever figures come meanwhile (docs/stock.md)."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory import fulfilment
from orderflow_bridge.inventory.placing import order_cart
from orderflow_bridge.inventory.services import release_promises
from orderflow_bridge.sales.models import Order
from tests.carts import make_cart, make_sold, quantities
from tests.imports.stock import apply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _shop() -> None:
    make_sold("A", 0)
    apply(("A", 10, 1))


def adjust(*statuses: str, **values: Any) -> None:
    """Have unsent orders of these statuses taken off OrderFlow's figures."""
    values = {"adjust_inventory": Adjustment.UNSENT_ORDERS, **values}
    write_settings(InventoryImport, {"valid_unsent_order_statuses": statuses, **values})


def place(units: int) -> Order:
    return Order.objects.get(pk=order_cart(make_cart(("A", units)).pk, payment_method="checkmo"))


def tell_orderflow(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(
        orderflow_export_status="Exported", orderflow_export_date=timezone.now()
    )


def test_an_unsent_order_is_taken_off_once_by_the_order_and_once_by_every_new_figure() -> None:
    adjust("pending")
    place(3)
    assert quantities("A") == [7]

    apply(("A", 10, 2))
    assert quantities("A") == [7]

    apply(("A", 10, 3))
    assert quantities("A") == [7]


def test_an_order_that_orderflow_has_counted_is_not_taken_off_again() -> None:
    adjust("pending")
    tell_orderflow(place(3))

    apply(("A", 7, 2))

    assert quantities("A") == [7]


def test_shipping_leaves_the_figure_alone() -> None:
    order = place(3)

    fulfilment.ship(order.pk)

    assert quantities("A") == [7]


def test_cancelled_units_come_back_while_the_figure_still_lacks_them() -> None:
    order = place(3)

    fulfilment.cancel(order.pk)
    release_promises(order.pk)

    assert quantities("A") == [10]


def test_cancelled_units_come_back_when_the_new_figure_lacks_them_as_unsent() -> None:
    adjust("pending")
    order = place(3)
    apply(("A", 10, 2))

    fulfilment.cancel(order.pk)

    assert quantities("A") == [10]


def test_a_figure_that_never_lacked_the_units_does_not_get_them_on_top() -> None:
    order = place(3)
    apply(("A", 10, 2))

    fulfilment.cancel(order.pk)

    assert quantities("A") == [10]


def test_units_that_orderflow_freed_come_back_with_its_next_figure() -> None:
    order = place(3)
    tell_orderflow(order)
    apply(("A", 7, 2))

    fulfilment.cancel(order.pk)
    assert quantities("A") == [7]

    apply(("A", 10, 3))
    assert quantities("A") == [10]


def test_only_what_is_not_shipped_comes_back() -> None:
    order = place(3)
    row = order.items.get()
    fulfilment.ship(order.pk, quantities={row.pk: Decimal(1)})

    fulfilment.cancel(order.pk)

    assert quantities("A") == [9]


def test_the_last_unit_puts_the_item_out_of_stock_and_its_return_back_in() -> None:
    order = place(10)
    item = order.items.get().product.source_items.get()
    assert item.status == 0

    fulfilment.cancel(order.pk)

    item.refresh_from_db()
    assert item.status == 1
