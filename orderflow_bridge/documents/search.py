"""Magento's search criteria: what a caller may ask of a list, and the page that answers it.

Groups of filters are joined with AND, the filters of a group with OR (docs/contract/rest.md,
"Search criteria"). Names and values only ever become parameters of a query, and names only if they
are in the table's columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Generic, TypeVar

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import F, Model, Q, QuerySet
from django.utils.functional import cached_property

from orderflow_bridge.common.exceptions import CriteriaRefused
from orderflow_bridge.common.people import is_hidden
from orderflow_bridge.common.skus import SkuKeyField
from orderflow_bridge.documents.conditions import Column, ColumnKind, condition
from orderflow_bridge.documents.criteria import SearchCriteria
from orderflow_bridge.documents.records import Document, Kind, Many, Record, ints, record, texts

Columns = Mapping[str, Column]
_Row = TypeVar("_Row", bound=Model)

_KINDS = {
    "DecimalField": ColumnKind.NUMBER,
    "QuantityField": ColumnKind.NUMBER,
    "MoneyField": ColumnKind.NUMBER,
    "DateTimeField": ColumnKind.DATETIME,
    "CharField": ColumnKind.TEXT,
    "SlugField": ColumnKind.TEXT,
    "EmailField": ColumnKind.TEXT,
    "TextField": ColumnKind.TEXT,
    "BooleanField": ColumnKind.FLAG,
}
_LARGEST_OFFSET = 2**62
_NOT_SEARCHED = ("JSONField", "BinaryField")


# Totals above this are remembered for so many seconds: who pages through a long list needs the same
# total on every page.
_MOST_COUNTED_ANEW = 10_000
_REMEMBERED_SECONDS = 60


@dataclass(frozen=True)
class Page(Generic[_Row]):
    """One page of a list, and how many rows there are on all pages.

    `found` are all rows that match; they are counted only when the total is asked for.
    """

    rows: "QuerySet[_Row]"
    found: "QuerySet[_Row]"
    criteria: SearchCriteria
    start: int
    size: int
    is_total_wanted: bool = True

    @cached_property
    def total_count(self) -> int:
        """How many rows match, on all pages."""
        return _total(self.found)

    def answer(self, documents: list[Document]) -> dict[str, Any]:
        """Return Magento's answer around the documents of the page's rows.

        A page that is not full is the last one: then nothing needs to be counted.
        """
        answer: dict[str, Any] = {"items": documents, "search_criteria": self.criteria.echo()}
        if self.is_total_wanted:
            is_last = len(documents) < self.size and (documents or not self.start)
            total = self.start + len(documents) if is_last else self.total_count
            answer["total_count"] = total
        return answer


def columns_of(model: type[Model], **renamed: str) -> Columns:
    """Return a table's columns by Magento's names: every plain one, and those `renamed`.

    A renamed column may lie in a related table: in one that a row points to ("order__store_id"), or
    in one with several rows for it ("category_links__category_id"): then a row matches when one of
    them does.
    """
    columns = {
        field.attname: Column(field.attname, _kind(field), field.null)
        for field in model._meta.concrete_fields
        if _is_searched(field)
    }
    for name, path in renamed.items():
        columns[name] = Column(path, ColumnKind.WHOLE, is_related=_are_several(model, path))
    return columns


def _are_several(model: type[Model], path: str) -> bool:
    """Tell whether a path leads to a table that may have several rows for one of the model's."""
    first, _, rest = path.partition("__")
    if not rest:
        return False
    field: Any = model._meta.get_field(first)
    return not field.many_to_one or _are_several(field.related_model, rest)


def _is_searched(field: Any) -> bool:
    is_ours_alone = field.primary_key or isinstance(field, SkuKeyField)
    return not is_ours_alone and field.get_internal_type() not in _NOT_SEARCHED


