"""E-mails and webhooks that do not leave."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max
from django.urls import reverse

from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import Webhooks
from orderflow_bridge.configuration.selectors import webhooks
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.webhooks.models import WebhookEvent
from orderflow_bridge.problems.kinds import MAIL_FAILING, WEBHOOK_FAILING
from orderflow_bridge.problems.services import Finding, settle
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.wording import counted, host_of

TOLD_FOR = timedelta(days=1)
TRIED_IN_VAIN = 3
_Mail = OutgoingMail.Status
_Event = WebhookEvent.Status


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
