"""The warehouse's own rules: what is available, what may leave, which numbers come next."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orderflow_bridge.sandbox.records import (
    Message,
    MessageState,
    OrderLine,
    OrderState,
    WarehouseOrder,
)
from orderflow_bridge.sandbox.warehouse import MOST_MESSAGES, NotPossible, Warehouse

NOON = datetime(2017, 3, 22, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.fixture
def warehouse():
    """A warehouse with ten bags and an order for four of them, in two lines."""
    warehouse = Warehouse()
    warehouse.take_product("24-MB01", description="Bag", first_units=Decimal(10))
    lines = [OrderLine("24-MB01", ordered=Decimal(1)), OrderLine("24-MB01", ordered=Decimal(3))]
    warehouse.take_order(WarehouseOrder("000000005", lines=lines), at=NOON)
    return warehouse


def test_open_orders_claim_their_units(warehouse):
    assert warehouse.demands() == {"24-MB01": 4}

    warehouse.despatch("000000005", {"24-MB01": Decimal(3)})

    assert warehouse.demands() == {"24-MB01": 1}
    assert warehouse.stock["24-MB01"].on_hand == 7


def test_lines_of_one_sku_are_filled_in_turn(warehouse):
    left = warehouse.despatch("000000005", {"24-MB01": Decimal(2)})

    assert left == [("24-MB01", 1), ("24-MB01", 1)]
    assert [line.despatched for line in warehouse.orders["000000005"].lines] == [1, 1]
    assert warehouse.orders["000000005"].state == OrderState.PART_DESPATCHED


def test_without_units_everything_open_leaves(warehouse):
    warehouse.despatch("000000005", {"24-MB01": Decimal(1)})

    warehouse.despatch("000000005")

    assert warehouse.orders["000000005"].state == OrderState.DESPATCHED
    assert warehouse.stock["24-MB01"].on_hand == 6


@pytest.mark.parametrize(
    ("units", "reason"),
    [
        ({"24-MB01": Decimal(5)}, "Order 000000005 has no 5 open units of 24-MB01."),
        ({"24-MB01": Decimal(-1)}, "Order 000000005 has no -1 open units of 24-MB01."),
        ({"hdd000": Decimal(1)}, "Order 000000005 has no 1 open units of hdd000."),
        ({"24-MB01": Decimal(0)}, "There is nothing to despatch."),
    ],
)
def test_what_is_not_open_cannot_leave(warehouse, units, reason):
    with pytest.raises(NotPossible, match=f"^{reason}$"):
        warehouse.despatch("000000005", units)

    assert warehouse.stock["24-MB01"].on_hand == 10


def test_nothing_leaves_if_one_sku_of_a_despatch_cannot(warehouse):
    with pytest.raises(NotPossible):
        warehouse.despatch("000000005", {"24-MB01": Decimal(1), "hdd000": Decimal(1)})

    assert warehouse.demands() == {"24-MB01": 4}


def test_a_cancelled_order_frees_its_units_once(warehouse):
    assert warehouse.cancel("000000005") is True
    assert warehouse.cancel("000000005") is False
    assert warehouse.demands() == {}


def test_an_order_that_has_partly_left_cannot_be_cancelled(warehouse):
    warehouse.despatch("000000005", {"24-MB01": Decimal(1)})

    assert warehouse.cancel("000000005") is False


def test_an_order_is_taken_over_once(warehouse):
    again = WarehouseOrder("000000005", lines=[OrderLine("24-MB01", ordered=Decimal(9))])

    assert warehouse.take_order(again, at=NOON) is False
    assert warehouse.demands() == {"24-MB01": 4}


def test_last_order_exported_is_the_next_whole_second(warehouse):
    assert warehouse.last_order_at == "2017-03-22 12:00:01"


def test_every_change_makes_a_new_inventory_record(warehouse):
    record = warehouse.stock["24-MB01"]
    seen = [record.record_id]
    for units in (11, 11, 12):
        warehouse.set_stock("24-MB01", Decimal(units))
        seen.append(record.record_id)

    assert seen[0] < seen[1] == seen[2] < seen[3]


def test_initializing_renews_all_records(warehouse):
    before = warehouse.stock["24-MB01"].record_id

    warehouse.initialize()

    assert warehouse.stock["24-MB01"].record_id > before
    assert warehouse.changed_skus() == ["24-MB01"]


def test_a_reset_keeps_the_counters(warehouse):
    numbers = (warehouse.next_record_id, warehouse.new_message_id())

    warehouse.reset()

    assert not warehouse.stock
    assert not warehouse.orders
    assert warehouse.next_record_id == numbers[0]
    assert warehouse.new_message_id() == numbers[1] + 1


def test_the_oldest_messages_are_forgotten(warehouse):
    for _ in range(MOST_MESSAGES + 2):
        warehouse.note(Message(0, "", "in", "", "", "", MessageState.ANSWERED))

    assert len(warehouse.messages) == MOST_MESSAGES
    assert warehouse.messages[0].number == 3
