"""A shop in which every page has a record to show, and every action one to be done to."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.utils import timezone

from exports.models import EndpointState, ExportLine, ExportRequest, OrderExport, ProductExport
from imports.inventory.unknown_skus import ignore
from imports.models import MassChange, SkuAlias, WaitingSku
from imports.services import process_imports
from orderflow_bridge.access.models import Authenticator
from orderflow_bridge.access.rights import ORDERS_VIEW
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType, Result
from orderflow_bridge.customers.services import save_customer
from orderflow_bridge.exchange.models import Direction
from orderflow_bridge.exchange.services import pause
from orderflow_bridge.file_transfer.models import FileImport, Kind, ListExport
from orderflow_bridge.file_transfer.storage import store_file
from orderflow_bridge.induction.models import MarkedOrder
from orderflow_bridge.induction.sharing import share
from orderflow_bridge.inventory.models import Source
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.monitoring.backups import record_backup
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.outbox.webhooks.receivers import pause_receiver, rotate_secret
from orderflow_bridge.problems.kinds import IMPORT_OFF, UNKNOWN_SKU
from orderflow_bridge.problems.models import ChatMessage, Problem, ProblemRoute
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.sales import states
from orderflow_bridge.sales.models import DeletedOrder, Order
from orderflow_bridge.sales.refunding import Refund, refund_order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import (
    OrderAnswer,
    SelfTest,
    SiteSource,
    StockComparison,
    StockDifference,
)
from orderflow_bridge.watch.self_test.models import Step
from tests.access.integrations.signing import make_integration
from tests.admin.full_configuration import fill_configuration
from tests.admin.samples import BODY, fill_shop, queue_stock
from tests.factories import make_reservation, make_user
from tests.outbox.webhooks.shop import make_receiver, receiver_of


def fill_every_page() -> None:
    """Add to the filled shop what messages alone do not bring about."""
    fill_shop()
    _add_exports()
    _add_held_up()
    _add_sales()
    _add_sign_ins()
    _add_comparison()
    _add_answer()
    _add_self_test()
    _add_files_and_webhooks()
    _add_mass_change()
    _add_unknown_skus()
    _add_problems()
    fill_configuration()
    pause(Direction.OUT, reason="Stocktaking", by="nina", website=Website.objects.first())
    _add_induction()
    JobRun.objects.create(job=JOBS[0].name, scope=JobRun.Scope.MANUAL, scheduled_for=timezone.now())


def _add_induction() -> None:
    record_backup("backup01:/srv/bridge", by="cron")
    website = Website.objects.all()[0]
    share(website, recipient="The warehouse", days=14, by="boss")
    MarkedOrder.objects.create(
        website=website, order_id=0, increment_id="TEST-main-1", placed_by="boss"
    )


def _add_exports() -> None:
    """Add a fetch that was answered, an announcement that failed, and one that was cut off."""
    now = timezone.now()
    for entity, model, reference in (
        (Entity.PRODUCT, ProductExport, "24-MB01"),
        (Entity.ORDER, OrderExport, "000000005"),
    ):
        for operation, result in (
            (Operation.EXPORT, Result.SUCCESS),
            (Operation.UPDATE, Result.FAILURE),
        ):
            queued = _export_request(entity, operation, reference, processed_at=now)
            report = model.objects.create(
                request_id=queued.pk,
                entity=entity,
                operation=operation,
                message_id=queued.message_id,
                successes=int(result == Result.SUCCESS),
                failures=int(result == Result.FAILURE),
                created_at=now,
            )
            ExportLine.objects.create(
                parent_id=report.pk, reference=reference, result=result, reason="Refused."
            )
    _export_request(Entity.PRODUCT, Operation.UPDATE, "24-MB02")


def _export_request(
    entity: Entity, operation: Operation, reference: str, **values: object
) -> ExportRequest:
    return ExportRequest.objects.create(
        type=RequestType.EXPORT,
        entity=entity,
        operation=operation,
        message_id=f"{entity}-{operation}-{reference}",
        lines=[{"sku": reference}],
        line_count=1,
        request_body=BODY,
        **values,
    )


def _add_held_up() -> None:
    failed = {
        "orderflow_export_status": ExportStatus.FAILED,
        "orderflow_last_error": "OrderFlow answered with an error page.",
        "orderflow_due_at": None,
    }
    first = ProductWebsite.objects.earliest("pk")
    ProductWebsite.objects.filter(pk=first.pk).update(**failed)
    order = Order.objects.filter(is_virtual=False).earliest("pk")
    Order.objects.filter(pk=order.pk).update(**failed)
    EndpointState.objects.create(
        endpoint="https://orderflow.example/web/", failures=5, opened_at=timezone.now()
    )


def _add_sales() -> None:
    order = next(
        order
        for order in Order.objects.prefetch_related("items")
        if states.can_refund(order, list(order.items.all()))
    )
    refund_order(order.pk, Refund())
    DeletedOrder.objects.create(
        increment_id="000000123", orderflow_export_status=ExportStatus.EXPORTED, deleted_by="erp"
    )
    make_reservation("24-MB01", order=order)
    person = {"email": "a@example.com", "firstname": "A", "lastname": "B"}
    save_customer({**person, "website_id": order.website_id})


def _add_unknown_skus() -> None:
    """Add a SKU that waits, one that is ignored, and an alias."""
    queued = queue_stock("80", [("ignored", "3", "540"), ("unknown", "4", "541")])
    process_imports(Entity.INVENTORY, ids=[queued.pk])
    ignore(WaitingSku.objects.filter(sku="ignored"), by=make_user())
    SkuAlias.objects.create(sku="wms-1", product=Product.objects.earliest("pk"))


def _add_mass_change() -> None:
    now = timezone.now()
    MassChange.objects.create(
        held_at=now,
        summary="60 of 100 items in stock at source default would run out.",
        sources=[
            {
                "source_code": "default",
                "gone": 60,
                "in_stock": 100,
                "earlier": 10,
                "since": (now - timedelta(hours=1)).isoformat(),
            }
        ],
        items=50,
        units=500,
        value=5_000,
    )


def _add_self_test() -> None:
    """Add a self-test that has failed at a step."""
    now = timezone.now()
    step = Step("send", "In: a stock message", "Taken at the public address")
    step.began = now.isoformat()
    step.fail("No Base URL is set.", "Enter it.", "/admin/", now)
    SelfTest.begun(
        [step],
        state=SelfTest.State.FAILED,
        created_at=now,
        ends_by=now,
        finished_at=now,
        summary="Failed at “Taken at the public address”: No Base URL is set.",
    )


def _add_comparison() -> None:
    """Add a comparison with OrderFlow's stock, a difference, and a site."""
    comparison = StockComparison.objects.create(
        endpoint="https://of.example/web/",
        finished_at=timezone.now(),
        is_second=True,
        different=1,
        confirmed=1,
    )
    StockDifference.objects.create(
        comparison=comparison,
        kind=StockDifference.Kind.DIFFERENT,
        why=StockDifference.Why.MISSING,
        sku="24-MB01",
        product_id=Product.objects.get(sku="24-MB01").pk,
        source_code="default",
        theirs=3,
        first_seen=timezone.now(),
        is_confirmed=True,
        is_edited=False,
    )
    SiteSource.objects.create(site="Main", source=Source.objects.earliest("pk"))


