"""Columns that are declared: a title, where the value comes from, and how it is shown."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ListColumn:
    """A column as Django's lists and forms ask for one: called with a row, it returns the cell."""

    short_description: str
    source: str | Callable[[Any], Any]
    shown: Callable[[Any], Any] | None
    admin_order_field: str | None
    boolean: bool

    def __call__(self, record: Any) -> Any:
        """Return the cell of a row."""
        value = record
        if callable(self.source):
            value = self.source(record)
        else:
            for name in self.source.split("."):
                value = getattr(value, name)
        return value if self.shown is None else self.shown(value)


def column(
    title: str,
    source: str | Callable[[Any], Any],
    shown: Callable[[Any], Any] | None = None,
    *,
    ordering: str | None = None,
    boolean: bool = False,
) -> ListColumn:
    """Return a column: `created = column("Created", "created_at", time_cell)`.

    `source` is a field ("order.created_at" is one of what the row belongs to) or a function of the
    row; `shown` makes a cell of the value. A field is also what the list is sorted by: `ordering`
    names another one, or "" for none. What a function returns is sorted only by an `ordering`.
    """
    if ordering is None and isinstance(source, str):
        ordering = source.replace(".", "__")
    return ListColumn(title, source, shown, ordering or None, boolean)
