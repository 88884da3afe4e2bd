"""E-mails and webhooks that do not leave are told of, until one leaves again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.receivers import pause_receiver, resume_receiver
from orderflow_bridge.problems.kinds import MAIL_FAILING, WEBHOOK_FAILING, WEBHOOK_PAUSED
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.queues import look_for_failing_mail
from orderflow_bridge.watch.webhooks import look_for_failing_webhooks, look_for_paused_receivers
from tests.factories import make_website
from tests.outbox.webhooks.shop import make_receiver, receiver_of

pytestmark = pytest.mark.django_db


def make_mail(status: str, **values: object) -> OutgoingMail:
    return OutgoingMail.objects.create(
        recipient="a@example.com", subject="Hello", text="", status=status, **values
    )


@pytest.mark.parametrize(("status", "attempts"), [("failed", 1), ("waiting", 2)])
def test_mail_that_the_server_refuses_is_told_until_a_later_one_is_sent(
    status: str, attempts: int
) -> None:
    make_mail(status, attempts=attempts, last_error="535 Authentication failed.")
    look_for_failing_mail(timezone.now())
    problem = open_problems(MAIL_FAILING).get()
    assert problem.text == "1 e-mail could not be sent: 535 Authentication failed."
    assert problem.url == f"/admin/mail/outgoingmail/?status={status}"

    OutgoingMail.objects.filter(status="waiting").delete()
    make_mail("sent", sent_at=timezone.now())
    look_for_failing_mail(timezone.now())
    assert not open_problems(MAIL_FAILING).exists()


def test_mail_that_waits_for_its_first_try_is_no_problem() -> None:
    make_mail("waiting")
    look_for_failing_mail(timezone.now())

    assert not open_problems(MAIL_FAILING).exists()


def make_event(website: Website, status: str, **values: object) -> WebhookEvent:
    number = WebhookEvent.objects.count()
    return WebhookEvent.objects.create(
        **{
            "event_id": f"evt_{number}", "kind": Kind.STOCK_CHANGED,
            "receiver": receiver_of(website),
            "reference": "24-MB01", "topic": f"stock {number}", "body": "{}", "status": status,
            **values,
        }
    )  # fmt: skip


@pytest.mark.parametrize(("status", "attempts"), [("given_up", 12), ("waiting", 3)])
def test_a_receiver_that_refuses_is_told_until_it_takes_an_event(
    status: str, attempts: int
) -> None:
    website = make_website(name="Main Website")
    make_event(website, status, attempts=attempts, last_error="It answered 500.")
    make_event(website, "waiting", attempts=1)
    look_for_failing_webhooks(timezone.now())

    problem = open_problems(WEBHOOK_FAILING).get()
    assert problem.text == (
        "1 webhook for Main Website could not be delivered to shop.example: It answered 500."
    )
    assert problem.subject == "Main Website"
    assert "key=1" not in problem.text, "a query may hold a key"

    make_event(website, "delivered", delivered_at=timezone.now())
    look_for_failing_webhooks(timezone.now())
    assert not open_problems(WEBHOOK_FAILING).exists()


def test_nobody_is_told_of_receivers_that_are_not_active() -> None:
    website = make_website()
    make_receiver(website, is_active=False)
    make_event(website, "given_up", attempts=12)
    look_for_failing_webhooks(timezone.now())

    assert not open_problems(WEBHOOK_FAILING).exists()


def test_a_failed_test_call_is_no_problem() -> None:
    make_event(make_website(), "given_up", kind=Kind.TEST, attempts=1)
    look_for_failing_webhooks(timezone.now())

    assert not open_problems(WEBHOOK_FAILING).exists()


def test_a_receiver_that_stays_paused_is_told_until_it_is_resumed() -> None:
    website = make_website(name="Main Website")
    receiver = make_receiver(website)
    make_event(website, "waiting")
    now = timezone.now()
    pause_receiver(receiver, why="Their server moves.", by="anna")
    look_for_paused_receivers(now + timedelta(minutes=50))
    assert not open_problems(WEBHOOK_PAUSED).exists(), "it has been paused for minutes only"

    look_for_paused_receivers(now + timedelta(hours=2))
    text = open_problems(WEBHOOK_PAUSED).get().text
    assert text.startswith("Main Website was paused by anna (")
    assert text.endswith("): Their server moves. 1 webhook waits.")

    resume_receiver(receiver)
    look_for_paused_receivers(now + timedelta(hours=2))
    assert not open_problems(WEBHOOK_PAUSED).exists()
