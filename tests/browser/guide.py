"""The demo shop with the guide's messages in it: what the guide's pictures show, on its day."""

from datetime import UTC, datetime
from typing import Any

import time_machine
from django.contrib.auth.models import User

from exports.models import ExportLine, ExportRequest, OrderExport, ProductExport
from imports.services import process_imports
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType, Result
from orderflow_bridge.configuration.sections import Api, Email, InventoryImport
from orderflow_bridge.configuration.sections import OrderExport as Orders
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.demo.services import add_demo
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sales.notifications import note_exported
from orderflow_bridge.stores.models import Website
from tests.admin.samples import queue_despatch, queue_stock
from tests.soapapi.posting import recorded

ORDER = "000000005"
SKU = "24-MB01"


def fill_as_in_the_guide(clock: time_machine.Traveller) -> None:
    """Live through the guide's examples; the clock ends on the morning of 23 March 2017."""
    clock.move_to(_at(16, 16, 10))
    add_demo()
    _configure()
    for number, (operation, message_id, minute) in enumerate(PRODUCT_EXPORTS):
        clock.move_to(_at(16, 16, minute))
        _export(ProductExport, Entity.PRODUCT, operation, message_id, SKU if number else "24-MB02")
    _receive_messages(clock)
    for message_id, minute in ORDER_EXPORTS:
        clock.move_to(_at(23, 4, minute))
        _export(OrderExport, Entity.ORDER, Operation.EXPORT, message_id, ORDER)
    _settle_export_states()
    clock.move_to(_at(23, 4, 30))
    _run_jobs()
    User.objects.filter(username="admin").update(last_login=None)


PRODUCT_EXPORTS = (
    (Operation.CREATE, "63628d6467d5a070c239b64289c73d29", 13),
    (Operation.EXPORT, "6c97c043959cf2ea2d5557934b680f76", 30),
    (Operation.EXPORT, "28c6ddce9b5b124423a292c8f34f5e78", 31),
    (Operation.CREATE, "2b9643d176a250f7b57575ca98bcc761", 33),
    (Operation.EXPORT, "703ed3c881734052993e525544e3832c", 34),
)
ORDER_EXPORTS = (
    ("83418c54c476708cf35d9ab12d97e4eb", 21),
    ("0701456bfcc225534977a372a46f0372", 22),
    ("ced5427e59e99a4a5f4402d1338ba103", 23),
)


def _at(day: int, hour: int, minute: int) -> datetime:
    return datetime(2017, 3, day, hour, minute, tzinfo=UTC)


def _configure() -> None:
    """Enter what the guide's chapter "Magento Configuration" enters."""
    account = {"username": "magento", "password": "s3cret", "organisation": "Magento"}
    endpoint = "https://demo.orderflow-wms.co.uk/web/"
    write_settings(Api, {"endpoint": endpoint, "channel": "magento2", **account})
    write_settings(Email, {"admin_name": "Ann Operator", "admin_email": "ops@example.com"})
    write_settings(Orders, {"exportable_status": ("processing",)})
    statuses = ("pending", "processing")
    write_settings(
        InventoryImport, {"adjust_inventory": 2, "valid_unsent_order_statuses": statuses}
    )


def _receive_messages(clock: time_machine.Traveller) -> None:
    """Receive stock messages 71 and 72, 72 once more, despatch 38; leave 75 and 77 waiting."""
    for minute, done, message_id, lines in (
        (37, 44, "71", [(SKU, "90", "507")]),
        (50, 52, "72", [("24-MB04", "12", "519"), (SKU, "88", "525")]),
        (55, 57, "72", [("24-MB04", "12", "519"), (SKU, "88", "525")]),
    ):
        clock.move_to(_at(23, 3, minute))
        queued = queue_stock(message_id, lines)
        queued.request_body = recorded("a_stock_message_in_soap_12")
        queued.response_body = recorded("the_guides_stock_reply")
        queued.save()
        clock.move_to(_at(23, 3, done))
        process_imports(Entity.INVENTORY)
    clock.move_to(_at(23, 4, 10))
    queue_despatch("38", ORDER, trackingNumber="")
    clock.move_to(_at(23, 4, 11))
    process_imports(Entity.SHIPMENT)
    clock.move_to(_at(23, 4, 26))
    queue_stock("75", [("24-MB03", "12", "530")])
    clock.move_to(_at(23, 4, 28))
    queue_despatch("77", "000000004")


def _run_jobs() -> None:
    """Let every job have run a minute ago."""
    for job in JOBS:
        JobRun.objects.create(
            job=job.name,
            scheduled_for=_at(23, 4, 29),
            started_at=_at(23, 4, 29),
            finished_at=_at(23, 4, 29),
            status=JobRun.Status.SUCCESS,
        )


def _export(model: Any, entity: Entity, operation: Operation, message_id: str, what: str) -> None:
    """Add the history of an announcement or of a fetch."""
    name = "sku" if entity is Entity.PRODUCT else "increment_id"
    shared = {"entity": entity, "operation": operation, "message_id": message_id}
    if operation is not Operation.EXPORT:
        shared["website"] = Website.objects.earliest("pk")
    body = f"<request><{name}>{what}</{name}></request>".encode()
    queued = ExportRequest.objects.create(
        type=RequestType.EXPORT, lines=[{name: what}], line_count=1, request_body=body, **shared
    )
    queued.processed_at = queued.created_at
    queued.save()
    report = model.objects.create(request_id=queued.pk, successes=1, **shared)
    noun = "Product" if entity is Entity.PRODUCT else "Order"
    said = "queued for export" if operation is not Operation.EXPORT else "exported"
    ExportLine.objects.create(
        parent_id=report.pk,
        reference=what,
        result=Result.SUCCESS,
        reason=f"{noun} {what} has been {said} to OrderFlow.",
    )


def _settle_export_states() -> None:
    """Let OrderFlow have got two products and the guide's order; the rest is Pending."""
    done = {"orderflow_export_status": ExportStatus.EXPORTED, "orderflow_due_at": None}
    fetched = Product.objects.filter(sku__in=(SKU, "24-MB02"))
    ProductWebsite.objects.filter(product__in=fetched).update(**done)
    fetched.update(
        orderflow_export_status=ExportStatus.EXPORTED, orderflow_export_date=_at(16, 16, 34)
    )
    order = Order.objects.filter(increment_id=ORDER)
    order.update(**done, orderflow_export_date=_at(23, 4, 23))
    note_exported(list(order), at=_at(23, 4, 23))
