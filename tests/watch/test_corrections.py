"""What a second look confirms is corrected as an ordinary figure would: applied, told, undone."""

import orjson
import pytest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Operation, Result
from orderflow_bridge.configuration.sections import (
    Adjustment,
    InventoryImport,
)
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.kinds import STOCK_DIFFERS, STOCK_FAILED
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import Heard, StockDifference
from orderflow_bridge.watch.services import watch
from tests.admin.conftest import boss
from tests.configuration.storing import store
from tests.factories import make_order, make_product
from tests.imports.stock import apply, process, queue
from tests.outbox.webhooks.shop import make_receiver
from tests.watch.warehouse import (
    Warehouse,
    correcting,
    corrections,
    drift,
    item,
    look,
    second_look,
    warehouse,
    website,
)

__all__ = ("boss", "correcting", "warehouse", "website")

pytestmark = pytest.mark.django_db

Kind, Why = StockDifference.Kind, StockDifference.Why


def test_what_is_confirmed_is_applied_and_recorded_and_the_mark_stays(
    correcting: Website, warehouse: Warehouse
) -> None:
    comparison = drift(warehouse)

    assert comparison.corrected == 1
    request = Request.objects.get(operation=Operation.RECONCILE)
    assert (request.message_id, request.received_by) == (
        f"comparison-{comparison.pk}",
        "stock comparison",
    )
    assert item("MUG").quantity == 5
    process()

    mug = item("MUG")
    assert (mug.quantity, mug.last_received, mug.last_sequence_id) == (3, 3, 1)
    [line] = corrections()
    assert line.message == "Product Quantity Corrected to 3"
    assert (line.units_before, line.result, line.sequence_id) == (5, Result.SUCCESS, 1)
    assert look().equal == 1


def test_a_first_look_corrects_nothing(correcting: Website, warehouse: Warehouse) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    assert look().corrected == 0
    assert not Request.objects.filter(operation=Operation.RECONCILE).exists()


def test_the_problem_says_so_and_ends_once_it_is_applied(
    correcting: Website, warehouse: Warehouse
) -> None:
    drift(warehouse)
    assert open_problems(STOCK_DIFFERS).get().remedy == (
        "The inventory import corrects 1 of them; see the comparison for which message was missed."
    )
    watch()
    assert open_problems(STOCK_DIFFERS).exists()

    process()
    watch()
    assert not open_problems(STOCK_DIFFERS).exists()
    assert Problem.objects.filter(kind=STOCK_DIFFERS.name).count() == 1


def test_while_a_correction_waits_the_sku_is_not_judged_again(
    correcting: Website, warehouse: Warehouse
) -> None:
    drift(warehouse)
    assert (look().postponed, look().different) == (1, 0)
    assert Request.objects.filter(operation=Operation.RECONCILE).count() == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_newer_figure_stays_whichever_is_processed_first(
    is_first: bool, correcting: Website, warehouse: Warehouse
) -> None:
    drift(warehouse)
    if is_first:
        process()
    queue(("MUG", 9, 2))
    process()

    assert (item("MUG").quantity, item("MUG").last_sequence_id) == (9, 2)
    [line] = corrections()
    assert line.result == (Result.SUCCESS if is_first else Result.SUPERSEDED)
    if not is_first:
        assert line.message.endswith("already superseded by inventory record 2")


def test_an_old_message_stays_old_after_a_correction(
    correcting: Website, warehouse: Warehouse
) -> None:
    drift(warehouse)
    queue(("MUG", 5, 1))
    process()
    queue(("MUG", 7, 0))
    process()

    assert item("MUG").quantity == 3


def test_a_figure_that_never_came_is_written_without_a_mark(
    correcting: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    warehouse.hold(("MUG", "S", 4))
    look()
    second_look()
    process()
    assert (item("MUG").quantity, item("MUG").last_sequence_id) == (4, None)
    assert look().equal == 1

    apply(("MUG", 6, 0))
    assert (item("MUG").quantity, item("MUG").last_sequence_id) == (6, 0)


def test_a_first_figure_that_came_meanwhile_stays(
    correcting: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    warehouse.hold(("MUG", "S", 4))
    look()
    second_look()
    queue(("MUG", 6, 0))
    process()

    assert (item("MUG").quantity, item("MUG").last_sequence_id) == (6, 0)


def test_orders_that_orderflow_has_not_seen_are_taken_off(
    correcting: Website, warehouse: Warehouse
) -> None:
    store(
        InventoryImport,
        adjust_inventory=Adjustment.UNSENT_ORDERS,
        valid_unsent_order_statuses=("processing",),
    )
    drift(warehouse)
    make_order(items=[("MUG", 2)])
    process()

    assert (item("MUG").quantity, item("MUG").last_received) == (1, 3)


def test_the_shops_own_system_is_told(correcting: Website, warehouse: Warehouse) -> None:
    make_receiver(correcting)
    comparison = drift(warehouse)
    Product.objects.get().websites.add(correcting)
    process()

    assert comparison.corrected == 1
    body = orjson.loads(WebhookEvent.objects.get().body)
    assert (body["data"]["quantity"], body["data"]["sequence_id"]) == (3, 1)


def test_what_orderflow_does_not_list_is_never_taken_for_nothing(
    correcting: Website, warehouse: Warehouse
) -> None:
    for sku in ("MUG", "CUP"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 5, 2))
    warehouse.hold(("CUP", "S", 5))
    look()
    comparison = second_look()

    assert (comparison.confirmed, comparison.corrected) == (1, 0)
    assert "correct them there" in open_problems(STOCK_DIFFERS).get().remedy


def test_a_line_that_failed_is_no_problem_any_more_once_it_is_corrected(
    correcting: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    apply(("mug", "many", 2))
    warehouse.hold(("MUG", "S", 3))
    look()
    second_look()
    watch()
    assert open_problems(STOCK_FAILED).exists()

    process()
    watch()
    assert not open_problems(STOCK_FAILED).exists()


def test_a_product_that_has_gone_meanwhile_fails_alone(
    correcting: Website, warehouse: Warehouse
) -> None:
    make_product("CUP")
    apply(("CUP", 5, 2))
    make_product("MUG")
    warehouse.hold(("CUP", "S", 3), ("MUG", "S", 3))
    look()
    second_look()
    Product.objects.get(sku="MUG").delete()
    process()

    assert [(line.reference, line.result) for line in corrections()] == [
        ("CUP", Result.SUCCESS),
        ("MUG", Result.FAILURE),
    ]


def test_a_correction_is_not_orderflow_being_heard(
    correcting: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    look()
    watch()
    Heard.objects.all().delete()
    assert second_look().corrected == 1
    watch()

    assert not Heard.objects.filter(stream="stock").exists()
