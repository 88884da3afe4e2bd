"""What a person asks for: export now, requeue, reset, everything."""

import pytest
from django.utils import timezone

from exports.cron import export_products_create
from exports.manual import (
    export_and_report,
    export_now,
    requeue,
    reset_export_status,
)
from exports.models import EndpointState
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity, Operation
from orderflow_bridge.common.exceptions import ExportNotConfigured, ExportRefused
from orderflow_bridge.configuration.sections import Api, OrderExport, ProductExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told
from tests.factories import make_product
from tests.fakes import Answer

pytestmark = pytest.mark.django_db


def rest(product):
    """Let nothing be due."""
    ProductWebsite.objects.filter(product=product).update(
        orderflow_export_status="Exported",
        orderflow_export_date=timezone.now(),
        orderflow_due_at=None,
    )


def test_a_product_is_queued_at_once(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="24-MB01")

    text, is_success = export_and_report(Entity.PRODUCT, [product.pk], by="anna")

    assert text == "Product 24-MB01 has been queued for export to OrderFlow."
    assert is_success
    assert row(product, website).orderflow_export_status == "Queued"
    request = Request.objects.get()
    assert (request.received_by, request.operation) == ("anna", Operation.CREATE)


def test_an_exported_product_is_announced_as_an_update_although_it_is_not_due(orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    rest(product)

    [line] = export_now(Entity.PRODUCT, [product.pk])

    assert line.parent.operation == Operation.UPDATE
    assert told(orderflow) == [product.sku]


def test_an_order_is_queued_at_once_whatever_its_status(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1, status="pending", increment_id="000000005")

    text, is_success = export_and_report(Entity.ORDER, [order.pk])

    assert text == "Order 000000005 has been queued for export to OrderFlow."
    assert is_success


def test_an_order_that_was_fetched_stays_exported_when_it_is_announced_again(orderflow):
    [order] = make_due_orders(
        make_shop(orderflow), 1, orderflow_export_status="Exported", orderflow_due_at=None
    )

    _, is_success = export_and_report(Entity.ORDER, [order.pk])

    order.refresh_from_db()
    assert is_success
    assert (order.orderflow_export_status, order.orderflow_due_at) == ("Exported", None)


@pytest.mark.parametrize("entity", [Entity.PRODUCT, Entity.ORDER])
def test_a_failure_says_so(orderflow, entity):
    website = make_shop(orderflow)
    make = make_due_products if entity == Entity.PRODUCT else make_due_orders
    [one] = make(website, 1)
    orderflow.answers = [Answer(status=400)]

    text, is_success = export_and_report(entity, [one.pk])

    reference = one.sku if isinstance(one, Product) else one.increment_id
    assert text == f"{entity.label} {reference} has failed to be queued for export to OrderFlow."
    assert not is_success


def test_many_are_counted_truly(orderflow):
    website = make_shop(orderflow, api={"parallel_calls": 1})
    products = make_due_products(website, 3)
    virtual = make_product(type_id=Product.Type.VIRTUAL)
    orderflow.answers = [Answer(), Answer(status=400)]

    text, is_success = export_and_report(
        Entity.PRODUCT, [product.pk for product in (*products, virtual)]
    )

    assert text == "Exported 2 product(s) to OrderFlow with 2 failures."
    assert not is_success
    assert Request.objects.count() == 1


def test_many_orders_are_counted_too(orderflow):
    orders = make_due_orders(make_shop(orderflow), 2)

    text, _ = export_and_report(Entity.ORDER, [order.pk for order in orders])

    assert text == "Exported 2 order(s) to OrderFlow with 0 failures."


@pytest.mark.parametrize(
    ("entity", "text"),
    [(Entity.PRODUCT, "Product Not Found."), (Entity.ORDER, "Order Not Found.")],
)
def test_what_does_not_exist_is_not_found(entity, text):
    with pytest.raises(ExportRefused, match=text):
        export_now(entity, [4711])


def test_only_simple_products_can_be_exported(orderflow):
    make_shop(orderflow)
    product = make_product(type_id=Product.Type.BUNDLE)

    with pytest.raises(ExportRefused) as refusal:
        export_now(Entity.PRODUCT, [product.pk])

    assert str(refusal.value) == (
        "This product cannot be exported. OrderFlow only supports simple product types."
    )


def test_a_product_of_no_exporting_website_is_refused(orderflow):
    make_shop(orderflow)
    product = make_product("24-MB01")

    with pytest.raises(ExportRefused, match="Product '24-MB01' is not in any product export"):
        export_now(Entity.PRODUCT, [product.pk])


@pytest.mark.parametrize("entity", [Entity.PRODUCT, Entity.ORDER])
def test_with_the_export_off_nothing_is_exported(orderflow, entity):
    website = make_shop(orderflow)
    make = make_due_products if entity == Entity.PRODUCT else make_due_orders
    [one] = make(website, 1)
    write_settings(ProductExport, {"is_enabled": False}, website=website)
    write_settings(OrderExport, {"is_enabled": False}, website=website)

    with pytest.raises(ExportRefused) as refusal:
        export_now(entity, [one.pk])

    assert str(refusal.value) == (
        f"{entity.label} exports are currently disabled."
        " Please review the OrderFlow module configuration."
    )
    assert told(orderflow) == []


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"is_virtual": True}, "You cannot export a virtual order to OrderFlow."),
        ({"state": "canceled"}, "is canceled and cannot be exported"),
    ],
)
def test_an_order_nobody_can_despatch_is_refused(orderflow, values, text):
    [order] = make_due_orders(make_shop(orderflow), 1, **values)

    with pytest.raises(ExportRefused, match=text):
        export_now(Entity.ORDER, [order.pk])


