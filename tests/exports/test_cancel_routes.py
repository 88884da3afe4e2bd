"""Every way a cancellation can go, from the facts alone."""

import pytest

from exports.cancel_requests import Facts, Route, may_be_unknown, route_of
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import ExportMode, OrderExport
from orderflow_bridge.sales.models import Order, OrderItem

NOTIFY, PUSH = ExportMode.NOTIFY, ExportMode.PUSH
ON, OFF = True, False


def route(
    status: str,
    mode: ExportMode = NOTIFY,
    is_enabled: bool = ON,
    *,
    sent: bool = False,
    busy: bool = False,
    **values,
) -> Route:
    order = Order(orderflow_export_status=status, **values)
    facts = Facts(OrderExport(mode=mode, is_enabled=is_enabled), is_busy=busy, was_sent=sent)
    return route_of(order, [OrderItem(qty_ordered=1)], facts)


@pytest.mark.parametrize(
    ("status", "mode", "is_enabled", "sent", "expected"),
    [
        ("Pending", NOTIFY, ON, False, Route.LOCAL),
        ("Pending", NOTIFY, OFF, False, Route.LOCAL),
        ("Pending", PUSH, ON, False, Route.LOCAL),
        ("Pending", PUSH, ON, True, Route.ASK),
        ("Failed", NOTIFY, ON, True, Route.LOCAL),
        ("Failed", PUSH, ON, True, Route.ASK),
        ("Failed", PUSH, OFF, True, Route.BLOCKED),
        ("Queued", NOTIFY, ON, True, Route.ASK),
        ("Queued", NOTIFY, OFF, True, Route.BLOCKED),
        ("Exported", NOTIFY, ON, False, Route.ASK),
        ("Exported", PUSH, OFF, True, Route.BLOCKED),
        ("Cancelled", PUSH, ON, True, Route.LOCAL),
    ],
)
def test_the_way_depends_on_what_orderflow_may_have(status, mode, is_enabled, sent, expected):
    assert route(status, mode, is_enabled, sent=sent) is expected


@pytest.mark.parametrize("status", ExportStatus.values)
def test_exports_that_are_off_never_block_an_order_orderflow_cannot_have(status):
    blocked = route(status, is_enabled=OFF) is Route.BLOCKED

    assert blocked == (status in ("Queued", "Exported"))


@pytest.mark.parametrize("status", ExportStatus.values)
def test_during_a_call_about_the_order_nothing_is_cancelled(status):
    assert route(status, busy=True) is Route.BUSY


@pytest.mark.parametrize("status", ExportStatus.values)
def test_what_the_shop_cannot_cancel_is_impossible_whatever_orderflow_has(status):
    assert route(status, state=Order.State.COMPLETE, busy=True) is Route.IMPOSSIBLE


def test_a_partly_invoiced_order_is_cancelled_in_part():
    order = Order(orderflow_export_status="Exported")
    rows = [OrderItem(qty_ordered=2, qty_invoiced=1)]

    assert route_of(order, rows, Facts(OrderExport())) is Route.PART


def test_only_an_order_that_was_never_fetched_may_be_unknown_there():
    known = [
        may_be_unknown(Order(orderflow_export_status=status)) for status in ExportStatus.values
    ]

    assert known == [status != "Exported" for status in ExportStatus.values]
