"""Ending problems, and telling plugins of those that were opened or have ended, once committed.

Without a plugin that listens it costs no statement.
"""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from orderflow_bridge.plugins.events import ToldProblem
from orderflow_bridge.plugins.hooks import taken, tell
from orderflow_bridge.problems.kinds import Kind, Severity
from orderflow_bridge.problems.models import Problem

_OPENED, _ENDED = "problems_opened", "problems_ended"


def end(problems: QuerySet[Problem], at: datetime, **values: Any) -> int:
    """End these open problems; return how many. `values` are further columns to write."""
    if not taken(_ENDED):
        return problems.update(resolved_at=at, open_key=None, **values)
    with transaction.atomic():
        ids = list(problems.values_list("pk", flat=True))
        found = Problem.objects.filter(pk__in=ids, resolved_at__isnull=True)
        count = found.update(resolved_at=at, open_key=None, **values)
        transaction.on_commit(partial(_tell, _ENDED, Q(pk__in=ids, resolved_at=at)))
    return count


def tell_of_opened(
    at: datetime, *, keys: Collection[str] | None = None, kinds: Collection[Kind] = ()
) -> None:
    """Tell of the problems that were opened at this moment, by their open keys or of some kinds."""
    if not taken(_OPENED):
        return
    which = Q(open_key__in=list(keys)) if keys is not None else Q(kind__in=[k.name for k in kinds])
    transaction.on_commit(partial(_tell, _OPENED, which & Q(first_seen=at)))


def _tell(hook: str, which: Q) -> None:
    told = tuple(
        ToldProblem(
            each.pk,
            each.kind,
            each.subject,
            each.text,
            Severity(each.severity).label.lower(),
            each.website_id,
            each.first_seen,
            each.resolved_at,
        )
        for each in Problem.objects.filter(which).order_by("pk")
    )
    if told:
        about = f"{len(told)} problems from “{told[0].subject}” on"
        tell(hook, about=about, problems=told)
