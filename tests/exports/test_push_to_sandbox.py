"""Pushing to the stand-in OrderFlow, and cancelling there: both sides read one another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from exports.cancelling import cancel_order
from exports.cron import export_orders_create, export_products_create
from orderflow_bridge.configuration.sections import Api, OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from tests.factories import make_address, make_order, make_product, make_store, make_website
from tests.sandbox.conftest import ACCOUNT, Running, open_sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Running]:
    with open_sandbox(tmp_path / "sandbox.json") as running:
        yield running


def make_pushing_shop(sandbox: Running) -> Website:
    website = make_website()
    account = {
        "endpoint": f"{sandbox.address}/web/",
        "username": ACCOUNT.username,
        "password": ACCOUNT.password,
        "organisation": ACCOUNT.organisation,
        "channel": ACCOUNT.channel,
    }
    write_settings(Api, account, website=website)
    write_settings(ProductExport, {"mode": "push"}, website=website)
    write_settings(
        OrderExport, {"mode": "push", "exportable_status": ("pending",)}, website=website
    )
    return website


def make_pending_order(website: Website, sku: str) -> Order:
    order = make_order(store=make_store(website), items=[(sku, 2)], invoiced=False)
    make_address(order)
    return order


def export_state(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.orderflow_export_status


def test_a_pushed_product_and_a_pushed_order_arrive(sandbox):
    website = make_pushing_shop(sandbox)
    product = make_product("24-MB01")
    product.websites.add(website)
    order = make_pending_order(website, "24-MB01")

    summaries = export_products_create(), export_orders_create()

    assert summaries == (
        "1 products: 1 successes, 0 failures.",
        "1 orders: 1 successes, 0 failures.",
    )
    assert export_state(order) == ("pending", "Exported")
    [line] = sandbox.warehouse.order_of(order.increment_id).lines
    assert (line.sku, line.ordered) == ("24-MB01", 2)


def test_an_order_that_arrived_is_cancelled_on_both_sides(sandbox):
    sandbox.stock("24-MB01")
    order = make_pending_order(make_pushing_shop(sandbox), "24-MB01")
    export_orders_create()

    outcome = cancel_order(order, by="boss")

    assert outcome.is_canceled
    assert export_state(order) == ("canceled", "Cancelled")
    assert sandbox.warehouse.order_of(order.increment_id).state == "Cancelled"


def test_an_order_that_was_cancelled_there_already_is_cancelled_here_too(sandbox):
    sandbox.stock("24-MB01")
    order = make_pending_order(make_pushing_shop(sandbox), "24-MB01")
    export_orders_create()
    sandbox.warehouse.cancel(order.increment_id)

    assert cancel_order(order, by="boss").is_canceled
    assert export_state(order) == ("canceled", "Cancelled")


def test_an_order_for_a_product_orderflow_does_not_know_fails_with_its_reason(sandbox):
    order = make_pending_order(make_pushing_shop(sandbox), "unknown")

    export_orders_create()

    assert export_state(order) == ("pending", "Failed")
    assert "unknown" in order.orderflow_last_error
