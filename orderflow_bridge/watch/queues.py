"""What waits: messages, for a job that is switched off or for too long; and e-mails."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.urls import reverse

from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType
from orderflow_bridge.common.translation import english
from orderflow_bridge.common.worded import Worded, named, nworded, worded
from orderflow_bridge.configuration.changes import switched_off_by
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.selectors import inventory_import, shipment_import, watch
from orderflow_bridge.exchange.selectors import why_not_applied
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.problems.kinds import IMPORT_OFF, MAIL_FAILING, QUEUE_OLD
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.selectors import waits_for_the_shop
from orderflow_bridge.watch.wording import clock_time

_IMPORTS = (
    (Entity.INVENTORY, "stock", InventoryImport, inventory_import),
    (Entity.SHIPMENT, "despatch", ShipmentImport, shipment_import),
)
TOLD_FOR = timedelta(days=1)
_Mail = OutgoingMail.Status


def subjects_of_queue(entity: Entity) -> Sequence[tuple[str, str]]:
    """Return what problems of an import's queue are about, with what their kinds call it."""
    for each, noun, section, _ in _IMPORTS:
        if each == entity:
            return [("job", english(section.title)), ("queue", f"{noun} messages")]
    return ()


def look_for_switched_off_imports(now: datetime) -> None:
    """Find messages that wait for an import that is switched off; it ends when either does."""
    waiting = _waiting()
    settle(
        IMPORT_OFF,
        [
            Finding(
                IMPORT_OFF,
                english(section.title),
                _waits_for(noun, count, _off(section, now)),
                worded(
                    "Switch %(job)s on, or leave it: messages wait without loss.",
                    job=named(section.title),
                ),
                section_url(section),
                count=count,
            )
            for entity, noun, section, settings in _IMPORTS
            if (count := waiting.get(entity, (0, now))[0]) and not settings().is_enabled
        ],
        now=now,
    )


def look_for_old_queues(now: datetime) -> None:
    """Find imports that are switched on and whose oldest message waits for too long.

    The queue is not to blame for a despatch that waits for its order, nor for a pause.
    """
    waiting = _waiting(but=waits_for_the_shop())
    allowed = timedelta(minutes=0 if why_not_applied() else watch().queue_minutes)
    settle(
        QUEUE_OLD,
        [
            Finding(
                QUEUE_OLD,
                f"{noun} messages",
                worded(
                    "The oldest of %(messages)s has waited for %(minutes)s minutes.",
                    messages=_messages(noun, count),
                    minutes=int((now - oldest).total_seconds() // 60),
                ),
                worded("See what holds it, or process it by hand."),
                reverse("admin:imports_importrequest_changelist"),
                count=count,
            )
            for entity, noun, _, settings in _IMPORTS
            if allowed and settings().is_enabled
            for count, oldest in [waiting.get(entity, (0, now))]
            if now - oldest > allowed
        ],
        now=now,
    )


def look_for_failing_mail(now: datetime) -> None:
    """Find e-mails that the server refuses; it ends when a later one is sent, or after a day."""
    sent = OutgoingMail.objects.filter(status=_Mail.SENT).order_by("-pk")
    last_sent = sent.values_list("sent_at", flat=True).first()
    since = max(last_sent or now - TOLD_FOR, now - TOLD_FOR)
    failed = OutgoingMail.objects.filter(status=_Mail.FAILED, created_at__gt=since)
    waiting = OutgoingMail.objects.filter(status=_Mail.WAITING, attempts__gt=0)
    count = failed.count() + waiting.count()
    newest = failed.order_by("-pk").first() or waiting.order_by("-pk").first()
    findings = []
    if newest is not None:
        findings.append(
            Finding(
                MAIL_FAILING,
                settings.EMAIL_HOST or "the mail server",
                nworded(
                    "%(count)s e-mail could not be sent: %(reason)s.",
                    "%(count)s e-mails could not be sent: %(reason)s.",
                    count,
                    reason=newest.last_error.strip().rstrip("."),
                ),
                worded(
                    "See that the server's name, login and sender are right, and that it takes the"
                    " recipient; then send a test e-mail."
                ),
                reverse("admin:mail_outgoingmail_changelist", query={"status": newest.status}),
                count=count,
                evidence={"mail": newest.pk},
            )
        )
    settle(MAIL_FAILING, findings, now=now)


def _waits_for(noun: str, count: int, off: Worded) -> Worded:
    if noun == "stock":
        return nworded(
            "%(count)s stock message waits and %(off)s.",
            "%(count)s stock messages wait and %(off)s.",
            count,
            off=off,
        )
    return nworded(
        "%(count)s despatch message waits and %(off)s.",
        "%(count)s despatch messages wait and %(off)s.",
        count,
        off=off,
    )


def _messages(noun: str, count: int) -> Worded:
    if noun == "stock":
        return nworded("%(count)s stock message", "%(count)s stock messages", count)
    return nworded("%(count)s despatch message", "%(count)s despatch messages", count)


def _off(section: type[Section], now: datetime) -> Worded:
    """Return that an import is switched off; who did it, and when, if a change says so."""
    change = switched_off_by(section)
    if change is None:
        return worded("%(job)s is switched off", job=named(section.title))
    return worded(
        "%(job)s is switched off (%(user)s, %(time)s)",
        job=named(section.title),
        user=change.by or worded("from the command line"),
        time=clock_time(change.at, now),
    )


def _waiting(but: Q | None = None) -> dict[Entity, tuple[int, datetime]]:
    """Return how many import messages wait, and when the oldest arrived, by entity.

    Without those that the condition `but` names.
    """
    rows = (
        Request.objects.filter(processed_at__isnull=True, type=RequestType.IMPORT)
        .exclude(received_by=SELF_TEST)
        .exclude(but or Q(pk__in=()))
        .order_by()
        .values_list("entity")
        .annotate(Count("id"), Min("created_at"))
    )
    return {Entity(entity): (count, oldest) for entity, count, oldest in rows}
