"""One-time invitations: a mail with a link, by which somebody sets the password of an account.

The link goes to the mail server at once and is kept nowhere but as a digest: in the outbox whoever
may read e-mails could take it.
"""

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext

from orderflow_bridge.access.models import token_digest
from orderflow_bridge.access.services import end_tokens_of
from orderflow_bridge.common import clock
from orderflow_bridge.configuration.selectors import general
from orderflow_bridge.outbox.mail.services import in_mail_language
from orderflow_bridge.support.models import Invitation

GOOD_FOR = timedelta(days=3)


def invite(request: HttpRequest, user: User) -> None:
    """Send a user a new link; earlier ones are good no more.

    Raises OSError (smtplib's errors are some) if the mail server does not take it: then no link is
    good.
    """
    token = secrets.token_urlsafe(32)
    by = request.user.get_username()
    now = clock.now()
    with transaction.atomic():
        Invitation.objects.filter(user=user, used_at=None).delete()
        Invitation.objects.create(
            user=user, digest=token_digest(token), expires_at=now + GOOD_FOR, invited_by=by
        )
    context = {
        "user": user,
        "by": by,
        "address": request.build_absolute_uri(reverse("invitation", args=[token])),
        "days": GOOD_FOR.days,
    }
    with in_mail_language(None):
        subject = gettext("Your account at the OrderFlow Bridge")
        text = render_to_string("emails/invitation.txt", context)
    try:
        send_mail(
            subject,
            text,
            general().sender_email or settings.DEFAULT_FROM_EMAIL,
            [user.email],
        )
    except OSError:
        Invitation.objects.filter(user=user, used_at=None).delete()
        raise


def invited(token: str) -> Invitation | None:
    """Return the invitation of a link that is still good."""
    found = Invitation.objects.filter(
        digest=token_digest(token), used_at=None, expires_at__gt=clock.now(), user__is_active=True
    )
    return found.select_related("user").first()


@transaction.atomic
def accept(invitation: Invitation, password: str) -> bool:
    """Set the password, once; False if somebody was faster."""
    now = clock.now()
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=now):
        return False
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    end_tokens_of(user)
    return True
