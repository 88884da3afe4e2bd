"""What a despatch message books on its order: each rule as its own sentence."""

from decimal import Decimal
from typing import Any

import pytest

from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.sales.models import (
    Order,
    Shipment,
    ShipmentItem,
)
from tests.factories import (
    make_bundle_item,
    make_configurable_item,
    make_order,
    make_order_item,
    make_product,
    make_source,
)
from tests.imports.despatches import (
    a_claim,
    a_despatch,
    an_order,
    ship,
    shipped,
    stored_despatch,
    texts,
)

pytestmark = pytest.mark.django_db


def test_the_guides_message_completes_the_order() -> None:
    order = an_order(("24-MB01", 1))

    lines = ship(a_despatch(38, order, ("24-MB01", 1), comment="Shipment Created", email="1"))

    order.refresh_from_db()
    assert texts(lines) == ["Order 000000005 successfully shipped."]
    assert (order.state, order.status) == ("complete", "complete")
    assert shipped(order) == {"24-MB01": 1}


def test_the_history_has_the_guides_row() -> None:
    [line] = ship(a_despatch(38, an_order(("24-MB01", 1)), ("24-MB01", 1)))

    report = line.parent
    assert (line.sequence_id, line.reference, line.result) == (38, "000000005", Result.SUCCESS)
    assert (report.entity, report.operation, report.message_id) == (
        Entity.SHIPMENT,
        Operation.CREATE,
        "38",
    )
    assert (report.successes, report.duplicates, report.superseded, report.failures) == (1, 0, 0, 0)


def test_the_shipment_has_a_number_units_and_weight() -> None:
    order = make_order(increment_id="000000005")
    make_order_item(order, make_product("A", weight=Decimal("1.5")), 3)

    ship(a_despatch(38, order, ("A", 2)))

    shipment = Shipment.objects.get()
    item = shipment.items.get()
    assert shipment.increment_id == "000000001"
    assert (shipment.total_qty, shipment.total_weight) == (2, 3)
    assert (item.sku, item.qty, item.order_item_id) == ("A", 2, order.items.get().pk)


def test_a_message_with_a_free_text_id_has_no_sequence_number() -> None:
    [line] = ship(a_despatch("ship-A", an_order()))

    assert line.sequence_id is None
    assert line.result == Result.SUCCESS


def test_a_message_ships_once() -> None:
    order = an_order()
    ship(a_despatch(38, order, ("A", 1)))

    lines = ship(a_despatch(38, order, ("A", 1)))

    assert texts(lines) == ["Duplicate Shipment Line Ignored."]
    assert lines[0].parent.duplicates == 1
    assert shipped(order) == {"A": 1}


def test_a_message_repeated_within_one_batch_ships_once() -> None:
    order = an_order()

    lines = ship(a_despatch(38, order, ("A", 1)), a_despatch(38, order, ("A", 1)))

    assert [line.result for line in lines] == [Result.SUCCESS, Result.DUPLICATE]
    assert shipped(order) == {"A": 1}


def test_a_message_is_remembered_after_its_history_is_cleaned() -> None:
    order = an_order()
    ship(a_despatch(38, order, ("A", 1)))
    ImportLine.objects.all().delete()
    Import.objects.all().delete()

    [line] = ship(a_despatch(38, order, ("A", 1)))

    assert line.result == Result.DUPLICATE


def test_a_late_partial_despatch_is_still_applied() -> None:
    order = an_order(("A", 3))
    ship(a_despatch(40, order, ("A", 2)))

    [line] = ship(a_despatch(39, order, ("A", 1)))

    assert line.result == Result.SUCCESS
    assert shipped(order) == {"A": 3}


def test_the_same_id_for_another_order_is_another_message() -> None:
    first, second = an_order(), make_order(items=[("A", 1)])

    lines = ship(a_despatch(38, first), a_despatch(38, second))

    assert [line.result for line in lines] == [Result.SUCCESS, Result.SUCCESS]


