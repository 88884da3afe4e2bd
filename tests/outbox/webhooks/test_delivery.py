"""Posting what waits: signed, in order, again when it failed, and never for long."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.outbox.webhooks.delivery import claim, deliver_webhooks, settle
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.sending import FAILURES_IN_A_ROW, Receiver
from orderflow_bridge.outbox.webhooks.services import requeue
from tests.fakes import Answer
from tests.outbox.webhooks.shop import (
    SECRET,
    Shop,
    change,
    export_state,
    header,
    is_genuine,
    listen,
    write_event,
    write_events,
)

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def receiver(shop: Shop) -> WebhookReceiver:
    return listen(shop, parallel_calls=1)


def later(**delta: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**delta), tick=True)


def line_to(shop: Shop) -> Receiver:
    return Receiver(shop.url, SECRET, timeout=5, parallel=1, until=float("inf"))


def test_an_event_is_posted_signed_as_json(receiver: WebhookReceiver, shop: Shop) -> None:
    write_events(receiver, "5")

    summary = deliver_webhooks()

    [heard] = shop.heard
    assert summary == "1 delivered, 0 to be tried again."
    assert (heard.method, heard.path) == ("POST", "/web/hooks?key=1")
    assert header(heard, "content-type") == "application/json"
    assert header(heard, "webhook-id") == WebhookEvent.objects.get().event_id
    assert abs(int(header(heard, "webhook-timestamp")) - timezone.now().timestamp()) < 60
    assert is_genuine(heard)
    assert not is_genuine(heard, "another secret")
    assert export_state("5") == ("delivered", 1)


def test_what_was_delivered_is_not_posted_again(receiver: WebhookReceiver, shop: Shop) -> None:
    write_events(receiver, "5")

    deliver_webhooks()

    assert deliver_webhooks() == "No webhook was due."
    assert len(shop.heard) == 1


def test_every_event_is_posted_once_however_many_there_are(shop: Shop) -> None:
    receiver = listen(shop, parallel_calls=8)
    write_events(receiver, *map(str, range(230)))

    deliver_webhooks()

    assert len(shop.ids()) == len(set(shop.ids())) == 230
    assert shop.most_at_once <= 8
    assert not WebhookEvent.objects.exclude(status="delivered").exists()


def test_events_of_one_order_are_posted_in_their_order(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    for number in (1, 2, 3):
        write_event(receiver, "5", {"number": number})
    shop.answers = [Answer(), Answer(status=500)]

    deliver_webhooks()
    before = [body["data"]["number"] for body in shop.told()]
    with later(minutes=2):
        deliver_webhooks()

    assert before == [1, 2]
    assert [body["data"]["number"] for body in shop.told()] == [1, 2, 2, 3]


def test_a_failed_event_does_not_hold_up_those_of_others(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    write_events(receiver, "5", "6")
    shop.answers = [Answer(status=500)]

    deliver_webhooks()

    assert (export_state("5"), export_state("6")) == (("waiting", 1), ("delivered", 1))


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(status=500), "The receiver answered 500 Internal Server Error."),
        (Answer(status=404), "The receiver answered 404 Not Found."),
        (
            Answer(status=302, headers={"Location": "http://127.0.0.1:9/"}),
            "The receiver answered 302 Found.",
        ),
        (Answer(reset=True), "The receiver cannot be reached, or it hung up."),
        (Answer(delay=1.5), "No answer within 1 seconds."),
    ],
    ids=["broken", "not found", "redirected", "reset", "time-out"],
)
def test_a_failure_is_explained_and_tried_again(shop: Shop, answer: Answer, error: str) -> None:
    write_events(listen(shop, timeout=1), "5")
    shop.answers = [answer]

    deliver_webhooks()
    event = WebhookEvent.objects.get()
    with later(minutes=2):
        deliver_webhooks()

    assert event.last_error == error
    assert event.due_at is not None
    assert MINUTE * 0.7 < event.due_at - timezone.now() < MINUTE * 1.3
    assert export_state("5") == ("delivered", 2)
    tries = WebhookEvent.objects.get().attempts_made.order_by("pk")
    assert [each.error or each.status for each in tries] == [error, 200]
    assert len(set(shop.ids())) == 1
    assert all(is_genuine(heard) for heard in shop.heard)


def test_the_waits_grow_and_then_it_is_given_up(shop: Shop) -> None:
    write_events(listen(shop, max_attempts=3), "5")
    shop.answers = [Answer(status=503) for _ in range(9)]
    waits = []

    with time_machine.travel(timezone.now(), tick=True) as clock:
        for _ in range(3):
            deliver_webhooks()
            due_at = WebhookEvent.objects.get().due_at
            waits.append(round((due_at - timezone.now()) / MINUTE, 1) if due_at else None)
            clock.shift(timedelta(hours=7))
        deliver_webhooks()

    assert waits[2] is None
    assert 0.7 < waits[0] < 1.3
    assert 1.5 < waits[1] < 2.5
    assert export_state("5") == ("given_up", 3)
    assert len(shop.heard) == 3


def test_what_was_given_up_can_be_requeued_with_all_its_attempts(shop: Shop) -> None:
    write_events(listen(shop, max_attempts=1), "5", "6")
    shop.answers = [Answer(status=503), Answer(status=503)]
    deliver_webhooks()

    count = requeue(WebhookEvent.objects.filter(reference="5"))
    deliver_webhooks()

    assert count == 1
    assert (export_state("5"), export_state("6")) == (("delivered", 1), ("given_up", 1))


def test_what_waits_or_was_delivered_is_not_requeued(receiver: WebhookReceiver) -> None:
    write_events(receiver, "5")
    assert requeue(WebhookEvent.objects.all()) == 0

    deliver_webhooks()

    assert requeue(WebhookEvent.objects.all()) == 0


def test_a_crash_between_posting_and_recording_posts_the_same_event_again(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    write_events(receiver, "5")
    with line_to(shop) as line:
        events = claim(receiver.pk, limit=10, lease=MINUTE)
        list(line.post_all(events))  # and here the worker dies

    meanwhile = deliver_webhooks()
    with later(minutes=2):
        deliver_webhooks()

    assert meanwhile == "No webhook was due."
    assert len(shop.heard) == 2
    assert len(set(shop.ids())) == 1
    assert export_state("5") == ("delivered", 1)


def test_a_worker_that_comes_back_late_writes_nothing(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    write_events(receiver, "5")
    shop.answers = [Answer(status=500)]
    receiver.max_attempts = 1
    late = claim(receiver.pk, limit=10, lease=-MINUTE)

    deliver_webhooks()
    with line_to(shop) as line:
        for posted in line.post_all(late):
            settle(posted, receiver)

    assert export_state("5") == ("waiting", 1)


def test_a_receiver_that_keeps_failing_is_left_alone_until_the_next_run(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    write_events(receiver, *map(str, range(20)))
    shop.answers = [Answer(status=503) for _ in range(20)]

    summary = deliver_webhooks()

    tried = WebhookEvent.objects.filter(attempts=1).count()
    assert len(shop.heard) == tried == FAILURES_IN_A_ROW
    assert f"The receiver {receiver.name} keeps failing and is left alone." in summary
    assert "15 put off" in summary


def test_one_receiver_that_fails_does_not_hold_up_another(
    receiver: WebhookReceiver, shop: Shop, other_shop: Shop
) -> None:
    write_events(receiver, "5")
    write_events(listen(other_shop), "6")
    shop.answers = [Answer(reset=True)]

    deliver_webhooks()

    assert export_state("6") == ("delivered", 1)
    assert len(other_shop.heard) == 1


def test_a_run_ends_in_time_and_the_next_one_goes_on(shop: Shop) -> None:
    write_events(listen(shop, parallel_calls=1), *map(str, range(5)))
    shop.answers = [Answer(delay=0.3) for _ in range(5)]

    deliver_webhooks(seconds=0.4)
    soon = len(shop.heard)
    with later(minutes=2):
        deliver_webhooks()

    assert soon < 5
    assert not WebhookEvent.objects.exclude(status="delivered").exists()
    assert set(WebhookEvent.objects.values_list("attempts", flat=True)) == {1}


@pytest.mark.parametrize(("missing", "label"), [("url", "URL"), ("secret", "Secret")])
def test_a_missing_setting_is_named_and_nothing_is_lost(
    receiver: WebhookReceiver, shop: Shop, missing: str, label: str
) -> None:
    change(receiver, **{missing: "" if missing == "url" else None})
    write_events(receiver, "5")

    with pytest.raises(JobNotReady, match=f"{label} is not set for {receiver.name}"):
        deliver_webhooks()

    assert export_state("5") == ("waiting", 0)
    assert not shop.heard


def test_switched_off_nothing_is_posted(receiver: WebhookReceiver, shop: Shop) -> None:
    write_events(receiver, "5")
    change(receiver, is_active=False)

    assert deliver_webhooks() == "No webhook was due."
    assert not shop.heard


def test_a_long_answer_is_not_waited_for_and_kept_shortened(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    write_events(receiver, "5")
    shop.answers = [Answer(body="ü".encode() * 50_000)]

    deliver_webhooks()

    event = WebhookEvent.objects.get()
    assert event.status == "delivered"
    assert 0 < len(event.attempts_made.get().answer) <= 4_000
