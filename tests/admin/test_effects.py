"""From a message to what it changed, and from a shipment to its message."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.admin.requests import status_given
from exports.manual import export_now
from imports.history import ensure_partitions
from imports.models import ImportLine
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, Result
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Shipment
from tests.admin.samples import queue_despatch, queue_stock
from tests.configuration.storing import store
from tests.exports.shop import make_shop
from tests.factories import make_order, make_product, make_store

pytestmark = pytest.mark.django_db


def tab(browser, request, room="imports/importrequest"):
    """Return the tab "What It Changed" of a request, as text."""
    page = browser.get(f"/admin/{room}/{request.pk}/change/")
    (section,) = [one for one in page.context["sections"] if one.slug == "effect"]
    return section.context["table"]


def test_a_stock_message_shows_old_and_new_quantity_with_links_to_the_products(boss):
    make_product("A")
    first = queue_stock("71", [("A", "90", "507")])
    second = queue_stock("72", [("A", "80", "508"), ("A", "70", "400"), ("nope", "1", "9")])
    process_imports(Entity.INVENTORY)

    (before,) = tab(boss, first).rows
    rows = {row[4]: row for row in tab(boss, second).rows}
    changed = rows["Product Quantity Successfully Updated to 80"]
    failed = rows["SKU Does Not Exist"]
    superseded = next(row for text, row in rows.items() if "superseded" in text)

    assert before[3] == "? → 90"
    assert changed[3] == "90 → 80"
    assert "/admin/catalog/product/by-sku/A/" in changed[0]
    assert (superseded[3], failed[3]) == ("unchanged", "unchanged")


def test_the_figure_before_is_found_however_long_ago_it_came(boss):
    make_product("A")
    queue_stock("71", [("A", "90", "507")])
    process_imports(Entity.INVENTORY)
    long_ago = timezone.now() - timedelta(days=5)
    ensure_partitions(long_ago.date())
    ImportLine.objects.update(created_at=long_ago)
    request = queue_stock("72", [("A", "80", "508"), ("A", "70", "509")])
    process_imports(Entity.INVENTORY)

    assert [row[3] for row in tab(boss, request).rows] == ["90 → 80", "80 → 70"]


def test_a_despatch_message_shows_its_shipments_and_the_orders_new_status(boss):
    make_order(items=[("A", 2)], increment_id="000000005")
    request = queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    (row,) = tab(boss, request).rows

    assert f"/admin/sales/shipment/{Shipment.objects.get().pk}/change/" in row[0]
    assert row[2] == "2 × A"
    assert row[4] == "AB1234"
    assert "Complete" in row[6]


def test_a_refused_despatch_shows_the_reason(boss):
    store(ShipmentImport, wait_minutes=0)
    request = queue_despatch("39", "000000099")
    process_imports(Entity.SHIPMENT)

    assert "Order 000000099 does not exist." in tab(boss, request).empty


def test_a_message_that_waits_has_changed_nothing_yet(boss):
    request = queue_stock("71", [("A", "90", "507")])

    assert "the request waits" in tab(boss, request).empty


def test_a_message_whose_report_was_cleaned_says_so(boss):
    request = queue_stock("71", [("A", "90", "507")])
    process_imports(Entity.INVENTORY)
    request.imports.all().delete()

    assert "log cleaning has deleted" in tab(boss, request).empty


def test_the_tab_takes_few_queries_however_many_lines_there_are(boss):
    for number in range(60):
        make_product(f"A{number}")
    few = queue_stock("71", [("A1", "90", "507")])
    many = queue_stock("72", [(f"A{number}", "90", "508") for number in range(60)])
    process_imports(Entity.INVENTORY)
    tab(boss, few)

    with CaptureQueriesContext(connection) as one:
        tab(boss, few)
    with CaptureQueriesContext(connection) as page_full:
        tab(boss, many)

    assert len(page_full) <= len(one) + 2
    assert len(page_full) <= 15


def test_an_announcement_shows_the_status_it_gave(boss, orderflow):
    store = make_store(make_shop(orderflow))
    order = make_order(items=[("A", 1)], increment_id="000000005", store=store)
    export_now(Entity.ORDER, [order.pk], by="boss")

    (row,) = tab(boss, Request.objects.get(), room="exports/exportrequest").rows

    assert "/admin/sales/order/by-number/000000005/" in row[0]
    assert "Queued" in row[2]


@pytest.mark.parametrize(
    ("operation", "result", "status"),
    [
        (Operation.CREATE, Result.SUCCESS, ExportStatus.QUEUED),
        (Operation.UPDATE, Result.FAILURE, ExportStatus.FAILED),
        (Operation.EXPORT, Result.SUCCESS, ExportStatus.EXPORTED),
        (Operation.EXPORT, Result.FAILURE, None),
        (Operation.CANCEL, Result.SUCCESS, ExportStatus.CANCELLED),
        (Operation.CANCEL, Result.FAILURE, None),
    ],
)
def test_each_outcome_gives_its_status(operation, result, status):
    assert status_given(operation, result) == status


@pytest.mark.parametrize("result", [Result.SUCCESS, Result.DUPLICATE])
def test_a_pushed_document_that_orderflow_has_is_exported(result):
    assert status_given(Operation.CREATE, result, is_push=True) == ExportStatus.EXPORTED


def test_a_shipment_leads_to_its_raw_message(boss):
    make_order(items=[("A", 2)], increment_id="000000005")
    request = queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    page = boss.get(f"/admin/sales/shipment/{Shipment.objects.get().pk}/change/").content.decode()

    assert f"/admin/imports/importrequest/{request.pk}/change/#request-body" in page
