"""Salable quantities, and what shipping and cancelling do to them."""

from decimal import Decimal

import pytest

from orderflow_bridge.inventory.models import Reservation, SourceItem
from orderflow_bridge.inventory.selectors import (
    reserved_units,
    salable_quantity,
    sole_sources,
    stock_of_website,
    stocks_of_websites,
)
from orderflow_bridge.inventory.services import Departure, release_promises, ship_from_source
from orderflow_bridge.sales.invoicing import invoice_order
from orderflow_bridge.sales.services import cancel
from orderflow_bridge.sales.shipping import ship_order
from tests.factories import (
    make_order,
    make_product,
    make_reservation,
    make_source,
    make_source_item,
    make_stock,
    make_website,
)

pytestmark = pytest.mark.django_db


def test_salable_is_what_lies_at_the_stocks_sources_less_the_promises() -> None:
    product, stock = make_product(), make_stock(sources=["eu", "us"])
    make_source_item(product, 5, "eu")
    make_source_item(product, 3, "us")
    make_source_item(product, 100, "elsewhere")
    make_reservation(product, -2, stock=stock)
    make_reservation(product, -50, stock=make_stock())

    assert salable_quantity(product, stock) == 6
    assert reserved_units([product.pk], stock) == {product.pk: -2}


def test_disabled_sources_and_items_out_of_stock_are_not_salable() -> None:
    product, stock = make_product(), make_stock(sources=["eu", "us"])
    make_source("eu", enabled=False)
    make_source_item(product, 5, "eu")
    make_source_item(product, 3, "us", status=SourceItem.Status.OUT_OF_STOCK)

    assert salable_quantity(product, stock) == 0


def test_salable_is_never_below_zero() -> None:
    product, stock = make_product(), make_stock(sources=["eu"])
    make_reservation(product, -2, stock=stock)

    assert salable_quantity(product, stock) == 0


def test_a_website_sells_from_its_own_stock() -> None:
    website, other = make_website(), make_website()
    stock = make_stock(websites=[website])

    assert stock_of_website(website.pk) == stock
    default = stock_of_website(other.pk)
    assert default is not None
    assert stocks_of_websites([website.pk, other.pk]) == {
        website.pk: stock.pk,
        other.pk: default.pk,
    }


def test_a_stock_with_several_sources_falls_back_on_the_default_one() -> None:
    one, two = make_stock(sources=["eu"]), make_stock(sources=["eu", "us"])

    assert sole_sources([one.pk, two.pk]) == {one.pk: "eu", two.pk: "default"}


def test_departures_of_one_product_add_up() -> None:
    item = make_source_item("A", 10)
    stock = make_stock()
    for order in (1, 2):
        make_reservation(item.product, -2, stock=stock, order_id=order)

    ship_from_source(
        [Departure(order, stock.pk, "default", item.product_id, Decimal(2)) for order in (1, 2)]
    )

    item.refresh_from_db()
    assert item.quantity == 6
    assert reserved_units([item.product_id], stock).get(item.product_id, 0) == 0


def test_no_more_is_given_back_than_was_promised() -> None:
    item = make_source_item("A", 10)
    stock = make_stock()
    make_reservation(item.product, -1, stock=stock, order_id=1)
    departure = Departure(1, stock.pk, "default", item.product_id, Decimal(1))

    ship_from_source([departure, departure])

    given_back = Reservation.objects.filter(quantity__gt=0)
    assert [row.quantity for row in given_back] == [1]


def test_a_departure_without_a_stock_gives_no_promise_back() -> None:
    item = make_source_item("A", 10)

    ship_from_source([Departure(1, None, "default", item.product_id, Decimal(2))])

    item.refresh_from_db()
    assert item.quantity == 8
    assert not Reservation.objects.exists()


def test_cancelling_an_order_gives_its_promises_back_once() -> None:
    product, stock = make_product(), make_stock()
    order = make_order(items=[(product, 3)], invoiced=False)
    make_reservation(product, -3, stock=stock, order=order)
    make_reservation(product, -1, stock=stock)
    cancel(order.pk)

    release_promises(order.pk)
    release_promises(order.pk)

    assert reserved_units([product.pk], stock) == {product.pk: -1}


def test_units_that_are_still_to_be_shipped_stay_promised() -> None:
    product, stock = make_product(), make_stock()
    order = make_order(items=[(product, 3)], invoiced=False)
    make_reservation(product, -3, stock=stock, order=order)
    invoice_order(order.pk, quantities={order.items.get().pk: Decimal(2)})
    cancel(order.pk)

    release_promises(order.pk)

    assert reserved_units([product.pk], stock) == {product.pk: -2}


def test_units_that_were_shipped_by_hand_are_no_promise_any_more() -> None:
    product, stock = make_product(), make_stock()
    order = make_order(items=[(product, 3)])
    make_reservation(product, -3, stock=stock, order=order)
    ship_order(order.pk)

    release_promises(order.pk)

    assert reserved_units([product.pk], stock) == {product.pk: 0}
