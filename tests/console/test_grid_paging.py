"""Walking through a list by comparison: no row is missed or met twice, and no row is counted."""

from datetime import UTC, datetime, timedelta

import pytest

from orderflow_bridge.console.grids import paging
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_request

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ORDERS = [("-id",), ("id",), ("-created_at", "-id"), ("created_at", "id"), ("-created_at", "id")]


def walk_forward(rows, size):
    terms, key, seen = paging.terms_of(rows), "", []
    while True:
        page = paging.page_after(rows, terms, key, size)
        seen.append([row.pk for row in page.rows])
        if not page.has_next:
            return seen
        key = str(page.rows[-1].pk)


def walk_back(rows, size):
    terms, key, seen = paging.terms_of(rows), "", []
    while True:
        page = paging.page_before(rows, terms, key, size)
        seen.append([row.pk for row in page.rows])
        if not page.has_previous:
            return seen
        key = str(page.rows[0].pk)


@pytest.mark.parametrize("order", ORDERS)
def test_pages_forward_and_back_hold_every_row_once_and_in_order(order):
    for number in range(23):
        make_request(created_at=NOON + timedelta(minutes=number // 4))
    rows = Request.objects.order_by(*order)
    expected = list(rows.values_list("pk", flat=True))

    forward, back = walk_forward(rows, 5), walk_back(rows, 5)

    assert [pk for page in forward for pk in page] == expected
    assert [pk for page in reversed(back) for pk in page] == expected
    assert [len(page) for page in forward] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize(
    "order", [("-processed_at", "-id"), ("website__name", "id"), ("message_id",), ()]
)
def test_an_order_with_nulls_or_of_other_tables_cannot_be_walked(order):
    assert paging.terms_of(Request.objects.order_by(*order)) is None


@pytest.mark.parametrize("key", ["x", "-1", "9" * 30, "٣"])
def test_an_impossible_place_is_no_page(key):
    make_request()
    rows = Request.objects.order_by("-id")

    assert paging.page_after(rows, paging.terms_of(rows), key, 5) is None


def test_a_walk_goes_on_although_the_row_it_stands_on_is_gone():
    requests = [make_request() for _ in range(6)]
    rows = Request.objects.order_by("-id")
    place = str(requests[3].pk)
    requests[3].delete()

    page = paging.page_after(rows, paging.terms_of(rows), place, 5)

    assert [row.pk for row in page.rows] == [requests[n].pk for n in (2, 1, 0)]
