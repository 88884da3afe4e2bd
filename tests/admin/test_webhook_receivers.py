"""System → Webhook Receivers: the form, the test call, pausing, secrets, replay."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from orderflow_bridge.outbox.webhooks.delivery import deliver_webhooks
from orderflow_bridge.outbox.webhooks.models import WebhookReceiver
from tests.admin.samples import make_operator
from tests.factories import make_website
from tests.fakes import Answer
from tests.outbox.webhooks.shop import (
    SECRET,
    Shop,
    change,
    is_genuine,
    listen,
    make_receiver,
    write_events,
)

pytestmark = pytest.mark.django_db

LIST = "/admin/webhooks/webhookreceiver/"


@pytest.fixture
def shop():
    with Shop().running() as running:
        yield running


def filled(**values: Any) -> dict[str, Any]:
    """Return the form of a receiver as somebody fills it in."""
    return {
        "name": "ERP",
        "url": "https://erp.example/hooks",
        "secret": SECRET,
        "is_active": "on",
        "for_all_websites": "on",
        "events": ["order.placed", "stock.changed"],
        "max_attempts": "12",
        "timeout": "10",
        "parallel_calls": "4",
        "least_severity": "0",
        **values,
    }


def page(receiver: WebhookReceiver, action: str = "change") -> str:
    return f"{LIST}{receiver.pk}/{action}/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_an_empty_list_says_what_to_do(boss):
    text = boss.get(LIST).content.decode()

    assert "No receivers yet" in text
    assert "Add one for each system that is to be told what happens" in text


def test_a_receiver_is_added_with_its_events_filter_and_websites(boss):
    website = make_website()

    boss.post(
        f"{LIST}add/",
        filled(
            for_all_websites="",
            websites=[website.pk],
            sku_patterns="24-*\r\n*-XL",
            source_codes="eu, us",
            order_statuses=["processing"],
            problem_kinds=["oversold"],
            least_severity="2",
        ),
    )

    receiver = WebhookReceiver.objects.get()
    assert (receiver.name, receiver.secret, receiver.is_active) == ("ERP", SECRET, True)
    assert receiver.events == ["order.placed", "stock.changed"]
    assert list(receiver.websites.all()) == [website]
    assert receiver.filter == {
        "sku_patterns": ["24-*", "*-XL"],
        "source_codes": ["eu", "us"],
        "order_statuses": ["processing"],
        "problem_kinds": ["oversold"],
        "least_severity": 2,
    }
    shown = boss.get(page(receiver)).content.decode()
    assert "24-*\n*-XL" in shown.replace("\r", "")
    assert "eu, us" in shown
    assert f">{SECRET}<" not in shown
    assert f'"{SECRET}"' not in shown


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"url": "ftp://erp.example/"}, "http"),
        ({"url": "http://169.254.169.254/"}, "an address that the bridge may not call"),
        ({"secret": "short"}, "Enter at least 16 characters"),
        ({"secret": ""}, "Enter a secret: without one nothing is posted."),
        ({"for_all_websites": ""}, "Tick a website, or “Every website”."),
        ({"events": []}, "This field is required."),
        ({"sku_patterns": "*"}, "leave the field empty instead"),
        ({"source_codes": "e/u"}, "is no source code: letters, digits, _ and - only"),
        ({"max_attempts": "0"}, "greater than or equal to 1"),
        ({"timeout": "61"}, "less than or equal to 60"),
    ],
)
def test_what_cannot_work_is_refused_with_what_to_do(boss, values, says):
    text = boss.post(f"{LIST}add/", filled(**values)).content.decode()

    assert says in text
    assert not WebhookReceiver.objects.exists()


def test_a_stored_secret_looks_stored_and_is_not_shown(boss):
    receiver = make_receiver(secret="only-the-receiver-knows")
    shown = boss.get(page(receiver)).content.decode()

    assert 'data-secret="id_secret"' in shown
    assert receiver.secret not in shown
    assert "data-secret=" not in boss.get(f"{LIST}add/").content.decode()


def test_an_empty_secret_stays_and_a_new_one_leaves_the_former_a_day(boss):
    receiver = make_receiver()
    boss.post(page(receiver), filled(secret=""))
    receiver.refresh_from_db()
    assert (receiver.name, receiver.secret, receiver.former_secret) == ("ERP", SECRET, None)

    boss.post(page(receiver), filled(secret="another long random text"))
    receiver.refresh_from_db()
    assert (receiver.secret, receiver.former_secret) == ("another long random text", SECRET)
    assert "the former one too" in boss.get(page(receiver)).content.decode()


def test_a_test_call_shows_request_and_answer_before_the_receiver_is_active(boss, shop):
    receiver = listen(shop, is_active=False)
    shop.answers = [Answer(b"<b>pong</b>")]

    question = boss.get(page(receiver, "test")).content.decode()
    assert shop.heard == []
    answer = boss.post(page(receiver, "test"))
    shown = boss.get(answer.url).content.decode()

    assert "Post a test event (test.ping) to this receiver now?" in question
    assert texts(answer)[0].startswith("The receiver took it: 200, in 0.")
    assert is_genuine(shop.heard[0])
    for words in ("test.ping", "webhook-signature: v1,", "&lt;b&gt;pong&lt;/b&gt;", "Delivered"):
        assert words in shown, words
    assert SECRET not in shown


def test_a_test_call_that_fails_says_why(boss, shop):
    receiver = listen(shop, secret=None)
    assert "Secret is not set" in texts(boss.post(page(receiver, "test")))[0]

    change(receiver, secret=SECRET)
    shop.answers = [Answer(status=500)]
    answer = boss.post(page(receiver, "test"))
    assert texts(answer)[-1] == (
        "The test failed: The receiver answered 500 Internal Server Error."
    )


def test_pausing_asks_for_a_reason_which_list_and_page_show(boss, shop):
    receiver = listen(shop)
    refused = boss.post(page(receiver, "pause")).content.decode()
    boss.post(page(receiver, "pause"), {"why": "Their server moves."})
    write_events(receiver, "5")
    deliver_webhooks()

    assert "This field is required." in refused
    shown = boss.get(page(receiver)).content.decode()
    assert re.search(r"Paused since .* by boss: Their server moves\.", shown)
    assert "Paused" in boss.get(LIST).content.decode()
    assert shop.heard == []

    boss.post(page(receiver, "resume"))
    deliver_webhooks()
    assert len(shop.heard) == 1


def test_a_new_secret_is_shown_once(boss):
    receiver = make_receiver()

    shown = boss.post(page(receiver, "rotate")).content.decode()
    receiver.refresh_from_db()

    assert receiver.secret in shown
    assert "The former one signs too until" in shown
    assert receiver.secret not in boss.get(page(receiver)).content.decode()

    boss.post(page(receiver, "end-former"))
    receiver.refresh_from_db()
    assert receiver.former_secret is None


def test_the_list_tells_how_receivers_stand(boss, shop):
    receiver = listen(shop, name="ERP", max_attempts=1)
    shop.answers = [Answer(status=500)]
    write_events(receiver, "5")
    deliver_webhooks()
    make_receiver(name="Asleep", is_active=False)

    text = boss.get(LIST).content.decode()

    for words in ("Failing", "Not active", "Never", "Order, shipment, stock"):
        assert words in text, words
    assert "key=1" not in text, "a query may hold a key"


def test_an_active_receiver_is_not_deleted_and_that_is_said(boss):
    receiver = make_receiver()
    text = boss.get(page(receiver, "delete")).content.decode()
    boss.post(page(receiver, "delete"), {"post": "yes"})
    assert "Make it inactive first" in text
    assert WebhookReceiver.objects.exists()

    change(receiver, is_active=False, updated_at=timezone.now() - timedelta(minutes=1))
    boss.post(page(receiver, "delete"), {"post": "yes"})
    assert not WebhookReceiver.objects.exists()


def test_an_operator_tests_pauses_and_replays_but_changes_nothing(shop):
    operator = Client()
    operator.force_login(make_operator("ops", "view", "test", "pause"))
    receiver = listen(shop)

    status = {
        action: operator.post(page(receiver, action), {"why": "x"}).status_code
        for action in ("test", "pause", "rotate", "end-former")
    }

    assert status == {"test": 302, "pause": 302, "rotate": 403, "end-former": 403}
    operator.post(page(receiver), filled(name="Mine"))
    assert not WebhookReceiver.objects.filter(name="Mine").exists()
