"""A newer stock figure while an older one is on its way."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.outbox.webhooks.delivery import claim, deliver_webhooks, settle
from orderflow_bridge.outbox.webhooks.models import WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.sending import Posted
from orderflow_bridge.outbox.webhooks.services import requeue
from tests.factories import make_product, make_source
from tests.fakes import Answer
from tests.imports.stock import queue
from tests.outbox.webhooks.shop import Shop, listen, website_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def receiver(shop: Shop) -> WebhookReceiver:
    receiver = listen(shop, max_attempts=3)
    make_source()
    make_product("24-MB01").websites.add(website_of(receiver))
    return receiver


def push(quantity: int, sequence: int) -> None:
    queue(("24-MB01", quantity, sequence))
    process_imports(Entity.INVENTORY)


def story() -> list[tuple[int, str]]:
    """Return quantity and status of all events, oldest first."""
    events = WebhookEvent.objects.order_by("id")
    return [(json.loads(event.body)["data"]["quantity"], event.status) for event in events]


def told(shop: Shop) -> list[int]:
    return [body["data"]["quantity"] for body in shop.told()]


def test_what_is_being_posted_is_not_replaced_and_the_newer_one_follows(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    push(90, 1)
    [event] = claim(receiver.pk, limit=10, lease=HOUR)

    push(80, 2)
    push(70, 3)
    meanwhile = claim(receiver.pk, limit=10, lease=HOUR)
    settle(Posted(event, 200), receiver)
    deliver_webhooks()

    assert meanwhile == []
    assert story() == [(90, "delivered"), (70, "delivered")]
    assert told(shop) == [70]


def test_a_figure_that_failed_while_a_newer_one_came_is_not_posted_again(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    push(90, 1)
    [event] = claim(receiver.pk, limit=10, lease=HOUR)
    push(80, 2)

    settle(Posted(event, 500, error="The receiver answered 500."), receiver)
    deliver_webhooks()

    assert story() == [(90, "replaced"), (80, "delivered")]
    assert told(shop) == [80]


def test_a_newer_figure_takes_the_place_of_one_that_failed(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    push(90, 1)
    shop.answers = [Answer(status=500)]
    deliver_webhooks()

    push(80, 2)
    with time_machine.travel(timezone.now() + HOUR, tick=True):
        deliver_webhooks()

    assert story() == [(80, "delivered")]
    assert told(shop) == [90, 80]


def test_a_figure_that_was_given_up_is_not_requeued_after_a_newer_one(
    receiver: WebhookReceiver, shop: Shop
) -> None:
    receiver.max_attempts = 1
    push(90, 1)
    [event] = claim(receiver.pk, limit=10, lease=HOUR)
    settle(Posted(event, 500, error="no"), receiver)
    assert requeue(WebhookEvent.objects.all()) == 1
    [event] = claim(receiver.pk, limit=10, lease=HOUR)
    settle(Posted(event, 500, error="no"), receiver)
    push(80, 2)

    assert requeue(WebhookEvent.objects.all()) == 0
    assert story() == [(90, "given_up"), (80, "waiting")]
