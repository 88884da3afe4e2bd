"""The test order: sent as any other, and removed so that every table is as it was before."""

from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from exports.models import Export, ExportLine
from orderflow_bridge.configuration.sections import Email, InventoryImport, OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.induction.models import MarkedOrder
from orderflow_bridge.inventory.models import Deduction, Reservation, SourceItem
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.kinds import DESPATCH_FAILED
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.services import notify
from orderflow_bridge.sandbox import sending
from orderflow_bridge.sandbox.records import OrderState
from tests.factories import make_order, make_source_item, make_stock, make_user
from tests.journeys.conftest import Trade, trade
from tests.outbox.webhooks.shop import make_receiver

__all__ = ("trade",)

pytestmark = pytest.mark.django_db(transaction=True)

ORDERS = "orderflow_export_order_create"
SHIPMENTS = "orderflow_import_shipment_update"
# What people did, jobs that ran, and who signed in: no part of the order.
JOURNAL = {"admin.logentry", "sessions.session", "scheduler.jobrun", "access.accesstoken"}


def tables() -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table, but for the journal and what the assistant remembers."""
    return {
        model._meta.label_lower: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models()
        if not model._meta.proxy
        and model._meta.label_lower not in JOURNAL
        and model._meta.app_label != "induction"
    }


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the tables that differ."""
    return [name for name, rows in after.items() if rows != before[name]]


@pytest.fixture
def shop(trade: Trade) -> Trade:
    """A shop that sells, has sold, and has told OrderFlow of it."""
    bag = trade.sell("24-MB01")
    make_source_item(bag, 5)
    trade.job("orderflow_export_product_create")
    write_settings(Email, {"admin_name": "Nina", "admin_email": "nina@shop.example"})
    make_receiver(trade.website)
    make_order(items=[(bag, 1)])
    trade.job(ORDERS)
    return trade


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    client.get("/admin/induction/launch/")
    return client


def action(client: Client, shop: Trade, slug: str, **values: str) -> str:
    """Do a action of the assistant's page; return what it says."""
    url = f"/admin/induction/launch/{shop.website.pk}/{slug}/"
    answer = client.post(url, values, follow=True)
    return " ".join(str(each) for each in answer.context["messages"])


def only_order() -> Order:
    return Order.objects.get(increment_id__startswith="TEST-")


@pytest.mark.parametrize("is_multi_source", [False, True])
@pytest.mark.parametrize("is_fetched", [True, False])
def test_a_removed_test_order_leaves_every_table_as_it_was(
    shop: Trade, boss: Client, is_multi_source: bool, is_fetched: bool
):
    if is_multi_source:
        write_settings(InventoryImport, {"multi_source_enabled": True})
        make_stock(websites=[shop.website])
    before = tables()

    said = action(boss, shop, "test-order", sku="24-MB01")
    order = only_order()
    if is_fetched:
        shop.run_errands()
        assert shop.warehouse.orders[order.increment_id].state != OrderState.CANCELLED
    notify(order.pk)
    problem = Finding(DESPATCH_FAILED, order.increment_id, "Over-shipped.", "See it.", "")
    raise_problems([problem])
    during = changed(before, tables())
    gone = action(boss, shop, "remove")

    assert f"Test order {order.increment_id} has been placed." in said
    assert f"Order {order.increment_id} has been queued for export to OrderFlow." in said
    assert {"sales.order", "sales.orderitem", "exports.export", "mail.outgoingmail"} <= {*during}
    assert {"request_queue.request", "problems.problem"} <= {*during}
    assert ("inventory.reservation" in during) == is_multi_source
    assert ("inventory.deduction" in during) == (not is_multi_source)
    assert gone == f"{order.increment_id} and all that told of it has been removed."
    assert changed(before, tables()) == []
    if is_fetched:
        assert shop.warehouse.orders[order.increment_id].state == OrderState.CANCELLED
    [marked] = MarkedOrder.objects.all()
    assert (marked.placed_by, marked.removed_by) == ("boss", "boss")


