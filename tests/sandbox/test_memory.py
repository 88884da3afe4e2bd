"""The sandbox's file: what a restart finds again."""

import json
from decimal import Decimal

import pytest

from orderflow_bridge.sandbox.faults import Kind
from orderflow_bridge.sandbox.records import Errand, OrderLine, OrderState, WarehouseOrder
from orderflow_bridge.sandbox.shop_messages import ShopMessage, StockLine
from orderflow_bridge.sandbox.storage import UnreadableMemory, load
from orderflow_bridge.sandbox.warehouse import EPOCH
from tests.sandbox.conftest import open_sandbox

PRODUCTS = "remotewarehouse/product/update.xml"


def test_a_restart_finds_everything_again(tmp_path):
    path = tmp_path / "sandbox.json"
    shop_message = ShopMessage("inventory", "71", lines=(StockLine("24-MB01", "90", "507", ""),))
    with open_sandbox(path) as running:
        running.stock(units=Decimal("1.5"))
        lines = [OrderLine("24-MB01", "Bag", Decimal(2), Decimal(1))]
        order = WarehouseOrder("5", lines=lines, state=OrderState.PART_DESPATCHED)
        running.warehouse.take_order(order, at=EPOCH)
        running.sandbox.memory.faults.set_rates(PRODUCTS, {Kind.SLOW.value: 5})
        running.sandbox.memory.held.append(shop_message)
        with running.shop() as shop:
            shop.notify_product_modified("hdd000")
        running.sandbox.save()
        before = running.sandbox.memory

    with open_sandbox(path) as again:
        assert again.sandbox.memory == before


def test_an_errand_in_hand_is_run_again_after_a_crash(tmp_path):
    path, errand = tmp_path / "sandbox.json", Errand("product", "24-MB01")
    with open_sandbox(path) as running:
        with running.sandbox.changing() as memory:
            memory.warehouse.send_for(errand)
            memory.warehouse.begin(errand)
        running.sandbox.save()

    assert load(path).warehouse.errands == [errand]


def test_an_announcement_during_the_fetch_causes_another_fetch(running):
    errand = Errand("product", "24-MB01")
    running.warehouse.send_for(errand)
    running.warehouse.begin(errand)

    with running.shop() as shop:
        shop.notify_product_modified("24-MB01")

    assert running.warehouse.errands == [errand]


def test_only_the_owner_can_read_the_file(running):
    running.sandbox.save()

    path = running.sandbox._path
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text())["secret"] == running.sandbox.account.password


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"warehouse": 1}'])
def test_a_damaged_file_is_explained(tmp_path, text):
    path = tmp_path / "sandbox.json"
    path.write_text(text)

    with pytest.raises(UnreadableMemory, match="Delete it to begin with an empty sandbox"):
        load(path)
