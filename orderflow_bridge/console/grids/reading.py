"""All rows of a list, as plain values, some hundreds at a time."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin.utils import lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Field

from orderflow_bridge.console.grids.cells import Value, plain_value
from orderflow_bridge.console.grids.changelist import CHECKBOX, Grid
from orderflow_bridge.console.grids.keyset import rows_after, terms_of
from orderflow_bridge.console.grids.row_actions import COLUMN

_AT_ONCE = 1_000

Reader = Callable[[Any], Value]


def shown_columns(grid: Grid) -> list[str]:
    """Return the columns that a file has: those shown, without what one can do with a row."""
    return [name for name in grid.list_display if name not in (CHECKBOX, COLUMN)]


def batches(grid: Grid) -> Iterator[list[list[Value]]]:
    """Yield the values of all rows that the list's filters leave, in its order."""
    readers = [_reader(grid, name) for name in shown_columns(grid)]
    for records in _records(grid):
        yield [[read(record) for read in readers] for record in records]


def _records(grid: Grid) -> Iterator[list[Any]]:
    """Yield records by the key where the order allows it: no statement is then open for long."""
    terms = terms_of(grid.queryset)
    if terms is None:
        yield from _in_batches(grid.queryset.iterator(chunk_size=_AT_ONCE))
        return
    last = None
    while records := rows_after(grid.queryset, terms, last, _AT_ONCE):
        yield records
        last = records[-1]


def _in_batches(records: Iterator[Any]) -> Iterator[list[Any]]:
    batch = []
    for record in records:
        batch.append(record)
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _reader(grid: Grid, name: str) -> Reader:
    """Return what reads one column of a record."""

    def read(record: Any) -> Value:
        try:
            field, _, value = lookup_field(name, record, grid.model_admin)
        except ObjectDoesNotExist:
            return ""
        if isinstance(field, Field) and field.choices:
            return str(getattr(record, f"get_{field.name}_display")())
        return plain_value(value)

    return read
