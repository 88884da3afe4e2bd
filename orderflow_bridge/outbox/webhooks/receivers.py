"""What is done to receivers: pausing, secrets, the test call, saving and deleting."""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.configuration.selectors import forget
from orderflow_bridge.configuration.stored_secrets import Unreadable
from orderflow_bridge.outbox.webhooks.models import WebhookAttempt, WebhookEvent, WebhookReceiver

BOTH_SIGN = timedelta(hours=24)
# For so long a process may go on writing events for a receiver that is no longer active.
_REMEMBERED = timedelta(seconds=15)
_SECRET_BYTES = 32


def secrets_of(receiver: WebhookReceiver, now: datetime) -> list[str]:
    """Return the secrets that sign: the receiver's, and for a day after a change the former one."""
    found = [str(receiver.secret or "")]
    former = receiver.former_secret
    is_over = receiver.former_until is None or receiver.former_until <= now
    if former and not is_over and not isinstance(former, Unreadable):
        found.append(former)
    return found


def new_secret() -> str:
    """Return a random secret in the form of Standard Webhooks."""
    return f"whsec_{b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()}"


def save_receiver(receiver: WebhookReceiver) -> None:
    """Save a receiver; under a new secret the former one signs for a day too."""
    with transaction.atomic():
        before = WebhookReceiver.objects.select_for_update().filter(pk=receiver.pk).first()
        if before is not None and before.secret and before.secret != receiver.secret:
            receiver.former_secret = before.secret
            receiver.former_until = clock.now() + BOTH_SIGN
        receiver.save()
    written()


def rotate_secret(receiver: WebhookReceiver) -> str:
    """Give a receiver a new secret and return it; the former one signs for a day too."""
    secret = new_secret()
    receiver.secret = secret
    save_receiver(receiver)
    return secret


def end_former_secret(receiver: WebhookReceiver) -> None:
    """Sign with the present secret alone from now on."""
    WebhookReceiver.objects.filter(pk=receiver.pk).update(former_secret=None, former_until=None)


def pause_receiver(receiver: WebhookReceiver, *, why: str, by: str) -> bool:
    """Post nothing to a receiver until it is resumed; return False if it is paused already."""
    rows = WebhookReceiver.objects.filter(pk=receiver.pk, paused_at=None)
    return bool(rows.update(paused_at=clock.now(), paused_by=by[:150], paused_why=why[:200]))


def resume_receiver(receiver: WebhookReceiver) -> bool:
    """Post again what has waited; return False if the receiver is not paused."""
    rows = WebhookReceiver.objects.filter(pk=receiver.pk, paused_at__isnull=False)
    return bool(rows.update(paused_at=None, paused_by="", paused_why=""))


def why_not_deleted(receiver: WebhookReceiver) -> str:
    """Return why a receiver cannot be deleted now, as a sentence; "" if it can.

    Whoever writes events remembers for some seconds who listens.
    """
    if receiver.is_active:
        text = _("%(receiver)s is active: events are written for it. Make it inactive first.")
        return text % {"receiver": receiver}
    if receiver.updated_at > clock.now() - _REMEMBERED:
        text = _("%(receiver)s was changed a moment ago: try again in some seconds.")
        return text % {"receiver": receiver}
    return ""


def delete_receiver(receiver: WebhookReceiver) -> None:
    """Delete a receiver with its events. Raises ActionNotAvailable, with a sentence."""
    with transaction.atomic():
        locked = WebhookReceiver.objects.select_for_update().get(pk=receiver.pk)
        if why := why_not_deleted(locked):
            raise ActionNotAvailable(why)
        WebhookAttempt.objects.filter(event__receiver=locked).delete()
        # By one statement: the collector would read every event.
        WebhookEvent.objects.filter(receiver=locked)._raw_delete(connection.alias)
        locked.delete()
    written()


def written() -> None:
    """Let this process read anew who listens, at once and when all is committed."""
    forget()
    transaction.on_commit(forget)
