"""The outbox: a mail is written with the change it reports and delivered after it, at most once.

A mail is marked as being sent before the server hears of it. If the server took nothing, it waits
again; if nobody can know, it counts as failed: one mail too few is better than two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orderflow_bridge.common.exceptions import MailRefused
from orderflow_bridge.outbox.mail.delivery import deliver_waiting_mail
from orderflow_bridge.outbox.mail.models import OutgoingMail

__all__ = ("Draft", "deliver_waiting_mail", "is_address", "write_mail", "write_mails")

_RECIPIENT_LENGTH = 254
_SUBJECT_LENGTH = 255


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


def write_mail(*, recipient: str, subject: str, text: str, html: str = "") -> OutgoingMail:
    """Put an e-mail into the outbox, as a part of the caller's transaction.

    Raises MailRefused if the recipient is no address or the subject has several lines.
    """
    return write_mails([Draft(recipient, subject, text, html)])[0]


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


def _refuse_forgery(draft: Draft) -> None:
    """A line break in a header would let its author add headers, such as further recipients."""
    if not is_address(draft.recipient):
        raise MailRefused(f"{draft.recipient!r} is not an e-mail address.")
    if len(draft.subject.splitlines()) > 1 or draft.subject != draft.subject.strip("\r\n"):
        raise MailRefused("The subject of an e-mail must be one line.")
