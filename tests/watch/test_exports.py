"""What OrderFlow has not got is told of by cause, with the page that mends it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from exports.models import EndpointState
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import Api
from orderflow_bridge.problems.kinds import ENDPOINT_DOWN, EXPORT_FAILED, NOT_FETCHED
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.exports import (
    CAUSES_TOLD,
    look_for_endpoints_left_alone,
    look_for_failed_exports,
    look_for_what_is_not_fetched,
)
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_store, make_website

pytestmark = pytest.mark.django_db

ENDPOINT = "https://of.example/web/"
LOGIN = "OrderFlow refused the login (401). Check the Username and Password settings."


@pytest.fixture
def website() -> Website:
    website = make_website(name="Main Website")
    store(Api, website, endpoint=ENDPOINT)
    return website


def make_orders(website: Website, count: int, **values: Any) -> list[Order]:
    store_view = website.stores.first() or make_store(website)
    return [make_order(store=store_view, **values) for _ in range(count)]


def make_failed(website: Website, count: int, error: str, **values: Any) -> list[Order]:
    failed = {
        "orderflow_export_status": ExportStatus.FAILED,
        "orderflow_due_at": timezone.now() + timedelta(minutes=5),
        "orderflow_last_error": error,
    }
    return make_orders(website, count, **{**failed, **values})


def look() -> list[Problem]:
    look_for_failed_exports(timezone.now())
    return list(open_problems(EXPORT_FAILED).order_by("subject"))


def test_orders_that_failed_are_told_by_cause_until_none_is_left(website: Website) -> None:
    make_failed(website, 3, LOGIN)
    [problem] = look()

    assert problem.text == f"3 orders could not be exported to of.example: {LOGIN}"
    assert problem.url.startswith("/admin/configuration/apisettings/?website=")
    assert problem.count == 3
    assert problem.website == website

    Order.objects.update(orderflow_export_status=ExportStatus.EXPORTED)
    assert look() == []


def test_references_and_numbers_make_no_causes_of_their_own(website: Website) -> None:
    for order in make_failed(website, 4, ""):
        Order.objects.filter(pk=order.pk).update(
            orderflow_last_error=f"Order {order.increment_id} has no address (line {order.pk})."
        )

    [problem] = look()
    assert problem.text.startswith("4 orders could not be exported to of.example: Order ")
    assert "(for one of them, " in problem.text


def test_products_are_told_apart_and_what_is_given_up_is_to_be_requeued(website: Website) -> None:
    product = make_product("24-MB01")
    ProductWebsite.objects.create(product=product, website=website)
    ProductWebsite.objects.update(
        orderflow_export_status=ExportStatus.FAILED,
        orderflow_due_at=None,
        orderflow_last_error="Refused.",
    )
    make_failed(website, 1, "Refused.", increment_id="000000005")
    orders, products = look()

    assert orders.text == "Order 000000005 could not be exported to of.example: Refused."
    assert products.text == "Product 24-MB01 could not be exported to of.example: Refused."
    assert "then requeue: 1 product is not tried any more." in products.remedy
    assert products.url == "/admin/exports/waitingproduct/?export_status=Failed"


def test_of_very_many_causes_the_rest_is_one_problem(website: Website) -> None:
    for number in range(CAUSES_TOLD + 5):
        make_failed(website, 1, "Bad " + chr(ord("a") + number) * 4)

    problems = look()
    assert len(problems) == CAUSES_TOLD + 1
    assert [each.count for each in problems if "5 further causes" in each.text] == [5]


def test_what_is_not_fetched_in_time_is_told_until_it_is_fetched(website: Website) -> None:
    now = timezone.now()
    announced = {
        "orderflow_export_status": ExportStatus.QUEUED,
        "orderflow_queued_at": now - timedelta(hours=3),
    }
    make_orders(website, 2, orderflow_due_at=now - timedelta(hours=1), **announced)
    make_orders(website, 1, orderflow_due_at=now + timedelta(hours=1), **announced)
    look_for_what_is_not_fetched(now)

    problem = open_problems(NOT_FETCHED).get()
    assert problem.text.startswith(
        "2 orders were announced and not fetched by OrderFlow, the first at "
    )
    assert "refused" not in problem.text

    Order.objects.update(orderflow_export_status=ExportStatus.EXPORTED)
    look_for_what_is_not_fetched(now)
    assert not open_problems(NOT_FETCHED).exists()


def test_it_says_who_was_refused_in_the_meantime(website: Website) -> None:
    now = timezone.now()
    make_orders(
        website, 1,
        increment_id="000000005",
        orderflow_export_status=ExportStatus.QUEUED,
        orderflow_queued_at=now - timedelta(hours=3),
        orderflow_due_at=now - timedelta(hours=1),
    )  # fmt: skip
    RefusedCall.objects.create(
        hour=now, username="sandbox", is_user=True, reason=RefusedCall.Reason.INACTIVE,
        endpoint="soap", count=7, recent=7, recent_from=now, first_at=now, last_at=now,
    )  # fmt: skip
    look_for_what_is_not_fetched(now)

    problem = open_problems(NOT_FETCHED).get()
    assert problem.text.startswith("Order 000000005 was announced and not fetched by OrderFlow")
    assert problem.text.endswith(
        "; in this time calls were refused: user sandbox (the user is inactive)."
    )
    assert problem.url == "/admin/auth/user/"


def test_what_is_announced_again_is_still_not_fetched(website: Website) -> None:
    now = timezone.now()
    make_orders(
        website, 1,
        orderflow_export_status=ExportStatus.QUEUED,
        orderflow_last_error="OrderFlow was told and has not fetched it.",
        orderflow_due_at=now + timedelta(hours=1),
    )  # fmt: skip
    look_for_what_is_not_fetched(now)

    assert open_problems(NOT_FETCHED).exists()


def test_an_endpoint_that_is_left_alone_is_told_until_it_answers(website: Website) -> None:
    for endpoint in (ENDPOINT, "https://former.example/web/"):
        EndpointState.objects.create(
            endpoint=endpoint, failures=5, opened_at=timezone.now(), last_error="No answer."
        )
    look_for_endpoints_left_alone(timezone.now())

    problem = open_problems(ENDPOINT_DOWN).get()
    assert problem.subject == ENDPOINT
    assert "after 5 failures in a row: No answer." in problem.text

    EndpointState.objects.update(failures=0, opened_at=None)
    look_for_endpoints_left_alone(timezone.now())
    assert not open_problems(ENDPOINT_DOWN).exists()
