"""Counting pages without counting millions of rows (docs/decisions/history-by-day.md)."""

from typing import Any

from django.core.paginator import Paginator
from django.db import connections
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST_COUNTED = 10_000

_ESTIMATE = """
SELECT sum(c.reltuples)::bigint FROM pg_class c
WHERE c.oid = %s::regclass AND c.relkind = 'r'
   OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass)
"""


class CappedPaginator(Paginator):  # type: ignore[type-arg]
    """A paginator that stops counting after 10,000 rows; search and filter find the rest."""

    @cached_property
    def count(self) -> int:
        """The number of rows; of a query, at most one above the cap."""
        rows: Any = self.object_list
        if isinstance(rows, QuerySet):
            return rows.order_by()[: MOST_COUNTED + 1].count()
        return len(rows)

    @property
    def is_capped(self) -> bool:
        """Tell whether there are more rows than were counted."""
        return isinstance(self.object_list, QuerySet) and self.count > MOST_COUNTED

    @cached_property
    def count_text(self) -> str:
        """The count as people read it: "1,234", "10,000+", "about 9,800,000" for a whole table."""
        if not self.is_capped:
            return f"{self.count:,}"
        estimate = estimated_rows(self.object_list)
        return f"about {estimate:,}" if estimate > MOST_COUNTED else f"{MOST_COUNTED:,}+"


def estimated_rows(rows: Any) -> int:
    """Return PostgreSQL's own estimate of a whole table's rows, 0 if there is none.

    It is a look into the catalogue; a table in partitions is the sum of them.
    """
    connection = connections[rows.db]
    if connection.vendor != "postgresql" or rows.query.where or rows.query.is_sliced:
        return 0
    table = connection.ops.quote_name(rows.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(_ESTIMATE, [table, table])
        found = cursor.fetchone()
    return round(found[0] or 0, -2)
