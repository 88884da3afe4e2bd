"""One e-mail per cause when products or orders are given up.

What has failed for the same reason on the same website is one cause. It is mailed once, and again
only after it has been quiet for a day.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string

from exports.models import AlertSent
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.selectors import email
from orderflow_bridge.outbox.mail.services import is_address, write_mail
from orderflow_bridge.stores.models import Website

QUIET = timedelta(hours=24)
LISTED = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Problem:
    """A product or order that nothing more is tried for, and why."""

    reference: str
    reason: str


def raise_alerts(entity: Entity, website: Website, problems: Sequence[Problem]) -> int:
    """Write one e-mail per new cause to the website's administrator; return how many.

    Without an Admin Email nothing is written; the admin's list shows what was given up anyway.
    """
    causes: dict[str, list[Problem]] = {}
    for problem in problems:
        causes.setdefault(cause_of(problem), []).append(problem)
    return sum(_alert(entity, website, alike) for alike in causes.values())


def cause_of(problem: Problem) -> str:
    """Return what the reasons of one cause have in common: no references, no numbers."""
    text = problem.reason.replace(problem.reference, "…")
    return re.sub(r"\d+", "#", text).casefold()


def _alert(entity: Entity, website: Website, alike: Sequence[Problem]) -> bool:
    recipient = email(website)
    if not is_address(recipient.admin_email):
        log.warning("export_alert_without_recipient", website=website.code, count=len(alike))
        return False
    with transaction.atomic():
        if not _is_news(_fingerprint(entity, website, alike[0]), len(alike)):
            return False
        context = {
            "admin_name": recipient.admin_name,
            "website": website.name,
            "noun": _noun(entity, len(alike)),
            "problems": alike[:LISTED],
            "count": len(alike),
            "more": max(len(alike) - LISTED, 0),
        }
        write_mail(
            recipient=recipient.admin_email,
            subject=_subject(entity, alike),
            text=render_to_string("emails/export_failure.txt", context),
            html=render_to_string("emails/export_failure.html", context),
        )
    return True


def _is_news(fingerprint: str, count: int) -> bool:
    """Remember a cause; tell whether it is new, or has been quiet for long enough."""
    now = clock.now()
    sent, is_new = AlertSent.objects.select_for_update().get_or_create(
        fingerprint=fingerprint,
        defaults={"first_sent_at": now, "last_seen_at": now, "count": count},
    )
    if is_new:
        return True
    # A cause last seen in the future was seen by a clock that was wrong.
    was_quiet = not now - QUIET < sent.last_seen_at <= now
    AlertSent.objects.filter(pk=sent.pk).update(
        last_seen_at=now,
        first_sent_at=now if was_quiet else F("first_sent_at"),
        count=count if was_quiet else F("count") + count,
    )
    return was_quiet


def _fingerprint(entity: Entity, website: Website, problem: Problem) -> str:
    cause = f"{website.pk}|{int(entity)}|{cause_of(problem)}"
    return hashlib.sha256(cause.encode()).hexdigest()


def _noun(entity: Entity, count: int) -> str:
    return entity.label.lower() + ("" if count == 1 else "s")


def _subject(entity: Entity, alike: Sequence[Problem]) -> str:
    first = " ".join(alike[0].reference.split())
    more = f" and {len(alike) - 1} more" if len(alike) > 1 else ""
    return f"OrderFlow export failed - {entity.label} {first}{more}"
