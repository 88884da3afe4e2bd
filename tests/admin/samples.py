"""A shop with something on every page: the demo data, and messages with every outcome."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from imports.inbox import accept_inventory, accept_shipment
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.demo.services import add_demo
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.services import work_off_files
from orderflow_bridge.file_transfer.storage import store_file
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.restapi.bulk.cron import carry_out_bulks
from orderflow_bridge.restapi.bulk.services import accept
from orderflow_bridge.stores.models import Website
from tests.jobs.cleaning.samples import make_webhook

BODY = b"<e><sessionId>s3cret</sessionId><sku><![CDATA[24-MB01]]></sku></e>"

Line = tuple[str, str, str]


def queue_stock(message_id: str, lines: Sequence[Line], *, source: str | None = None) -> Request:
    """Queue a stock message of (sku, quantity, sequence id)."""
    accept_inventory(
        quantities=[(sku, quantity, source) for sku, quantity, _ in lines],
        sequences=[(sku, sequence, None) for sku, _, sequence in lines],
        message_id=message_id,
        body=BODY,
        received_by="orderflow",
    )
    return Request.objects.latest("id")


def queue_despatch(message_id: str, increment_id: str, **values: Any) -> Request:
    """Queue a despatch message that ships everything open."""
    despatch: dict[str, Any] = {
        "orderIncrementId": increment_id,
        "skuQtys": [],
        "tracks": [],
        "comment": "Shipment Created",
        "email": "1",
        "includeComment": "1",
        "courierName": "Generic",
        "serviceName": "",
        "trackingNumber": "AB1234",
        "dateShipped": "2017-03-22 15:25:16",
        "sequenceId": message_id,
        **values,
    }
    accept_shipment(despatch=despatch, message_id=message_id, body=BODY, received_by="orderflow")
    return Request.objects.latest("id")


def make_old(request: Request) -> Request:
    """Let a message have come a day ago: what it waits for has not come in time."""
    Request.objects.filter(pk=request.pk).update(created_at=timezone.now() - timedelta(days=1))
    return request


def fill_shop() -> None:
    """Add the demo data, process messages with every outcome, and leave some waiting."""
    add_demo()
    queue_stock("71", [("24-MB01", "90", "507")])
    queue_stock("72", [("24-MB01", "90", "507"), ("nope", "3", "520"), ("24-MB02", "x", "521")])
    queue_stock("73", [("24-MB01", "70", "400")])
    process_imports(Entity.INVENTORY)
    queue_despatch("38", "000000005")
    make_old(queue_despatch("39", "000000099"))
    process_imports(Entity.SHIPMENT)
    accept("source_items", "async.sourceitems", [{"sourceItems": []}], username="erp")
    carry_out_bulks()
    store_file(Kind.STOCK, "stock.csv", [b"sku,quantity\n24-MB01,5\nnope,1\n"])
    work_off_files()
    queue_stock("75", [("24-MB03", "12", "530")])
    for status in WebhookEvent.Status:
        make_webhook(Website.objects.all()[0], timezone.now(), status)
    queue_despatch("<script>alert(1)</script>", "000000004")


def tick() -> None:
    """Let the scheduler have run just now."""
    now = timezone.now()
    JobRun.objects.create(job="orderflow_mail_delivery", scheduled_for=now, status="success")


def make_nobody() -> User:
    """Make somebody who may sign in, but sees nothing except stores."""
    user = make_operator("nobody")
    user.user_permissions.add(Permission.objects.get(codename="view_store"))
    return user


def make_operator(username: str, *verbs: str) -> User:
    """Make a member of staff who may do these things ("view", "change") to everything."""
    user = User.objects.create_user(username, password="secret-12345", is_staff=True)
    for verb in verbs:
        user.user_permissions.add(*Permission.objects.filter(codename__startswith=f"{verb}_"))
    return user
