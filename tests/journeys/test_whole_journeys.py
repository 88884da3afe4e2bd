"""Whole journeys through the real endpoints: HTTP out, SOAP in, jobs in between."""

from decimal import Decimal

import pytest

from exports.cancelling import cancel_order
from exports.models import Export
from imports.models import ImportLine
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.faults import Kind
from orderflow_bridge.sandbox.records import OrderState
from tests.factories import make_order
from tests.journeys.conftest import Trade
from tests.outbox.webhooks.shop import Shop, is_genuine, listen

NEW_PRODUCTS = "orderflow_export_product_create"
CHANGED_PRODUCTS = "orderflow_export_product_update"
ORDERS = "orderflow_export_order_create"
STOCK = "orderflow_import_inventory_update"
SHIPMENTS = "orderflow_import_shipment_update"
MAIL = "orderflow_mail_delivery"
WEBHOOKS = "orderflow_webhooks"


def status(entity: Product | Order) -> str:
    entity.refresh_from_db()
    return entity.orderflow_export_status


def stock() -> dict[str, int]:
    items = SourceItem.objects.select_related("product")
    return {item.product.sku: int(item.quantity) for item in items}


def history(entity: Entity) -> list[tuple[str, int, int]]:
    rows = Export.objects.filter(entity=entity).order_by("id")
    return [(Operation(row.operation).name, row.successes, row.failures) for row in rows]


def test_a_saved_product_is_announced_fetched_and_reads_exported(trade: Trade) -> None:
    bag = trade.sell("24-MB01", name="Joust Duffle Bag")
    assert status(bag) == "Pending"

    trade.job(NEW_PRODUCTS)

    assert status(bag) == "Exported"
    assert trade.warehouse.stock["24-MB01"].description == "Joust Duffle Bag"
    assert history(Entity.PRODUCT) == [("CREATE", 1, 0), ("EXPORT", 1, 0)]


def test_a_change_reaches_the_warehouse_as_an_update(trade: Trade) -> None:
    bag = trade.sell("24-MB01", name="Bag")
    trade.job(NEW_PRODUCTS)

    bag.name = "Better Bag"
    bag.save()
    changed = status(bag)
    trade.job(CHANGED_PRODUCTS)

    assert (changed, status(bag)) == ("Pending", "Exported")
    assert trade.warehouse.stock["24-MB01"].description == "Better Bag"


def test_an_order_is_exported_despatched_in_parts_and_completed(trade: Trade) -> None:
    bag = trade.sell("24-MB01")
    trade.job(NEW_PRODUCTS)
    order = make_order(items=[(bag, 3)])
    trade.job(ORDERS)
    assert status(order) == "Exported"
    number = order.increment_id
    details = sending.DespatchDetails(
        tracking="TN1", comment="On its way", is_comment_included=True
    )

    sending.despatch(trade.sandbox, number, {"24-MB01": Decimal(1)}, details=details)
    trade.job(SHIPMENTS)
    order.refresh_from_db()
    after_one = order.state
    sending.despatch(trade.sandbox, number)
    trade.job(SHIPMENTS)
    trade.job(MAIL)

    order.refresh_from_db()
    assert (after_one, order.state) == (Order.State.PROCESSING, Order.State.COMPLETE)
    assert order.shipments.count() == 2
    assert trade.warehouse.orders[number].state == OrderState.DESPATCHED
    assert OutgoingMail.objects.filter(status=OutgoingMail.Status.SENT).count() == 2


def test_a_full_stock_push_sets_the_stock_of_everything(trade: Trade) -> None:
    skus = [f"SKU-{number}" for number in range(12)]
    for sku in skus:
        trade.sell(sku)
    trade.job(NEW_PRODUCTS)
    for number, sku in enumerate(skus):
        trade.warehouse.set_stock(sku, Decimal(number))

    posted = sending.push_stock(trade.sandbox, chunk=5)
    before = stock()
    trade.job(STOCK)

    assert posted.sent == 3
    assert before == {}
    assert stock() == {sku: number for number, sku in enumerate(skus)}


