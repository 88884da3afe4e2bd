"""Several receivers, each by itself: paused, with a new secret, tested, healthy or not, deleted."""

import hmac
from base64 import b64encode
from datetime import timedelta
from hashlib import sha256

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from orderflow_bridge.common.exceptions import ActionNotAvailable, JobNotReady
from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import (
    Kind,
    WebhookAttempt,
    WebhookEvent,
    WebhookReceiver,
)
from orderflow_bridge.outbox.webhooks.ping import call_for_test
from orderflow_bridge.outbox.webhooks.receivers import (
    delete_receiver,
    end_former_secret,
    pause_receiver,
    resume_receiver,
    rotate_secret,
)
from orderflow_bridge.outbox.webhooks.sending import key_of
from tests.factories import make_website
from tests.fakes import Answer, Heard
from tests.outbox.webhooks.shop import (
    SECRET,
    Shop,
    change,
    header,
    is_genuine,
    listen,
    make_receiver,
    write_event,
    write_events,
)

pytestmark = pytest.mark.django_db


def signs(heard: Heard, secret: str) -> bool:
    """Check a signature as Standard Webhooks says: one of those that are there will do."""
    signed = f"{header(heard, 'webhook-id')}.{header(heard, 'webhook-timestamp')}.".encode()
    digest = hmac.new(key_of(secret), signed + heard.body, sha256).digest()
    return f"v1,{b64encode(digest).decode()}" in header(heard, "webhook-signature").split(" ")


def test_each_receiver_of_a_website_gets_an_event_of_its_own(shop: Shop, other_shop: Shop) -> None:
    website = make_website()
    first = listen(shop, website, name="ERP")
    listen(other_shop, website, name="BI", secret="another long text")
    make_receiver(name="Deaf", events=["stock.changed"])

    write_event(first, "5", {"order": "5"})
    deliver_webhooks()

    [one], [other] = shop.heard, other_shop.heard
    assert (shop.told(), is_genuine(one)) == (other_shop.told(), True)
    assert is_genuine(other, "another long text")
    assert header(one, "webhook-id") != header(other, "webhook-id")


def test_a_paused_receivers_events_are_kept_and_posted_when_it_is_resumed(shop: Shop) -> None:
    receiver = listen(shop)
    assert pause_receiver(receiver, why="Their server moves.", by="anna")
    assert not pause_receiver(receiver, why="Again.", by="ben"), "it was paused already"
    write_events(receiver, "5", "6")

    assert deliver_webhooks() == "No webhook was due."
    assert shop.heard == []

    assert resume_receiver(receiver)
    assert not resume_receiver(receiver)
    assert deliver_webhooks() == "2 delivered, 0 to be tried again."


def test_the_attempts_of_an_event_are_kept_with_request_and_answer(shop: Shop) -> None:
    receiver = listen(shop)
    write_events(receiver, "5")
    shop.answers = [
        Answer(b"try later", status=503, headers={"Retry-After": "60", "Set-Cookie": "a=b"}),
        Answer(reset=True),
        Answer(b"thanks"),
    ]

    for hours in range(3):
        with time_machine.travel(timezone.now() + timedelta(hours=7 * hours), tick=True):
            deliver_webhooks()

    event = WebhookEvent.objects.get()
    refused, lost, taken = event.attempts_made.order_by("pk")
    assert (refused.status, refused.answer) == (503, "try later")
    assert refused.error == "The receiver answered 503 Service Unavailable."
    assert refused.answer_headers["Retry-After"] == "60"
    assert "Set-Cookie" not in refused.answer_headers
    assert (lost.status, lost.error) == (None, "The receiver cannot be reached, or it hung up.")
    assert (taken.status, taken.error, taken.answer) == (200, "", "thanks")
    assert taken.url == shop.url.partition("?")[0], "a query may hold a key"
    for attempt, heard in zip((refused, lost, taken), shop.heard, strict=True):
        assert attempt.body.encode() == heard.body
        assert attempt.headers["webhook-id"] == event.event_id
        assert attempt.headers["webhook-signature"] == header(heard, "webhook-signature")
        assert SECRET not in str(vars(attempt))
        assert attempt.seconds >= 0


def test_secrets_are_encrypted_in_the_table(shop: Shop) -> None:
    receiver = listen(shop)
    new = rotate_secret(receiver)

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, former_secret FROM webhooks_webhookreceiver")
        [stored] = cursor.fetchall()
    assert all(stored)
    assert SECRET not in str(stored)
    assert new not in str(stored)


def test_after_a_change_both_secrets_sign_for_a_day(shop: Shop) -> None:
    receiver = listen(shop)
    new = rotate_secret(receiver)
    assert new.startswith("whsec_")

    write_events(receiver, "5")
    deliver_webhooks()
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=True):
        write_events(receiver, "6")
        deliver_webhooks()

    both, alone = shop.heard
    assert (signs(both, new), signs(both, SECRET)) == (True, True)
    assert (signs(alone, new), signs(alone, SECRET)) == (True, False)
    assert WebhookReceiver.objects.get().secret == new


