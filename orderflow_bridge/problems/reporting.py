"""Telling people of problems: once when one opens, once a day while it goes on, once when it ends.

Marks and mails are written in one transaction, so nobody is told twice. Critical problems are told
at once, all others together (Configuration → Problem Reports). One that ends and comes back within
ten minutes is the same to those who were told (docs/problems.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from orderflow_bridge.common import clock
from orderflow_bridge.configuration.selectors import email, problem_reports
from orderflow_bridge.outbox.mail.services import is_address, write_mails
from orderflow_bridge.problems.kinds import Severity
from orderflow_bridge.problems.models import ChatMessage, Problem, ProblemRoute
from orderflow_bridge.problems.report_texts import Group, News, chat_text, mail_to
from orderflow_bridge.problems.selectors import is_snoozed
from orderflow_bridge.stores.models import Website

# How long a problem must be gone before its end is told.
CALM = timedelta(minutes=10)
LISTED = 10

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Receivers:
    """Who is told of a group: e-mail addresses, and routes with a chat."""

    addresses: frozenset[str]
    chats: frozenset[int]


@dataclass(frozen=True)
class _Whom:
    """Whom there is to tell: active routes, and the websites' Admin Emails by their ids."""

    routes: Sequence[ProblemRoute]
    admin_emails: dict[int | None, str]

    @classmethod
    def now(cls) -> "_Whom":
        """Read the routes and the configuration."""
        websites: dict[int | None, str] = {
            each.pk: email(each).admin_email for each in Website.objects.all()
        }
        return cls(
            list(ProblemRoute.objects.filter(is_active=True).select_related("user")),
            websites or {None: email().admin_email},
        )

    @property
    def is_nobody(self) -> bool:
        return not self.routes and not any(map(is_address, self.admin_emails.values()))


def report_problems(*, now: datetime | None = None) -> int:
    """Write the mails and chat messages that are due at `now` (aware); return how many."""
    if not problem_reports().is_enabled:
        return 0
    at = now or clock.now()
    whom = _Whom.now()
    if whom.is_nobody:
        return 0
    with transaction.atomic():
        _take_over(at)
        groups = [*_new(at), *_still(at), *_ended(at)]
        return _write(groups, whom, at) if groups else 0


def receivers_of(
    group: Group, routes: Iterable[ProblemRoute], admin_emails: dict[int | None, str]
) -> Receivers:
    """Decide who is told of a group: whom the routes name; if none fits, the Admin Email.

    `admin_emails` are the websites' by id; a problem of no website goes to all of them.
    """
    fitting = [
        route
        for route in routes
        if route.kind in ("", group.kind)
        and group.severity >= route.least_severity
        and (route.website_id is None or route.website_id == group.website_id)
    ]
    if fitting:
        addresses = [each for route in fitting for each in _addresses(route)]
    elif group.website_id is None:
        addresses = list(admin_emails.values())
    else:
        addresses = [admin_emails.get(group.website_id, "")]
    return Receivers(
        frozenset(each for each in addresses if is_address(each)),
        frozenset(route.pk for route in fitting if route.chat_url),
    )


def _addresses(route: ProblemRoute) -> list[str]:
    return [route.address, route.user.email if route.user else ""]


def _take_over(now: datetime) -> None:
    """What came back before its end was told goes on: neither its end nor its return is told."""
    unreported_end = Problem.objects.filter(
        resolved_at__isnull=False, told_at__isnull=False, end_told_at__isnull=True
    )
    came_back = Problem.objects.filter(resolved_at__isnull=True, told_at__isnull=True)
    same = {"kind": OuterRef("kind"), "subject": OuterRef("subject")}
    for place in ({"website": OuterRef("website")}, {"website__isnull": True}):
        inner = unreported_end.filter(**same, **place).order_by("-id")
        outer = came_back if "website" in place else came_back.filter(website__isnull=True)
        outer.filter(Exists(inner)).update(told_at=Subquery(inner.values("told_at")[:1]))
        again = Problem.objects.filter(
            **same, **place, resolved_at__isnull=True, told_at__isnull=False
        )
        ended = (
            unreported_end if "website" in place else unreported_end.filter(website__isnull=True)
        )
        ended.filter(Exists(again)).update(end_told_at=now)


def _new(now: datetime) -> list[Group]:
    waits = timedelta(minutes=problem_reports().digest_minutes)
    unreported = Problem.objects.filter(resolved_at__isnull=True, told_at__isnull=True).exclude(
        is_snoozed(now)
    )
    due = Q(severity=Severity.CRITICAL)
    if unreported.exclude(due).filter(first_seen__lte=now - waits).exists():
        due = Q()
    return _groups(News.NEW, unreported.filter(due), "told_at", now)


def _still(now: datetime) -> list[Group]:
    pause = timedelta(hours=problem_reports().remind_hours)
    told = Problem.objects.filter(resolved_at__isnull=True, told_at__isnull=False)
    due = told.exclude(is_snoozed(now)).annotate(last=Coalesce("reminded_at", "told_at"))
    return _groups(News.STILL, due.filter(last__lte=now - pause), "reminded_at", now)


def _ended(now: datetime) -> list[Group]:
    due = Problem.objects.filter(
        resolved_at__lte=now - CALM, told_at__isnull=False, end_told_at__isnull=True
    )
    return _groups(News.ENDED, due, "end_told_at", now)


def _groups(news: News, due: QuerySet[Problem], mark: str, now: datetime) -> list[Group]:
    """Mark what is told now, and return it by kind, severity and website, worst first."""
    if not Problem.objects.filter(pk__in=due.values("pk")).update(**{mark: now}):
        return []
    marked = Problem.objects.filter(**{mark: now})
    rows = (
        marked.order_by("-severity", "kind", "website_id")
        .values_list("severity", "kind", "website_id")
        .annotate(Count("id"))
    )
    return [
        Group(
            news,
            kind,
            severity,
            website_id,
            count,
            list(
                marked.filter(kind=kind, severity=severity, website_id=website_id)
                .select_related("website")
                .order_by("-count", "id")[:LISTED]
            ),
        )
        for severity, kind, website_id, count in rows
    ]


def _write(groups: Sequence[Group], whom: _Whom, now: datetime) -> int:
    by_address: defaultdict[str, list[Group]] = defaultdict(list)
    by_chat: defaultdict[int, list[Group]] = defaultdict(list)
    for group in groups:
        receivers = receivers_of(group, whom.routes, whom.admin_emails)
        for address in sorted(receivers.addresses):
            by_address[address].append(group)
        for chat in sorted(receivers.chats):
            by_chat[chat].append(group)
        if not receivers.addresses and not receivers.chats:
            _leave_unreported(group, now)
    write_mails([mail_to(address, found) for address, found in by_address.items()])
    ChatMessage.objects.bulk_create(
        [
            ChatMessage(route_id=chat, text=chat_text(found), due_at=now, created_at=now)
            for chat, found in by_chat.items()
        ]
    )
    return len(by_address) + len(by_chat)


def _leave_unreported(group: Group, now: datetime) -> None:
    """Forget that new problems were told: nobody was, and who is named later still will be."""
    log.info("problem_without_receiver", kind=group.kind, website=group.website_id)
    if group.news == News.NEW:
        Problem.objects.filter(
            told_at=now, kind=group.kind, severity=group.severity, website=group.website_id
        ).update(told_at=None)
