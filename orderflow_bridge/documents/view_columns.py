"""By which fields products are searched at a store view's address: by the values that it shows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Subquery, TextField
from django.db.models.functions import Cast, Coalesce

from orderflow_bridge.catalog.models import StoreValue
from orderflow_bridge.catalog.scopes import PER_VIEW
from orderflow_bridge.common.json_members import WholeText
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.kept_columns import worked_out
from orderflow_bridge.documents.product_columns import SEARCHED


def searched_in(store_id: int | None) -> Mapping[str, Column]:
    """Return the columns of products in a store view; None is the default values.

    One query, for None none: a view without any value of its own is searched as the default is.
    """
    if store_id is None or not StoreValue.objects.filter(store=store_id).exists():
        return SEARCHED
    return _ViewColumns(store_id)


class _ViewColumns(Mapping[str, Column]):
    """The columns of products; what may differ by view is the view's value before the default."""

    def __init__(self, store_id: int) -> None:
        self._store_id = store_id

    def __getitem__(self, name: str) -> Column:
        column = SEARCHED[name]
        return _in_view(name, column, self._own(name)) if name in PER_VIEW else column

    def __iter__(self) -> Iterator[str]:
        return iter(SEARCHED)

    def __len__(self) -> int:
        return len(SEARCHED)

    def _own(self, code: str) -> Any:
        rows = StoreValue.objects.filter(
            product=OuterRef("pk"), store=self._store_id, attribute=code
        )
        return Subquery(rows.annotate(text=WholeText("value")).values("text")[:1])


def _in_view(code: str, column: Column, own: Any) -> Column:
    if column.expressions:
        shown = Coalesce(own, column.expressions[column.path], output_field=TextField())
        # No index finds a product by what a view has instead.
        return replace(column, expressions={**column.expressions, column.path: shown}, held=None)
    if column.kind is ColumnKind.WHOLE:
        own = Cast(own, IntegerField())
        number = Coalesce(own, F(column.path), output_field=IntegerField())
        return worked_out(code, ColumnKind.WHOLE, number)
    return worked_out(code, column.kind, Coalesce(own, F(column.path), output_field=TextField()))
