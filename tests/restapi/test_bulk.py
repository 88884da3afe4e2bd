"""Bulk calls by REST: accepted at once, carried out in order, their status as Magento tells it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orderflow_bridge.access.rights import BULK_OPERATIONS, ORDERS_SAVE, SOURCE_ITEMS
from orderflow_bridge.configuration.sections import WebServices
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.restapi.bulk.cron import carry_out_bulks
from orderflow_bridge.restapi.bulk.models import Bulk
from orderflow_bridge.restapi.bulk.services import accept, process_bulks
from orderflow_bridge.restapi.bulk.topics import KINDS
from orderflow_bridge.sales.models import Order
from tests.configuration.storing import store
from tests.factories import make_product, make_source_item, make_store
from tests.restapi.calling import Shop

pytestmark = pytest.mark.django_db

ITEMS = "/rest/async/bulk/V1/inventory/source-items"


@pytest.fixture
def shop():
    """Return a client that may write stock and see what became of it."""
    return Shop(SOURCE_ITEMS, BULK_OPERATIONS)


def call(*items):
    """Return the body of one call: pairs of SKU and quantity."""
    return {
        "sourceItems": [
            {"sku": sku, "source_code": "default", "quantity": quantity, "status": 1}
            for sku, quantity in items
        ]
    }


def quantities():
    """Return what lies where."""
    return dict(SourceItem.objects.values_list("product__sku", "quantity"))


def test_a_bulk_call_is_accepted_and_carried_out(shop):
    make_product("A-1")
    make_product("A-2")

    status, answer = shop.post(ITEMS, [call(("A-1", 7)), call(("A-2", 8), ("A-1", 9))])

    assert status == 202
    assert answer["errors"] is False
    assert [(each["id"], each["status"]) for each in answer["request_items"]] == [
        (0, "accepted"),
        (1, "accepted"),
    ]
    assert all(len(each["data_hash"]) == 64 for each in answer["request_items"])
    _, found = shop.get(f"bulk/{answer['bulk_uuid']}/status")
    assert [each["status"] for each in found["operations_list"]] == [1, 1]
    assert quantities() == {"A-1": 9, "A-2": 8}


def test_each_call_is_written_as_a_whole_or_not_at_all_and_says_why(shop):
    make_product("A-1")
    make_product("A-2")

    _, answer = shop.post(
        ITEMS,
        [
            call(("A-1", 7), ("nope", 1)),
            call(("A-2", 8)),
            call(("A-2", "many")),
            {"source": []},
            call(),
            [],
            {"sourceItems": [{"sku": "A-1"}]},
        ],
    )

    _, found = shop.get(f"bulk/{answer['bulk_uuid']}/status")
    assert [each["status"] for each in found["operations_list"]] == [3, 1, 3, 3, 3, 3, 3]
    texts = [each["result_message"] for each in found["operations_list"]]
    assert texts[0] == 'Product with requested "sku": "nope" was not found.'
    assert texts[1].startswith("Service execution success Magento\\InventoryApi")
    assert "source_items[0].quantity" in texts[2]
    assert texts[3] == '"source_items" is required. Enter and try again.'
    assert quantities() == {"A-2": 8}


def test_a_new_source_item_is_made_though_an_earlier_call_for_it_has_failed(shop):
    make_product("A-1")

    _, answer = shop.post(ITEMS, [call(("A-1", 7), ("missing", 1)), call(("A-1", 7))])

    _, found = shop.get(f"bulk/{answer['bulk_uuid']}/status")
    assert [each["status"] for each in found["operations_list"]] == [3, 1]
    assert quantities() == {"A-1": 7}


def test_the_counts_and_the_details_of_a_bulk_can_be_read(shop):
    make_product("A-1")
    _, answer = shop.post(ITEMS, [call(("A-1", 7)), call(("nope", 7))])
    uuid = answer["bulk_uuid"]

    _, details = shop.get(f"bulk/{uuid}/detailed-status")

    assert [shop.get(f"bulk/{uuid}/operation-status/{n}")[1] for n in (1, 2, 3, 4)] == [1, 0, 1, 0]
    assert details["bulk_id"] == uuid
    assert details["operation_count"] == 2
    first = details["operations_list"][0]
    assert '"sku":"A-1"' in first["serialized_data"]
    assert first["topic_name"].startswith("async.magento.inventoryapi")


def test_an_open_operation_says_why_it_waits(shop):
    bulk = accept("source_items", "async.sourceitems", [call(("A-1", 7))]).bulk
    address = f"bulk/{bulk.uuid}/status"

    [waiting] = shop.get(address)[1]["operations_list"]
    later = timezone.now() + timedelta(minutes=5)
    Bulk.objects.update(last_error="The database was away.", retry_at=later)
    [failed] = shop.get(address)[1]["operations_list"]

    assert (waiting["status"], waiting["error_code"]) == (4, None)
    assert waiting["result_message"] == "The next free worker"
    assert failed["result_message"].startswith("The database was away. (next try ")


def test_one_call_may_come_alone(shop):
    make_product("A-1")

    status, answer = shop.post("/rest/async/V1/inventory/source-items", call(("A-1", 7)))

    assert status == 202
    assert len(answer["request_items"]) == 1
    assert quantities() == {"A-1": 7}


def test_the_store_may_stand_in_the_address(shop):
    make_product("A-1")

    status, _ = shop.post("/rest/all/async/bulk/V1/inventory/source-items", [call(("A-1", 7))])

    assert status == 202


@pytest.mark.parametrize("body", [{"sourceItems": []}, "x", 5])
def test_a_bulk_body_that_is_no_list_is_refused(shop, body):
    status, _ = shop.post(ITEMS, body)

    assert status == 400
    assert not Bulk.objects.exists()


def test_a_body_that_is_too_long_is_refused_and_says_how_long_it_may_be(shop):
    store(WebServices, max_items=3, max_body_bytes=500)

    too_many = shop.post(ITEMS, [call()] * 4)
    too_large = shop.post(ITEMS, [call(("A" * 600, 1))])

    assert (too_many[0], too_many[1]["parameters"]["max"]) == (400, 3)
    assert (too_large[0], too_large[1]["parameters"]["max"]) == (413, 500)
    assert not Bulk.objects.exists()


def test_an_empty_list_is_a_bulk_without_operations(shop):
    status, answer = shop.post(ITEMS, [])

    assert (status, answer["request_items"]) == (202, [])
    assert Bulk.objects.get().finished_at


def test_an_unknown_bulk_is_not_found(shop):
    assert shop.get("bulk/nonsense/status")[0] == 404
    assert shop.get("bulk/7f7b0e9f-6b06-4cf4-a9cd-6a9c0b0f0f0f/detailed-status")[0] == 404


def test_the_job_carries_out_what_no_worker_has(shop):
    make_product("A-1")
    shop.post(ITEMS, [call(("A-1", 7))])
    SourceItem.objects.all().delete()
    Bulk.objects.update(finished_at=None, completed=0)
    Bulk.objects.get().portions.update(processed_at=None)

    assert carry_out_bulks() == "1 bulk calls: 1 operations done, 0 failed."
    assert carry_out_bulks() == "Nothing was waiting."
    assert quantities() == {"A-1": 7}
    assert process_bulks(KINDS).bulks == 0


def test_orders_are_placed_in_bulk_each_on_its_own():
    make_source_item("A-1", 5)
    make_store(code="default")
    erp = Shop(ORDERS_SAVE, BULK_OPERATIONS)

    def order(quantity, **values):
        items = [{"sku": "A-1", "qty_ordered": quantity}]
        return {"entity": {"customer_email": "v@example.com", "items": items, **values}}

    _, answer = erp.post(
        "/rest/async/bulk/V1/orders",
        [order(3), order(3), order(1, increment_id="X-1"), order(1, increment_id="X-1"), {}],
    )

    _, found = erp.get(f"bulk/{answer['bulk_uuid']}/detailed-status")
    operations = found["operations_list"]
    assert [each["status"] for each in operations] == [1, 3, 1, 3, 3]
    assert "is not available" in operations[1]["result_message"]
    assert "exists already" in operations[3]["result_message"]
    assert '"increment_id":"X-1"' in operations[2]["result_serialized_data"]
    assert quantities() == {"A-1": 1}
    assert Order.objects.count() == 2
