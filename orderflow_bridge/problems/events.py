"""Ending problems, and telling of those that were opened or have ended: plugins, once it is
committed, and the shop's own systems, by webhooks in the same transaction.

Where nobody listens it costs no statement.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from orderflow_bridge.common.datetimes import utc_text
from orderflow_bridge.common.translation import english
from orderflow_bridge.outbox.webhooks.filters import Facts
from orderflow_bridge.outbox.webhooks.models import Kind as Event
from orderflow_bridge.outbox.webhooks.selectors import listening_to
from orderflow_bridge.outbox.webhooks.services import Draft, announce
from orderflow_bridge.plugins.events import ReportedProblem
from orderflow_bridge.plugins.hooks import taken, tell
from orderflow_bridge.problems.kinds import Kind, Severity
from orderflow_bridge.problems.models import Problem

_OPENED, _ENDED = "problems_opened", "problems_ended"
_LONGEST_REFERENCE = 150


def end(problems: QuerySet[Problem], at: datetime, **values: Any) -> int:
    """End these open problems; return how many. `values` are further columns to write."""
    if not (taken(_ENDED) or listening_to(Event.PROBLEM_RESOLVED)):
        return problems.update(resolved_at=at, open_key=None, **values)
    with transaction.atomic():
        ids = list(problems.values_list("pk", flat=True))
        found = Problem.objects.filter(pk__in=ids, resolved_at__isnull=True)
        count = found.update(resolved_at=at, open_key=None, **values)
        which = Q(pk__in=ids, resolved_at=at)
        _announce(Event.PROBLEM_RESOLVED, which, at)
        if taken(_ENDED):
            transaction.on_commit(partial(_tell, _ENDED, which))
    return count


def tell_of_opened(
    at: datetime, *, keys: Collection[str] | None = None, kinds: Collection[Kind] = ()
) -> None:
    """Tell of the problems that were opened at this moment, by their open keys or of some kinds.

    Must run in the transaction that has opened them.
    """
    which = Q(open_key__in=list(keys)) if keys is not None else Q(kind__in=[k.name for k in kinds])
    which &= Q(first_seen=at)
    _announce(Event.PROBLEM_OPENED, which, at)
    if taken(_OPENED):
        transaction.on_commit(partial(_tell, _OPENED, which))


def _announce(event: Event, which: Q, at: datetime) -> None:
    """Write webhooks of these problems. One statement reads them, one writes."""
    if listening_to(event):
        problems = Problem.objects.filter(which).select_related("website").order_by("pk")
        announce(event, [_draft(each) for each in problems], at=at)


def _draft(problem: Problem) -> Draft:
    website = problem.website
    severity = Severity(problem.severity)
    resolved = problem.resolved_at
    data = {
        "problem_id": problem.pk,
        "kind": problem.kind,
        "severity": severity.name.lower(),
        "subject": problem.subject,
        "text": problem.text,
        "remedy": problem.remedy,
        "website_code": website.code if website else None,
        "first_seen": utc_text(problem.first_seen),
        "resolved_at": utc_text(resolved) if resolved else None,
    }
    facts = Facts(
        frozenset({website.pk}) if website else None,
        problem_kind=problem.kind,
        severity=int(severity),
    )
    title = english(problem.known_kind.title)
    reference = f"{title}: {problem.subject}"[:_LONGEST_REFERENCE]
    return Draft(facts, reference, f"problem {problem.pk}", data)


def _tell(hook: str, which: Q) -> None:
    told = tuple(
        ReportedProblem(
            each.pk,
            each.kind,
            each.subject,
            each.text,
            Severity(each.severity).name.lower(),
            each.website_id,
            each.first_seen,
            each.resolved_at,
        )
        for each in Problem.objects.filter(which).order_by("pk")
    )
    if told:
        about = f"{len(told)} problems from “{told[0].subject}” on"
        tell(hook, about=about, problems=told)
