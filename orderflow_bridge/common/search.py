"""Magento's search criteria: what a caller may ask of a list, and the page that answers it.

Groups of filters are joined with AND, the filters of a group with OR (wire.md §6). Names and values
only ever become parameters of a query, and names only if they are in the table's columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import F, Model, Q, QuerySet

from orderflow_bridge.common.conditions import Column, ColumnKind, condition
from orderflow_bridge.common.criteria import SearchCriteria
from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.common.records import Document

Columns = Mapping[str, Column]
_Row = TypeVar("_Row", bound=Model)

_KINDS = {
    "DecimalField": ColumnKind.NUMBER,
    "QuantityField": ColumnKind.NUMBER,
    "MoneyField": ColumnKind.NUMBER,
    "DateTimeField": ColumnKind.MOMENT,
    "CharField": ColumnKind.TEXT,
    "SlugField": ColumnKind.TEXT,
    "EmailField": ColumnKind.TEXT,
    "TextField": ColumnKind.TEXT,
    "BooleanField": ColumnKind.FLAG,
}
_NOT_SEARCHED = ("JSONField", "BinaryField")


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """One page of a list: its rows, and how many there are on all pages."""

    rows: "QuerySet[_Row]"
    total_count: int
    criteria: SearchCriteria

    def answer(self, documents: list[Document]) -> dict[str, Any]:
        """Return Magento's answer around the documents of the page's rows."""
        return {
            "items": documents,
            "search_criteria": self.criteria.echo(),
            "total_count": self.total_count,
        }


def columns_of(model: type[Model], **renamed: str) -> Columns:
    """Return a table's columns by Magento's names: every plain one, and those `renamed`.

    A renamed column may lie in a related table ("category_links__category_id"): a row then matches
    when one of its related rows does.
    """
    columns = {
        field.attname: Column(field.attname, _kind(field), field.null)
        for field in model._meta.concrete_fields
        if field.get_internal_type() not in _NOT_SEARCHED and not field.primary_key
    }
    for name, path in renamed.items():
        columns[name] = Column(path, ColumnKind.WHOLE, is_related="__" in path)
    return columns


def find_page(
    rows: "QuerySet[_Row]", criteria: SearchCriteria, columns: Columns, *, most_rows: int
) -> Page[_Row]:
    """Return the page that the criteria ask for.

    A page past the end repeats the last one; without a page size everything comes, up to
    `most_rows`. Raises CriteriaRefused for unknown fields or conditions, for values that cannot be
    compared with the column, and for a page size above `most_rows`.
    """
    if criteria.page_size is not None and criteria.page_size > most_rows:
        raise CriteriaRefused("Maximum SearchCriteria pageSize is %max", {"max": str(most_rows)})
    for group in criteria.groups:
        matching = Q()
        for wanted in group:
            matching |= condition(rows.model, _column(columns, wanted.field), wanted, most_rows)
        rows = rows.filter(matching)
    total = rows.count()
    size = criteria.page_size or most_rows
    last = max(-(-total // size), 1)
    start = (min(criteria.current_page, last) - 1) * size
    return Page(_sorted(rows, criteria, columns)[start : start + size], total, criteria)


def _sorted(rows: "QuerySet[_Row]", criteria: SearchCriteria, columns: Columns) -> "QuerySet[_Row]":
    """Sort as asked, then by id, so that pages neither repeat nor miss a row."""
    order = []
    for field, is_descending in criteria.sort_orders:
        column = _column(columns, field)
        if column.is_related:
            raise _unsupported(field)
        order.append(F(column.path).desc() if is_descending else F(column.path).asc())
    return rows.order_by(*order, "pk")


def _column(columns: Columns, field: str) -> Column:
    if field not in columns:
        raise _unsupported(field)
    return columns[field]


def _unsupported(field: str) -> CriteriaRefused:
    return CriteriaRefused.unsupported(field)


def _kind(field: Any) -> ColumnKind:
    return _KINDS.get(field.get_internal_type(), ColumnKind.WHOLE)