def test_a_secret_that_has_leaked_can_be_ended_at_once(shop: Shop) -> None:
    receiver = listen(shop)
    new = rotate_secret(receiver)
    end_former_secret(receiver)

    write_events(receiver, "5")
    deliver_webhooks()

    assert (signs(shop.heard[0], new), signs(shop.heard[0], SECRET)) == (True, False)


def test_a_receiver_says_when_it_took_something_and_since_when_it_takes_nothing(
    shop: Shop,
) -> None:
    receiver = listen(shop, max_attempts=1, parallel_calls=1)
    shop.answers = [Answer(), Answer(status=500), Answer(status=500), Answer()]
    stories = []
    for reference in ("5", "6", "7", "8"):
        write_events(receiver, reference)
        deliver_webhooks()
        receiver.refresh_from_db()
        stories.append((receiver.last_success_at, receiver.failing_since))

    (first, never), (still, since), (_, same), (again, over) = stories
    assert (never, over) == (None, None)
    assert still == first
    assert since == same is not None
    assert again > first


@pytest.mark.parametrize("is_active", [True, False])
def test_a_test_call_is_posted_at_once_signed_and_kept(shop: Shop, is_active: bool) -> None:
    receiver = listen(shop, is_active=is_active)
    pause_receiver(receiver, why="Not yet.", by="anna")
    shop.answers = [Answer(b"pong")]

    attempt = call_for_test(receiver, by="anna")

    assert (attempt.status, attempt.answer, attempt.error) == (200, "pong", "")
    assert is_genuine(shop.heard[0])
    [told] = shop.told()
    assert told["type"] == "test.ping"
    assert told["data"] == {"receiver": receiver.name, "by": "anna"}
    event = WebhookEvent.objects.get()
    assert (event.kind, event.status) == (Kind.TEST, "delivered")


def test_a_test_call_that_is_refused_says_so_and_is_never_posted_again(shop: Shop) -> None:
    receiver = listen(shop)
    shop.answers = [Answer(status=401)]

    attempt = call_for_test(receiver, by="anna")
    resume_receiver(receiver)

    assert attempt.error == "The receiver answered 401 Unauthorized."
    assert deliver_webhooks() == "No webhook was due."
    assert len(shop.heard) == 1


def test_a_test_call_without_a_secret_says_what_is_missing(shop: Shop) -> None:
    receiver = listen(shop, secret=None)

    with pytest.raises(ActionNotAvailable, match="Secret is not set"):
        call_for_test(receiver, by="anna")

    assert not WebhookAttempt.objects.exists()


def test_a_test_call_goes_only_where_the_bridge_may_call(shop: Shop, settings) -> None:
    settings.BRIDGE_MAY_CALL = ["public"]
    attempt = call_for_test(listen(shop), by="anna")

    assert "leads to an address that the bridge may not call" in attempt.error
    assert shop.heard == []


def test_a_secret_that_no_key_fits_is_told_and_its_events_wait(shop: Shop, settings) -> None:
    receiver = listen(shop)
    write_events(receiver, "5")
    WebhookReceiver.objects.update(secret="gAAAAABnonsense")
    stored = WebhookReceiver.objects.raw("SELECT id, secret FROM webhooks_webhookreceiver")
    assert stored[0].secret == "gAAAAABnonsense", "it was encrypted by the key there is"
    settings.SALT_KEY = ["another"]
    WebhookReceiver._meta.get_field("secret").__dict__.pop("f", None)
    WebhookReceiver._meta.get_field("secret").__dict__.pop("keys", None)
    try:
        with pytest.raises(JobNotReady, match="cannot be read, because the key has changed"):
            deliver_webhooks()
    finally:
        for name in ("f", "keys"):
            WebhookReceiver._meta.get_field("secret").__dict__.pop(name, None)

    assert WebhookEvent.objects.get().status == "waiting"


def test_only_a_receiver_that_has_rested_for_a_while_is_deleted_with_its_events(
    shop: Shop,
) -> None:
    receiver = listen(shop)
    write_events(receiver, "5")
    deliver_webhooks()

    with pytest.raises(ActionNotAvailable, match="Make it inactive first"):
        delete_receiver(receiver)
    change(receiver, is_active=False, updated_at=timezone.now())
    with pytest.raises(ActionNotAvailable, match="try again in some seconds"):
        delete_receiver(receiver)
    change(receiver, updated_at=timezone.now() - timedelta(minutes=1))
    delete_receiver(receiver)

    assert not WebhookAttempt.objects.exists()
    assert not WebhookEvent.objects.exists()
    assert not WebhookReceiver.objects.exists()
