"""Rows that wait: what their page asks for, what it is told, and what that costs."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.sales.models import Order
from tests.admin.samples import make_operator, queue_stock
from tests.factories import make_order, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def asked(client, *keys):
    answer = client.get("/admin/live/", {"key": keys})
    assert answer.status_code == 200
    return answer.json()


def test_a_message_is_told_when_it_is_applied_with_its_report(boss):
    make_product(sku="24-MB01")
    queued = queue_stock("71", [("24-MB01", "90", "507"), ("NO-SUCH", "1", "508")])
    key = f"imports.importrequest:{queued.pk}"
    page = boss.get("/admin/imports/importrequest/").content.decode()
    assert f'data-live="{key}" data-state="Pending" data-waits' in page
    assert asked(boss, key) == {key: {"state": "Pending", "text": "", "url": ""}}

    process_imports(Entity.INVENTORY)

    told = asked(boss, key)[key]
    assert told["text"].startswith("Message 71 applied, 2 lines")
    assert boss.get(told["url"]).status_code == 200
    page = boss.get("/admin/imports/importrequest/").content.decode()
    assert f'data-live="{key}" data-state="Processed">' in page


def test_an_order_on_its_way_is_followed_until_orderflow_has_it(boss):
    order = make_order()
    key = f"sales.order:{order.pk}"
    Order.objects.filter(pk=order.pk).update(orderflow_export_status=ExportStatus.QUEUED)
    assert f'data-live="{key}" data-state="Queued" data-waits' in (
        boss.get("/admin/sales/order/").content.decode()
    )
    assert asked(boss, key)[key] == {"state": "Queued", "text": "", "url": ""}

    Order.objects.filter(pk=order.pk).update(orderflow_export_status=ExportStatus.EXPORTED)

    told = asked(boss, key)[key]
    assert told["text"] == f"Order {order.increment_id} was exported"
    assert told["url"] == f"/admin/sales/order/{order.pk}/change/#orderflow"


def test_a_product_that_could_not_be_exported_is_told_too(boss):
    product = make_product(sku="24-MB01")
    Product.objects.filter(pk=product.pk).update(orderflow_export_status=ExportStatus.FAILED)

    key = f"catalog.product:{product.pk}"

    assert asked(boss, key)[key]["text"] == "Product 24-MB01 could not be exported"


def test_what_somebody_may_not_see_and_what_is_no_key_is_left_out():
    order, product = make_order(), make_product()
    user = make_operator("clerk")
    user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client = Client()
    client.force_login(user)
    keys = [f"sales.order:{order.pk}", f"catalog.product:{product.pk}", "sales.order:x", "x", "a:1"]

    assert list(asked(client, *keys)) == [keys[0]]


def test_many_rows_of_a_list_cost_one_statement(boss):
    keys = [f"sales.order:{make_order().pk}" for _ in range(5)]
    asked(boss, keys[0])
    with CaptureQueriesContext(connection) as few:
        asked(boss, keys[0])
    with CaptureQueriesContext(connection) as many:
        found = asked(boss, *keys)

    assert len(found) == 5
    assert len(many) == len(few) <= 4