def test_a_missing_endpoint_is_named(orderflow):
    website = make_shop(orderflow)
    [order] = make_due_orders(website, 1)
    write_settings(Api, {"endpoint": None}, website=website)

    with pytest.raises(ExportNotConfigured, match="Endpoint is not set"):
        export_now(Entity.ORDER, [order.pk])


def test_a_product_of_two_instances_goes_to_both_or_to_the_chosen_one(orderflow, other_orderflow):
    first, second = make_shop(orderflow), make_shop(other_orderflow)
    [product] = make_due_products(first, 1)
    product.websites.add(second)

    export_now(Entity.PRODUCT, [product.pk], website=second)
    chosen = (len(orderflow.heard), len(other_orderflow.heard))
    export_now(Entity.PRODUCT, [product.pk])

    assert chosen == (0, 1)
    assert (len(orderflow.heard), len(other_orderflow.heard)) == (1, 2)


def test_while_orderflow_is_left_alone_a_person_is_told_so(orderflow):
    [order] = make_due_orders(make_shop(orderflow), 1)
    EndpointState.objects.create(endpoint=orderflow.endpoint, failures=5, opened_at=timezone.now())

    with pytest.raises(ExportRefused, match="OrderFlow keeps failing and is left alone"):
        export_now(Entity.ORDER, [order.pk])


def given_up(orderflow):
    """Make a product that has been given up."""
    website = make_shop(orderflow, products={"max_attempts": 1})
    [product] = make_due_products(website, 1)
    orderflow.answers = [Answer(status=400)]
    export_products_create()
    return product, website


def test_what_was_given_up_can_be_requeued(orderflow):
    product, website = given_up(orderflow)

    count = requeue(Entity.PRODUCT, ids=[product.pk])
    export_products_create()

    assert count == 1
    assert row(product, website).orderflow_export_status == "Queued"


def test_all_of_a_filter_can_be_requeued(orderflow):
    product, website = given_up(orderflow)
    make_due_products(website, 1)

    count = requeue(
        Entity.PRODUCT, queryset=ProductWebsite.objects.filter(orderflow_export_status="Failed")
    )

    assert count == 1
    assert Product.objects.get(pk=product.pk).orderflow_export_status == "Pending"


def test_what_is_exported_or_not_for_orderflow_is_not_requeued(orderflow):
    website = make_shop(orderflow)
    make_due_orders(website, 1, orderflow_export_status="Exported", orderflow_due_at=None)
    make_due_orders(website, 1, is_virtual=True)
    [failed] = make_due_orders(website, 1, orderflow_export_status="Failed", orderflow_due_at=None)

    assert requeue(Entity.ORDER) == 1
    failed.refresh_from_db()
    assert failed.orderflow_due_at
    assert Order.objects.filter(orderflow_export_status="Pending").count() == 2


def test_a_reset_makes_simple_products_pending(orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    rest(product)
    other = make_product(type_id=Product.Type.VIRTUAL)

    count = reset_export_status([product.pk, other.pk])

    assert count == 1
    assert ProductWebsite.objects.get().orderflow_export_status == "Pending"
