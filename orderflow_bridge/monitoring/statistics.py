"""The figures of the dashboard: counted in few queries, none of which reads millions of rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imports.models import Import
from orderflow_bridge.common.choices import SELF_TEST, Entity
from orderflow_bridge.common.formats import datetime_text, number_text
from orderflow_bridge.console.grids.paging import MOST_COUNTED

# Few enough to be read at every page, enough for a 95th percentile.
SAMPLE = 1_000
WINDOW = timedelta(hours=24)
NO_LAG = "–"


@dataclass(frozen=True)
class Counted:
    """How many rows were found, at most one above the cap, and the earliest of their times."""

    count: int = 0
    oldest: datetime | None = None

    @property
    def text(self) -> str:
        """The count as people read it: "1,234", or "10,000+"."""
        if self.count > MOST_COUNTED:
            return f"{number_text(MOST_COUNTED)}+"
        return number_text(self.count)


@dataclass(frozen=True)
class Wanted:
    """Rows to be counted, up to `most`; `column` holds the times of which the earliest is told."""

    rows: QuerySet[Any]
    column: str = "created_at"
    most: int = MOST_COUNTED + 1


@dataclass(frozen=True)
class Statistic:
    """One number. Tones are success, warning, danger or none."""

    title: str
    value: str
    note: str
    url: str = ""
    tone: str = ""


def counted(queries: Mapping[str, Wanted]) -> dict[str, Counted]:
    """Count each of these querysets, up to its cap, all in one query.

    Of a capped queryset the earliest time is that of the rows that were counted, which are the
    first in its order.
    """
    parts: list[str] = []
    params: list[Any] = []
    for number, wanted in enumerate(queries.values()):
        timed = wanted.rows.annotate(at=F(wanted.column)).values_list("at")
        capped = timed[: wanted.most]
        try:
            sql, values = capped.query.sql_with_params()
        except EmptyResultSet:
            continue
        # Numbers of ours, and SQL of Django's; its parameters stay apart.
        parts.append(f"SELECT {number}, COUNT(*), MIN(at) FROM ({sql}) AS found")  # noqa: S608
        params += values
    found = {name: Counted() for name in queries}
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        rows_found = cursor.fetchall()
    names = list(queries)
    for number, count, oldest in rows_found:
        found[names[number]] = Counted(count, _datetime(oldest))
    return found


def statistic(
    counts: Mapping[str, Counted],
    name: str,
    title: str,
    url: str,
    *,
    idle: str,
    busy: str = "",
    tone: str = "warning",
) -> list[Statistic]:
    """Return the figure of a count, as a list: empty if the user may not see it.

    `idle` is said when it is 0, `busy` when it is not; the oldest is told in any case.
    """
    found = counts.get(name)
    if found is None:
        return []
    if not found.count:
        return [Statistic(title, "0", idle, url, "success")]
    oldest = ""
    if found.oldest:
        oldest = _("Oldest from %(time)s.") % {"time": datetime_text(found.oldest)}
    note = " ".join(str(each) for each in (busy, oldest) if each)
    return [Statistic(title, found.text, note, url, tone)]


def duration(span: timedelta) -> str:
    """Return "0.4 s", "2 min 5 s", "3 h 10 min", "4 days"."""
    seconds = max(span.total_seconds(), 0.0)
    if seconds < 60:
        return f"{number_text(seconds, 1)} s"
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if minutes < 60:
        return f"{minutes} min {int(seconds % 60)} s"
    if hours < 48:
        return f"{hours} h {minutes % 60} min"
    return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}


def percentile(sorted_spans: Sequence[timedelta], share: float) -> timedelta:
    """Return the span that a share (0 … 1) of the sorted spans do not exceed."""
    place = max(-(-len(sorted_spans) * share // 1), 1)
    return sorted_spans[int(place) - 1]


def lag_statistics(
    entities: Iterable[Entity], now: datetime, urls: dict[Entity, str]
) -> list[Statistic]:
    """Return how long the last messages of each entity took; takes one query.

    Of the last thousand imports those of the last day count.
    """
    wanted = list(entities)
    if not wanted:
        return []
    rows = (
        Import.objects.filter(entity__in=wanted)
        .exclude(request__received_by=SELF_TEST)
        .order_by("-pk")
        .values_list("entity", "created_at", "request__created_at")[:SAMPLE]
    )
    spans: dict[int, list[timedelta]] = {entity: [] for entity in wanted}
    for entity, applied, received in rows:
        if received is not None and applied >= now - WINDOW:
            spans[entity].append(max(applied - received, timedelta(0)))
    return [_statistic(entity, sorted(spans[entity]), urls.get(entity, "")) for entity in wanted]


def _datetime(value: Any) -> datetime | None:
    """Read a time as raw SQL returns it: SQLite gives text without a zone, meaning UTC."""
    at = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(at, datetime):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _statistic(entity: Entity, spans: Sequence[timedelta], url: str) -> Statistic:
    title = _("%(entity)s: received to applied") % {"entity": entity.label}
    if not spans:
        return Statistic(title, NO_LAG, _("No message in the last 24 hours."), url)
    median, slow = (duration(percentile(spans, share)) for share in (0.5, 0.95))
    note = ngettext(
        "Half of the last message; 95%% took up to %(time)s.",
        "Half of the last %(count)s messages; 95%% took up to %(time)s.",
        len(spans),
    ) % {"count": number_text(len(spans)), "time": slow}
    return Statistic(title, median, note, url)
