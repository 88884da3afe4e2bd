"""The tab "Attempts" of a request: everything that was tried with a message, newest first."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from exports.manual import export_now
from exports.models import ExportLine
from imports.models import ImportLine
from imports.requeueing import requeue_lines
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.request_queue.attempts import duration, how_it_came
from orderflow_bridge.request_queue.claiming import claim_requests
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.services import hold_claims, release_claims
from tests.admin.samples import queue_stock
from tests.exports.shop import make_shop
from tests.factories import make_order, make_product, make_store
from tests.fakes import Answer

pytestmark = pytest.mark.django_db
WRONG = [("nope", "1", "9")]


def attempts(browser, request, room="imports/importrequest"):
    """Return the rows of the tab: what, outcome, took, details as texts."""
    page = browser.get(f"/admin/{room}/{request.pk}/change/")
    (section,) = [one for one in page.context["sections"] if one.slug == "attempts"]
    return [tuple(str(cell) for cell in row) for row in section.context["table"].rows]


def claim():
    """Borrow the waiting stock message, as a worker does."""
    return claim_requests(type=RequestType.IMPORT, entity=Entity.INVENTORY, limit=1)


def test_a_message_was_received_and_applied(boss):
    make_product("A")
    request = queue_stock("71", [("A", "90", "507")])
    process_imports(Entity.INVENTORY)

    applied, received = attempts(boss, request)

    assert received[1] == "Received from orderflow"
    assert "1 line" in received[4]
    assert applied[1] == "Applied"
    assert "Success" in applied[2]
    assert applied[3].endswith(" s")
    assert "1 succeeded" in applied[4]
    assert "/admin/imports/inventoryimport/" in applied[4]


def test_what_failed_is_folded_under_its_attempt(boss):
    make_product("A")
    request = queue_stock("71", [("A", "90", "507"), *WRONG])
    process_imports(Entity.INVENTORY)

    applied, _ = attempts(boss, request)

    assert "Failure" in applied[2]
    assert "<details" in applied[4]
    assert "nope: SKU Does Not Exist" in applied[4]


def test_a_message_that_was_requeued_and_replayed_is_told_as_one(boss):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        request = queue_stock("71", WRONG)
        process_imports(Entity.INVENTORY)
        clock.shift(timedelta(minutes=5))
        requeue_lines(ImportLine.objects.all(), by="boss")
        clock.shift(timedelta(minutes=5))
        process_imports(Entity.INVENTORY)
        clock.shift(timedelta(minutes=5))
        Request.objects.filter(pk=queue_stock("71", WRONG).pk).update(received_by="ann (replay)")

        told = attempts(boss, request)

    assert [row[1] for row in told] == [
        "Replayed by ann",
        "Applied",
        "Requeued by boss",
        "Applied",
        "Received from orderflow",
    ]
    # The others' rows lead to their own pages.
    assert ["importrequest" in row[0] for row in told] == [True, True, True, False, False]
    assert told[1][3] == "0:05:00"


def test_another_message_with_another_id_is_not_told(boss):
    request = queue_stock("71", WRONG)
    queue_stock("72", WRONG)

    assert len(attempts(boss, request)) == 1


def test_a_failed_attempt_says_when_why_and_when_it_is_tried_again(boss):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        request = queue_stock("71", WRONG)
        clock.shift(timedelta(minutes=2))
        release_claims(claim(), error="DataError: too long\nmore of it")
        clock.shift(timedelta(minutes=1, seconds=1))
        claim()

        under_way, failed, _ = attempts(boss, request)

    assert under_way[0] == "now"
    assert under_way[1] == "Claimed, attempt 2"
    assert failed[1] == "Attempt 1"
    assert failed[3] == "0:02:00"
    assert "DataError: too long" in failed[4]


def test_a_held_message_says_since_when(boss):
    request = queue_stock("71", WRONG)
    hold_claims(claim())

    held, _ = attempts(boss, request)

    assert held[1] == "Held"


def test_an_export_lists_every_call_about_the_same_order(boss, orderflow):
    store = make_store(make_shop(orderflow))
    order = make_order(items=[("A", 1)], increment_id="000000005", store=store)
    orderflow.answers = [Answer(b"<h1>Down for maintenance</h1>", 503)] * 20
    export_now(Entity.ORDER, [order.pk], by="boss")
    orderflow.answers = []
    export_now(Entity.ORDER, [order.pk], by="boss")

    newest = Request.objects.latest("pk")
    second, first = attempts(boss, newest, room="exports/exportrequest")

    assert second[1] == first[1] == "Queue 000000005"
    assert "200 Success" in second[2]
    assert "503 Failure" in first[2]
    assert first[3].endswith(" s")
    assert "Down for maintenance" in first[4]
    assert "Sent" in first[4]
    assert f"/admin/exports/exportrequest/{newest.pk}/" not in second[0]
    assert "/admin/exports/exportrequest/" in first[0]


def test_a_run_that_died_says_that_nothing_was_recorded(boss, orderflow):
    store = make_store(make_shop(orderflow))
    order = make_order(items=[("A", 1)], increment_id="000000005", store=store)
    export_now(Entity.ORDER, [order.pk], by="boss")
    request = Request.objects.get()
    Request.objects.filter(pk=request.pk).update(processed_at=None, claimed_until=timezone.now())

    ExportLine.objects.all().delete()

    (died,) = attempts(boss, request, room="exports/exportrequest")

    assert "Interrupted" in died[2]


@pytest.mark.parametrize(
    ("received_by", "told"),
    [
        ("orderflow", "Received from orderflow"),
        ("orderflow, requeued by boss", "Requeued by boss"),
        ("ann (replay)", "Replayed by ann"),
        ("", "Received"),
    ],
)
def test_how_a_message_came_is_said_in_words(received_by, told):
    assert how_it_came(received_by) == told


@pytest.mark.parametrize(
    ("took", "text"),
    [(None, ""), (timedelta(milliseconds=213), "0.213 s"), (timedelta(minutes=62), "1:02:00")],
)
def test_a_duration_is_read_at_a_glance(took, text):
    assert duration(took) == text
