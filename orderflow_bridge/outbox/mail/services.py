"""The outbox: a mail is written with the change it reports and delivered after it, at most once.

A mail is marked as being sent before the server hears of it, and no transaction is open while it is
spoken to. If the server took nothing, the mail waits again; if nobody can know, it counts as
failed: one mail too few is better than two.
"""

import smtplib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db.models import F, QuerySet
from django.utils import translation

from orderflow_bridge.common import clock, leases
from orderflow_bridge.common.exceptions import MailRefused
from orderflow_bridge.common.leases import delay_after
from orderflow_bridge.configuration.selectors import email, general
from orderflow_bridge.exchange.environment import subject_in, why_copy, why_not_written_to
from orderflow_bridge.exchange.selectors import environment
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.stores.models import Website

_RECIPIENT_LENGTH = 254
_SUBJECT_LENGTH = 255
Status = OutgoingMail.Status
MAY_HAVE_BEEN_SENT = "Sending was interrupted: this e-mail may have been sent."
_ATTEMPTS = 100  # with an hour's pause each, the better part of four days
_ABANDONED_AFTER = timedelta(hours=1)
_RUN = 500  # mails per run, so that one run ends before the next jobs are due


# What a test e-mail is about, in place of an order's number.
TEST_REFERENCE = "test e-mail"


@dataclass(frozen=True)
class Draft:
    """An e-mail that is still to be put into the outbox; `html` may be missing.

    `reference` is the number of the order it is about, if it is about one.
    """

    recipient: str
    subject: str
    text: str
    html: str = ""
    reference: str = ""


