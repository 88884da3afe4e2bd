"""Stores and websites as Magento's addresses name them."""

import pytest

from orderflow_bridge.stores.selectors import default_store, default_website, store_by_code
from tests.factories import make_store, make_website

pytestmark = pytest.mark.django_db


def test_a_store_is_found_by_its_code():
    make_store(make_website(is_default=True), code="default")
    uk = make_store(code="uk")

    assert store_by_code("uk") == uk


@pytest.mark.parametrize("code", ["nowhere", "all", "", None, "DEFAULT", "closed", "\0"])
def test_any_other_code_silently_means_the_default_store(code):
    make_store(code="aaa", sort_order=0)
    default = make_store(make_website(is_default=True, sort_order=9), code="default")
    make_store(default.website, code="closed", is_active=False, sort_order=0)

    assert store_by_code(code) == default


def test_the_default_store_is_the_first_active_view_of_the_default_website():
    website = make_website(is_default=True)
    make_store(website, sort_order=0, is_active=False)
    make_store(website, sort_order=2)
    first = make_store(website, sort_order=1)

    assert default_store() == first


def test_without_a_mark_the_first_website_is_the_default():
    make_website(sort_order=2)
    first = make_website(sort_order=1)

    assert default_website() == first


def test_before_any_store_was_made_there_is_none():
    assert (store_by_code("default"), default_store(), default_website()) == (None, None, None)


def test_a_store_is_found_with_one_query(django_assert_num_queries):
    make_store(make_website(is_default=True), code="default")

    with django_assert_num_queries(1):
        assert store_by_code("default").website.is_default
