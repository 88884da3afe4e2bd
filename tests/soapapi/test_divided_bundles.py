"""Bundles whose parts leave in several parcels: at the SOAP address, by the job."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from orderflow_bridge.access.rights import ORDERS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.arrangement import salable_quantity_of
from orderflow_bridge.inventory.fulfilment import cancel, ship
from orderflow_bridge.inventory.models import Deduction, SourceItem, Stock
from orderflow_bridge.inventory.placing import place_order
from orderflow_bridge.inventory.services import refund_and_release
from orderflow_bridge.sales.drafts import OrderDraft
from orderflow_bridge.sales.models import Order, OrderItem, Shipment, ShipmentItem
from orderflow_bridge.sales.refunding import Refund
from tests.factories import (
    make_bundle_item,
    make_order,
    make_order_item,
    make_product,
    make_source_item,
    make_stock,
    make_user,
)
from tests.soapapi.departing import DIALECTS, despatched, run_job
from tests.soapapi.posting import ORDERS, call, despatch, post

pytestmark = pytest.mark.django_db

NUMBER = "000000005"


@pytest.fixture
def order(orderflow: User) -> Order:
    """An invoiced order of two bundles, each of two D and one E that ship together."""
    order = make_order(increment_id=NUMBER)
    make_bundle_item(order, [("D", 2), ("E", 1)], 2)
    return order


def shipped(order: Order) -> list[Decimal]:
    """Return what was shipped of the bundle, of D and of E."""
    rows = order.items.order_by("parent_item_id", "pk")
    by_sku = {("D" if row.sku == "D" else "E" if row.sku == "E" else "SET"): row for row in rows}
    return [by_sku[sku].qty_shipped for sku in ("SET", "D", "E")]


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_bundle_follows_its_parts_and_the_order_is_complete_at_the_end(
    client: Client, token: str, order: Order, dialect: str
) -> None:
    seen = []
    for number, new_track in enumerate(
        [("D", "2"), ("E", "1"), ("E", "1"), ("D", "1"), ("D", "1")]
    ):
        line = despatched(client, token, NUMBER, new_track, number=number, dialect=dialect)
        assert line.message == f"Order {NUMBER} successfully shipped."
        seen.append((*shipped(order), state(order)))

    assert seen == [
        (0, 2, 0, "processing"),
        (1, 2, 1, "processing"),
        (1, 2, 2, "processing"),
        (1, 3, 2, "processing"),
        (2, 4, 2, "complete"),
    ]
    assert list(ShipmentItem.objects.order_by("pk").values_list("sku", "qty")) == [
        ("D", 2), ("E", 1), ("E", 1), ("D", 1), ("D", 1),
    ]  # fmt: skip


def test_one_message_that_divides_a_bundle_over_two_sources_ships_it(
    client: Client, token: str, order: Order
) -> None:
    make_source_item("D", 9, source="eu")
    items = "".join(
        f"<item><sku>{sku}</sku><qty>{qty}</qty><source>{source}</source></item>"
        for sku, qty, source in (("D", 4, "eu"), ("E", 2, "default"))
    )
    arguments = (
        f"<orderIncrementId>{NUMBER}</orderIncrementId><skuQty>{items}</skuQty>"
        "<messageSeqId>38</messageSeqId>"
    )

    post(client, despatch(arguments, token=token))
    run_job(Entity.SHIPMENT)

    assert (shipped(order), state(order)) == ([2, 4, 2], "complete")
    assert set(Shipment.objects.values_list("source_code", "total_qty")) == {
        ("eu", 4),
        ("default", 2),
    }


@pytest.mark.parametrize("dialect", DIALECTS)
def test_whole_bundles_and_parts_can_be_mixed(
    client: Client, token: str, order: Order, dialect: str
) -> None:
    despatched(client, token, NUMBER, ("D", "3"), ("E", "1"), number=1, dialect=dialect)
    assert shipped(order) == [1, 1, 0]

    despatched(client, token, NUMBER, ("E", "1"), ("D", "1"), number=2, dialect=dialect)

    assert (shipped(order), state(order)) == ([2, 2, 1], "complete")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_more_parts_than_were_ordered_fail_and_change_nothing(
    client: Client, token: str, order: Order, dialect: str
) -> None:
    despatched(client, token, NUMBER, ("D", "3"), number=1, dialect=dialect)

    line = despatched(client, token, NUMBER, ("D", "2"), number=2, dialect=dialect)

    assert line.message.endswith(
        'must not be greater than the unshipped quantity for product SKU "D".'
    )
    assert (shipped(order), state(order)) == ([0, 3, 0], "processing")


def test_an_empty_list_ships_what_is_left_of_a_divided_bundle(
    client: Client, token: str, order: Order
) -> None:
    despatched(client, token, NUMBER, ("D", "3"), number=1)

    despatched(client, token, NUMBER, number=2)

    assert (shipped(order), state(order)) == ([2, 4, 2], "complete")


def test_a_part_that_is_a_row_of_its_own_as_well_completes_both(
    client: Client, token: str, order: Order
) -> None:
    make_order_item(order, "D", 3)

    for number, qty in enumerate(("5", "2")):
        despatched(client, token, NUMBER, ("D", qty), number=number)
    despatched(client, token, NUMBER, ("E", "2"), number=9)

    assert state(order) == "complete"


def test_the_rest_of_a_divided_bundle_can_be_shipped_by_hand(
    client: Client, token: str, order: Order
) -> None:
    bundle = order.items.get(parent_item=None)
    despatched(client, token, NUMBER, ("D", "2"), number=1)

    ship(order.pk, quantities={bundle.pk: Decimal(2)})

    assert (shipped(order), state(order)) == ([2, 2, 1], "complete")


@pytest.fixture
def placed(orderflow: User) -> Order:
    """A bundle of two D and one E, ordered of a stock of ten each in multi-source mode."""
    write_settings(InventoryImport, {"multi_source_enabled": True})
    return _placed()


def _placed() -> Order:
    order = make_order(increment_id=f"{NUMBER}x")  # lends its store view
    make_stock(websites=[order.store.website])
    draft = Order(
        store=order.store, increment_id=NUMBER, customer_email="v@example.com", state="processing"
    )
    products = [make_source_item(sku, 10).product for sku in ("D", "E")]
    bundle = _row(make_product("SET", type_id="bundle"), 1)
    rows = [bundle, _row(products[0], 2, bundle), _row(products[1], 1, bundle)]
    return place_order(OrderDraft(order=draft, rows=rows))


def _row(product: Product, qty: int, parent: OrderItem | None = None) -> OrderItem:
    return OrderItem(
        product=product,
        sku=product.sku,
        name=product.name,
        product_type=product.type_id,
        qty_ordered=Decimal(qty),
        qty_invoiced=Decimal(qty),
        parent_item=parent,
    )


def _stock() -> dict[str, tuple[Decimal, Decimal]]:
    """Return what lies on the shelf and what can be sold, by SKU."""
    stock_id = Stock.objects.latest("pk").pk
    return {
        item.product.sku: (item.quantity, salable_quantity_of(item.product.sku, stock_id))
        for item in SourceItem.objects.select_related("product").order_by("product__sku")
    }


def test_a_part_takes_its_own_units_off_the_shelf_and_keeps_their_promise(
    client: Client, token: str, placed: Order
) -> None:
    assert _stock() == {"D": (10, 8), "E": (10, 9)}

    despatched(client, token, NUMBER, ("D", "2"), number=1)
    assert _stock() == {"D": (8, 8), "E": (10, 9)}

    despatched(client, token, NUMBER, ("E", "1"), number=2)
    assert _stock() == {"D": (8, 8), "E": (9, 9)}


def test_refunding_a_divided_bundle_gives_back_only_what_has_not_left(
    client: Client, token: str, placed: Order
) -> None:
    despatched(client, token, NUMBER, ("D", "2"), number=1)

    refund_and_release(placed.pk, Refund())

    assert state(placed) == "closed"
    assert _stock() == {"D": (8, 8), "E": (10, 10)}


def test_cancelling_a_divided_bundle_gives_back_only_what_has_not_left(
    client: Client, token: str, placed: Order
) -> None:
    OrderItem.objects.update(qty_invoiced=0)
    despatched(client, token, NUMBER, ("D", "2"), number=1)

    assert cancel(placed.pk)

    assert state(placed) == "canceled"
    assert _stock() == {"D": (8, 8), "E": (10, 10)}


def test_in_classic_mode_only_what_has_not_left_is_put_back(
    client: Client, token: str, orderflow: User
) -> None:
    order = _placed()
    despatched(client, token, NUMBER, ("D", "2"), number=1)

    refund_and_release(order.pk, Refund())

    on_hand = dict(SourceItem.objects.values_list("product__sku", "quantity"))
    assert on_hand == {"D": 8, "E": 10}
    assert set(Deduction.objects.values_list("source_item__product__sku", "quantity")) == {
        ("D", 2),
        ("E", 0),
    }


def test_readers_see_what_left_of_every_row(client: Client, token: str, order: Order) -> None:
    despatched(client, token, NUMBER, ("D", "2"), number=1)
    despatched(client, token, NUMBER, ("E", "1"), number=2)
    reader = grant_token(make_user(rights=[ORDERS_VIEW]))

    by_soap = post(
        client, call(ORDERS, "Get", f"<id>{order.pk}</id>", token=reader)
    ).content.decode()
    by_rest = client.get(
        f"/rest/V1/orders/{order.pk}", headers={"Authorization": f"Bearer {reader}"}
    ).json()

    units = [item["qty_shipped"] for item in by_rest["items"]]
    assert units == [1, 2, 1]
    for qty in (1, 2):
        assert f"<qtyShipped>{qty}</qtyShipped>" in by_soap
    assert by_rest["state"] == "processing"
