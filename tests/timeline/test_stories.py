"""What the stories of an order and of a SKU tell."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.cancelling import cancel_order
from exports.fetching import mark_exported_by_reference
from exports.manual import export_now
from imports.models import Import, ImportLine
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.refunding import Refund, refund_order
from orderflow_bridge.sales.services import add_comment, delete, hold, unhold
from orderflow_bridge.timeline.orders import order_story, order_subject
from orderflow_bridge.timeline.products import product_story, product_subject
from orderflow_bridge.timeline.steps import PAGE_SIZE
from tests.admin.samples import queue_despatch, queue_stock
from tests.configuration.storing import store
from tests.exports.shop import make_shop
from tests.factories import (
    make_order,
    make_product,
    make_reservation,
    make_store,
    make_website,
)
from tests.outbox.webhooks.shop import make_receiver

pytestmark = pytest.mark.django_db


def of_order(number="000000005", before=None):
    return order_story(order_subject(number), before)


def of_product(sku="A", before=None):
    return product_story(product_subject(sku), before)


def titles(story):
    return [step.title for step in story.steps]


def one(story, title):
    (found,) = [step for step in story.steps if step.title == title]
    return found


def places(step):
    return {(place.page, place.pk) for place in step.places}


def stock_lines(count, sku="A"):
    report = Import.objects.create(entity=Entity.INVENTORY, operation=Operation.UPDATE)
    now = timezone.now()
    return ImportLine.objects.bulk_create(
        ImportLine(
            parent=report,
            result=Result.SUCCESS,
            reference=sku,
            source_code="default",
            sequence_id=number,
            created_at=now,
        )
        for number in range(count)
    )


@pytest.fixture
def order():
    return make_order(items=[("A", 2)], increment_id="000000005", grand_total=20)


def test_a_despatch_message_is_told_with_its_shipment_its_mail_and_the_way_to_the_raw_text(order):
    request = queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    story = of_order()

    message = one(story, "Despatch message from OrderFlow")
    assert (message.text, message.label) == ("Order 000000005 successfully shipped.", "Success")
    assert ("imports_importrequest", request.pk) in places(message)
    shipment = one(story, "Shipment 000000001 made")
    assert shipment.text == "2 × A"
    assert ("imports_importrequest", request.pk) in places(shipment)
    assert "order #000000005 has shipped" in one(story, "E-mail written").text
    assert "Shipment: status Complete" in titles(story)
    assert titles(story)[-1] == "Order placed"


def test_a_message_that_waits_is_told_too(order):
    request = queue_despatch("38", "000000005")

    step = one(of_order(), "Message received")

    assert step.label == "Pending"
    assert places(step) == {("imports_importrequest", request.pk)}


def test_holds_comments_refunds_and_promises_are_told(order):
    make_reservation("A", -2, order=order)
    hold(order.pk)
    unhold(order.pk)
    add_comment(order.pk, comment="Called the customer")
    refund_order(order.pk, Refund())

    story = of_order()

    assert "Order: status On Hold" in titles(story)
    assert "Called the customer" in [step.text for step in story.steps]
    assert "Credit memo 000000001 made" in titles(story)
    assert "2 unit(s) of A promised" in titles(story)


@pytest.mark.django_db(transaction=True)
def test_announcements_fetches_and_cancellations_are_told(orderflow):
    order = make_order(
        items=[("A", 1)],
        increment_id="000000005",
        store=make_store(make_shop(orderflow)),
        invoiced=False,
        status="processing",
    )
    export_now(Entity.ORDER, [order.pk], by="boss")
    mark_exported_by_reference(Entity.ORDER, "000000005", body=b"<e/>", received_by="orderflow")
    cancel_order(Order.objects.get(), by="boss")

    story = of_order()

    assert [title for title in titles(story) if "OrderFlow" in title] == [
        "OrderFlow was asked to cancel it",
        "OrderFlow fetched it",
        "OrderFlow was told of it",
    ]
    told = one(story, "OrderFlow was told of it")
    assert {name for name, _ in told.raw} == {"Sent", "Received"}
    assert {place.page for place in told.places} == {"exports_exportrequest", "exports_orderexport"}


def test_an_order_that_is_gone_still_has_its_story(order):
    store(ShipmentImport, wait_minutes=0)
    Order.objects.update(orderflow_export_status="Queued")
    queue_despatch("38", "000000005")
    delete(order.pk, by="boss")
    process_imports(Entity.SHIPMENT)

    story = of_order()

    assert one(story, "Order deleted").text == "By boss. OrderFlow was not told."
    assert one(story, "Despatch message from OrderFlow").label == "Failure"


def correlation_id(message_id):
    return Request.objects.get(message_id=message_id).correlation_id


def test_stock_figures_are_told_with_units_result_and_sequence():
    make_product("A")
    queue_stock("71", [("A", "90", "507")])
    queue_stock("72", [("A", "80", "400")])
    process_imports(Entity.INVENTORY)
    queue_stock("73", [("A", "x", "508")])

    story = of_product()

    quantities = [step for step in story.steps if step.title == "Stock figure from OrderFlow"]
    assert [step.label for step in quantities] == ["Superseded", "Success"]
    assert dict(quantities[1].facts) == {
        "Message": "71",
        "Sequence ID": "507",
        "Source": "default",
        "Units Received": "90",
        "Updated Stock Qty": "90",
        "Correlation ID": correlation_id("71"),
    }
    assert one(story, "Message received").facts == (
        ("Message", "73"),
        ("Correlation ID", correlation_id("73")),
    )


def test_events_for_the_shops_own_systems_are_told():
    website = make_website()
    make_order(items=[("A", 2)], increment_id="000000005", store=make_store(website))
    receiver = make_receiver(website, name="ERP")
    for kind, reference in ((Kind.SHIPMENT_CREATED, "000000005"), (Kind.STOCK_CHANGED, "A")):
        WebhookEvent.objects.create(
            event_id=reference, kind=kind, receiver=receiver, reference=reference, body="{}"
        )

    assert one(of_order(), "Webhook: shipment created").label == "Waiting"
    assert one(of_product(), "Webhook: stock changed").facts == (("Receiver", "ERP"),)


def test_the_last_edit_of_a_product_is_told_and_whether_orderflow_knows():
    product = make_product("A", created_at=timezone.now() - timedelta(days=1))
    product.price = 12
    product.save()

    assert one(of_product(), "Product last edited").text == ""

    product.websites.add(make_website())

    assert "Pending" in one(of_product(), "Product last edited").text


def test_a_sku_is_not_told_what_another_one_received():
    make_product("A")
    make_product("AB")
    queue_stock("71", [("AB", "90", "507")])

    assert titles(of_product()) == ["Product created"]


def test_shipments_of_a_sku_lead_to_order_and_message(order):
    request = queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)

    step = one(of_product(), "2 unit(s) shipped for order 000000005")

    assert ("sales_order", order.pk) in places(step)
    assert ("imports_importrequest", request.pk) in places(step)


def test_lines_of_one_time_are_divided_into_pages_without_loss():
    make_product("A", created_at=timezone.now() - timedelta(days=1))
    lines = stock_lines(PAGE_SIZE + 20)

    first = of_product()
    second = of_product(before=first.older)

    told = [step.pk for step in (*first.steps, *second.steps) if "figure" in step.title]
    assert len(first.steps) == PAGE_SIZE
    assert told == [line.pk for line in reversed(lines)]
    assert titles(second)[-1] == "Product created"
    assert second.older is None


def test_a_story_takes_as_many_queries_for_one_step_as_for_a_page_full(order):
    queue_despatch("38", "000000005")
    process_imports(Entity.SHIPMENT)
    stock_lines(1)
    of_order(), of_product()

    with CaptureQueriesContext(connection) as few:
        of_order(), of_product()
    stock_lines(PAGE_SIZE)
    for number in range(10):
        add_comment(order.pk, comment=f"Comment {number}")
    with CaptureQueriesContext(connection) as many:
        of_order(), of_product()

    assert len(few) == len(many) <= 34
