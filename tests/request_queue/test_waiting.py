"""Why does it wait? Lists, pages and timelines give the same true answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.models import EndpointState
from exports.selectors import why_it_waits
from orderflow_bridge.access.models import RefusedCall
from orderflow_bridge.common.choices import Entity, ExportStatus
from orderflow_bridge.configuration.sections import Api, OrderExport, ShipmentImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobLease, JobRun
from orderflow_bridge.jobs.selectors import why_run_waits
from orderflow_bridge.request_queue.waiting import (
    Circumstances,
    forget,
    why_message_waits,
    why_waiting,
)
from orderflow_bridge.sales.models import Order
from orderflow_bridge.timeline.messages import waiting_step
from tests.factories import make_order, make_request, make_store, make_website

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("circumstances", "text"),
    [
        ({}, "The next run of its job"),
        ({"due_at": LATER}, "Its next try at 12:05"),
        ({"due_at": NOON}, "The next run of its job"),
        ({"refused": "R"}, "R"),
        ({"error": "E", "refused": "R"}, "E"),
        ({"error": "E", "due_at": LATER}, "E (next try 12:05)"),
        ({"resting": "L", "error": "E"}, "L"),
        (
            {"silent_since": NOON - timedelta(hours=1), "resting": "L"},
            "Nothing runs since 11:00: start beat and a worker, or add the cron entry.",
        ),
        ({"switched_off": "O", "silent_since": NOON}, "O"),
        ({"held": "H", "switched_off": "O"}, "H"),
        ({"is_at_work": True, "switched_off": "O"}, "Being processed now"),
        ({"never": "N", "is_at_work": True}, "N"),
    ],
)
def test_the_first_thing_that_has_to_change_is_said(
    circumstances: dict[str, Any], text: str
) -> None:
    assert why_waiting(Circumstances(**circumstances), NOON) == text


def tick(at: datetime) -> None:
    JobRun.objects.create(job="orderflow_watch", scheduled_for=at, created_at=at)
    forget()


def test_a_message_says_who_switched_its_import_off_in_list_page_and_timeline(
    client: Client,
) -> None:
    boss = User.objects.create_superuser("boss")
    with time_machine.travel(NOON, tick=False):
        request = make_request(entity=Entity.SHIPMENT)
        other = make_request(entity=Entity.INVENTORY)
        write_settings(ShipmentImport, {"is_enabled": False}, by=boss)
        text = "Shipment Import is switched off (boss, 12:00)"

        assert why_message_waits(request) == text
        assert why_message_waits(other) == "The next run of its job"
        assert waiting_step(request).text == f"It waits: {text}."
        client.force_login(boss)
        for page in ("", f"{request.pk}/change/"):
            shown = client.get(f"/admin/imports/importrequest/{page}").content.decode()
            assert text in shown


def test_a_silent_scheduler_is_named() -> None:
    request = make_request()
    tick(timezone.now() - timedelta(minutes=2))
    assert why_message_waits(request) == "The next run of its job"

    JobRun.objects.all().delete()
    tick(timezone.now() - timedelta(minutes=10))
    assert why_message_waits(request).startswith("Nothing runs since ")


def test_stock_waits_for_the_decision_on_a_mass_change_and_despatches_do_not() -> None:
    make_request(held_at=timezone.now())

    assert why_message_waits(make_request()).startswith("Somebody's decision")
    assert why_message_waits(make_request(entity=Entity.SHIPMENT)) == "The next run of its job"


def test_back_off_and_lease_are_named() -> None:
    later = timezone.now() + timedelta(minutes=5)
    failed = make_request(last_error="The database was locked.", retry_at=later)
    assert why_message_waits(failed).startswith("The database was locked. (next try ")
    assert why_message_waits(make_request(claimed_until=later)) == "Being processed now"
    assert why_message_waits(make_request(processed_at=later)) == ""


@pytest.fixture
def order() -> Order:
    website = make_website()
    account = {"endpoint": "http://of.example/web/", "username": "wms", "password": "x"}
    write_settings(Api, {**account, "organisation": "acme", "channel": "magento"}, website=website)
    write_settings(OrderExport, {"exportable_status": ("processing",)}, website=website)
    return make_order(store=make_store(website), orderflow_due_at=timezone.now())


def test_an_order_that_is_due_goes_with_the_next_run_unless_nothing_runs(order: Order) -> None:
    assert why_it_waits(order) == "With the next run"
    tick(timezone.now() - timedelta(hours=1))

    assert why_it_waits(order).startswith("Nothing runs since ")


def test_an_order_waits_for_an_orderflow_that_is_left_alone(order: Order) -> None:
    EndpointState.objects.create(
        endpoint="http://of.example/web/",
        failures=5,
        opened_at=timezone.now(),
        last_error="No answer.",
    )

    text = why_it_waits(order)
    assert text.startswith("OrderFlow is left alone until ")
    assert text.endswith(": No answer.")


def test_an_order_that_was_announced_says_whose_calls_were_refused_since(order: Order) -> None:
    now = timezone.now()
    order.orderflow_export_status = ExportStatus.QUEUED
    order.orderflow_queued_at = now - timedelta(hours=1)
    assert why_it_waits(order) == "With the next run"

    RefusedCall.objects.create(
        hour=now, username="wms", is_user=True, reason=RefusedCall.Reason.INACTIVE,
        endpoint="soap", count=1, recent_from=now, first_at=now, last_at=now,
    )  # fmt: skip
    forget()
    assert why_it_waits(order) == (
        "OrderFlow was told; meanwhile calls were refused: user wms (the user is inactive)"
    )
    order.orderflow_export_status = ExportStatus.EXPORTED
    assert why_it_waits(order) == ""


def test_a_run_says_why_nobody_has_started_it() -> None:
    now = timezone.now()
    tick(now)
    run = JobRun.objects.create(job="orderflow_webhooks", scheduled_for=now, created_at=now)
    assert why_run_waits(run) == "Webhooks is switched off"

    run.job = "orderflow_mail_delivery"
    assert why_run_waits(run) == "The next free worker"
    run.created_at = now - timedelta(minutes=7)
    assert why_run_waits(run) == "A worker: none has started it for 7 minutes"
    forget()
    JobLease.objects.create(job=run.job, holder=str(run.pk), until=now + timedelta(minutes=1))
    assert why_run_waits(run) == "The run before it is still at work"
    run.status = JobRun.Status.SUCCESS
    assert why_run_waits(run) == ""


def test_a_list_asks_once_for_all_its_rows() -> None:
    requests = [make_request() for _ in range(20)]
    why_message_waits(requests[0])
    with CaptureQueriesContext(connection) as queries:
        for request in requests:
            why_message_waits(request)

    assert len(queries) == 0
