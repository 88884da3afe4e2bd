"""Rows that wait: what their page asks for, what it is told, and what that costs."""

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.services import process_imports
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.file_transfer.list_exports import work_off_list_exports
from orderflow_bridge.file_transfer.models import FileImport, ListExport
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.sales.models import Order
from tests.admin.samples import make_operator, queue_stock
from tests.factories import make_order, make_product
from tests.outbox.webhooks.shop import make_receiver

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


def test_a_lists_file_is_followed_by_the_rows_it_has_and_told_when_it_is_ready(boss):
    user = User.objects.get(username="root")
    export = ListExport.objects.create(
        user=user, grid="catalog.product", title="Products", kind="csv", rows_done=500
    )
    key = f"file_transfer.listexport:{export.pk}"
    page = boss.get("/admin/file_transfer/listexport/").content.decode()
    assert f'data-live="{key}" data-state="working 500" data-waits' in page
    assert asked(boss, key)[key] == {"state": "working 500", "text": "", "url": ""}

    work_off_list_exports()

    told = asked(boss, key)[key]
    assert (told["state"], told["text"]) == ("done", "The CSV file of Products is ready")
    assert "The file is ready" in boss.get(told["url"]).content.decode()


def test_a_file_of_a_list_that_was_not_made_is_told_too_and_nobody_elses_is_seen(boss):
    mine, others = (
        ListExport.objects.create(
            user=user, grid="catalog.product", title="Products", kind="csv", status="failed"
        )
        for user in (make_operator("clerk"), User.objects.get(username="root"))
    )
    mine.user.user_permissions.add(Permission.objects.get(codename="view_order"))
    client = Client()
    client.force_login(mine.user)
    keys = [f"file_transfer.listexport:{each.pk}" for each in (mine, others)]

    assert list(asked(client, *keys)) == keys[:1]
    assert asked(client, *keys)[keys[0]]["text"] == "The CSV file of Products was not made"


def make_mail():
    return OutgoingMail.objects.create(recipient="a@example.com", subject="x", text="x")


def make_run():
    return JobRun.objects.create(job="orderflow_watch", scheduled_for=timezone.now())


def make_file():
    return FileImport.objects.create(kind="stock", file_name="a.csv", digest="x")


def make_webhook():
    return WebhookEvent.objects.create(
        event_id="1", kind="order.exported", receiver=make_receiver(), topic="x", body="{}"
    )


@pytest.mark.parametrize(
    ("make", "before", "after"),
    [
        (make_mail, "waiting", "sent"),
        (make_run, "pending", "success"),
        (make_file, "checking", "checked"),
        (make_webhook, "waiting", "delivered"),
    ],
    ids=["e-mail", "job run", "file import", "webhook"],
)
def test_rows_of_other_work_are_followed_while_they_wait(boss, make, before, after):
    record = make()
    key = f"{record._meta.label_lower}:{record.pk}"
    address = f"/admin/{record._meta.label_lower.replace('.', '/')}/"
    page = boss.get(address).content.decode()
    assert f'data-live="{key}" data-state="{before}" data-waits' in page
    assert asked(boss, key)[key]["state"] == before

    type(record).objects.filter(pk=record.pk).update(status=after)

    assert asked(boss, key)[key]["state"] == after
    assert f'data-live="{key}" data-state="{after}">' in boss.get(address).content.decode()
