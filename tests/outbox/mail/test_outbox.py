"""The outbox: written once, sent at most once."""

import smtplib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from orderflow_bridge.common.exceptions import MailRefused
from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import (
    MAY_HAVE_BEEN_SENT,
    deliver_waiting_mail,
    is_address,
    write_mail,
)

pytestmark = pytest.mark.django_db


class MailServer(BaseEmailBackend):
    """A mail server that fails as it is told; tests set what it does at which step."""

    refuses_connection: Exception | None = None
    refuses_message: Exception | None = None
    seen: list[Any] = []
    meanwhile: Callable[[], object] = staticmethod(lambda: None)

    def open(self) -> bool:
        if self.refuses_connection:
            raise self.refuses_connection
        return True

    def send_messages(self, email_messages: Sequence[Any]) -> int:
        self.seen.append(OutgoingMail.objects.values_list("status", flat=True).first())
        self.meanwhile()
        if self.refuses_message:
            raise self.refuses_message
        mail.outbox.extend(email_messages)
        return len(email_messages)


@pytest.fixture
def server(settings: Any) -> type[MailServer]:
    """Let the bridge send through a mail server of our own making."""
    settings.EMAIL_BACKEND = f"{__name__}.MailServer"
    MailServer.refuses_connection = MailServer.refuses_message = None
    MailServer.seen = []
    MailServer.meanwhile = staticmethod(lambda: None)
    return MailServer


def a_mail(**values: str) -> OutgoingMail:
    defaults = {"recipient": "v@example.com", "subject": "Shipped", "text": "Dear V,"}
    return write_mail(**{**defaults, **values})


def test_a_written_mail_waits_until_it_is_delivered() -> None:
    written = a_mail(html="<p>Dear V,</p>")

    assert written.status == "waiting"
    assert mail.outbox == []


def test_a_waiting_mail_is_sent_with_both_bodies() -> None:
    written = a_mail(html="<p>Dear V,</p>")

    summary = deliver_waiting_mail()

    sent: Any
    [sent] = mail.outbox
    written.refresh_from_db()
    assert summary == "1 sent, 0 failed, 0 put back"
    assert (sent.to, sent.subject, sent.body) == (["v@example.com"], "Shipped", "Dear V,")
    assert sent.alternatives[0][0] == "<p>Dear V,</p>"
    assert (written.status, written.last_error) == ("sent", "")
    assert written.sent_at is not None


def test_a_mail_is_sent_once() -> None:
    a_mail()

    deliver_waiting_mail()
    deliver_waiting_mail()

    assert len(mail.outbox) == 1


def test_mails_are_sent_in_the_order_they_were_written() -> None:
    for subject in ("one", "two", "three"):
        a_mail(subject=subject)

    deliver_waiting_mail()

    assert [sent.subject for sent in mail.outbox] == ["one", "two", "three"]


def test_a_mail_vanishes_with_the_transaction_that_wrote_it() -> None:
    with transaction.atomic():
        a_mail()
        transaction.set_rollback(True)

    deliver_waiting_mail()

    assert mail.outbox == []


def test_the_sender_is_the_configured_one() -> None:
    write_settings(General, {"sender_name": "Luma Shop", "sender_email": "shop@example.com"})
    a_mail()

    deliver_waiting_mail()

    assert mail.outbox[0].from_email == "Luma Shop <shop@example.com>"


