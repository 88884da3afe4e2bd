"""Problems as lines: what, how many and since when, with the page that mends it, worst first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderflow_bridge.common import clock
from orderflow_bridge.common.formats import minute_text, number_text
from orderflow_bridge.console.pages import admin_url
from orderflow_bridge.console.reader import may_follow
from orderflow_bridge.problems.kinds import KINDS, Severity
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.selectors import needing_somebody

# More open problems than this are not looked through for a page.
MOST = 1_000
TONES = {Severity.CRITICAL: "danger", Severity.WARNING: "warning", Severity.NOTICE: "info"}


@dataclass(frozen=True)
class Line:
    """A problem in one line, and how many there are beside it of its kind and severity.

    `url` is its page, `remedy_url` the page that mends it, `more_url` the list of its kind. An
    address is empty where there is none, or the reader may not go there; `is_for_others` says that
    there is a page that mends it and the reader may not open it.
    """

    lead: str
    text: str
    tone: str
    url: str
    remedy: str
    remedy_url: str
    more: int = 0
    more_url: str = ""
    is_for_others: bool = False


@dataclass(frozen=True)
class Lines:
    """The worst lines, and how many problems they do not tell of, in words; "" for none.

    `ids` are the problems that the lines are.
    """

    shown: Sequence[Line]
    left: str
    list_url: str
    ids: Sequence[int] = ()


def worst_lines(
    user: Any,
    *,
    most: int,
    without: Sequence[int] = (),
    but: Sequence[str] = (),
    now: datetime | None = None,
) -> Lines:
    """Return what needs somebody, the newest of each kind, worst first; takes one query.

    `without` are problems that are told elsewhere on the page, and `but` such kinds.
    """
    at = now or clock.now()
    needed = needing_somebody(user, now=at).exclude(pk__in=without)
    if but:
        needed = needed.exclude(kind__in=but)
    first = needed.order_by("-severity", "kind", "id")
    alike = [F("severity"), F("kind")]
    newest = (
        Problem.objects.filter(pk__in=first.values("pk")[:MOST])
        .annotate(
            place=Window(RowNumber(), partition_by=alike, order_by=[F("last_seen").desc(), "-id"]),
            alike=Window(Count("id"), partition_by=alike),
            in_all=Window(Count("id")),
        )
        .filter(place=1)
        .order_by()
    )
    order = {name: place for place, name in enumerate(KINDS)}
    rows = sorted(newest, key=lambda row: (-row.severity, order.get(row.kind, 0)))
    shown = rows[:most]
    left = rows[0].in_all - sum(row.alike for row in shown) if rows else 0
    is_capped = bool(rows) and rows[0].in_all == MOST
    return Lines(
        _with_leads(line(row, at, more=row.alike - 1) for row in shown),
        f"{number_text(left)}{'+' if is_capped else ''}" if left else "",
        admin_url("problems_problem_changelist"),
    )


def lines_about(user: Any, condition: Q, *, most: int, now: datetime | None = None) -> Lines:
    """Return what needs somebody and fits a condition, worst first; takes one query."""
    at = now or clock.now()
    found = needing_somebody(user, now=at).filter(condition)
    rows = list(
        found.annotate(in_all=Window(Count("id"))).order_by("-severity", "-last_seen", "-id")[:most]
    )
    left = rows[0].in_all - len(rows) if rows else 0
    return Lines(
        [replace(line(row, at), lead="") for row in rows],
        number_text(left) if left else "",
        admin_url("problems_problem_changelist"),
        [row.pk for row in rows],
    )


def line(problem: Problem, now: datetime, *, more: int = 0) -> Line:
    """Return an open problem as a line; `more` is how many there are beside it."""
    query = f"?kind={problem.kind}"
    may_mend = may_follow(problem.url) if problem.url else False
    return Line(
        str(problem.known_kind.lead),
        sentence(problem, now),
        TONES[Severity(problem.severity)],
        admin_url("problems_problem_change", problem.pk),
        problem.shown_remedy,
        problem.url if may_mend else "",
        more,
        f"{admin_url('problems_problem_changelist')}{query}" if more else "",
        is_for_others=bool(problem.url) and not may_mend,
    )


def sentence(problem: Problem, now: datetime) -> str:
    """Return what is wrong, how many times and since when, in the active time zone.

    What the problem's own sentence says already is not said again.
    """
    text, since = problem.shown_text, _time(problem.first_seen, now)
    if problem.known_kind.adds:
        count = _many(problem.count, problem.known_kind.unit)
        values = {"text": text.removesuffix("."), "count": count, "since": since}
        if ":" in text:
            return _("%(text)s; %(count)s since %(since)s.") % values
        return _("%(text)s: %(count)s since %(since)s.") % values
    # What is kept is English, and says so in every language or in none.
    if "since" in problem.text:
        return text
    return _("%(text)s Since %(since)s.") % {"text": text, "since": since}


def _many(count: int, unit: str) -> str:
    """Return so many of what a kind counts; a plugin's may count anything."""
    texts = {
        "time": ngettext("%(count)s time", "%(count)s times", count),
        "line": ngettext("%(count)s line", "%(count)s lines", count),
        "message": ngettext("%(count)s message", "%(count)s messages", count),
    }
    text = texts.get(unit, f"%(count)s {unit}{'' if count == 1 else 's'}")
    return text % {"count": number_text(count)}


def _with_leads(lines: Iterable[Line]) -> list[Line]:
    """Say what several lines have in common once, with the first of them."""
    said: set[str] = set()
    found = []
    for one in lines:
        lead = "" if one.lead in said else one.lead
        said.add(one.lead)
        found.append(replace(one, lead=lead))
    return found


def _time(at: datetime, now: datetime) -> str:
    """Return a time with its day, unless that is today."""
    local, today = timezone.localtime(at), timezone.localtime(now).date()
    return f"{local:%H:%M}" if local.date() == today else minute_text(at)
