"""Many counts in one query, each of them capped, so that none reads millions of rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet
from django.utils.dateparse import parse_datetime

from orderflow_bridge.console.grids.paging import MOST_COUNTED


@dataclass(frozen=True)
class Counted:
    """How many rows were found, at most one above the cap, and the earliest of their times."""

    count: int = 0
    oldest: datetime | None = None

    @property
    def text(self) -> str:
        """The count as people read it: "1,234", or "10,000+"."""
        return f"{MOST_COUNTED:,}+" if self.count > MOST_COUNTED else f"{self.count:,}"


@dataclass(frozen=True)
class Wanted:
    """Rows to be counted, up to `most`; `column` holds the times of which the earliest is told."""

    rows: QuerySet[Any]
    column: str = "created_at"
    most: int = MOST_COUNTED + 1


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


def _datetime(value: Any) -> datetime | None:
    """Read a time as raw SQL returns it: SQLite gives text without a zone, meaning UTC."""
    at = parse_datetime(value) if isinstance(value, str) else value
    if not isinstance(at, datetime):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
