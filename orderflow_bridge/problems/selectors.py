"""Which problems are open, and which of them a user may see."""

from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from orderflow_bridge.common import clock
from orderflow_bridge.problems.kinds import KINDS
from orderflow_bridge.problems.models import Problem


def visible_kinds(user: Any) -> list[str]:
    """Return the names of the kinds that a user may see: any of a kind's rights is enough."""
    held = user.get_all_permissions()
    return [
        each.name
        for each in KINDS.values()
        if user.is_superuser or not each.rights or not held.isdisjoint(each.rights)
    ]


def visible(user: Any) -> QuerySet[Problem]:
    """Return the problems, open and ended, of the kinds that a user may see."""
    return Problem.objects.filter(kind__in=visible_kinds(user))


def is_snoozed(now: datetime) -> Q:
    """Return the condition for problems that nobody wants to see at `now`."""
    return Q(snoozed_until__gt=now) | Q(snoozed_count__gt=F("count"))


def with_state(problems: QuerySet[Problem], now: datetime) -> QuerySet[Problem]:
    """Return the problems with their `state` at `now`, as `Problem.state_at` has it."""
    return problems.annotate(
        state=Case(
            When(resolved_at__isnull=False, then=Value(Problem.State.RESOLVED)),
            When(is_snoozed(now), then=Value(Problem.State.SNOOZED)),
            default=Value(Problem.State.OPEN),
        )
    )


def needing_somebody(user: Any, *, now: datetime | None = None) -> QuerySet[Problem]:
    """Return the open problems that a user may see and that are not snoozed, worst first."""
    at = now or clock.now()
    return visible(user).filter(resolved_at__isnull=True).exclude(is_snoozed(at))


def open_counts() -> list[tuple[str, int, int]]:
    """Return kind, severity and number of the open problems."""
    rows = Problem.objects.filter(resolved_at__isnull=True).order_by("kind", "severity")
    return list(rows.values_list("kind", "severity").annotate(Count("id")))