def _add_answer() -> None:
    """Add OrderFlow's answer about an order that it has lost."""
    now = timezone.now()
    order = Order.objects.get(increment_id="000000005")
    answer = "<response><exception>rtd.exceptions.MissingDataException</exception></response>"
    OrderAnswer.objects.create(
        order=order, tried_at=now, answered_at=now, verdict="unknown", text=answer
    )


def _add_files_and_webhooks() -> None:
    """Add a file that waits for its confirmation, and a webhook that was given up."""
    stored = store_file(Kind.PRODUCTS, "products.csv", [b"sku,name\n24-MB01,Joust\n"])
    FileImport.objects.filter(pk=stored.pk).update(status=FileImport.Status.CHECKED)
    somebody = User.objects.create_user("exporter")
    ListExport.objects.create(user=somebody, grid="sales.order", title="Orders", kind="csv")
    route = ProblemRoute.objects.create(kind="late_order", address="desk@shop.example")
    ChatMessage.objects.create(route=route, text="1 is late.", created_at=timezone.now())
    resting = make_receiver(name="Resting")
    rotate_secret(resting)
    pause_receiver(resting, why="Their server moves.", by="anna")
    WebhookEvent.objects.create(
        event_id="1",
        kind="order.exported",
        receiver=receiver_of(Website.objects.earliest("pk")),
        reference="000000005",
        topic="order 000000005",
        body="{}",
        status=WebhookEvent.Status.GIVEN_UP,
        due_at=None,
    )


def _add_problems() -> None:
    """Add a problem that calls somebody, and one that is snoozed."""
    raise_problems(
        [
            Finding(IMPORT_OFF, "Shipment Import", "3 despatch messages wait."),
            Finding(UNKNOWN_SKU, "NO-SUCH-SKU", "SKU NO-SUCH-SKU is unknown."),
        ]
    )
    Problem.objects.filter(kind=UNKNOWN_SKU.name).update(
        snoozed_until=timezone.now() + timedelta(days=1)
    )


def _add_sign_ins() -> None:
    user = make_user("orderflow-of-samples")
    grant_token(user)
    Authenticator.objects.create(user=user, name="app")
    make_integration("Samples", rights=[ORDERS_VIEW])
    make_integration("New", is_active=False)
    AccessAttempt.objects.create(
        username="somebody",
        ip_address="192.0.2.7",
        failures_since_start=9,
        attempt_time=timezone.now() - timedelta(minutes=1),
    )
