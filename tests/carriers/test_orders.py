"""The shop's shipping methods at OrderFlow: the terms of the pushed order document."""

from datetime import UTC, datetime

import pytest

from exports.cron import export_orders_create
from orderflow_bridge.configuration.sections import ExportMode, General, OrderExport
from orderflow_bridge.configuration.selectors import order_export
from orderflow_bridge.configuration.services import write_settings
from tests.carriers.mapping import map_method
from tests.exports.documents import fields_of, lines_of, make_shipped_order, order_lines
from tests.exports.shop import make_due_orders, make_shop
from tests.factories import make_address, make_website
from tests.fakes import FakeOrderFlow

pytestmark = pytest.mark.django_db


@pytest.fixture
def orderflow():
    with FakeOrderFlow().running() as fake:
        yield fake


def terms(**values):
    """Return the shipment's fields of an order's document."""
    values = {"shipping_method": "express_next", "shipping_description": "Next Day", **values}
    fields = fields_of(order_lines(make_shipped_order(items=[("A", 1)], **values)))
    return {
        key.removeprefix("shipment."): value
        for key, value in fields.items()
        if key.startswith("shipment.")
    }


def test_a_pushed_order_has_the_mapped_terms(orderflow):
    website = make_shop(orderflow, orders={"mode": ExportMode.PUSH})
    map_method(
        "express_*",
        suggestion_code="ND",
        suggestion_name="Next day before noon",
        courier="DPD",
        priority=10,
        priority_name="High",
        ship_days=0,
        delivery_days=1,
    )
    placed = datetime(2026, 11, 27, 9, tzinfo=UTC)
    [order] = make_due_orders(
        website, 1, items=[("A", 1)], shipping_method="express_next", created_at=placed
    )
    make_address(order)

    export_orders_create()

    fields = fields_of(lines_of(orderflow.heard[0].body))
    assert {key: value for key, value in fields.items() if key.startswith("shipment.")} == {
        "shipment.externalReference": order.increment_id,
        "shipment.earliestShipDate": "2026-11-27T00:00:00",
        "shipment.priority": "10",
        "shipment.priorityName": "High",
        "shipment.courier": "DPD",
        "shipment.deliverySuggestionCode": "ND",
        "shipment.deliverySuggestionName": "Next day before noon",
        "shipment.requiredDeliveryDate": "2026-11-28T00:00:00",
        "shipment.orderItem": "entity:order",
    }


def test_what_is_left_empty_stays_as_the_order_has_it():
    map_method("express_next", priority=0)

    found = terms()

    assert found["deliverySuggestionCode"] == "express_next"
    assert found["deliverySuggestionName"] == "Next Day"
    assert found["priority"] == "0"
    assert "earliestShipDate" not in found


def test_an_unmapped_method_and_a_map_that_is_off_change_no_byte():
    before = terms(increment_id="1")
    map_method("standard_*", priority=5)
    assert {**terms(increment_id="2"), "externalReference": "1"} == before

    map_method("express_next", priority=5)
    write_settings(OrderExport, {"map_shipping_methods": False})
    assert {**terms(increment_id="3"), "externalReference": "1"} == before


def test_the_nearest_row_counts():
    map_method("*", priority_name="all")
    map_method("express_*", priority_name="express")
    assert terms()["priorityName"] == "express"
    map_method("express_next", priority_name="next day")
    assert terms()["priorityName"] == "next day"
    assert terms(shipping_method="other")["priorityName"] == "all"


def test_a_websites_row_comes_before_that_of_all_and_switches_on_there_only():
    website = make_website()
    map_method("express_next", priority_name="there", website=website)

    assert order_export(website).map_shipping_methods
    assert "priorityName" not in terms()


def test_days_count_in_the_shops_time_zone():
    write_settings(General, {"timezone": "Europe/Berlin"})
    map_method("express_next", ship_days=1)

    found = terms(created_at=datetime(2026, 11, 29, 23, 30, tzinfo=UTC))

    assert found["earliestShipDate"] == "2026-12-01T00:00:00"


@pytest.mark.parametrize(
    ("ordered", "days", "date"),
    [(27, 0, "11-27"), (27, 1, "11-30"), (28, 0, "11-30"), (28, 1, "11-30"), (26, 3, "12-01")],
)
def test_working_days_leave_the_week_end_out(ordered, days, date):
    map_method("express_next", ship_days=days, is_working_days=True)

    found = terms(created_at=datetime(2026, 11, ordered, 12, tzinfo=UTC))

    assert found["earliestShipDate"] == f"2026-{date}T00:00:00"


def test_a_hostile_name_stays_one_line():
    map_method("express_next", suggestion_name="Next\nshipment.priority=99")

    assert "priority" not in terms()