def is_address(text: str) -> bool:
    """Tell whether this can be written to: one plain e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= _RECIPIENT_LENGTH


def write_mail(
    *, recipient: str, subject: str, text: str, html: str = "", reference: str = ""
) -> OutgoingMail:
    """Put an e-mail into the outbox, as a part of the caller's transaction.

    Raises MailRefused if the recipient is no address or the subject has several lines.
    """
    return write_mails([Draft(recipient, subject, text, html, reference)])[0]


def in_mail_language(website_id: int | None) -> translation.override:
    """Return what e-mails of a website are written within: its *Language Of E-mails*.

    None is the installation. Whoever happens to cause an e-mail may read another language.
    """
    # Settings go by the website's id: its row is not read for that.
    website = Website(pk=website_id) if website_id else None
    return translation.override(email(website).language)


def writes_files() -> bool:
    """Tell whether e-mails become files in the data folder, because no mail server is named."""
    return "filebased" in str(settings.EMAIL_BACKEND)


def write_mails(drafts: Sequence[Draft]) -> list[OutgoingMail]:
    """Put e-mails into the outbox in one statement; raises MailRefused as `write_mail` does."""
    for draft in drafts:
        _refuse_forgery(draft)
    return OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(
                recipient=draft.recipient,
                subject=draft.subject[:_SUBJECT_LENGTH],
                text=draft.text,
                html=draft.html,
                reference=draft.reference,
            )
            for draft in drafts
        ]
    )


def deliver_waiting_mail() -> str:
    """Send waiting e-mails, oldest first; return a summary for the job's record.

    Several processes may do so at once. Must not run inside a transaction. When the server cannot
    be reached the run ends: the next one goes on. In a copy of another installation
    nothing is sent.
    """
    if why := why_copy(environment()):
        return f"Nothing was sent. {why}"
    _give_up_abandoned()
    outcomes: Counter[str] = Counter()
    connection: BaseEmailBackend = get_connection()
    try:
        for _ in range(_RUN):
            mail = _claim(leases.free(OutgoingMail.objects.order_by("pk")))
            if mail is None:
                break
            outcome = _deliver(mail, connection)
            outcomes[outcome] += 1
            if outcome == Status.WAITING:
                break
    finally:
        connection.close()
    kept = outcomes[Status.KEPT]
    return (
        f"{outcomes[Status.SENT]} sent, {outcomes[Status.FAILED]} failed,"
        f" {outcomes[Status.WAITING]} put back"
        + (f", {kept} kept: not to listed addresses" if kept else "")
    )


def deliver_now(mail: OutgoingMail) -> OutgoingMail:
    """Send one waiting e-mail at once, and return it as it stands afterwards.

    Must not run inside a transaction. What another process has claimed is left to it, and in a copy
    of another installation it goes on waiting.
    """
    if why := why_copy(environment()):
        OutgoingMail.objects.filter(pk=mail.pk, status=Status.WAITING).update(last_error=why)
    elif mine := _claim(OutgoingMail.objects.filter(pk=mail.pk)):
        connection: BaseEmailBackend = get_connection()
        try:
            _deliver(mine, connection)
        finally:
            connection.close()
    mail.refresh_from_db()
    return mail


def _refuse_forgery(draft: Draft) -> None:
    """A line break in a header would let its author add headers, such as further recipients."""
    if not is_address(draft.recipient):
        raise MailRefused(f"{draft.recipient!r} is not an e-mail address.")
    if len(draft.subject.splitlines()) > 1 or draft.subject != draft.subject.strip("\r\n"):
        raise MailRefused("The subject of an e-mail must be one line.")


class _NothingAccepted(Exception):
    """The mail server took nothing, so the mail may be tried again."""


class _Refused(Exception):
    """The mail server refused this mail for good."""


def _claim(rows: QuerySet[OutgoingMail]) -> OutgoingMail | None:
    """Mark the first of these mails that waits as being sent, and commit that before it is."""
    claimed = leases.claim(
        rows.filter(status=Status.WAITING),
        limit=1,
        lease=_ABANDONED_AFTER,
        status=Status.SENDING,
        last_error=MAY_HAVE_BEEN_SENT,
    )
    return claimed[0] if claimed else None


def _deliver(mail: OutgoingMail, connection: BaseEmailBackend) -> str:
    """Send one claimed mail and write down what became of it; return its new status."""
    if why := why_not_written_to(environment(), mail.recipient):
        return _settle(mail, Status.KEPT, last_error=why)
    try:
        _send(mail, connection)
    except _NothingAccepted as error:
        return _put_back(mail, str(error))
    except _Refused as error:
        return _settle(mail, Status.FAILED, last_error=str(error))
    except Exception as error:  # whatever a mail backend raises half-way: nobody knows
        connection.close()
        return _settle(mail, Status.FAILED, last_error=f"{MAY_HAVE_BEEN_SENT} ({error})")
    return _settle(mail, Status.SENT, last_error="", sent_at=clock.now())


def _send(mail: OutgoingMail, connection: BaseEmailBackend) -> None:
    message = EmailMultiAlternatives(
        subject_in(environment(), mail.subject),
        mail.text,
        _sender(),
        [mail.recipient],
        connection=connection,
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    try:
        connection.open()
    except Exception as error:
        raise _NothingAccepted(f"The mail server cannot be reached: {error}") from error
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        connection.close()
        if _is_permanent(error):
            raise _Refused(f"The mail server refused this e-mail: {error}") from error
        raise _NothingAccepted(f"The mail server put this e-mail off: {error}") from error


def _is_permanent(error: smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused) -> bool:
    """Tell a refusal for good (5xx) from one for now (4xx, such as greylisting)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return any(code >= 500 for code, _ in error.recipients.values())
    return error.smtp_code >= 500


def _sender() -> str:
    """Return the From line: the configured sender, else the deployment's."""
    sender = general()
    if not sender.sender_email:
        return str(settings.DEFAULT_FROM_EMAIL)
    return formataddr((" ".join(sender.sender_name.split()), sender.sender_email))


def _put_back(mail: OutgoingMail, error: str) -> str:
    """Let a mail wait again, a little longer each time; after very many times it has failed."""
    if mail.attempts >= _ATTEMPTS:
        return _settle(mail, Status.FAILED, last_error=error)
    retry_at = clock.now() + delay_after(mail.attempts)
    return _settle(mail, Status.WAITING, last_error=error, retry_at=retry_at)


def _settle(mail: OutgoingMail, status: OutgoingMail.Status, **values: object) -> str:
    """Write the outcome, unless the mail was given up in the meantime."""
    leases.ours(mail).update(status=status, claimed_until=None, **values)
    return status


def _give_up_abandoned() -> None:
    """Fail mails whose sender died on the way: they are never sent again."""
    leases.free(OutgoingMail.objects.filter(status=Status.SENDING), ignoring_delay=True).update(
        status=Status.FAILED,
        claimed_until=None,
        fence=F("fence") + 1,
        last_error=MAY_HAVE_BEEN_SENT,
    )
