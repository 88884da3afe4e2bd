"""Lists never count millions of rows."""

import pytest
from django.contrib.auth.models import User

from orderflow_bridge.console.grids import paging
from orderflow_bridge.console.grids.paging import CappedPaginator

pytestmark = pytest.mark.django_db


def test_a_short_list_is_counted_exactly():
    User.objects.bulk_create(User(username=f"u{number}") for number in range(3))
    paginator = CappedPaginator(User.objects.order_by("id"), 2)

    assert (paginator.count, paginator.count_text, paginator.num_pages) == (3, "3", 2)


def test_a_long_list_is_counted_up_to_the_cap():
    User.objects.bulk_create(User(username=f"u{number}") for number in range(10_005))
    paginator = CappedPaginator(User.objects.order_by("id"), 100)

    assert paginator.count == paging.MOST_COUNTED + 1
    assert paginator.count_text == "10,000+"


def test_a_list_in_memory_is_counted_whole():
    assert CappedPaginator(list(range(10_005)), 100).count_text == "10,005"
