"""Many rows, each with values of its own, in one UPDATE.

Django's bulk_update writes a CASE with a branch per row and is slower than one statement per row
(docs/decisions/stock-in-sql.md). Here the values travel as arrays (PostgreSQL) or as JSON (SQLite).
"""

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import connection
from django.db.models import Field, Model


def update_rows(rows: Sequence[Model], *columns: str) -> None:
    """Save these columns (field names) of saved rows of one table: one statement, none if no rows.

    As with Django's own bulk methods, `save` is not called and `auto_now` fields are not renewed.
    """
    if not rows:
        return
    options = rows[0]._meta
    named = {field.name: field for field in options.concrete_fields}
    fields = [options.pk, *(named[column] for column in columns)]
    values = [[_stored(field, row) for row in rows] for field in fields]
    names = [connection.ops.quote_name(str(field.column)) for field in fields]
    table = connection.ops.quote_name(options.db_table)
    is_postgresql = connection.vendor == "postgresql"
    source, parameters = _arrays(fields, values) if is_postgresql else _json(values)
    settings = ", ".join(
        f"{name} = new_values.v{index}" for index, name in enumerate(names) if index
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {settings} FROM {source} WHERE {table}.{names[0]} = new_values.v0",  # noqa: S608
            parameters,
        )


def _stored(field: "Field[Any, Any]", row: Model) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)


def _arrays(
    fields: "Sequence[Field[Any, Any]]", values: list[list[Any]]
) -> tuple[str, Sequence[Any]]:
    """Return the values as PostgreSQL's arrays, cast without lengths so that nothing is cut."""
    types = [(field.rel_db_type(connection) or "text").partition("(")[0] for field in fields]
    arrays = ", ".join(f"%s::{kind}[]" for kind in types)
    columns = ", ".join(f"v{index}" for index in range(len(fields)))
    return f"unnest({arrays}) AS new_values ({columns})", values


def _json(values: list[list[Any]]) -> tuple[str, Sequence[Any]]:
    """Return the values as one JSON text; SQLite turns decimals' texts into numbers again."""
    columns = ", ".join(
        f"json_extract(value, '$[{index}]') AS v{index}" for index in range(len(values))
    )
    document = orjson.dumps(list(zip(*values, strict=True)), default=str).decode()
    return f"(SELECT {columns} FROM json_each(%s)) AS new_values", [document]  # noqa: S608
