"""Stores → Websites, Stores, Store Views."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from orderflow_bridge.stores.models import Store, StoreGroup, Website
from tests.factories import make_store, make_website

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.mark.parametrize("model", ["website", "storegroup", "store"])
def test_the_lists_and_forms_open(admin, model):
    store = make_store()
    pk = {"website": store.website_id, "storegroup": store.group_id, "store": store.pk}[model]

    assert admin.get(reverse(f"admin:stores_{model}_changelist")).status_code == 200
    assert admin.get(reverse(f"admin:stores_{model}_add")).status_code == 200
    assert admin.get(reverse(f"admin:stores_{model}_change", args=[pk])).status_code == 200


def test_a_store_view_is_made_on_the_website_of_its_store(admin):
    website = make_website()
    group = StoreGroup.objects.create(website=website, code="g", name="G")
    data = {"group": group.pk, "name": "English", "code": "en", "is_active": "on", "sort_order": 0}

    response = admin.post(reverse("admin:stores_store_add"), data)

    assert response.status_code == 302
    assert Store.objects.get(code="en").website == website


def test_a_store_stays_on_its_website(admin):
    store = make_store()
    address = reverse("admin:stores_storegroup_change", args=[store.group_id])
    data = {"website": make_website().pk, "code": "g", "name": "New name", "root_category_id": 2}

    admin.post(address, data)

    store.group.refresh_from_db()
    assert (store.group.name, store.group.website) == ("New name", store.website)


def test_a_second_default_website_is_refused_in_words(admin):
    make_website(name="Main Website", is_default=True)
    data = {"code": "uk", "name": "UK", "sort_order": 0, "is_default": "on"}

    response = admin.post(reverse("admin:stores_website_add"), data)

    page = response.content.decode()
    assert "“Main Website” is the default website. Take the mark off there first." in page
    assert "Constraint" not in page
    assert Website.objects.count() == 1


@pytest.mark.parametrize("code", ["all", "V1"])
def test_a_word_of_the_addresses_is_refused_as_a_code(admin, code):
    group = make_store().group
    data = {"group": group.pk, "name": "All", "code": code, "is_active": "on", "sort_order": 0}

    response = admin.post(reverse("admin:stores_store_add"), data)

    assert response.status_code == 200
    assert not Store.objects.filter(code=code).exists()
