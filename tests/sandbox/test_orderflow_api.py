"""OrderFlow's side of the contract, asked by the shop's own client."""

import pytest

from orderflow_bridge.client import OrderFlowError, WarehouseQuantity
from orderflow_bridge.client.documents import ProductDocument, ProductOperation, ReturnDocument
from orderflow_bridge.sandbox.records import Errand, OrderLine, OrderState, WarehouseOrder
from orderflow_bridge.sandbox.warehouse import EPOCH


def add_order(running, units=2):
    """Put an order for bags into the warehouse."""
    running.stock()
    order = WarehouseOrder("000000005", lines=[OrderLine("24-MB01", ordered=units)])
    running.warehouse.take_order(order, at=EPOCH)
    return order


def test_an_announced_order_is_put_down_to_be_fetched(running):
    with running.shop() as shop:
        reply = shop.notify_order_created(entity_id=42, increment_id="000000042")

    assert reply.root.text == "Order 000000042 queued"
    assert running.warehouse.errands == [Errand("order", "000000042", "42")]


def test_an_announced_product_is_put_down_once_whatever_is_in_its_sku(running):
    sku = 'SKU & 1/2 "x" é+=#'
    with running.shop() as shop:
        shop.notify_product_modified(sku)
        shop.notify_product_created(sku)

    assert running.warehouse.errands == [Errand("product", sku)]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"password": "wrong"}, "OrderFlow refused the login (401)."),
        ({"username": "somebody"}, "OrderFlow refused the login (401)."),
        ({"organisation": "Another"}, "OrderFlow's user may not do this (403)."),
        ({"channel": ""}, "OrderFlow's user may not do this (403)."),
    ],
)
def test_a_wrong_account_is_refused_and_changes_nothing(running, changed, reason):
    with running.shop(**changed) as shop, pytest.raises(OrderFlowError) as refused:
        shop.notify_product_modified("24-MB01")

    assert str(refused.value).startswith(reason)
    assert running.warehouse.errands == []


def test_an_open_order_is_cancelled(running):
    order = add_order(running)

    with running.shop() as shop:
        reply = shop.cancel_order("000000005")

    assert reply.root.text == "Order 000000005 cancelled"
    assert order.state == OrderState.CANCELLED


def test_a_despatched_order_is_not_cancelled(running):
    add_order(running)
    running.warehouse.despatch("000000005")

    with running.shop() as shop, pytest.raises(OrderFlowError, match="No cancel operation"):
        shop.cancel_order("000000005")


def test_cancelling_an_unknown_order_is_an_exception(running):
    with running.shop() as shop, pytest.raises(OrderFlowError, match="MissingDataException"):
        shop.cancel_order("000000099")


def test_an_orders_detail_names_its_state_and_lines(running):
    add_order(running)

    with running.shop() as shop:
        root = shop.order_detail("000000005").root

    assert (root.get("externalReference"), root.get("state")) == ("000000005", "Received")
    assert [dict(line.attrib) for line in root.iter("orderLine")] == [
        {"product": "24-MB01", "quantity": "2", "despatched": "0"}
    ]


def test_the_detail_of_an_unknown_order_is_an_exception(running):
    with running.shop() as shop, pytest.raises(OrderFlowError, match="MissingDataException"):
        shop.order_detail("000000099")


def test_the_inventory_names_what_is_there_and_what_is_claimed(running):
    add_order(running)

    with running.shop() as shop:
        taken: list[WarehouseQuantity] = []
        shop.retrieve_stock(taken.append)
    [stock_quantity] = taken

    assert (stock_quantity.reference, stock_quantity.total, stock_quantity.allocated) == (
        "24-MB01",
        90,
        2,
    )
    assert stock_quantity.is_available
    assert not stock_quantity.is_frozen


def test_a_document_is_reported_line_by_line(running):
    running.stock("24-MB01")
    products = [ProductDocument("24-MB01", {"description": "Old"}), ProductDocument("<new> & ]]>")]
    with running.shop() as shop:
        _, inserted = shop.send_products(products, ProductOperation.IMPORT)
        _, updated = shop.send_products([ProductDocument("gone")], ProductOperation.UPDATE)
        _, merged = shop.send_products(
            [ProductDocument("24-MB01", {"description": "New=1"})], ProductOperation.MERGE
        )

    assert (inserted.successes, inserted.duplicates, inserted.failures) == (1, 1, 0)
    assert updated.lines[0].message == "There is no product gone in the warehouse."
    assert merged.is_success
    assert running.warehouse.stock["24-MB01"].description == "New=1"
    assert set(running.warehouse.stock) == {"24-MB01", "<new> & ]]>"}


def test_returns_are_acknowledged(running):
    with running.shop() as shop:
        _, report = shop.send_returns([ReturnDocument("R1")])

    assert report.is_success
    assert [line.reference for line in report.lines] == ["R1"]


def test_every_call_is_written_down_with_its_raw_text(running):
    with running.shop() as shop:
        shop.send_products([ProductDocument("24-MB01")], ProductOperation.MERGE)

    message = running.last()
    assert (message.direction, message.note) == ("in", "200")
    assert "<imports>" in message.received
    assert "<importReport>" in message.sent
    assert "Authorization" not in f"{message.place}{message.received}{message.sent}"
