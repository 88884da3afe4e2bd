"""Posting to chats: JSON with `text`, which Slack, Mattermost, Teams and others take.

Delivery is at least once and in order: a message that a chat did not take waits, longer each time,
and is given up after some attempts. It is signed as webhooks are (docs/webhooks.md).
"""

import time
from datetime import datetime, timedelta

import orjson

from orderflow_bridge.common import clock
from orderflow_bridge.common.leases import delay_after
from orderflow_bridge.configuration.outgoing import network_for
from orderflow_bridge.exchange.selectors import why_not_called
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.outbox.webhooks.sending import Posted, Receiver
from orderflow_bridge.problems.models import ChatMessage, ProblemRoute

SECONDS = 15.0
ANSWER_SECONDS = 10
ATTEMPTS = 12
AT_ONCE = 50
FIRST_DELAY = timedelta(minutes=1)


def deliver_chat_messages(*, now: datetime | None = None) -> int:
    """Post the messages that are due, chat by chat; return how many were taken.

    What is not called from here waits. Must not run inside a transaction; the job that calls it
    runs once at a time.
    """
    at = now or clock.now()
    until = time.monotonic() + SECONDS
    waiting = ChatMessage.objects.filter(due_at__lte=at)
    routes = ProblemRoute.objects.filter(pk__in=waiting.values("route"))
    return sum(_serve(each, at, until) for each in routes if not why_not_called(each.chat_url))


def _serve(route: ProblemRoute, now: datetime, until: float) -> int:
    due = {str(each.pk): each for each in route.messages.filter(due_at__lte=now)[:AT_ONCE]}
    events = [
        WebhookEvent(event_id=f"chat_{pk}", body=orjson.dumps({"text": each.text}).decode())
        for pk, each in due.items()
    ]
    try:
        receiver = Receiver(
            route.chat_url,
            route.chat_secret or "",
            timeout=ANSWER_SECONDS,
            parallel=1,
            until=until,
            network=network_for(route.chat_url),
        )
    except ValueError as error:  # the environment's proxy or certificates
        for message in due.values():
            _settle(message, str(error), now)
        return 0
    taken = 0
    with receiver:
        for posted in receiver.post_all(events):
            if posted.was_tried:
                message = due[posted.event.event_id.removeprefix("chat_")]
                _settle(message, _error(posted), now)
                taken += posted.is_taken
    return taken


def _error(posted: Posted) -> str:
    return "" if posted.is_taken else posted.error


def _settle(message: ChatMessage, error: str, now: datetime) -> None:
    message.attempts += 1
    message.last_error = error[:500]
    if not error:
        message.sent_at, message.due_at = now, None
    elif message.attempts >= ATTEMPTS:
        message.due_at = None
    else:
        message.due_at = now + delay_after(message.attempts, first=FIRST_DELAY)
    message.save()
