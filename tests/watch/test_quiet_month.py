"""A healthy shop is watched for a month, and nobody is disturbed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType
from orderflow_bridge.configuration.sections import Api, Email, OrderExport
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order, OrderItem, Shipment
from orderflow_bridge.watch.services import DETECTORS, watch
from tests.configuration.storing import store
from tests.factories import make_order, make_request, make_source_item, make_stock, make_user

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 4, 6, tzinfo=UTC)
DAYS = 30
# A bank holiday on a Monday: nothing comes from Friday evening to Tuesday morning.
HOLIDAY = MONDAY + timedelta(days=21)


def _step(at: datetime) -> timedelta:
    """Return until when the next look can wait: longer while nobody works."""
    return timedelta(hours=3 if at.weekday() < 5 and 8 <= at.hour < 17 else 7)


def is_open(at: datetime) -> bool:
    """Tell whether the warehouse works."""
    return at.weekday() < 5 and 8 <= at.hour < 18 and at.date() != HOLIDAY.date()


def work(at: datetime) -> None:
    """Let OrderFlow push stock, fetch an order that was just placed, and despatch the others."""
    make_request(entity=Entity.INVENTORY, created_at=at, processed_at=at + timedelta(minutes=1))
    for order in Order.objects.filter(state=Order.State.PROCESSING):
        make_request(entity=Entity.SHIPMENT, created_at=at, processed_at=at)
        Shipment.objects.create(increment_id=f"S{order.pk}", order=order, created_at=at)
        OrderItem.objects.filter(order=order).update(qty_shipped=1)
        Order.objects.filter(pk=order.pk).update(state=Order.State.COMPLETE)
    make_order(
        items=[("24-MB01", 1)],
        created_at=at,
        orderflow_export_status=ExportStatus.EXPORTED,
        orderflow_export_date=at,
        orderflow_due_at=None,
    )
    make_request(
        type=RequestType.EXPORT, entity=Entity.ORDER, operation=Operation.EXPORT,
        created_at=at, processed_at=at,
    )  # fmt: skip


def run_jobs(at: datetime) -> None:
    """Write down what the scheduler did in the last minutes."""
    JobRun.objects.bulk_create(
        JobRun(
            job=job.name, scheduled_for=at, created_at=at, started_at=at, finished_at=at,
            status=JobRun.Status.SUCCESS if number % 2 else JobRun.Status.SKIPPED,
        )
        for number, job in enumerate(JOBS)
    )  # fmt: skip


@pytest.mark.one_database
@pytest.mark.slow
def test_a_healthy_month_raises_nothing() -> None:
    make_stock("Default")
    make_source_item("24-MB01", 100)
    store(OrderExport, exportable_status=("processing",))
    store(
        Api,
        endpoint="http://of.example/web/",
        username="u",
        password="p",
        organisation="o",
        channel="c",
    )
    store(Email, admin_email="admin@example.com")
    make_user(rights=["access.orderflow_import"])
    announced = make_order(orderflow_export_status=ExportStatus.QUEUED)
    Order.objects.filter(pk=announced.pk).update(
        orderflow_due_at=MONDAY + timedelta(days=99), updated_at=MONDAY + timedelta(days=99)
    )
    at = MONDAY
    while at < MONDAY + timedelta(days=DAYS):
        with time_machine.travel(at, tick=False):
            run_jobs(at)
            if is_open(at):
                work(at)
            # As the log cleaner does.
            Request.objects.filter(created_at__lt=at - timedelta(days=5)).delete()
            watch(now=at + timedelta(minutes=1))
        at += _step(at)

    disturbed = Problem.objects.exclude(subject__startswith="disk").values_list("kind", "text")
    assert list(disturbed) == []


def test_a_look_at_everything_takes_a_bounded_number_of_statements() -> None:
    watch()
    with CaptureQueriesContext(connection) as queries:
        watch()

    assert len(queries) <= 6 * len(DETECTORS)
