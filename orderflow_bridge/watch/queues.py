"""What waits: messages, for a job that is switched off or for too long; e-mails and webhooks."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from orderflow_bridge.common.choices import SELF_TEST, Entity, RequestType
from orderflow_bridge.configuration.changes import switched_off_by
from orderflow_bridge.configuration.declarations import Section
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport, Webhooks
from orderflow_bridge.configuration.selectors import (
    inventory_import,
    shipment_import,
    watch,
    webhooks,
)
from orderflow_bridge.exchange.selectors import why_not_applied
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.kinds import IMPORT_OFF, MAIL_FAILING, QUEUE_OLD, WEBHOOK_FAILING
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.request_queue.selectors import waits_for_the_shop
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.wording import clock_time, counted, host_of

_IMPORTS = (
    (Entity.INVENTORY, "stock", InventoryImport, inventory_import),
    (Entity.SHIPMENT, "despatch", ShipmentImport, shipment_import),
)
TOLD_FOR = timedelta(days=1)
TRIED_IN_VAIN = 3
_Mail = OutgoingMail.Status
_Event = WebhookEvent.Status


def subjects_of_queue(entity: Entity) -> Sequence[tuple[str, str]]:
    """Return what problems of an import's queue are about, with what their kinds call it."""
    for each, noun, section, _ in _IMPORTS:
        if each == entity:
            return [("job", section.title), ("queue", f"{noun} messages")]
    return ()


def look_for_switched_off_imports(now: datetime) -> None:
    """Find messages that wait for an import that is switched off; it ends when either does."""
    waiting = _waiting()
    settle(
        IMPORT_OFF,
        [
            Finding(
                IMPORT_OFF,
                section.title,
                f"{count} {noun} message{'s wait' if count > 1 else ' waits'} and"
                f" {section.title} is switched off{_switched_off(section, now)}.",
                f"Switch {section.title} on, or leave it: messages wait without loss.",
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
                f"The oldest of {count} {noun} message{'s' if count > 1 else ''} has waited for"
                f" {int((now - oldest).total_seconds() // 60)} minutes.",
                "See what holds it, or process it by hand.",
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
                f"{counted(count, 'e-mail')} could not be sent:"
                f" {newest.last_error.strip().rstrip('.')}.",
                "See that the server's name, login and sender are right, and that it takes the"
                " recipient; then send a test e-mail.",
                reverse("admin:mail_outgoingmail_changelist", query={"status": newest.status}),
                count=count,
                evidence={"mail": newest.pk},
            )
        )
    settle(MAIL_FAILING, findings, now=now)


def look_for_failing_webhooks(now: datetime) -> None:
    """Find receivers that refuse events; it ends when one takes an event again."""
    waiting = WebhookEvent.objects.filter(status=_Event.WAITING, attempts__gte=TRIED_IN_VAIN)
    given_up = WebhookEvent.objects.filter(status=_Event.GIVEN_UP, created_at__gt=now - TOLD_FOR)
    failing: dict[int, tuple[int, int]] = {}
    for events in (waiting, given_up):
        rows = events.order_by().values_list("website_id").annotate(Count("pk"), Max("pk"))
        for website, count, newest in rows:
            before, last = failing.get(website, (0, 0))
            failing[website] = (before + count, max(last, newest))
    settle(
        WEBHOOK_FAILING,
        [
            _webhook_failing(website, *failing[website.pk])
            for website in Website.objects.filter(pk__in=failing)
            if webhooks(website).is_enabled and not _takes_again(website, failing[website.pk][1])
        ],
        now=now,
    )


def _switched_off(section: type[Section], now: datetime) -> str:
    """Return who switched an import off, and when, in brackets; "" if no change says so."""
    change = switched_off_by(section)
    if change is None:
        return ""
    return f" ({change.by or 'from the command line'}, {clock_time(change.at, now)})"


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


def _takes_again(website: Website, event_id: int) -> bool:
    later = WebhookEvent.objects.filter(status=_Event.DELIVERED, website=website, pk__gt=event_id)
    return later.exists()


def _webhook_failing(website: Website, count: int, newest: int) -> Finding:
    error = WebhookEvent.objects.filter(pk=newest).values_list("last_error", flat=True).first()
    return Finding(
        WEBHOOK_FAILING,
        # Without the query: it may be the receiver's key, and is not for everybody's eyes.
        webhooks(website).url.partition("?")[0][:255],
        f"{counted(count, 'webhook')} for {website.name} could not be delivered to"
        f" {host_of(webhooks(website).url)}: {(error or 'no answer').rstrip('.')}.",
        "See that the receiver runs and the URL is right; what was given up can be requeued.",
        section_url(Webhooks, website),
        website_id=website.pk,
        count=count,
        evidence={"event": newest},
    )
