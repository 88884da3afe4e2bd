"""The job `orderflow_webhooks`: posting what waits. No transaction is open while it is posted.

Delivery is at least once: if a worker dies between the receiver's answer and its record, the event
is posted again, with the same id, by which the receiver knows it.
"""

import time
from collections import Counter
from datetime import timedelta

from django.db import IntegrityError, transaction

from orderflow_bridge.common import clock, leases
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.common.leases import JITTER, LONGEST_DELAY, delay_after
from orderflow_bridge.configuration.outgoing import network_for
from orderflow_bridge.configuration.stored_secrets import ADVICE, Unreadable
from orderflow_bridge.exchange.selectors import why_not_called
from orderflow_bridge.outbox.webhooks.models import (
    NEWEST_COUNTS,
    WebhookAttempt,
    WebhookEvent,
    WebhookReceiver,
)
from orderflow_bridge.outbox.webhooks.receivers import secrets_of
from orderflow_bridge.outbox.webhooks.selectors import due_events, overtaken
from orderflow_bridge.outbox.webhooks.sending import Posted, Receiver
from orderflow_bridge.outbox.webhooks.services import collapse_key_of

Status = WebhookEvent.Status

RUN_SECONDS = 30.0
EVENTS_AT_ONCE = 100
REST = timedelta(minutes=1)
_PUT_OFF = "put off"
_GONE = "deleted meanwhile"


def deliver_webhooks(*, seconds: float = RUN_SECONDS) -> str:
    """Post events that are due, receiver by receiver, for so many seconds; return a sentence.

    Several workers may do so at once. Must not run inside a transaction. Raises JobNotReady if
    nothing could be posted for want of a setting, or because it is not called from here.
    """
    deadline = time.monotonic() + seconds
    outcomes: Counter[str] = Counter()
    troubles: list[str] = []
    for receiver in WebhookReceiver.objects.filter(is_active=True, paused_at=None).order_by("pk"):
        if not due_events(receiver.pk, now=clock.now()).exists():
            continue
        if trouble := why_not_posted(receiver):
            troubles.append(trouble)
            continue
        try:
            done, is_failing = _serve(receiver, deadline)
        except ValueError as error:  # the environment's proxy or certificates
            troubles.append(f"Webhooks of {receiver} cannot be posted. {error}")
            continue
        outcomes += done
        if is_failing:
            troubles.append(f"The receiver {receiver} keeps failing and is left alone.")
    if troubles and not outcomes:
        raise JobNotReady(" ".join(troubles))
    return " ".join([_summary(outcomes), *troubles])


def why_not_posted(receiver: WebhookReceiver) -> str:
    """Return why nothing can be posted to a receiver, as a sentence; "" if it can."""
    if isinstance(receiver.secret, Unreadable):
        return f"Secret of {receiver} {ADVICE}"
    missing = "" if receiver.url and receiver.secret else "Secret" if receiver.url else "URL"
    if missing:
        return f"{missing} is not set for {receiver}. Please review Webhook Receivers."
    return why_not_called(receiver.url)


def connected(receiver: WebhookReceiver, *, until: float) -> Receiver:
    """Return a receiver to post to. Raises ValueError, as `Receiver` does."""
    return Receiver(
        receiver.url,
        *secrets_of(receiver, clock.now()),
        timeout=receiver.timeout,
        parallel=receiver.parallel_calls,
        until=until,
        network=network_for(receiver.url),
    )


