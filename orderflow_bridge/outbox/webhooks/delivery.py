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
from orderflow_bridge.configuration.sections import Webhooks
from orderflow_bridge.configuration.selectors import webhooks
from orderflow_bridge.configuration.stored_secrets import item_error
from orderflow_bridge.exchange.selectors import why_not_called
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent
from orderflow_bridge.outbox.webhooks.selectors import due_events
from orderflow_bridge.outbox.webhooks.sending import Posted, Receiver
from orderflow_bridge.outbox.webhooks.services import collapse_key_of
from orderflow_bridge.stores.models import Website

Status = WebhookEvent.Status

RUN_SECONDS = 30.0
EVENTS_AT_ONCE = 100
REST = timedelta(minutes=1)
_TRIES_SHOWN = 20
_PUT_OFF = "put off"


def deliver_webhooks(*, seconds: float = RUN_SECONDS) -> str:
    """Post events that are due, website by website, for so many seconds; return a sentence.

    Several workers may do so at once. Must not run inside a transaction. Raises JobNotReady if
    nothing could be posted for want of a setting, or because it is not called from here.
    """
    deadline = time.monotonic() + seconds
    outcomes: Counter[str] = Counter()
    troubles: list[str] = []
    for website in Website.objects.all():
        settings = webhooks(website)
        if not settings.is_enabled or not _is_anything_due(website):
            continue
        if unreadable := item_error(settings, website.name):
            troubles.append(unreadable)
            continue
        if missing := _missing(settings):
            troubles.append(f"{missing} is not set for {website.name}. Please review Webhooks.")
            continue
        if why := why_not_called(settings.url):
            troubles.append(f"Webhooks of {website.name} wait. {why}")
            continue
        try:
            done, is_failing = _serve(website, settings, deadline)
        except ValueError as error:  # the environment's proxy or certificates
            troubles.append(f"Webhooks of {website.name} cannot be posted. {error}")
            continue
        outcomes += done
        if is_failing:
            troubles.append(f"The receiver of {website.name} keeps failing and is left alone.")
    if troubles and not outcomes:
        raise JobNotReady(" ".join(troubles))
    return " ".join([_summary(outcomes), *troubles])


def _is_anything_due(website: Website) -> bool:
    return due_events(website.pk, now=clock.now()).exists()


def _missing(settings: Webhooks) -> str:
    """Return the label of the setting that is missing, "" if none is."""
    if not settings.url:
        return "URL"
    return "" if settings.secret else "Secret"


def _serve(website: Website, settings: Webhooks, deadline: float) -> tuple[Counter[str], bool]:
    """Post batch after batch to one receiver, until nothing is due, time is up, or it fails.

    Returns the number of events by what became of them, and whether the receiver fails.
    """
    outcomes: Counter[str] = Counter()
    receiver = Receiver(
        settings.url,
        settings.secret,
        timeout=settings.timeout,
        parallel=settings.parallel_calls,
        until=deadline,
        network=network_for(settings.url),
    )
    rounds = -(-EVENTS_AT_ONCE // settings.parallel_calls)
    lease = timedelta(seconds=60 + rounds * 3 * settings.timeout)
    with receiver:
        while time.monotonic() < deadline and not receiver.is_failing:
            events = claim(website.pk, limit=EVENTS_AT_ONCE, lease=lease)
            if not events:
                break
            for posted in receiver.post_all(events):
                outcomes[settle(posted, max_attempts=settings.max_attempts)] += 1
    return outcomes, receiver.is_failing


def claim(website_id: int, *, limit: int, lease: timedelta) -> list[WebhookEvent]:
    """Take due events of a website for the length of a lease; nothing replaces them from now on.

    Committed at once, so this must not be called inside a transaction.
    """
    return leases.claim(
        due_events(website_id, now=clock.now()),
        limit=limit,
        lease=lease,
        until="due_at",
        is_attempt=False,
        collapse_key=None,
    )


def settle(posted: Posted, *, max_attempts: int) -> str:
    """Write down what came of an event, unless another worker has taken it over meanwhile.

    Returns what that is: a status, or "put off". A stock figure that failed is replaced if there
    is a newer one by now.
    """
    event = leases.ours(posted.event)
    if not posted.was_tried:
        event.update(due_at=clock.now() + REST)
        return _PUT_OFF
    now, attempts = clock.now(), posted.event.attempts + 1
    result = posted.error or f"{posted.status}"
    values = {
        "attempts": attempts,
        "answer_status": posted.status,
        "answer": posted.answer,
        "last_error": posted.error[:500],
        "tries": [*posted.event.tries, [f"{now:%Y-%m-%d %H:%M:%S}", result]][-_TRIES_SHOWN:],
    }
    if posted.is_taken:
        event.update(status=Status.DELIVERED, delivered_at=now, due_at=None, **values)
        return Status.DELIVERED
    if attempts >= max_attempts:
        event.update(status=Status.GIVEN_UP, due_at=None, **values)
        return Status.GIVEN_UP
    delay = delay_after(attempts, longest=LONGEST_DELAY, jitter=JITTER)
    return _try_later(posted.event, {**values, "due_at": now + delay})


def _try_later(event: WebhookEvent, values: dict[str, object]) -> str:
    """Let an event wait again; of stock, only if no newer figure waits in its place."""
    key = collapse_key_of(event) if event.kind == Kind.STOCK_CHANGED else None
    try:
        with transaction.atomic():
            leases.ours(event).update(collapse_key=key, **values)
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
    )
    return (
        ", ".join([text, *(f"{outcomes[key]} {words}" for key, words in more if outcomes[key])])
        + "."
    )
