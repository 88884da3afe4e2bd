"""Requeueing the failed lines of many reports at once, chosen in the list or by a filter."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from exports.manual import export_now
from exports.models import ProductExport
from imports.models import InventoryImport
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.request_queue.models import Request
from tests.admin.samples import queue_despatch, queue_stock
from tests.configuration.storing import store
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row
from tests.factories import make_order, make_product, make_source
from tests.fakes import Answer

pytestmark = pytest.mark.django_db

STOCK = "/admin/imports/inventoryimport/"


def choose(client: Client, address: str, ids, **values):
    data = {"action": "requeue_selected", "_selected_action": list(ids), "index": "0"}
    return client.post(address, {**data, **values})


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def failed_imports() -> list[int]:
    """Make two imports with a failed line each and one that went well; return all ids."""
    make_source()
    make_product("known")
    queue_stock("1", [("later", "3", "501")])
    queue_stock("2", [("later", "4", "502"), ("known", "4", "503")])
    queue_stock("3", [("known", "5", "504")])
    process_imports(Entity.INVENTORY)
    return list(InventoryImport.objects.values_list("pk", flat=True))


def test_the_failed_lines_of_many_imports_are_requeued_after_a_question(boss, failed_imports):
    make_product("later")

    question = choose(boss, STOCK, failed_imports)
    untouched = Request.objects.filter(processed_at=None).exists()
    answer = choose(boss, STOCK, failed_imports, confirmed="yes")
    processed = process_imports(Entity.INVENTORY)

    assert "requeue all failed lines of the selected reports?" in question.content.decode()
    assert not untouched
    assert texts(answer) == [
        "2 failed line(s) have been requeued. The next import run applies them."
    ]
    assert (processed.requests, processed.successes) == (2, 2)


def test_all_of_a_filter_are_requeued(boss, failed_imports):
    address = f"{STOCK}?failed=yes"

    choose(boss, address, failed_imports[:1], confirmed="yes", select_across="1")

    assert Request.objects.filter(processed_at=None).count() == 2


def test_imports_without_failures_are_told_apart(boss, failed_imports):
    well = InventoryImport.objects.get(failures=0)

    answer = choose(boss, STOCK, [well.pk], confirmed="yes")

    assert texts(answer)[0].startswith("Nothing was requeued")


def test_failed_despatches_are_requeued_from_their_list(boss):
    store(ShipmentImport, wait_minutes=0)
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)
    make_order(items=[("24-MB01", 1)], increment_id="000000005")
    [failed] = Request.objects.filter(entity=Entity.SHIPMENT)
    report = failed.imports.get()

    choose(boss, "/admin/imports/shipmentimport/", [report.pk], confirmed="yes")

    assert process_imports(Entity.SHIPMENT).successes == 1


def test_the_failed_products_of_many_exports_are_requeued(boss, orderflow):
    website = make_shop(orderflow)
    products = make_due_products(website, 2)
    orderflow.answers = [Answer(status=500), Answer(status=500)]
    for product in products:
        export_now(Entity.PRODUCT, [product.pk])
    reports = ProductExport.objects.values_list("pk", flat=True)

    answer = choose(boss, "/admin/exports/productexport/", reports, confirmed="yes")

    assert texts(answer) == ["2 product(s) have been requeued. The next export run announces them."]
    assert {row(each, website).orderflow_export_status for each in products} == {"Pending"}


def test_the_failed_orders_of_an_export_are_requeued(boss, orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1)
    orderflow.answers = [Answer(status=500)]
    [line] = export_now(Entity.ORDER, [order.pk])

    choose(boss, "/admin/exports/orderexport/", [line.parent_id], confirmed="yes")

    order.refresh_from_db()
    assert order.orderflow_export_status == "Pending"


def test_somebody_who_may_only_look_is_not_offered_to(viewer, failed_imports):
    choose(viewer, STOCK, failed_imports, confirmed="yes")

    assert not Request.objects.filter(processed_at=None).exists()
