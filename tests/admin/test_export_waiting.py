"""What waits for OrderFlow, endpoints that rest, and the whole catalogue."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.models import EndpointState
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.sales.models import Order
from tests.admin.samples import make_nobody
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/exports/waitingproduct/"
ORDERS = "/admin/exports/waitingorder/"
ENDPOINTS = "/admin/exports/endpointstate/"
CATALOGUE = "/admin/exports/catalogueexport/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def rows(answer) -> list[str]:
    found = BeautifulSoup(answer.content, "html.parser").select("#result_list tbody tr")
    return [row.get_text(" ", strip=True) for row in found]


def fail(product: Product, **values) -> None:
    ProductWebsite.objects.filter(product=product).update(
        **{
            "orderflow_export_status": ExportStatus.FAILED,
            "orderflow_last_error": "OrderFlow answered with status 500.",
            "orderflow_attempts": 4,
            "orderflow_due_at": None,
            **values,
        }
    )


def choose(client: Client, address: str, records, **values):
    data = {"action": "requeue_selected", "_selected_action": [one.pk for one in records]}
    return client.post(address, {**data, "index": "0", **values})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, ["Failed", "OrderFlow answered with status 500.", "4", "Never: given up"]),
        ({"orderflow_export_status": "Pending"}, ["Pending", "status 500"]),
        (
            {
                "orderflow_export_status": "Queued",
                "orderflow_last_error": "",
                "orderflow_due_at": timezone.now() - timedelta(minutes=1),
            },
            ["Queued", "has not fetched it; it is announced again.", "With the next run"],
        ),
        (
            {"orderflow_last_error": "", "orderflow_attempts": 0},
            ["The status was set to Failed by hand."],
        ),
    ],
)
def test_a_sentence_says_why_something_waits(boss, orderflow, values, words):
    [product] = make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    fail(product, **values)

    [text] = rows(boss.get(PRODUCTS))

    assert all(word in text for word in ["24-MB01", *words])


@pytest.mark.parametrize(
    "values",
    [
        {"orderflow_export_status": "Pending"},
        {"orderflow_export_status": "Exported", "orderflow_due_at": None},
        {
            "orderflow_export_status": "Queued",
            "orderflow_due_at": timezone.now() + timedelta(hours=1),
        },
    ],
)
def test_what_is_in_step_or_has_its_first_turn_is_not_listed(boss, orderflow, values):
    make_due_products(make_shop(orderflow), 1)
    ProductWebsite.objects.update(**values)

    assert rows(boss.get(PRODUCTS)) == []


def test_one_is_requeued_after_a_question(boss, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    fail(product)
    address = f"{PRODUCTS}{row(product, website).pk}/requeue/"

    question = boss.get(address).content.decode()
    untouched = row(product, website).orderflow_export_status
    answer = boss.post(address)

    assert "Requeue this?" in question
    assert untouched == ExportStatus.FAILED
    assert texts(answer) == ["1 product(s) have been requeued. The next export run announces them."]
    assert row(product, website).orderflow_due_at <= timezone.now()
    assert row(product, website).orderflow_attempts == 0


def test_all_of_a_filter_are_requeued_and_nothing_else(boss, orderflow):
    first, second = make_shop(orderflow), make_shop(orderflow, channel="other")
    for product in (*make_due_products(first, 25), *make_due_products(second, 2)):
        fail(product)
    listed = f"{PRODUCTS}?website__id__exact={first.pk}"

    answer = choose(
        boss, listed, ProductWebsite.objects.filter(website=first)[:1],
        select_across="1", confirmed="yes",
    )  # fmt: skip

    assert texts(answer) == [
        "25 product(s) have been requeued. The next export run announces them."
    ]
    left = ProductWebsite.objects.filter(orderflow_export_status=ExportStatus.FAILED)
    assert set(left.values_list("website", flat=True)) == {second.pk}


def test_given_up_orders_are_found_and_requeued(boss, orderflow):
    given_up, tried_again = make_due_orders(make_shop(orderflow), 2)
    for order, due in ((given_up, None), (tried_again, timezone.now() + timedelta(hours=1))):
        Order.objects.filter(pk=order.pk).update(
            orderflow_export_status="Failed", orderflow_last_error="No.", orderflow_due_at=due
        )

    [text] = rows(boss.get(f"{ORDERS}?given_up=yes"))
    answer = choose(boss, ORDERS, [given_up], confirmed="yes")

    assert given_up.increment_id in text
    assert texts(answer) == ["1 order(s) have been requeued. The next export run announces them."]
    tried_again.refresh_from_db()
    assert tried_again.orderflow_export_status == ExportStatus.FAILED


def test_somebody_who_may_only_look_cannot_requeue(viewer, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    fail(product)

    status = viewer.post(f"{PRODUCTS}{row(product, website).pk}/requeue/").status_code
    choose(viewer, PRODUCTS, ProductWebsite.objects.all(), confirmed="yes")

    assert status == 403
    assert row(product, website).orderflow_export_status == ExportStatus.FAILED


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(boss, orderflow):
    products = make_due_products(make_shop(orderflow), 20)
    fail(products[0])
    boss.get(PRODUCTS)
    with CaptureQueriesContext(connection) as few:
        boss.get(PRODUCTS)
    for product in products:
        fail(product)

    with CaptureQueriesContext(connection) as many:
        assert len(rows(boss.get(PRODUCTS))) == 20

    assert len(many) == len(few)


def open_endpoint(orderflow) -> EndpointState:
    return EndpointState.objects.create(
        endpoint=orderflow.endpoint,
        failures=5,
        opened_at=timezone.now(),
        last_error="The connection was refused.",
    )


def test_an_endpoint_that_rests_is_shown_with_its_next_trial(boss, orderflow):
    make_shop(orderflow, api={"breaker_cooloff": 3600})
    state = open_endpoint(orderflow)

    [text] = rows(boss.get(ENDPOINTS))

    trial = timezone.localtime(state.opened_at + timedelta(seconds=3600))
    for words in ("Left alone", "5", "refused", f"{trial:%Y-%m-%d %H:%M:%S}", "Try Again Now"):
        assert words in text


def test_try_again_now_ends_the_pause(boss, orderflow):
    make_shop(orderflow)
    state = open_endpoint(orderflow)

    before = boss.get(f"{ENDPOINTS}{state.pk}/again/").status_code
    answer = boss.post(f"{ENDPOINTS}{state.pk}/again/")

    state.refresh_from_db()
    assert before == 200
    assert texts(answer) == ["The next export run calls this endpoint again."]
    assert (state.opened_at, state.failures) == (None, 0)


def test_the_catalogue_page_counts_by_website(boss, orderflow):
    website = make_shop(orderflow)
    products = make_due_products(website, 4)
    ProductWebsite.objects.filter(product__in=products[:3]).update(
        orderflow_export_status="Exported"
    )

    page = BeautifulSoup(boss.get(CATALOGUE).content, "html.parser")
    cells = [
        [cell.get_text() for cell in row.select("td")] for row in page.select("#progress tbody tr")
    ]

    assert [website.name, "1", "0", "3", "0", "75 %"] in cells
    assert "Last run: never" in page.get_text()
    assert page.select_one("#progress")["data-url"] == CATALOGUE


def test_the_whole_catalogue_is_exported_after_the_guides_question(boss, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    ProductWebsite.objects.update(orderflow_export_status="Exported", orderflow_due_at=None)

    question = boss.get(f"{CATALOGUE}start/").content.decode()
    untouched = row(product, website).orderflow_export_status
    answer = boss.post(f"{CATALOGUE}start/")

    assert "Are you sure you wish to export your entire catalogue to OrderFlow?" in question
    assert untouched == ExportStatus.EXPORTED
    assert texts(answer)[0] == "Bulk catalogue export initiated."
    assert row(product, website).orderflow_export_status == ExportStatus.PENDING
    assert "by boss" in boss.get(CATALOGUE).content.decode()


def test_the_catalogue_needs_the_right_to_export_products(viewer):
    page = viewer.get(CATALOGUE)

    assert page.status_code == 200
    assert "Export Catalogue</a>" not in page.content.decode()
    assert viewer.post(f"{CATALOGUE}start/").status_code == 403


def test_the_menu_shows_only_what_one_may_see(boss):
    client = Client()
    client.force_login(make_nobody())

    assert "/admin/exports/waitingproduct/" in boss.get("/admin/").content.decode()
    assert client.get(PRODUCTS).status_code == 403
    assert "/admin/exports/" not in client.get("/admin/").content.decode()