def _serve(receiver: WebhookReceiver, deadline: float) -> tuple[Counter[str], bool]:
    """Post batch after batch to one receiver, until nothing is due, time is up, or it fails.

    Returns the number of events by what became of them, and whether the receiver fails.
    """
    outcomes: Counter[str] = Counter()
    rounds = -(-EVENTS_AT_ONCE // receiver.parallel_calls)
    lease = timedelta(seconds=60 + rounds * 3 * receiver.timeout)
    with connected(receiver, until=deadline) as line:
        while time.monotonic() < deadline and not line.is_failing:
            claimed = claim(receiver.pk, limit=EVENTS_AT_ONCE, lease=lease)
            if not claimed:
                break
            events = replace_overtaken(claimed)
            outcomes[Status.REPLACED] += len(claimed) - len(events)
            taken = refused = False
            for posted in line.post_all(events):
                outcomes[settle(posted, receiver)] += 1
                taken |= posted.is_taken
                refused |= posted.was_tried and not posted.is_taken
            _note_health(receiver, taken=taken, refused=refused)
    return +outcomes, line.is_failing


def _note_health(receiver: WebhookReceiver, *, taken: bool, refused: bool) -> None:
    """Keep when a receiver last took something, and since when it has taken nothing."""
    rows, now = WebhookReceiver.objects.filter(pk=receiver.pk), clock.now()
    if taken:
        rows.update(last_success_at=now, failing_since=None)
    elif refused:
        rows.filter(failing_since=None).update(failing_since=now)


def claim(receiver_id: int, *, limit: int, lease: timedelta) -> list[WebhookEvent]:
    """Take due events of a receiver for the length of a lease; nothing replaces them from now on.

    Committed at once, so this must not be called inside a transaction.
    """
    return leases.claim(
        due_events(receiver_id, now=clock.now()),
        limit=limit,
        lease=lease,
        until="due_at",
        is_attempt=False,
        collapse_key=None,
    )


def replace_overtaken(events: list[WebhookEvent]) -> list[WebhookEvent]:
    """Settle those of claimed events that a newer one has overtaken; return the others.

    Only what was posted or claimed before can have been, by a replay for instance.
    """
    again = [each.pk for each in events if each.fence > 1 and each.kind in NEWEST_COUNTS]
    if not again:
        return events
    found = WebhookEvent.objects.filter(overtaken(), pk__in=again).values_list("pk", flat=True)
    old = set(found)
    for event in events:
        if event.pk in old:
            leases.ours(event).update(status=Status.REPLACED, due_at=None)
    return [each for each in events if each.pk not in old]


def settle(posted: Posted, receiver: WebhookReceiver) -> str:
    """Write down what came of an event, unless another worker has taken it over meanwhile.

    The attempt is kept in any case. Returns what the event is: a status, or "put off". One that
    failed is replaced if only the newest counts and there is a newer one by now.
    """
    if not posted.was_tried:
        leases.ours(posted.event).update(due_at=clock.now() + REST)
        return _PUT_OFF
    try:
        with transaction.atomic():
            keep_attempt(posted, receiver)
            return _settle(posted, receiver.max_attempts)
    except IntegrityError:
        return _GONE


def _settle(posted: Posted, max_attempts: int) -> str:
    event = leases.ours(posted.event)
    now, attempts = clock.now(), posted.event.attempts + 1
    values = {"attempts": attempts, "last_error": posted.error[:500]}
    if posted.is_taken:
        event.update(status=Status.DELIVERED, delivered_at=now, due_at=None, **values)
        return Status.DELIVERED
    if attempts >= max_attempts:
        event.update(status=Status.GIVEN_UP, due_at=None, **values)
        return Status.GIVEN_UP
    delay = delay_after(attempts, longest=LONGEST_DELAY, jitter=JITTER)
    return _try_later(posted.event, {**values, "due_at": now + delay})


def keep_attempt(posted: Posted, receiver: WebhookReceiver) -> WebhookAttempt:
    """Write down what was sent and what came back. Of the address without its query: it may be a
    key."""
    return WebhookAttempt.objects.create(
        event_id=posted.event.pk,
        made_at=clock.now() - timedelta(seconds=posted.seconds),
        seconds=posted.seconds,
        url=receiver.url.partition("?")[0],
        headers=dict(posted.headers),
        body=posted.event.body,
        status=posted.status,
        answer_headers=dict(posted.answer_headers),
        answer=posted.answer,
        error=posted.error[:500],
    )


def _try_later(event: WebhookEvent, values: dict[str, object]) -> str:
    """Let an event wait again; if only the newest counts, only if none waits in its place."""
    try:
        with transaction.atomic():
            leases.ours(event).update(collapse_key=collapse_key_of(event), **values)
    except IntegrityError:  # the newer one holds the key
        leases.ours(event).update(**{**values, "status": Status.REPLACED, "due_at": None})
        return Status.REPLACED
    return Status.WAITING


def _summary(outcomes: Counter[str]) -> str:
    if not outcomes:
        return "No webhook was due."
    text = f"{outcomes[Status.DELIVERED]} delivered, {outcomes[Status.WAITING]} to be tried again"
    more = (
        (Status.GIVEN_UP, "given up"),
        (Status.REPLACED, "replaced by newer ones"),
        (_PUT_OFF, _PUT_OFF),
        (_GONE, _GONE),
    )
    return (
        ", ".join([text, *(f"{outcomes[key]} {words}" for key, words in more if outcomes[key])])
        + "."
    )
