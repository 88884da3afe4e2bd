"""Telling OrderFlow what is due, and recording what it answers."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from exports.claims import claim_due
from exports.cron import export_orders_create, export_products_create, export_products_update
from exports.models import Export, ExportLine
from exports.outcomes import Fate, Outcome
from exports.settling import RetryPolicy, settle
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.problems.kinds import NOT_FETCHED
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.watch.services import watch
from tests.exports.shop import (
    lines,
    make_due,
    make_due_orders,
    make_due_products,
    make_shop,
    row,
    told,
)
from tests.factories import make_product
from tests.fakes import Answer

pytestmark = pytest.mark.django_db


def test_a_new_product_is_announced_and_queued(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="24-MB01")

    summary = export_products_create()

    assert summary == "1 products: 1 successes, 0 failures."
    assert lines() == [
        (
            "24-MB01",
            "Success",
            "OrderFlow successfully notified that product 24-MB01 is pending export",
        )
    ]
    export_state = row(product, website)
    assert (export_state.orderflow_export_status, export_state.orderflow_attempts) == ("Queued", 1)
    assert export_state.orderflow_due_at > export_state.orderflow_queued_at
    assert Product.objects.get().orderflow_export_status == "Queued"


def test_the_request_names_website_operation_and_lines(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 1, sku="24-MB01")

    export_products_create()

    request = Request.objects.get()
    assert (request.type, request.entity, request.operation) == (
        RequestType.EXPORT, Entity.PRODUCT, Operation.CREATE,
    )  # fmt: skip
    assert (request.website, request.lines, request.line_count) == (
        website,
        [{"sku": "24-MB01"}],
        1,
    )
    assert re.fullmatch(r"[0-9a-f]{32}", request.message_id)
    assert request.processed_at
    assert bytes(request.response_body) == b"1 successes, 0 failures."


def test_an_order_is_announced_by_id_and_number(orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1, increment_id="000000042")

    export_orders_create()

    assert told(orderflow) == ["000000042"]
    assert f"thirdPartyReference={order.pk}&event=order.created" in orderflow.heard[0].path
    assert Request.objects.get().lines == [{"entity_id": order.pk, "increment_id": "000000042"}]
    assert lines() == [
        (
            "000000042",
            "Success",
            "OrderFlow successfully notified that order 000000042 is pending export",
        )
    ]
    assert Order.objects.get().orderflow_export_status == "Queued"


def test_an_order_in_a_status_of_the_shops_own_is_exported_where_it_is_chosen(orderflow):
    website = make_shop(orderflow, orders={"exportable_status": ("awaiting_wms",)})
    make_due_orders(website, 1, increment_id="5", status="awaiting_wms")
    make_due_orders(website, 1, increment_id="6")

    assert export_orders_create() == "1 orders: 1 successes, 0 failures."

    assert [reference for reference, _, _ in lines()] == ["5"]


def test_each_line_keeps_what_was_sent_and_answered(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 1, sku="24-MB01")
    orderflow.answers = [Answer(body=b"<result>noted</result>")]

    export_products_create()

    line = ExportLine.objects.get()
    assert line.call.startswith(f"POST {orderflow.endpoint}remotewarehouse/product/update.xml?")
    assert line.answer == "200 <result>noted</result>"


def test_the_report_counts_its_lines(orderflow):
    website = make_shop(orderflow, api={"parallel_calls": 1})
    make_due_products(website, 3)
    orderflow.answers = [Answer(), Answer(status=400), Answer()]

    export_products_create()

    export = Export.objects.get()
    assert (export.successes, export.failures, export.duplicates) == (2, 1, 0)
    assert (export.website, export.request) == (website, Request.objects.get())


def test_a_product_that_was_fetched_before_is_an_update(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    export_products_create()
    fetched(product, website)
    product = Product.objects.get()
    product.name = "Renamed"
    product.save()

    assert export_products_create() == "No product was due."
    export_products_update()

    assert Request.objects.latest("id").operation == Operation.UPDATE
    assert len(told(orderflow)) == 2


def fetched(product, website):
    """Let OrderFlow fetch a product."""
    export_state = row(product, website)
    export_state.orderflow_export_status = "Exported"
    export_state.orderflow_export_date = timezone.now()
    export_state.orderflow_due_at = None
    export_state.save()


def test_what_was_announced_is_not_announced_again(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 3)
    make_due_orders(website, 2)

    for _ in range(3):
        export_products_create()
        export_products_update()
        export_orders_create()

    assert len(told(orderflow)) == 5


def test_the_batch_size_limits_a_run_and_the_longest_due_come_first(orderflow):
    website = make_shop(orderflow, products={"batch_size": 2})
    products = make_due_products(website, 5)

    export_products_create()

    assert sorted(told(orderflow)) == sorted(product.sku for product in products[:2])


def test_only_simple_products_are_exported(orderflow):
    website = make_shop(orderflow)
    for kind in Product.Type.values:
        make_product(type_id=kind).websites.add(website)

    export_products_create()

    assert told(orderflow) == [Product.objects.get(type_id="simple").sku]


@pytest.mark.parametrize(
    "values",
    [{"status": "pending"}, {"is_virtual": True}, {"orderflow_export_status": "Exported"},
     {"orderflow_export_status": "Cancelled"}, {"orderflow_due_at": None}],
)  # fmt: skip
def test_an_order_that_does_not_qualify_is_not_exported(orderflow, values):
    make_due_orders(make_shop(orderflow), 1, **values)

    assert export_orders_create() == "No order was due."
    assert told(orderflow) == []


def test_a_website_whose_export_is_off_exports_nothing(orderflow):
    website = make_shop(orderflow, products={"is_enabled": False}, orders={"is_enabled": False})
    make_due_products(website, 1)
    make_due_orders(website, 1)

    export_products_create()
    export_orders_create()

    assert told(orderflow) == []


def test_calls_run_in_parallel_but_not_more_than_allowed(orderflow):
    website = make_shop(orderflow, api={"parallel_calls": 3})
    make_due_products(website, 9)
    orderflow.answers = [Answer(delay=0.05) for _ in range(9)]

    export_products_create()

    assert orderflow.most_at_once == 3
    assert len({heard.port for heard in orderflow.heard}) == 3


def test_a_change_during_the_call_keeps_the_product_pending(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    claimed_revision = row(product, website).orderflow_revision

    minute = timedelta(minutes=1)
    batch = claim_due(
        Entity.PRODUCT, Operation.CREATE, (website,), limit=9, lease=minute, max_attempts=4
    )
    Product.objects.update(name="Changed meanwhile")
    settle(
        batch,
        [Outcome(batch.targets[0], Fate.ANNOUNCED, "told")],
        RetryPolicy(4, minute, minute, minute),
    )

    export_state = row(product, website)
    assert export_state.orderflow_export_status == "Pending"
    assert export_state.orderflow_revision == claimed_revision + 1
    export_products_create()
    assert told(orderflow) == [product.sku]


def test_what_is_announced_again_is_still_not_fetched_until_orderflow_comes_for_it(orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1)

    export_orders_create()
    order.refresh_from_db()
    assert order.orderflow_last_error == ""
    now = timezone.now()
    Order.objects.update(orderflow_due_at=now, orderflow_queued_at=now - timedelta(hours=3))
    export_orders_create()

    order.refresh_from_db()
    assert order.orderflow_last_error == "OrderFlow was told 2 times and has not fetched it."
    watch()
    assert open_problems(NOT_FETCHED).get().count == 1


def test_a_stuck_order_is_announced_again_and_then_reported(orderflow):
    website = make_shop(orderflow, orders={"max_attempts": 2})
    [order] = make_due_orders(website, 1)

    for _ in range(2):
        export_orders_create()
        make_due(order)
    summary = export_orders_create()

    assert len(told(orderflow)) == 2
    assert (
        summary == "0 orders: 0 successes, 0 failures. 1 announced often enough and never fetched."
    )
    order.refresh_from_db()
    assert (order.orderflow_export_status, order.orderflow_due_at) == ("Queued", None)
    assert order.orderflow_last_error == "OrderFlow was told 2 times and has not fetched it."
