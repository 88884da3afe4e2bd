"""Every page of every registered admin opens, and for those who may only look."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.support.models import Support
from tests.admin.samples import fill_shop, tick
from tests.factories import make_product, make_website

ONE_PAGE = {Support}  # a page in the menu that has no records
MOST_QUERIES = 21  # of any record; what one of each kind takes, query_counts.txt says
FORMS = 3  # records of each kind that are opened


def _lists() -> Iterator[tuple[str, type[Model]]]:
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"), model


def _records() -> Iterator[str]:
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
        if model in ONE_PAGE:
            continue
        for pk in model._default_manager.order_by("-pk").values_list("pk", flat=True)[:FORMS]:
            yield reverse(name, args=[pk])


def _refused(client: Client, addresses: Iterator[str]) -> list[tuple[str, int]]:
    answers = [(address, client.get(address, follow=True).status_code) for address in addresses]
    assert len(answers) > 10
    return [(address, status) for address, status in answers if status != 200]


@pytest.mark.slow
def test_every_list_and_record_opens_for_a_superuser(boss):
    fill_shop()

    assert _refused(boss, (address for address, _ in _lists())) == []
    assert _refused(boss, _records()) == []


@pytest.mark.slow
def test_every_list_and_record_opens_for_somebody_who_may_only_look(viewer):
    fill_shop()

    assert _refused(viewer, (address for address, _ in _lists())) == []
    assert _refused(viewer, _records()) == []


@pytest.mark.usefixtures("configuration_read_once")
def test_no_record_of_ours_takes_many_queries(boss):
    fill_shop()
    tick()
    ours = ("/sales/", "/imports/", "/exports/", "/mail/", "/inventory/", "/catalog/")
    heavy = []

    boss.get("/admin/")
    ContentType.objects.get_for_models(*admin.site._registry)  # whoever was here first asked once
    for address in filter(lambda each: any(room in each for room in ours), _records()):
        boss.get(address, follow=True)  # the first page of a kind reads what is remembered, too
        with CaptureQueriesContext(connection) as queries:
            boss.get(address, follow=True)
        if len(queries) > MOST_QUERIES:
            heavy.append((address, len(queries)))

    assert heavy == []


@pytest.mark.usefixtures("configuration_read_once")
def test_a_product_takes_as_many_queries_on_nine_websites_as_on_one(boss):
    product = make_product("A")
    page = reverse("admin:catalog_product_change", args=[product.pk])
    ProductWebsite.objects.create(product=product, website=make_website())

    boss.get(page)
    with CaptureQueriesContext(connection) as few:
        boss.get(page)
    for _ in range(8):
        ProductWebsite.objects.create(product=product, website=make_website())
    boss.get(page)
    with CaptureQueriesContext(connection) as many:
        answer = boss.get(page)

    assert len(many) == len(few)
    assert answer.content.decode().count(" selected>") >= 9


def test_every_add_form_opens_or_is_refused(boss):
    fill_shop()
    ours = ("catalog", "sales", "inventory", "imports", "exports", "mail")
    addresses = [
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        for model in admin.site._registry
        if model._meta.app_label in ours
    ]

    statuses = {address: boss.get(address, follow=True).status_code for address in addresses}

    assert set(statuses.values()) <= {200, 403}
    assert statuses["/admin/catalog/product/add/"] == 200
    assert statuses["/admin/sales/order/add/"] == 200
    assert statuses["/admin/imports/inventoryimport/add/"] == 403


@pytest.mark.parametrize("query", ["?q=71", "?per_page=50", "?per_page=7", "?p=2", "?o=1.-2"])
def test_searching_sorting_and_page_sizes_work_on_our_lists(boss, query):
    fill_shop()
    ours = ("catalog", "sales", "inventory", "imports", "exports", "mail")

    refused = _refused(
        boss, (f"{address}{query}" for address, model in _lists() if model._meta.app_label in ours)
    )

    assert refused == []


def test_the_page_size_of_the_address_is_used(boss):
    fill_shop()

    few = boss.get("/admin/catalog/product/")
    more = boss.get("/admin/catalog/product/?per_page=30")

    assert len(few.context["cl"].result_list) == 20
    assert len(more.context["cl"].result_list) == 30


def test_a_products_list_takes_as_many_queries_for_three_products_as_for_twenty(boss):
    fill_shop()
    boss.get("/admin/catalog/product/")

    with CaptureQueriesContext(connection) as few:
        boss.get("/admin/catalog/product/?q=24-MB")
    with CaptureQueriesContext(connection) as many:
        boss.get("/admin/catalog/product/?per_page=20")

    assert len(few) == len(many)
