"""Replay: events once more, with their ids, in their order, and never an overtaken figure."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.outbox.webhooks.delivery import claim, deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.ping import call_for_test
from orderflow_bridge.outbox.webhooks.selectors import events_of_a_time
from orderflow_bridge.outbox.webhooks.services import replay
from tests.factories import make_product, make_source
from tests.fakes import Answer
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import FIRST, Shop, listen, website_of, write_event, write_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def receiver(shop: Shop) -> WebhookReceiver:
    return listen(shop, parallel_calls=1)


def push(quantity: int, sequence: int) -> None:
    queue(("24-MB01", quantity, sequence))
    process_imports(Entity.INVENTORY)


def sell(receiver: WebhookReceiver) -> None:
    make_source()
    make_product("24-MB01").websites.add(website_of(receiver))


def test_an_event_comes_again_with_its_id_and_all_its_attempts_are_kept(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    write_events(receiver, "5", "6")
    deliver_webhooks()

    assert replay(WebhookEvent.objects.filter(reference="5")) == 1
    deliver_webhooks()

    first, _, again = shop.ids()
    assert first == again
    assert WebhookEvent.objects.get(reference="5").attempts_made.count() == 2


def test_the_events_of_one_order_are_replayed_in_their_order(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    for number in (1, 2, 3):
        write_event(receiver, "5", {"number": number})
    deliver_webhooks()
    shop.answers = [Answer(status=500)]

    replay(WebhookEvent.objects.all())
    deliver_webhooks()
    with time_machine.travel(timezone.now() + timedelta(minutes=5), tick=True):
        deliver_webhooks()

    assert [body["data"]["number"] for body in shop.told()] == [1, 2, 3, 1, 1, 2, 3]


def test_of_a_time_only_the_receivers_events_of_the_chosen_kinds_come_again(
    receiver: WebhookReceiver, shop: Shop, other_shop: Shop
) -> None:
    start = timezone.now()
    other = listen(other_shop)
    with time_machine.travel(start + timedelta(hours=1), tick=False):
        write_events(receiver, "5")
        write_events(other, "5")
    with time_machine.travel(start + timedelta(hours=3), tick=False):
        write_events(receiver, "6")
    with time_machine.travel(start + timedelta(hours=4), tick=True):
        deliver_webhooks()
        asked = {"since": start, "until": start + timedelta(hours=2)}
        found = events_of_a_time(receiver, kinds=FIRST, **asked)
        none = events_of_a_time(receiver, kinds=["stock.changed"], **asked)

        assert replay(none) == 0
        assert replay(found) == 1
        deliver_webhooks()

    assert [body["data"]["order"] for body in shop.told()] == ["5", "6", "5"]
    assert len(other_shop.heard) == 1


def test_what_waits_and_test_calls_are_not_replayed(receiver: WebhookReceiver, shop: Shop) -> None:
    call_for_test(receiver, by="anna")
    write_events(receiver, "5")

    assert replay(WebhookEvent.objects.all()) == 0


def test_of_stock_the_newest_figure_alone_is_replayed(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    sell(receiver)
    for sequence, quantity in enumerate((90, 80, 70), start=1):
        push(quantity, sequence)
        deliver_webhooks()

    assert replay(WebhookEvent.objects.all()) == 1
    deliver_webhooks()

    assert [body["data"]["quantity"] for body in shop.told()] == [90, 80, 70, 70]


def test_a_figure_that_is_overtaken_while_its_replay_waits_comes_before_the_newer_one_or_not_at_all(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    sell(receiver)
    push(90, 1)
    deliver_webhooks()
    replay(WebhookEvent.objects.all())
    push(80, 2)

    [due] = claim(receiver.pk, limit=10, lease=timedelta(0))
    assert due.body.count("90"), "the newer one waits behind it"
    deliver_webhooks()

    assert [body["data"]["quantity"] for body in shop.told()] == [90, 80]
    assert WebhookEvent.objects.order_by("id").first().status == "replaced"
