"""Replay of webhooks: of a time, of a selection, of one; and the attempts that an event had."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from tests.fakes import Answer
from tests.outbox.webhooks.shop import Shop, listen, make_receiver, write_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    with Shop().running() as running:
        yield running


def page(receiver: WebhookReceiver) -> str:
    return f"/admin/webhooks/webhookreceiver/{receiver.pk}/replay/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_events_of_a_time_are_replayed_after_a_preview(boss, shop):
    receiver = listen(shop)
    write_events(receiver, "5", "6")
    deliver_webhooks()
    write_events(receiver, "7")
    now = timezone.localtime()
    asked = {
        "since": f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "until": f"{now + timedelta(minutes=1):%Y-%m-%dT%H:%M}",
        "kinds": ["order.exported", "stock.changed"],
    }

    question = boss.get(page(receiver)).content.decode()
    preview = boss.post(page(receiver), asked).content.decode()
    untouched = WebhookEvent.objects.filter(status="delivered").count()
    answer = boss.post(page(receiver), {**asked, "confirmed": "yes"})
    deliver_webhooks()

    assert "with the webhook-id they had" in question
    assert "2 of 3 events are posted to" in preview
    assert "1 more wait for it anyway." in preview
    assert untouched == 2
    assert texts(answer) == ["2 webhook(s) will be posted again with the next runs."]
    assert len(shop.heard) == 5
    assert len(set(shop.ids())) == 3


def test_a_time_that_ends_before_it_begins_is_refused(boss):
    receiver = make_receiver()
    asked = {"since": "2026-11-30T10:00", "until": "2026-11-29T10:00", "kinds": ["order.placed"]}

    text = boss.post(page(receiver), {**asked, "confirmed": "yes"}).content.decode()

    assert "The time ends before it begins" in text


def test_one_or_a_selection_is_replayed_after_a_question(boss, shop):
    receiver = listen(shop)
    write_events(receiver, "5", "6")
    deliver_webhooks()
    first, second = WebhookEvent.objects.order_by("pk")
    events = "/admin/webhooks/webhookevent/"

    asked = boss.get(f"{events}{first.pk}/replay/").content.decode()
    boss.post(f"{events}{first.pk}/replay/")
    chosen = {"action": "replay_selected", "_selected_action": [second.pk], "index": "0"}
    boss.post(events, chosen)
    assert WebhookEvent.objects.filter(status="waiting").count() == 1
    answer = boss.post(events, {**chosen, "confirmed": "yes"})

    assert "It comes with the webhook-id it had" in asked
    assert texts(answer)[-1] == "1 webhook(s) will be posted again with the next runs."
    assert WebhookEvent.objects.filter(status="waiting").count() == 2


def test_an_events_page_shows_the_attempt_that_was_chosen(boss, shop):
    receiver = listen(shop, max_attempts=1)
    shop.answers = [Answer(b"first answer", status=500)]
    write_events(receiver, "5")
    deliver_webhooks()
    event = WebhookEvent.objects.get()
    boss.post(f"/admin/webhooks/webhookevent/{event.pk}/requeue/")
    shop.answers = [Answer(b"second answer")]
    deliver_webhooks()

    url = f"/admin/webhooks/webhookevent/{event.pk}/change/"
    newest = boss.get(url).content.decode()
    first = event.attempts_made.earliest("pk")
    chosen = boss.get(f"{url}?attempt={first.pk}").content.decode()

    assert ("second answer" in newest, "first answer" in newest) == (True, False)
    assert ("second answer" in chosen, "first answer" in chosen) == (False, True)
    assert "500 Internal Server Error" in newest, "every attempt is in the list"