def test_a_message_without_an_id_is_known_by_what_it_says() -> None:
    order = an_order(("A", 3))

    lines = ship(
        a_despatch("", order, ("A", 1)),
        a_despatch("", order, ("A", 1)),
        a_despatch("", order, ("A", 2)),
    )

    assert [line.result for line in lines] == [Result.SUCCESS, Result.DUPLICATE, Result.SUCCESS]
    assert shipped(order) == {"A": 3}


def test_a_failed_message_may_be_sent_again() -> None:
    order = an_order(state="holded", status="holded")
    ship(a_despatch(38, order))
    Order.objects.update(state="processing", status="processing")

    [line] = ship(a_despatch(38, order))

    assert line.result == Result.SUCCESS


def test_an_inventory_import_with_the_same_number_is_no_duplicate() -> None:
    report = Import.objects.create(entity=Entity.INVENTORY, operation=1, message_id="38")
    ImportLine.objects.create(parent=report, sequence_id=38, result=1, reference="000000005")

    [line] = ship(a_despatch(38, an_order()))

    assert line.result == Result.SUCCESS


@pytest.mark.parametrize("quantities", [None, []])
def test_a_message_without_quantities_ships_everything_open(quantities: Any) -> None:
    order = an_order(("A", 3), ("B", 2))
    ship(a_despatch(38, order, ("A", 1)))

    ship(a_claim("39", stored_despatch(order, skuQtys=quantities)))

    assert shipped(order) == {"A": 3, "B": 2}
    assert list(ShipmentItem.objects.order_by("pk").values_list("sku", "qty")) == [
        ("A", 1),
        ("A", 2),
        ("B", 2),
    ]


def test_lines_of_zero_units_are_passed_over() -> None:
    order = an_order(("A", 3), ("B", 2))

    ship(a_despatch(38, order, ("A", 0), ("B", 1)))

    assert shipped(order) == {"A": 0, "B": 1}


def test_a_variant_is_booked_on_its_parent_row() -> None:
    order = make_order(increment_id="000000005")
    parent = make_configurable_item(order, "WS-1", 2)

    ship(a_despatch(38, order, ("WS-1", 2)))

    order.refresh_from_db()
    parent.refresh_from_db()
    assert (parent.qty_shipped, parent.children.get().qty_shipped) == (2, 0)
    assert order.state == "complete"


def test_several_rows_of_one_sku_are_filled_in_turn() -> None:
    order = an_order(("A", 2), ("A", 2))

    ship(a_despatch(38, order, ("A", 3)))

    assert list(order.items.values_list("qty_shipped", flat=True)) == [2, 1]


def test_parts_that_ship_separately_are_booked_on_themselves() -> None:
    order = make_order(increment_id="000000005")
    bundle = make_bundle_item(order, [("A", 1), ("B", 2)], ship_separately=True)

    ship(a_despatch(38, order, ("A", 1)), a_despatch(39, order, ("B", 2)))

    order.refresh_from_db()
    bundle.refresh_from_db()
    assert bundle.qty_shipped == 0
    assert list(bundle.children.values_list("qty_shipped", flat=True)) == [1, 2]
    assert order.state == "complete"


def test_a_virtual_row_does_not_keep_an_order_open() -> None:
    order = an_order(("A", 1))
    make_order_item(order, make_product("CARD", type_id="virtual"), 1)

    ship(a_despatch(38, order, ("A", 1)))

    order.refresh_from_db()
    assert order.state == "complete"


def test_every_source_gets_a_shipment_of_its_own() -> None:
    make_source("eu")
    make_source("us")
    order = an_order(("A", 3))

    ship(a_despatch(38, order, ("A", 1, "eu"), ("A", 2, "us")))

    found = Shipment.objects.order_by("pk").values_list("source_code", "total_qty", "increment_id")
    assert list(found) == [("eu", 1, "000000001"), ("us", 2, "000000002")]


def test_an_unnamed_source_is_the_default_one() -> None:
    ship(a_despatch(38, an_order()))

    assert Shipment.objects.get().source_code == "default"
