"""What fails waits, is tried again, and is given up in the end, with one e-mail."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.cron import export_orders_create, export_products_create
from exports.models import EndpointState
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.configuration.sections import Api, Email
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.problems.kinds import EXPORT_FAILED
from orderflow_bridge.problems.reporting import report_problems
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
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
from tests.factories import make_user
from tests.fakes import Answer

pytestmark = pytest.mark.django_db

REFUSED = Answer(status=400, body=b"<e>bad sku</e>")


def mailed() -> OutgoingMail:
    """Let the watch look, and return the one mail that it has written an hour later."""
    make_user(rights=["access.orderflow_import"])  # or that would be told as well
    watch()
    report_problems(now=timezone.now() + timedelta(hours=1))
    return OutgoingMail.objects.get()


def test_a_failed_product_waits_before_it_is_tried_again(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="24-MB01")
    orderflow.answers = [REFUSED]

    export_products_create()
    export_products_create()

    assert told(orderflow) == ["24-MB01"]
    assert lines() == [("24-MB01", "Failure", "OrderFlow answered 400 Bad Request: bad sku")]
    export_state = row(product, website)
    assert (export_state.orderflow_export_status, export_state.orderflow_attempts) == ("Failed", 1)
    assert export_state.orderflow_last_error == "OrderFlow answered 400 Bad Request: bad sku"
    wait = export_state.orderflow_due_at - timezone.now()
    assert timedelta(minutes=3.5) < wait <= timedelta(minutes=6)
    assert Product.objects.get().orderflow_export_status == "Failed"


def test_a_success_after_a_failure_clears_the_error(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    orderflow.answers = [REFUSED]

    export_products_create()
    make_due(product)
    export_products_create()

    export_state = row(product, website)
    assert (export_state.orderflow_export_status, export_state.orderflow_last_error) == (
        "Queued",
        "",
    )


def test_a_failing_product_does_not_keep_others_out(orderflow):
    website = make_shop(orderflow, products={"batch_size": 2}, api={"parallel_calls": 1})
    first, second, third = make_due_products(website, 3)
    orderflow.answers = [REFUSED, REFUSED]

    export_products_create()
    export_products_create()

    assert told(orderflow) == [first.sku, second.sku, third.sku]
    assert row(third, website).orderflow_export_status == "Queued"


def test_after_the_last_attempt_the_order_is_given_up_and_the_administrator_mailed(orderflow):
    website = make_shop(orderflow, orders={"max_attempts": 2})
    [order] = make_due_orders(website, 1, increment_id="000000005")
    orderflow.answers = [REFUSED, REFUSED]

    for _ in range(3):
        export_orders_create()
        make_due(order)

    assert len(told(orderflow)) == 2
    order.refresh_from_db()
    assert (order.orderflow_export_status, order.orderflow_due_at) == ("Failed", None)
    mail = mailed()
    assert mail.recipient == "ops@example.com"
    for body in (mail.text, mail.html):
        assert "000000005" in body
        assert "OrderFlow answered 400 Bad Request: bad sku" in body


def test_a_change_brings_a_given_up_product_back(orderflow):
    website = make_shop(orderflow, products={"max_attempts": 1})
    [product] = make_due_products(website, 1)
    orderflow.answers = [REFUSED]
    export_products_create()

    product = Product.objects.get()
    product.name = "Corrected"
    product.save()
    export_products_create()

    assert row(product, website).orderflow_export_status == "Queued"


def test_many_dead_letters_of_one_cause_are_one_problem(orderflow):
    website = make_shop(orderflow, products={"max_attempts": 1}, api={"breaker_threshold": 99})
    make_due_products(website, 12)
    orderflow.answers = [Answer(status=500, body=b"") for _ in range(12)]

    export_products_create()

    assert mailed().text.count("OrderFlow answered 500") == 1
    assert open_problems(EXPORT_FAILED).get().count == 12


def test_an_endpoint_that_keeps_failing_is_left_alone_and_nothing_else_counted(orderflow):
    website = make_shop(orderflow, api={"parallel_calls": 1, "breaker_threshold": 3})
    products = make_due_products(website, 6)
    orderflow.answers = [Answer(status=503) for _ in range(6)]

    summary = export_products_create()

    assert len(told(orderflow)) == 3
    assert summary.startswith("3 products: 0 successes, 3 failures. 3 put off.")
    assert "keeps failing and is left alone" in summary
    given_back = row(products[5], website)
    assert (given_back.orderflow_export_status, given_back.orderflow_attempts) == ("Pending", 0)
    assert given_back.orderflow_due_at > timezone.now()
    state = EndpointState.objects.get()
    assert (state.failures, state.opened_at is not None) == (3, True)
    assert "503" in state.last_error


def test_while_an_endpoint_is_left_alone_nothing_is_claimed(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    EndpointState.objects.create(endpoint=orderflow.endpoint, failures=5, opened_at=timezone.now())
    before = row(product, website).orderflow_due_at

    summary = export_products_create()

    assert told(orderflow) == []
    assert row(product, website).orderflow_due_at == before
    assert not Request.objects.exists()
    assert summary.startswith("Nothing was announced.")


def test_after_the_pause_one_call_decides_and_the_rest_follows(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 4)
    EndpointState.objects.create(
        endpoint=orderflow.endpoint, failures=5, opened_at=timezone.now() - timedelta(minutes=2)
    )

    export_products_create()

    assert len(told(orderflow)) == 4
    assert [request.line_count for request in Request.objects.order_by("id")] == [1, 3]
    state = EndpointState.objects.get()
    assert (state.failures, state.opened_at) == (0, None)


def test_after_a_failed_trial_the_pause_begins_again(orderflow):
    website = make_shop(orderflow)
    make_due_products(website, 4)
    EndpointState.objects.create(
        endpoint=orderflow.endpoint, failures=5, opened_at=timezone.now() - timedelta(minutes=2)
    )
    orderflow.answers = [Answer(status=503)]

    export_products_create()
    export_products_create()

    assert len(told(orderflow)) == 1
    assert EndpointState.objects.get().failures == 6


def test_nothing_is_remembered_of_an_endpoint_that_answers(orderflow):
    make_due_products(make_shop(orderflow), 3)

    export_products_create()

    assert not EndpointState.objects.exists()


@pytest.mark.parametrize(
    ("setting", "label"),
    [("endpoint", "Endpoint"), ("channel", "Channel"), ("organisation", "Organisation")],
)
def test_a_missing_setting_is_named_and_no_attempt_counted(orderflow, setting, label):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    write_settings(Api, {setting: None}, website=website)
    before = row(product, website).orderflow_due_at

    with pytest.raises(JobNotReady, match=f"{label} is not set for {website.name}"):
        export_products_create()

    export_state = row(product, website)
    assert (export_state.orderflow_attempts, export_state.orderflow_due_at) == (0, before)
    assert not Request.objects.exists()


def test_one_website_without_an_endpoint_does_not_stop_the_others(orderflow):
    broken, well = make_shop(orderflow), make_shop(orderflow)
    write_settings(Api, {"endpoint": None}, website=broken)
    make_due_orders(broken, 1)
    [order] = make_due_orders(well, 1)

    summary = export_orders_create()

    assert summary.startswith("1 orders: 1 successes")
    assert summary.endswith(f"Endpoint is not set for {broken.name}. Please review API Settings.")
    assert told(orderflow) == [order.increment_id]


def test_one_instance_that_is_down_does_not_hold_up_the_other(orderflow, other_orderflow):
    down, up = make_shop(orderflow), make_shop(other_orderflow)
    [product] = make_due_products(down, 1)
    product.websites.add(up)
    orderflow.answers = [Answer(status=503)]

    export_products_create()

    assert row(product, down).orderflow_export_status == "Failed"
    assert row(product, up).orderflow_export_status == "Queued"
    assert told(other_orderflow) == [product.sku]
    assert Product.objects.get().orderflow_export_status == "Failed"


def write_settings_email(website):
    """Give a website an administrator to mail."""
    write_settings(Email, {"admin_email": "ops@example.com"}, website=website)