def test_a_message_of_the_guide_becomes_stock(trade: Trade) -> None:
    trade.sell("24-MB01")
    trade.warehouse.take_product("24-MB01", description="Bag", first_units=Decimal(90))

    sending.push_stock(trade.sandbox, ["24-MB01"], dialect="M1")
    run = trade.job(STOCK)

    assert run.status == JobRun.Status.SUCCESS
    assert stock() == {"24-MB01": 90}


def test_pushes_out_of_order_leave_the_newest_figure(trade: Trade) -> None:
    trade.sell("24-MB01")
    trade.warehouse.take_product("24-MB01", description="Bag", first_units=Decimal(90))

    sending.push_out_of_order(trade.sandbox, "24-MB01")
    trade.job(STOCK)

    results = list(ImportLine.objects.order_by("id").values_list("result", flat=True))
    assert results == [Result.SUCCESS, Result.SUPERSEDED]
    assert stock() == {"24-MB01": 91}


def test_an_order_cancelled_in_the_shop_is_cancelled_in_the_warehouse(trade: Trade) -> None:
    order = make_order(items=[(trade.sell("24-MB01"), 2)], invoiced=False)
    trade.job(ORDERS)

    outcome = cancel_order(order, by="boss")

    assert outcome.is_canceled
    assert trade.warehouse.orders[order.increment_id].state == OrderState.CANCELLED
    assert status(order) == "Cancelled"


def test_what_failed_in_an_outage_is_announced_when_it_is_over(trade: Trade) -> None:
    order = make_order(items=[(trade.sell("24-MB01"), 1)])
    faults = trade.sandbox.memory.faults
    faults.set_rates("remoteorder/order/update.xml", {Kind.UNAVAILABLE: 100})
    trade.job(ORDERS)
    failed = status(order), order.orderflow_last_error

    faults.set_rates("remoteorder/order/update.xml", {})
    Order.objects.update(orderflow_due_at=order.created_at)  # the wait has passed
    trade.job(ORDERS)

    assert failed == (
        "Failed",
        "OrderFlow answered 503 Service Unavailable: Down for maintenance:"
        " DOWN FOR MAINTENANCE Back in a minute.",
    )
    assert status(order) == "Exported"


def test_stock_the_warehouse_still_holds_for_an_order_is_not_sold_twice(trade: Trade) -> None:
    bag = trade.sell("24-MB01")
    trade.job(NEW_PRODUCTS)
    trade.warehouse.set_stock("24-MB01", Decimal(10))
    make_order(items=[(bag, 4)])
    trade.job(ORDERS)

    sending.push_stock(trade.sandbox, ["24-MB01"])
    trade.job(STOCK)

    assert stock() == {"24-MB01": 6}


def test_a_shop_that_is_not_magento_learns_what_orderflow_did(trade: Trade) -> None:
    bag = trade.sell("24-MB01")
    with Shop().running() as shop:
        listen(shop, trade.website, parallel_calls=1)
        order = make_order(items=[(bag, 2)])
        trade.job(NEW_PRODUCTS)
        trade.job(ORDERS)
        trade.warehouse.set_stock("24-MB01", Decimal(9))
        sending.push_stock(trade.sandbox, ["24-MB01"])
        trade.job(STOCK)
        sending.despatch(trade.sandbox, order.increment_id)
        trade.job(SHIPMENTS)

        trade.job(WEBHOOKS)

    assert [body["type"] for body in shop.told()] == [
        "order.exported",
        "stock.changed",
        "shipment.created",
    ]
    assert all(is_genuine(heard) for heard in shop.heard)


@pytest.mark.parametrize("dialect", ["M1", "M2"])
def test_a_despatch_sent_twice_ships_once(trade: Trade, dialect: str) -> None:
    order = make_order(items=[(trade.sell("24-MB01"), 2)])
    trade.job(ORDERS)

    sending.despatch(trade.sandbox, order.increment_id, dialect=dialect)
    sending.send_again(trade.sandbox)
    trade.job(SHIPMENTS)

    order.refresh_from_db()
    assert order.shipments.count() == 1
    assert order.state == Order.State.COMPLETE
