"""Orders that are late in a state are told of, each with what to do, until they move."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, RequestType
from orderflow_bridge.configuration.sections import OrderExport, Watch
from orderflow_bridge.problems.kinds import LATE_ORDER
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.sales.models import Order, OrderItem, Shipment
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.orders import TOLD, business_days_before, look_for_late_orders
from tests.configuration.storing import store
from tests.factories import make_order, make_request, make_store, make_website

pytestmark = pytest.mark.django_db

# A Tuesday.
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def website() -> Website:
    website = make_website()
    store(OrderExport, website, exportable_status=("processing",))
    return website


def make(website: Website, at: datetime, **values: Any) -> Order:
    """Make an order of one unit that has not changed since a time."""
    store_view = website.stores.first() or make_store(website)
    with time_machine.travel(at, tick=False):
        return make_order(items=[("24-MB01", 2)], store=store_view, created_at=at, **values)


def texts(now: datetime = NOW) -> list[str]:
    look_for_late_orders(now)
    return list(open_problems(LATE_ORDER).order_by("subject").values_list("text", flat=True))


@pytest.mark.parametrize(
    ("now", "days", "before"),
    [
        ("2026-03-10 12:00", 1, "2026-03-09 12:00"),
        ("2026-03-09 12:00", 1, "2026-03-06 12:00"),
        ("2026-03-10 12:00", 5, "2026-03-03 12:00"),
        ("2026-03-07 12:00", 1, "2026-03-06 00:00"),
        ("2026-03-08 12:00", 1, "2026-03-06 00:00"),
        ("2026-03-08 12:00", 6, "2026-02-27 00:00"),
    ],
)
def test_business_days_leave_out_saturdays_and_sundays(now: str, days: int, before: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=LONDON)

    found = business_days_before(at, days, LONDON)

    assert found == datetime.fromisoformat(before).replace(tzinfo=LONDON)


def test_an_order_that_waits_to_be_announced_is_told_after_hours(website: Website) -> None:
    for number, hours in (("1", 5), ("2", 3)):
        at = NOW - timedelta(hours=hours)
        make(website, at, increment_id=number, orderflow_due_at=at)
    make(website, NOW - timedelta(hours=9), increment_id="3", status="pending")

    assert texts() == ["Order 1 has waited to be announced since 07:00."]
    Order.objects.filter(increment_id="1").update(orderflow_export_status=ExportStatus.QUEUED)
    assert texts() == []


def test_an_order_that_has_only_now_come_to_qualify_is_not_late(website: Website) -> None:
    at = NOW - timedelta(days=3)
    order = make(website, at, status="pending", orderflow_due_at=at)
    with time_machine.travel(NOW - timedelta(minutes=1), tick=False):
        order.status = "processing"
        order.save()

    assert texts() == []


def test_an_order_that_is_announced_again_and_again_is_told_after_hours(website: Website) -> None:
    make(
        website,
        NOW - timedelta(hours=13),
        increment_id="1",
        orderflow_export_status=ExportStatus.QUEUED,
        orderflow_queued_at=NOW - timedelta(minutes=20),
    )

    assert texts() == [
        "Order 1 was announced and is not fetched; nothing has happened to it since 2026-03-09"
        " 23:00."
    ]


def exported(website: Website, number: str, at: datetime, **values: Any) -> Order:
    return make(
        website,
        at,
        increment_id=number,
        orderflow_export_status=ExportStatus.EXPORTED,
        orderflow_export_date=at,
        orderflow_due_at=None,
        **values,
    )


def test_an_order_of_which_nothing_is_shipped_is_told_after_business_days(
    website: Website,
) -> None:
    late = exported(website, "1", NOW - timedelta(days=7, hours=1))
    exported(website, "2", NOW - timedelta(days=6))
    exported(website, "3", NOW - timedelta(days=30), state=Order.State.COMPLETE)
    exported(website, "4", NOW - timedelta(days=30), state=Order.State.HOLDED)

    assert texts() == [
        "Order 1 is at OrderFlow since 2026-03-03 11:00 and nothing of it is shipped."
    ]
    problem = open_problems(LATE_ORDER).get()
    assert problem.url == f"/admin/sales/order/{late.pk}/change/"
    assert problem.website == website

    OrderItem.objects.filter(order=late).update(qty_shipped=2)
    assert texts() == []


def test_the_rest_of_an_order_is_told_days_after_its_last_shipment(website: Website) -> None:
    order = exported(website, "1", NOW - timedelta(days=20))
    OrderItem.objects.filter(order=order).update(qty_shipped=1)
    shipment = Shipment.objects.create(
        increment_id="S1", order=order, created_at=NOW - timedelta(days=8)
    )
    assert texts() == ["Order 1 is shipped in part, at 2026-03-02 12:00, and the rest is missing."]

    Shipment.objects.filter(pk=shipment.pk).update(created_at=NOW - timedelta(days=2))
    assert texts() == []


def test_a_cancellation_without_an_answer_is_told(website: Website) -> None:
    make(website, NOW - timedelta(hours=1), increment_id="1", status="pending")
    request = make_request(
        type=RequestType.EXPORT, entity=Entity.ORDER, operation=Operation.CANCEL,
        lines=[{"increment_id": "1"}], website=website, created_at=NOW - timedelta(hours=2),
    )  # fmt: skip
    assert texts() == ["OrderFlow was asked at 10:00 to cancel order 1, and its answer is missing."]

    request.processed_at = timezone.now()
    request.save()
    assert texts() == []


def test_each_website_has_its_own_patience_and_0_has_no_end(website: Website) -> None:
    other, never = make_website(), make_website()
    store(Watch, other, late_exported_days=10)
    store(Watch, never, late_exported_days=0)
    for number, each in enumerate((website, other, never)):
        exported(each, str(number), NOW - timedelta(days=9))

    assert [text.split()[1] for text in texts()] == ["0"]
    assert [text.split()[1] for text in texts(NOW + timedelta(days=60))] == ["0", "1"]


def test_of_very_many_the_rest_is_one_problem_and_the_statements_stay_few(
    website: Website,
) -> None:
    for number in range(TOLD + 4):
        exported(website, f"{number:03}", NOW - timedelta(days=30))
    for _ in range(5):
        make_website()
    with CaptureQueriesContext(connection) as queries:
        found = texts()

    assert len(found) == TOLD + 1
    assert "4 further orders are late: exported and not shipped." in found
    assert len(queries) <= 18
