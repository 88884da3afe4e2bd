"""Lookups that Django lacks: one of many values (`sku_key__any_of=skus`), and SQL's own LIKE."""

from collections.abc import Iterable
from typing import Any

import orjson
from django.db.models import CharField, Lookup, TextField


class AnyOf(Lookup):
    """A column is one of the values, which are of its own Python type.

    The same as `__in`, but the values travel as one parameter, which is several times as fast to
    write and to plan when there are thousands.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison with a JSON list (SQLite)."""
        left, parameters = self.process_lhs(compiler, connection)
        values = orjson.dumps(self._values(connection), default=str).decode()
        return f"{left} IN (SELECT value FROM json_each(%s))", (*parameters, values)  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison with an array."""
        left, parameters = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        kind = (field.rel_db_type(connection) or "text").partition("(")[0]
        return f"{left} = ANY(%s::{kind}[])", (*parameters, self._values(connection))

    def _values(self, connection: Any) -> list[Any]:
        """Return the values as the column's; those of a relation are its target's."""
        field = getattr(self.lhs.output_field, "target_field", self.lhs.output_field)
        return [field.get_db_prep_value(value, connection) for value in self.rhs]


@CharField.register_lookup
@TextField.register_lookup
class SqlLike(Lookup):
    """SQL's own LIKE, `%` and `_` included, whatever the case of letters."""

    lookup_name = "sql_like"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison. A backslash escapes, as in MySQL."""
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        sql = f"UPPER({left}) LIKE UPPER({right}) ESCAPE '\\'"
        return sql, (*left_parameters, *right_parameters)
