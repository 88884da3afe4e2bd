"""What a despatch does to stock: nothing in classic mode; with several sources it leaves one."""

import pytest

from orderflow_bridge.common.choices import Result
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import Reservation, SourceItem, Stock
from orderflow_bridge.inventory.selectors import salable_quantity
from orderflow_bridge.sales.models import Order, Shipment
from tests.factories import (
    make_bundle_item,
    make_configurable_item,
    make_order,
    make_product,
    make_reservation,
    make_source,
    make_source_item,
    make_stock,
)
from tests.imports.despatches import a_despatch, an_order, ship

pytestmark = pytest.mark.django_db


@pytest.fixture
def _multi_source() -> None:
    write_settings(InventoryImport, {"multi_source_enabled": True})


def on_hand(sku: str, source: str = "default") -> object:
    return SourceItem.objects.get(product__sku=sku, source=source).quantity


def test_in_classic_mode_a_shipment_touches_no_stock() -> None:
    make_source_item("A", 10)

    ship(a_despatch(38, an_order(("A", 2))))

    assert on_hand("A") == 10
    assert not Reservation.objects.exists()


@pytest.mark.usefixtures("_multi_source")
def test_shipped_units_leave_their_source_and_keep_their_promise() -> None:
    product, stock = make_product("A"), make_stock(sources=["default", "eu"])
    make_source_item(product, 10)
    make_source_item(product, 5, "eu")
    order = an_order((product, 3))
    order.store.website.stocks.add(stock)
    make_reservation(product, -3, stock=stock, order=order)
    salable = salable_quantity(product, stock)

    ship(a_despatch(38, order, ("A", 1), ("A", 2, "eu")))

    assert (on_hand("A"), on_hand("A", "eu")) == (9, 3)
    given_back = Reservation.objects.filter(quantity__gt=0).order_by("quantity")
    assert list(given_back.values_list("quantity", "stock", "order_id", "event")) == [
        (1, stock.pk, order.pk, "shipment_created"),
        (2, stock.pk, order.pk, "shipment_created"),
    ]
    assert salable_quantity(product, stock) == salable


@pytest.mark.usefixtures("_multi_source")
def test_an_unnamed_source_is_the_stocks_only_one() -> None:
    order = an_order(("A", 1))
    order.store.website.stocks.add(make_stock(sources=["eu"]))
    make_source_item("A", 5, "eu")

    ship(a_despatch(38, order))

    assert Shipment.objects.get().source_code == "eu"
    assert on_hand("A", "eu") == 4


@pytest.mark.usefixtures("_multi_source")
def test_an_unnamed_source_of_several_is_the_default_one() -> None:
    order = an_order(("A", 1))
    order.store.website.stocks.add(make_stock(sources=["eu", "us"]))

    ship(a_despatch(38, order))

    assert Shipment.objects.get().source_code == "default"


@pytest.mark.usefixtures("_multi_source")
def test_a_website_without_a_stock_sells_from_the_first_one() -> None:
    order = an_order(("A", 1))
    default = Stock.objects.get(name="Default Stock")
    make_reservation("A", -1, stock=default, order=order)

    ship(a_despatch(38, order))

    assert Reservation.objects.latest("pk").quantity == 1
    assert Reservation.objects.latest("pk").stock == default


@pytest.mark.usefixtures("_multi_source")
def test_goods_that_left_are_counted_even_if_nobody_knew_of_them() -> None:
    [line] = ship(a_despatch(38, an_order(("A", 2))))

    item = SourceItem.objects.get()
    assert line.result == Result.SUCCESS
    assert (item.quantity, item.status) == (-2, SourceItem.Status.OUT_OF_STOCK)


@pytest.mark.usefixtures("_multi_source")
def test_the_last_unit_puts_the_item_out_of_stock() -> None:
    make_source_item("A", 2)

    ship(a_despatch(38, an_order(("A", 2))))

    assert SourceItem.objects.get().status == SourceItem.Status.OUT_OF_STOCK


@pytest.mark.usefixtures("_multi_source")
def test_a_shipment_leaves_the_newest_sequence_id_alone() -> None:
    make_source_item("A", 2, last_sequence_id=507)

    ship(a_despatch(38, an_order(("A", 1))))

    assert SourceItem.objects.get().last_sequence_id == 507


@pytest.mark.usefixtures("_multi_source")
def test_variants_and_bundles_take_their_parts_off_the_shelf() -> None:
    order = make_order(increment_id="000000005")
    make_configurable_item(order, "WS-1", 2)
    bundle = make_bundle_item(order, [("A", 1), ("B", 2)], 2)
    for sku in ("WS-1", "A", "B"):
        make_source_item(sku, 10)

    ship(a_despatch(38, order, ("WS-1", 1), (bundle.sku, 1)))

    assert (on_hand("WS-1"), on_hand("A"), on_hand("B")) == (9, 9, 8)


@pytest.mark.usefixtures("_multi_source")
def test_a_refused_despatch_touches_no_stock() -> None:
    make_source("eu")
    make_source_item("A", 10)
    order: Order = an_order(("A", 2))

    ship(a_despatch(38, order, ("A", 2), ("A", 1, "eu")))

    assert on_hand("A") == 10
    assert not Reservation.objects.exists()
