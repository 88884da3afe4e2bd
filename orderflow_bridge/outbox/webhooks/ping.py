"""The test call: `test.ping`, posted at once, signed as all else, and kept with its answer."""

from django.db import transaction

from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.outbox.webhooks.delivery import connected, keep_attempt, why_not_posted
from orderflow_bridge.outbox.webhooks.models import (
    Kind,
    WebhookAttempt,
    WebhookEvent,
    WebhookReceiver,
)
from orderflow_bridge.outbox.webhooks.services import body_of, new_event

Status = WebhookEvent.Status


def call_for_test(receiver: WebhookReceiver, *, by: str) -> WebhookAttempt:
    """Post a test event and return the attempt; `by` is the user who wants it.

    It is posted once, whether or not the receiver is active or paused. Raises ActionNotAvailable
    if it cannot be posted at all; the text says why. Must not run inside a transaction.
    """
    if why := why_not_posted(receiver):
        raise ActionNotAvailable(why)
    now = clock.now()
    data = {"receiver": receiver.name, "by": by}
    event = new_event(
        Kind.TEST,
        receiver.pk,
        receiver.name,
        topic=f"test {receiver.pk}",
        body=body_of(Kind.TEST, data, now),
        status=Status.GIVEN_UP,  # nobody else posts it
        due_at=None,
        created_at=now,
    )
    try:
        line = connected(receiver, until=float("inf"))
    except ValueError as error:
        raise ActionNotAvailable(f"It cannot be posted. {error}") from error
    event.save()
    with line:
        [posted] = line.post_all([event])
    with transaction.atomic():
        attempt = keep_attempt(posted, receiver)
        event.attempts, event.last_error = 1, posted.error[:500]
        if posted.is_taken:
            event.status, event.delivered_at = Status.DELIVERED, clock.now()
        event.save()
    return attempt