def test_an_announcement_that_it_shared_with_another_order_keeps_the_others_line(
    shop: Trade, boss: Client
):
    write_settings(OrderExport, {"is_enabled": False}, website=shop.website)
    said = action(boss, shop, "test-order", sku="24-MB01")
    write_settings(OrderExport, {"is_enabled": True}, website=shop.website)
    other = make_order(items=[("24-MB01", 1)])
    shop.job(ORDERS)
    shared = Request.objects.filter(line_count=2).get()
    assert "It has not been sent yet" in said

    action(boss, shop, "remove")

    shared.refresh_from_db()
    report = Export.objects.get(request=shared)
    assert [line["increment_id"] for line in shared.lines] == [other.increment_id]
    assert (shared.line_count, report.successes, report.lines.count()) == (1, 1, 1)
    assert not ExportLine.objects.filter(reference__startswith="TEST-").exists()


def test_what_was_fetched_of_it_told_the_shops_own_system_and_is_taken_back(
    shop: Trade, boss: Client
):
    action(boss, shop, "test-order", sku="24-MB01")
    shop.run_errands()
    told = WebhookEvent.objects.filter(reference__startswith="TEST-").count()

    action(boss, shop, "remove")

    assert told == 1
    assert not WebhookEvent.objects.filter(reference__startswith="TEST-").exists()
    assert not OutgoingMail.objects.exists()
    assert not Problem.objects.filter(subject__startswith="TEST-").exists()


def test_an_order_that_orderflow_has_shipped_stays(shop: Trade, boss: Client):
    action(boss, shop, "test-order", sku="24-MB01")
    shop.run_errands()
    order = only_order()
    sending.despatch(shop.sandbox, order.increment_id)
    arrived = tables()
    waiting = action(boss, shop, "remove")
    unchanged = changed(arrived, tables())
    shop.job(SHIPMENTS)
    booked = tables()

    shipped = action(boss, shop, "remove")

    assert "OrderFlow has sent a despatch of it" in waiting
    assert "OrderFlow has shipped it: it stays, as any other order." in shipped
    assert (unchanged, changed(booked, tables())) == ([], [])


def test_an_orderflow_that_does_not_cancel_keeps_the_order(shop: Trade, boss: Client):
    action(boss, shop, "test-order", sku="24-MB01")
    shop.run_errands()
    order = only_order()
    shop.warehouse.orders[order.increment_id].state = OrderState.DESPATCHED

    said = action(boss, shop, "remove")

    assert f"{order.increment_id} has not been removed. Order cancellation failed." in said
    assert only_order().state != Order.State.CANCELED


def test_the_stock_is_given_back_once_however_often_one_presses(shop: Trade, boss: Client):
    action(boss, shop, "test-order", sku="24-MB01")
    [taken] = SourceItem.objects.values_list("quantity", flat=True)
    action(boss, shop, "remove")
    again = action(boss, shop, "remove")

    assert taken == Decimal(4)
    assert again == "There is no test order any more."
    assert SourceItem.objects.get().quantity == Decimal(5)
    assert not Deduction.objects.exists()
    assert not Reservation.objects.exists()


def test_a_test_order_that_somebody_deleted_by_hand_is_tidied_up(shop: Trade, boss: Client):
    action(boss, shop, "test-order", sku="24-MB01")
    only_order().delete()

    action(boss, shop, "remove")

    assert not MarkedOrder.objects.filter(removed_at=None).exists()
    assert not ExportLine.objects.filter(reference__startswith="TEST-").exists()


def test_there_is_one_test_order_at_a_time_and_the_next_has_another_number(
    shop: Trade, boss: Client
):
    action(boss, shop, "test-order", sku="24-MB01")
    first = only_order().increment_id
    second = action(boss, shop, "test-order", sku="24-MB01")
    action(boss, shop, "remove")
    action(boss, shop, "test-order", sku="24-MB01")

    assert second == f"There is a test order already: {first}."
    assert only_order().increment_id == f"TEST-{shop.website.code}-2"


@pytest.mark.parametrize("sku", ["NO-SUCH", "", "24-MB02"])
def test_a_test_order_of_nothing_that_is_sold_is_refused(shop: Trade, boss: Client, sku: str):
    before = Order.objects.count()

    action(boss, shop, "test-order", sku=sku)

    assert Order.objects.count() == before
    assert not MarkedOrder.objects.exists()


def test_orderflow_reads_on_the_order_that_it_is_a_test(shop: Trade, boss: Client):
    action(boss, shop, "test-order", sku="24-MB01")

    order = only_order()
    address = order.addresses.get(address_type="shipping")
    assert (address.firstname, address.lastname) == ("TEST ORDER", "DO NOT DESPATCH")
    assert order.customer_note.startswith("Test order. Do not pick")
    assert order.customer_email == "nina@shop.example"
