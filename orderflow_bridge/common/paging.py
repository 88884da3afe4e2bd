"""Counting pages without counting millions of rows (performance.md §6)."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
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

    @property
    def count_text(self) -> str:
        """The count as people read it: "1,234", or "10,000+"."""
        return f"{MOST_COUNTED:,}+" if self.is_capped else f"{self.count:,}"
