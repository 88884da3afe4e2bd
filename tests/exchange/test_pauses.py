"""Pausing the exchange: what is held up, what goes on all the same, and how it ends."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.utils import timezone

from exports.asking import Verdict, ask_to_cancel
from exports.selectors import why_it_waits
from imports.models import ImportLine
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.common.exceptions import PauseRefused
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.exchange.models import Direction, Pause
from orderflow_bridge.exchange.selectors import exchange_state
from orderflow_bridge.exchange.services import pause, resume
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import write_mail
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.services import watch
from tests.exchange.conftest import DESPATCHES, ORDERS, PRODUCTS, STOCK, run
from tests.exports.shop import make_due_orders, make_due_products, make_shop, row, told
from tests.factories import make_source_item
from tests.imports.stock import queue, stock

pytestmark = pytest.mark.django_db

SKIPPED, SUCCESS = JobRun.Status.SKIPPED, JobRun.Status.SUCCESS
PENDING, QUEUED = ExportStatus.PENDING, ExportStatus.QUEUED


def held(**values):
    """Pause as Nina does."""
    return pause(values.pop("direction", Direction.ALL), reason="Deployment", by="nina", **values)


@pytest.mark.parametrize("direction", [Direction.ALL, Direction.OUT])
def test_while_out_is_paused_nothing_is_announced_and_the_runs_say_who_and_until_when(
    orderflow, direction
):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1, sku="24-MB01")
    [order] = make_due_orders(website, 1)
    until = timezone.now() + timedelta(hours=1)
    held(direction=direction, until=until)

    runs = [run(PRODUCTS), run(ORDERS)]

    assert [(each.status, each.summary) for each in runs] == [
        (SKIPPED, f"Paused by nina until {until:%Y-%m-%d %H:%M}: Deployment.")
    ] * 2
    assert orderflow.heard == []
    assert row(product, website).orderflow_export_status == PENDING
    order.refresh_from_db()
    assert order.orderflow_export_status == PENDING
    assert order.orderflow_attempts == 0


def test_it_resumes_by_itself_and_what_waited_goes_out(orderflow):
    make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    held(until=timezone.now() + timedelta(minutes=30))
    run(PRODUCTS)

    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert run(PRODUCTS).status == SUCCESS

    assert told(orderflow) == ["24-MB01"]


def test_somebody_resumes_and_what_waited_goes_out(orderflow):
    make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    held()
    assert run(PRODUCTS).summary == "Paused by nina until it is resumed: Deployment."

    assert resume(by="omar") == 1
    run(PRODUCTS)

    assert told(orderflow) == ["24-MB01"]
    ended = Pause.objects.get()
    assert (ended.resumed_by, ended.resumed_at is None) == ("omar", False)


def test_one_website_is_paused_and_the_others_go_on(orderflow):
    here, there = make_shop(orderflow, channel="one"), make_shop(orderflow, channel="two")
    make_due_products(here, 1, sku="HERE")
    make_due_products(there, 1, sku="THERE")
    held(direction=Direction.OUT, website=here)

    done = run(PRODUCTS)

    assert told(orderflow) == ["THERE"]
    assert done.status == SUCCESS
    assert f"{here.name}: Paused by nina until it is resumed: Deployment." in done.summary


def test_websites_of_one_orderflow_are_paused_one_by_one(orderflow):
    here, there = make_shop(orderflow), make_shop(orderflow)
    make_due_products(here, 1, sku="HERE")
    make_due_products(there, 1, sku="THERE")
    held(direction=Direction.OUT, website=here)

    run(PRODUCTS)

    assert told(orderflow) == ["THERE"]


@pytest.mark.parametrize("direction", [Direction.ALL, Direction.IN])
def test_while_in_is_paused_messages_are_stored_and_not_applied(direction):
    make_source_item("24-MB01", quantity=5)
    held(direction=direction)
    queue(("24-MB01", 90, 507))

    runs = [run(STOCK), run(DESPATCHES)]

    assert {(each.status, each.summary) for each in runs} == {
        (SKIPPED, "Paused by nina until it is resumed: Deployment.")
    }
    assert stock() == {}
    assert Request.objects.filter(processed_at=None).count() == 1
    resume(by="nina")
    run(STOCK)
    assert [line.reference for line in ImportLine.objects.all()] == ["24-MB01"]
    assert Request.objects.get().attempts == 1


def test_a_pause_of_one_direction_leaves_the_other(orderflow):
    make_due_products(make_shop(orderflow), 1, sku="24-MB01")
    make_source_item("24-MB01", quantity=5)
    queue(("24-MB01", 90, 507))
    held(direction=Direction.IN)
    run(PRODUCTS)
    assert told(orderflow) == ["24-MB01"]

    resume(by="nina")
    held(direction=Direction.OUT)

    assert run(STOCK).status == SUCCESS
    assert len(stock()) == 1


def test_an_export_by_hand_is_refused_in_the_same_words(boss, orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    held()

    answer = boss.post(f"/admin/catalog/product/{product.pk}/export/")

    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        "Paused by nina until it is resumed: Deployment."
    ]
    assert orderflow.heard == []
    assert row(product, website).orderflow_export_status == PENDING


def test_orderflow_is_asked_nothing_about_an_order(orderflow):
    website = make_shop(orderflow)
    held(direction=Direction.OUT)

    answer = ask_to_cancel(website, "000000001")

    assert answer.verdict is Verdict.UNREACHABLE
    assert answer.reason == "Paused by nina until it is resumed: Deployment."
    assert orderflow.heard == []


def test_a_request_processed_by_hand_is_refused_in_the_same_words(boss):
    queued = queue(("24-MB01", 90, 507))
    held(direction=Direction.IN)

    answer = boss.post(f"/admin/imports/importrequest/{queued.pk}/process/")

    assert "Paused by nina" in str(next(iter(get_messages(answer.wsgi_request))))
    queued.refresh_from_db()
    assert queued.processed_at is None


def test_what_waits_says_why(orderflow):
    website = make_shop(orderflow)
    [product] = make_due_products(website, 1)
    held()

    assert why_it_waits(row(product, website)) == (
        "Not yet: Paused by nina until it is resumed: Deployment."
    )


def test_e_mails_go_on(mailoutbox):
    held()
    write_mail(recipient="anna@example.com", subject="On its way", text="It has left.")

    run("orderflow_mail_delivery")

    assert OutgoingMail.objects.get().status == OutgoingMail.Status.SENT
    assert len(mailoutbox) == 1


def test_a_pause_of_the_same_takes_the_place_of_the_one_before():
    held()
    held(until=timezone.now() + timedelta(hours=1))

    assert Pause.objects.filter(resumed_at=None).count() == 1


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"reason": " "}, "Say why"),
        ({"until": timezone.now() - timedelta(days=1)}, "must lie in the future"),
    ],
)
def test_a_pause_without_a_reason_or_in_the_past_is_refused(values, text):
    with pytest.raises(PauseRefused, match=text):
        pause(Direction.ALL, **{"reason": "Deployment", "by": "nina", **values})


def test_only_what_goes_out_can_be_paused_for_a_website(orderflow):
    with pytest.raises(PauseRefused, match="Only what goes out"):
        held(direction=Direction.IN, website=make_shop(orderflow))


def test_a_problem_tells_of_it_and_ends_with_it():
    held()
    watch()
    [problem] = Problem.objects.filter(resolved_at=None, kind="exchange_paused")
    assert problem.text == ("Everything is paused. Paused by nina until it is resumed: Deployment.")

    resume(by="nina")
    watch()

    assert not Problem.objects.filter(resolved_at=None, kind="exchange_paused").exists()


def test_a_queue_that_is_paused_is_not_called_old():
    queue(("24-MB01", 90, 507))
    held(direction=Direction.IN)

    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        watch()

    assert not Problem.objects.filter(kind="queue_old").exists()


def test_it_is_read_with_one_statement_for_many_questions(django_assert_num_queries):
    held()
    forget()

    with django_assert_num_queries(1):
        assert exchange_state().pauses == exchange_state().pauses
