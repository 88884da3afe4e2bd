"""What processing would do: the very judgement of the import, and no trace of it."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction

from imports.models import Import, ImportLine
from imports.preview import BUSY, MOST_LINES, NOT_WAITING, preview_requests, previewed
from imports.requeueing import queue_again
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order
from tests.admin.samples import make_old, queue_despatch, queue_stock
from tests.factories import make_order, make_product, make_request, make_source_item
from tests.snapshots import snapshot

pytestmark = pytest.mark.django_db


def test_a_stock_preview_tells_old_and_new_quantity_of_each_line():
    make_source_item("A", 5)
    make_product("B")
    request = queue_stock("71", [("A", "90", "507"), ("B", "7", "508"), ("nope", "1", "509")])

    preview = preview_requests([request.pk])

    assert [(line.reference, line.result, line.before, line.after) for line in preview.lines] == [
        ("A", Result.SUCCESS, 5, 90),
        ("B", Result.SUCCESS, None, 7),
        ("nope", Result.FAILURE, None, None),
    ]
    assert preview.lines[2].message == "SKU Does Not Exist"
    assert (preview.counts.successes, preview.counts.failures) == (2, 1)


def test_a_preview_leaves_no_trace():
    make_source_item("A", 5)
    make_order(items=[("A", 2)], increment_id="000000005")
    stock = queue_stock("71", [("A", "90", "507"), ("nope", "1", "509")])
    despatch = queue_despatch("38", "000000005")
    before = snapshot()

    preview_requests([stock.pk])
    preview_requests([despatch.pk])

    assert snapshot() == before


def test_what_is_processed_afterwards_is_what_was_previewed():
    make_source_item("A", 5)
    request = queue_stock("71", [("A", "90", "507"), ("A", "80", "506"), ("A", "x", "508")])

    preview = preview_requests([request.pk])
    process_imports(Entity.INVENTORY)

    lines = ImportLine.objects.select_related("parent").order_by("id")
    assert [(line.result, line.message) for line in lines] == [
        (line.result, line.message) for line in preview.lines
    ]
    assert SourceItem.objects.get().quantity == preview.lines[0].after


def test_a_duplicate_is_previewed_as_one():
    make_source_item("A", 5)
    queue_stock("71", [("A", "90", "507")])
    process_imports(Entity.INVENTORY)
    again = queue_stock("72", [("A", "90", "507")])

    (line,) = preview_requests([again.pk]).lines

    assert (line.result, line.before, line.after) == (Result.DUPLICATE, 90, None)


def test_a_despatch_preview_tells_what_would_ship_and_who_is_written_to():
    make_order(items=[("A", 2)], increment_id="000000005")
    request = queue_despatch("38", "000000005")

    preview = preview_requests([request.pk])

    (shipment,) = preview.shipments
    assert shipment.items == (("A", Decimal(2)),)
    assert shipment.tracks == ("AB1234",)
    assert (shipment.status_before, shipment.status_after) == ("Processing", "Complete")
    assert preview.recipients == ["veronica.costello@example.com"]
    assert Order.objects.get().status == "processing"


def test_a_despatch_that_would_be_refused_says_why():
    request = make_old(queue_despatch("38", "000000099"))

    preview = preview_requests([request.pk])

    assert [line.message for line in preview.lines] == [
        "Order 000000099 not shipped - Order 000000099 does not exist."
    ]
    assert preview.shipments == []


def test_requeued_lines_are_previewed_without_being_requeued():
    request = queue_stock("71", [("A", "90", "507"), ("B", "7", "508")])
    process_imports(Entity.INVENTORY)
    make_product("A")
    before = snapshot()

    preview = previewed(lambda: queue_again(ImportLine.objects.select_related("parent")))

    assert [line.result for line in preview.lines] == [Result.SUCCESS, Result.FAILURE]
    assert snapshot() == before
    assert request.imports.count() == 1


def test_a_huge_message_is_judged_in_part_and_says_so():
    make_product("A")
    total = MOST_LINES + 5
    request = queue_stock("71", [("A", str(number), str(number)) for number in range(1, total + 1)])

    preview = preview_requests([request.pk])

    assert (preview.decided, preview.total) == (MOST_LINES, total)


def test_what_has_been_processed_has_no_preview():
    make_product("A")
    request = queue_stock("71", [("A", "90", "507")])
    process_imports(Entity.INVENTORY)

    assert preview_requests([request.pk]).problem == NOT_WAITING


def test_an_import_that_is_switched_off_is_previewed_with_that_note():
    make_product("A")
    request = queue_stock("71", [("A", "90", "507")])
    write_settings(InventoryImport, {"is_enabled": False})

    assert preview_requests([request.pk]).is_switched_off


def test_a_message_that_cannot_be_read_is_previewed_as_a_failure():
    request = make_request(entity=Entity.SHIPMENT, lines=[["rubbish"]])

    (line,) = preview_requests([request.pk]).lines

    assert line.result == Result.FAILURE
    assert not Import.objects.exists()


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions")
@pytest.mark.django_db(transaction=True)
def test_a_preview_gives_way_to_an_import_that_holds_the_stock():
    make_source_item("A", 5)
    request = queue_stock("71", [("A", "90", "507")])

    def look():
        try:
            return preview_requests([request.pk]).problem
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as colleague:
        SourceItem.objects.select_for_update().get()
        problem = colleague.submit(look).result()

    assert problem == BUSY
