"""Texts in the order of their bytes, which an index for prefixes has, whatever the collation.

A prefix that many rows share, all of them old, would otherwise be looked for among all the newer
rows. In this order the database starts at the first match and reads twenty.
"""

from typing import Any

from django.db.models import CharField, F, Lookup
from django.db.models.expressions import OrderBy


class ByteOrder(OrderBy):
    """Order by a column's bytes: by PostgreSQL's text_pattern_ops, plainly elsewhere."""

    def __init__(self, path: str, **options: Any) -> None:
        super().__init__(F(path), **options)
        self.path = path

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Name the operator, which an index with text_pattern_ops is sorted by.

        Django looks for the word ASC or DESC in every order; PostgreSQL would take neither here.
        """
        operator = "~>~ /* DESC */" if self.descending else "~<~ /* ASC */"
        return self.as_sql(compiler, connection, template=f"%(expression)s USING {operator}")


class _ByteLookup(Lookup):
    """Compare the bytes of two texts."""

    operators = ("", "")

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Return the comparison in the database's words."""
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        plain, pattern = self.operators
        operator = pattern if connection.vendor == "postgresql" else plain
        return f"{left} {operator} {right}", (*left_params, *right_params)


@CharField.register_lookup
class ByteGreater(_ByteLookup):
    """`reference__byte_gt`."""

    lookup_name = "byte_gt"
    operators = (">", "~>~")


@CharField.register_lookup
class ByteGreaterOrEqual(_ByteLookup):
    """`reference__byte_gte`."""

    lookup_name = "byte_gte"
    operators = (">=", "~>=~")


@CharField.register_lookup
class ByteLess(_ByteLookup):
    """`reference__byte_lt`."""

    lookup_name = "byte_lt"
    operators = ("<", "~<~")


@CharField.register_lookup
class ByteLessOrEqual(_ByteLookup):
    """`reference__byte_lte`."""

    lookup_name = "byte_lte"
    operators = ("<=", "~<=~")
