"""Receivers of webhooks that take nothing, or that somebody has paused and forgotten."""

from datetime import datetime, timedelta

from django.db.models import Count, Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_noop

from orderflow_bridge.common.worded import joined, nworded, worded
from orderflow_bridge.configuration.stored_secrets import Unreadable
from orderflow_bridge.outbox.webhooks.models import Kind, WebhookEvent, WebhookReceiver
from orderflow_bridge.outbox.webhooks.selectors import with_waiting
from orderflow_bridge.problems.kinds import SECRET_UNREADABLE, WEBHOOK_FAILING, WEBHOOK_PAUSED
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.watch.queues import TOLD_FOR
from orderflow_bridge.watch.wording import clock_time, host_of

TRIED_IN_VAIN = 3
PAUSED_FOR = timedelta(hours=1)
# What a secret is that no key fits, wherever it was entered.
UNREADABLE = gettext_noop(
    "%(name)s cannot be read, because the key has changed it was encrypted with."
)
ENTER_AGAIN = gettext_noop(
    "Give the former key in BRIDGE_SECRET_KEY_FALLBACKS or BRIDGE_SALT_KEY_FALLBACKS, or enter the"
    " secret again."
)
_Event = WebhookEvent.Status


def look_for_failing_webhooks(now: datetime) -> None:
    """Find receivers that refuse events; it ends when one takes an event again."""
    events = WebhookEvent.objects.exclude(kind=Kind.TEST)
    waiting = events.filter(status=_Event.WAITING, attempts__gte=TRIED_IN_VAIN)
    given_up = events.filter(status=_Event.GIVEN_UP, created_at__gt=now - TOLD_FOR)
    failing: dict[int, tuple[int, int]] = {}
    for found in (waiting, given_up):
        rows = found.order_by().values_list("receiver").annotate(Count("pk"), Max("pk"))
        for receiver, count, newest in rows:
            before, last = failing.get(receiver, (0, 0))
            failing[receiver] = (before + count, max(last, newest))
    settle(
        WEBHOOK_FAILING,
        [
            _failing(receiver, *failing[receiver.pk])
            for receiver in WebhookReceiver.objects.filter(pk__in=failing, is_active=True)
            if not _takes_again(events, receiver, failing[receiver.pk][1])
        ],
        now=now,
    )


def look_for_paused_receivers(now: datetime) -> None:
    """Find receivers that have been paused for long; it ends when they are resumed."""
    paused = WebhookReceiver.objects.filter(is_active=True, paused_at__lt=now - PAUSED_FOR)
    settle(WEBHOOK_PAUSED, [_paused(each, now) for each in with_waiting(paused)], now=now)


def receivers_without_their_key() -> list[Finding]:
    """Return the receivers whose secret no present key can decrypt."""
    return [
        Finding(
            SECRET_UNREADABLE,
            f"Secret of {receiver}",
            worded(UNREADABLE, name=worded("Secret of %(receiver)s", receiver=receiver)),
            worded(ENTER_AGAIN),
            _page_of(receiver),
        )
        for receiver in WebhookReceiver.objects.all()
        if isinstance(receiver.secret, Unreadable)
    ]


def _takes_again(events: QuerySet[WebhookEvent], receiver: WebhookReceiver, event_id: int) -> bool:
    return events.filter(status=_Event.DELIVERED, receiver=receiver, pk__gt=event_id).exists()


def _failing(receiver: WebhookReceiver, count: int, newest: int) -> Finding:
    error = WebhookEvent.objects.filter(pk=newest).values_list("last_error", flat=True).first()
    return Finding(
        WEBHOOK_FAILING,
        receiver.name,
        nworded(
            "%(count)s webhook for %(receiver)s could not be delivered to %(host)s: %(reason)s.",
            "%(count)s webhooks for %(receiver)s could not be delivered to %(host)s: %(reason)s.",
            count,
            receiver=receiver,
            host=host_of(receiver.url),
            reason=error.rstrip(".") if error else worded("no answer"),
        ),
        worded(
            "See that the receiver runs and the URL is right; what was given up can be requeued."
        ),
        _page_of(receiver),
        count=count,
        evidence={"event": newest},
    )


def _paused(receiver: WebhookReceiver, now: datetime) -> Finding:
    waiting: int = receiver.waiting  # type: ignore[attr-defined]
    since = clock_time(receiver.paused_at, now) if receiver.paused_at else ""
    return Finding(
        WEBHOOK_PAUSED,
        receiver.name,
        joined(
            [
                worded(
                    "%(receiver)s was paused by %(user)s (%(time)s): %(reason)s.",
                    receiver=receiver,
                    user=receiver.paused_by,
                    time=since,
                    reason=receiver.paused_why.rstrip("."),
                ),
                nworded("%(count)s webhook waits.", "%(count)s webhooks wait.", waiting),
            ]
        ),
        worded("Resume it when what it was for is done; what waits is posted then."),
        _page_of(receiver),
        count=max(waiting, 1),
    )


def _page_of(receiver: WebhookReceiver) -> str:
    return reverse("admin:webhooks_webhookreceiver_change", args=(receiver.pk,))
