"""Fields of a document that have no column of their own, as columns that callers may search.

What a document shows is found by what it shows (docs/contract/rest.md, "What can be searched"): a
member of the JSON beside the row, else what follows from other columns, as the document has it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Case, ExpressionWrapper, F, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, Round

from orderflow_bridge.common.json_members import EXACT, AttributeText, JsonNumber, JsonText
from orderflow_bridge.documents.conditions import Column, ColumnKind
from orderflow_bridge.documents.order_records import base_twin
from orderflow_bridge.documents.records import Kind, Record
from orderflow_bridge.documents.search import Columns

_KINDS = {
    Kind.INT: ColumnKind.WHOLE,
    Kind.FLOAT: ColumnKind.NUMBER,
    Kind.TEXT: ColumnKind.TEXT,
    Kind.FLAG: ColumnKind.WHOLE,
}
_PLACES = 8
# Texts among people's data that tell of nobody.
_NOBODYS = ("ext_order_id",)
NOTHING = Value(0, output_field=EXACT)
YES = Value(1, output_field=EXACT)


def worked_out(name: str, kind: ColumnKind, expression: Any) -> Column:
    """Return a column that is an expression; `name` is the field's."""
    path = f"{name}_sought"
    return Column(path, kind, is_nullable=True, expressions={path: expression})


def number(expression: Any) -> Any:
    """Return an expression as a number on both databases, which compare it with numbers then."""
    return Cast(expression, EXACT)


def worked(amount: Any) -> Any:
    """Return an amount that was added up or multiplied, without the tail that SQLite leaves."""
    return Round(amount, _PLACES, output_field=EXACT)


def kept_columns(
    record: Record,
    columns: Columns,
    *,
    path: str = "extra",
    follows: Mapping[str, Any] | None = None,
    is_one_currency: Mapping[str, Any] | None = None,
) -> Columns:
    """Return columns for the plain fields of a record that are not among `columns`.

    They lie in the JSON at `path`; where that says nothing, they are what `follows` says, by field.
    `is_one_currency` is the condition under which an amount in the base currency is the other one.
    """
    own = dict(follows or {})
    found = {}
    amounts = {base_twin(name): name for name, shape in record.fields.items() if shape in _KINDS}
    for name, shape in record.fields.items():
        if name in columns or shape not in _KINDS:
            continue
        kind = _KINDS[shape]
        member: Callable[..., Any] = JsonText if kind is ColumnKind.TEXT else JsonNumber
        if shape is Kind.FLAG:
            member = _flag
        kept: Any = member(path, name)
        amount = amounts.get(name)
        if name in own:
            kept = _else(kept, own[name], kind)
        elif amount and is_one_currency is not None:
            same = columns[amount].path if amount in columns else None
            twin = F(same) if same else own.get(amount) or JsonNumber(path, amount)
            if amount in own and not same:
                twin = _else(JsonNumber(path, amount), own[amount], kind)
            follow = Case(When(**is_one_currency, then=twin), output_field=EXACT)
            kept = number(Coalesce(kept, follow, output_field=EXACT))
        else:
            # As an index of the same expression has it (sales/models/order.py).
            kept = ExpressionWrapper(kept, output_field=kept.output_field)
        source = path if kind is ColumnKind.TEXT and name not in _NOBODYS else ""
        found[name] = replace(worked_out(name, kind, kept), source=source)
    return found


def _flag(path: str, name: str) -> Any:
    """Return yes and no as 1 and 0."""
    return number(AttributeText(path, name))


def _else(kept: Any, follows: Any, kind: ColumnKind) -> Any:
    if kind is ColumnKind.TEXT:
        return Coalesce(kept, follows, output_field=TextField())
    return number(Coalesce(kept, follows, output_field=EXACT))