def test_without_a_configured_sender_the_deployments_is_used(settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "deployment@example.com"
    a_mail()

    deliver_waiting_mail()

    assert mail.outbox[0].from_email == "deployment@example.com"


@pytest.mark.parametrize("subject", ["a\nBcc: x@example.com", "a\r\nb", "a\n", "a\u2028b"])
def test_a_subject_of_several_lines_is_refused(subject: str) -> None:
    with pytest.raises(MailRefused):
        a_mail(subject=subject)


@pytest.mark.parametrize(
    "recipient", ["", "nobody", "a@example.com, b@example.com", "a@example.com\nBcc: b@b.com"]
)
def test_a_recipient_that_is_no_address_is_refused(recipient: str) -> None:
    assert not is_address(recipient)
    with pytest.raises(MailRefused):
        a_mail(recipient=recipient)


def test_a_mail_is_marked_before_the_server_hears_of_it(server: type[MailServer]) -> None:
    a_mail()

    deliver_waiting_mail()

    assert server.seen == ["sending"]


def test_a_server_that_cannot_be_reached_lets_the_mail_wait_longer_each_time(
    server: type[MailServer],
) -> None:
    written = a_mail()
    server.refuses_connection = ConnectionRefusedError("refused")

    pauses = []
    for _ in range(8):
        OutgoingMail.objects.update(retry_at=None)
        assert deliver_waiting_mail() == "0 sent, 0 failed, 1 put back"
        written.refresh_from_db()
        pauses.append(round((written.retry_at - timezone.now()) / timedelta(minutes=1)))

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert written.status == "waiting"
    assert "cannot be reached" in written.last_error


def test_a_mail_that_waits_for_its_next_attempt_is_left_alone(server: type[MailServer]) -> None:
    a_mail()
    server.refuses_connection = ConnectionRefusedError("refused")
    deliver_waiting_mail()
    server.refuses_connection = None

    deliver_waiting_mail()

    assert mail.outbox == []


def test_a_mail_that_was_put_back_is_sent_when_the_server_is_there_again(
    server: type[MailServer],
) -> None:
    a_mail()
    server.refuses_connection = ConnectionRefusedError("refused")
    deliver_waiting_mail()
    server.refuses_connection = None
    OutgoingMail.objects.update(retry_at=timezone.now())

    deliver_waiting_mail()

    assert len(mail.outbox) == 1


def test_an_unreachable_server_is_asked_once_per_run(server: type[MailServer]) -> None:
    for _ in range(3):
        a_mail()
    server.refuses_connection = ConnectionRefusedError("refused")

    deliver_waiting_mail()

    assert OutgoingMail.objects.filter(attempts=0, status="waiting").count() == 2


def test_after_very_many_attempts_a_mail_has_failed(server: type[MailServer]) -> None:
    written = a_mail()
    OutgoingMail.objects.update(attempts=99)
    server.refuses_connection = ConnectionRefusedError("refused")

    deliver_waiting_mail()

    written.refresh_from_db()
    assert written.status == "failed"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (smtplib.SMTPRecipientsRefused({"v@example.com": (550, b"unknown")}), "failed"),
        (smtplib.SMTPRecipientsRefused({"v@example.com": (451, b"greylisted")}), "waiting"),
        (smtplib.SMTPDataError(554, b"spam"), "failed"),
        (smtplib.SMTPDataError(452, b"full"), "waiting"),
        (smtplib.SMTPServerDisconnected("gone"), "failed"),
        (TimeoutError("slow"), "failed"),
    ],
)
def test_what_the_server_says_decides_whether_a_mail_is_tried_again(
    server: type[MailServer], error: Exception, status: str
) -> None:
    written = a_mail()
    server.refuses_message = error

    deliver_waiting_mail()

    written.refresh_from_db()
    assert written.status == status


def test_a_mail_that_may_have_left_says_so_and_is_never_sent_again(
    server: type[MailServer],
) -> None:
    written = a_mail()
    server.refuses_message = TimeoutError("slow")
    deliver_waiting_mail()
    server.refuses_message = None

    deliver_waiting_mail()

    written.refresh_from_db()
    assert mail.outbox == []
    assert written.last_error == f"{MAY_HAVE_BEEN_SENT} (slow)"


def test_one_failing_mail_does_not_hold_up_the_others(server: type[MailServer]) -> None:
    a_mail()
    a_mail()
    server.refuses_message = TimeoutError("slow")

    assert deliver_waiting_mail() == "0 sent, 2 failed, 0 put back"


def test_a_mail_whose_sender_died_is_shown_and_after_an_hour_failed() -> None:
    written = a_mail()
    OutgoingMail.objects.update(
        status="sending",
        last_error=MAY_HAVE_BEEN_SENT,
        claimed_until=timezone.now() + timedelta(minutes=1),
    )
    deliver_waiting_mail()
    written.refresh_from_db()
    assert (written.status, written.last_error) == ("sending", MAY_HAVE_BEEN_SENT)

    OutgoingMail.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
    deliver_waiting_mail()

    written.refresh_from_db()
    assert (written.status, written.last_error) == ("failed", MAY_HAVE_BEEN_SENT)
    assert mail.outbox == []


def test_a_sender_that_was_given_up_in_the_meantime_writes_nothing(
    server: type[MailServer],
) -> None:
    written = a_mail()

    def an_hour_passes_and_another_run_begins() -> None:
        OutgoingMail.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
        deliver_waiting_mail()

    server.meanwhile = staticmethod(an_hour_passes_and_another_run_begins)
    deliver_waiting_mail()

    written.refresh_from_db()
    assert (written.status, written.last_error) == ("failed", MAY_HAVE_BEEN_SENT)
    assert len(mail.outbox) == 1