def find_page(
    rows: "QuerySet[_Row]",
    criteria: SearchCriteria,
    columns: Columns,
    *,
    most_rows: int,
    is_total_wanted: bool = True,
) -> Page[_Row]:
    """Return the page that the criteria ask for.

    A page past the end repeats the last one; without a page size everything comes, up to
    `most_rows`. Rows are counted only where it cannot be helped (`Page.answer`). Raises
    CriteriaRefused for unknown fields or conditions, for values that cannot be compared with the
    column, and for a page size above `most_rows`.
    """
    if criteria.page_size is not None and criteria.page_size > most_rows:
        raise CriteriaRefused("Maximum SearchCriteria pageSize is %max", {"max": str(most_rows)})
    asked = {name: _column(rows.model, columns, name) for name in _fields(criteria)}
    rows = rows.alias(
        **{name: each for column in asked.values() for name, each in column.expressions.items()}
    )
    for group in criteria.groups:
        matching = Q()
        for wanted in group:
            matching |= condition(rows.model, asked[wanted.field], wanted, most_rows)
        rows = rows.filter(matching)
    size = criteria.page_size or most_rows
    start = (criteria.current_page - 1) * size
    in_order = _sorted(rows, criteria, asked)
    if start and not (start < _LARGEST_OFFSET and in_order[start : start + 1].exists()):
        start = max(-(-rows.count() // size) - 1, 0) * size
    return Page(in_order[start : start + size], rows, criteria, start, size, is_total_wanted)


def _total(rows: "QuerySet[Any]") -> int:
    """Count rows; a long list is counted once a minute."""
    try:
        sql, parameters = rows.order_by().query.sql_with_params()
    except EmptyResultSet:
        return 0
    key = f"total:{sha256(repr((sql, parameters)).encode()).hexdigest()}"
    known = cache.get(key)
    if known is not None:
        return int(known)
    total = rows.count()
    if total > _MOST_COUNTED_ANEW:
        cache.set(key, total, _REMEMBERED_SECONDS)
    return total


def _sorted(rows: "QuerySet[_Row]", criteria: SearchCriteria, columns: Columns) -> "QuerySet[_Row]":
    """Sort as asked, then by id, so that pages neither repeat nor miss a row."""
    order = []
    for field, is_descending in criteria.sort_orders:
        column = columns[field]
        if column.is_related:
            raise CriteriaRefused.unsupported(field)
        order.append(F(column.path).desc() if is_descending else F(column.path).asc())
    return rows.order_by(*order, "pk")


def _fields(criteria: SearchCriteria) -> list[str]:
    """Return the fields that criteria name, each once."""
    filtered = [wanted.field for group in criteria.groups for wanted in group]
    return list(dict.fromkeys([*filtered, *(field for field, _ in criteria.sort_orders)]))


def _column(model: type[Model], columns: Columns, field: str) -> Column:
    column = columns.get(field)
    if column is None or _is_hidden(model, column):
        raise CriteriaRefused.unsupported(field)
    return column


def _is_hidden(model: type[Model], column: Column) -> bool:
    path = column.source or ("" if column.expressions else column.path)
    return bool(path) and is_hidden(model, path)


def _kind(field: Any) -> ColumnKind:
    return _KINDS.get(field.get_internal_type(), ColumnKind.WHOLE)


FILTER = record("FrameworkFilter", texts("field value condition_type"), required="field value")
FILTER_GROUP = record("FrameworkSearchFilterGroup", {"filters": Many(FILTER)})
SORT_ORDER = record("FrameworkSortOrder", texts("field direction"), required="field direction")
SEARCH_CRITERIA = record(
    "FrameworkSearchCriteriaInterface",
    {"filter_groups": Many(FILTER_GROUP), "sort_orders": Many(SORT_ORDER)},
    ints("page_size current_page"),
    required="filter_groups",
)


def results_of(item: Record, name: str) -> Record:
    """Return the record of a page of such documents; `name` is Magento's for it."""
    return record(
        name,
        {"items": Many(item), "search_criteria": SEARCH_CRITERIA, "total_count": Kind.INT},
        required="items search_criteria total_count",
    )
