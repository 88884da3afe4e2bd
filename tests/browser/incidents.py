"""A shop in which everything is wrong at once, and who has to find out: the operator."""

from datetime import timedelta

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from exports.models import EndpointState
from imports.services import process_imports
from orderflow_bridge.access.ready_roles import OPERATOR
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.configuration.sections import Api, ShipmentImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.demo.services import add_demo
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.services import watch
from tests.admin.samples import queue_despatch, queue_stock
from tests.browser.serve import PASSWORD
from tests.imports.mass import make_shop, push
from tests.soapapi.posting import post, stock
from tests.watch.warehouse import Warehouse, look, second_look

ENDPOINT = "https://wms.example/web/"
LOGIN = "OrderFlow refused the login (401). Check the Username and Password settings."
PAGE = "OrderFlow answered with a web page: Sign in: SIGN IN Your session has ended."


def fill_incidents() -> None:
    """Add the demo data, let everything go wrong, and look for it."""
    add_demo()
    boss = User.objects.get(username="admin")
    operator = User.objects.create_user("operator", password=PASSWORD, is_staff=True)
    operator.groups.add(Group.objects.get(name=OPERATOR))
    account = {"username": "bridge", "password": "x", "organisation": "acme", "channel": "m"}
    _stock_differs(account)
    write_settings(Api, {"endpoint": ENDPOINT, **account})
    _exports_go_wrong()
    _messages_go_wrong()
    write_settings(ShipmentImport, {"is_enabled": False}, by=boss)
    queue_despatch("43", "000000004")
    for _ in range(3):
        post(Client(), stock(token="0" * 32))
    due = timezone.now() - timedelta(minutes=5)
    JobRun.objects.create(job="orderflow_mail_delivery", scheduled_for=due, created_at=due)
    watch()


def _exports_go_wrong() -> None:
    """Let exports fail for two causes, some wait to be fetched, and one order be late."""
    now = timezone.now()
    failed = {"orderflow_export_status": ExportStatus.FAILED}
    later = now + timedelta(minutes=5)
    states = ProductWebsite.objects.filter(website=Website.objects.earliest("pk")).order_by("pk")
    keys = list(states.values_list("pk", flat=True)[:6])
    for wanted, error in ((keys[:1], LOGIN), (keys[1:3], PAGE)):
        ProductWebsite.objects.filter(pk__in=wanted).update(
            **failed, orderflow_last_error=error, orderflow_due_at=later
        )
    ProductWebsite.objects.filter(pk__in=keys[3:]).update(
        orderflow_export_status=ExportStatus.QUEUED,
        orderflow_queued_at=now - timedelta(hours=3),
        orderflow_due_at=now - timedelta(hours=1),
    )
    order = Order.objects.filter(state="processing", shipments=None).latest("pk")
    Order.objects.filter(pk=order.pk).update(
        orderflow_export_status=ExportStatus.EXPORTED,
        orderflow_export_date=now - timedelta(days=20),
    )
    EndpointState.objects.create(
        endpoint=ENDPOINT,
        failures=5,
        opened_at=now,
        last_error="OrderFlow answered 503 Service Unavailable: Down for maintenance.",
    )


def _messages_go_wrong() -> None:
    """Let a SKU be unknown, a despatch be too much, and a push empty the shop."""
    for number in range(3):
        queue_stock(f"9{number}", [("NO-SUCH-SKU", "3", f"52{number}")])
    too_many = [{"sku": "24-MB01", "qty": "900", "source": None}]
    queue_despatch("41", "000000005", skuQtys=too_many)
    process_imports(Entity.INVENTORY)
    process_imports(Entity.SHIPMENT)
    push(make_shop(60), 0, 600)
    process_imports(Entity.INVENTORY)


def _stock_differs(account: dict[str, str]) -> None:
    """Let OrderFlow hold less of a product than it last sent, and look twice."""
    queue_stock("89", [("24-MB01", "90", "507")])
    process_imports(Entity.INVENTORY)
    with Warehouse().running() as orderflow:
        write_settings(Api, {"endpoint": orderflow.endpoint, **account})
        orderflow.hold(("24-MB01", "Main", 3))
        look()
        second_look()
