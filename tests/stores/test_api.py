"""Websites, stores and store views as documents (docs/contract/rest.md)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.documents.stores import group_list, store_list, website_list
from orderflow_bridge.stores.models import StoreGroup
from tests.factories import make_store, make_website

pytestmark = pytest.mark.django_db


def test_the_admin_scope_comes_first_with_zeros() -> None:
    assert website_list() == [{"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0}]
    assert store_list() == [
        {
            "id": 0,
            "code": "admin",
            "name": "Admin",
            "website_id": 0,
            "store_group_id": 0,
            "is_active": 1,
        }
    ]
    [group] = group_list()
    assert (group["id"], group["code"]) == (0, "default")


def test_a_website_names_its_oldest_store_and_a_store_its_first_view() -> None:
    website = make_website(code="uk", name="UK")
    last = make_store(website, sort_order=2)
    first = make_store(website, group=last.group, sort_order=1, is_active=False)
    StoreGroup.objects.create(website=website, code="newer", name="Newer")

    assert website_list()[1] == {
        "id": website.pk,
        "code": "uk",
        "name": "UK",
        "default_group_id": last.group_id,
    }
    groups = {group["code"]: group for group in group_list()}
    assert groups[last.group.code]["default_store_id"] == first.pk
    assert groups["newer"]["default_store_id"] == 0
    assert [(store["id"], store["is_active"]) for store in store_list()] == [
        (0, 1),
        (last.pk, 1),
        (first.pk, 0),
    ]


def test_the_lists_take_five_queries_however_many_stores_there_are() -> None:
    for _ in range(3):
        make_store()

    with CaptureQueriesContext(connection) as captured:
        website_list()
        store_list()
        group_list()

    assert len(captured) == 5
