"""Statements that Django does not write: many rows at once, plans that are kept, and locks.

New rows travel by COPY on PostgreSQL, several times as fast as Django's bulk_create; changed ones,
each with values of its own, in one UPDATE: Django's bulk_update writes a CASE with a branch per row
and is slower than one statement per row (docs/decisions/stock-in-sql.md).
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import orjson
from django.db import connection, connections
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    CharField,
    DecimalField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
)

_PLAIN = (CharField, TextField, DecimalField, IntegerField, ForeignKey)
# Up to so many rows, one INSERT is less work than asking for ids and copying.
_FEW = 20


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert new rows of one table and give them their ids.

    As with bulk_create, `save` is not called; nor are the table's own managers. Raises
    IntegrityError if a row is there already.
    """
    if not rows:
        return
    if connection.vendor == "postgresql" and len(rows) > _FEW:
        _copy(rows)
    else:
        type(rows[0])._base_manager.bulk_create(rows)


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


def execute_planned(cursor: CursorWrapper, statement: str, values: Sequence[Any]) -> None:
    """Execute a statement whose plan PostgreSQL is to keep, since planning is much of its cost.

    Django leaves this off for the sake of poolers, whose connections change between transactions.
    It also pays only where connections are kept, which behind a pooler they are not.
    """
    database = cursor.db
    if database.vendor != "postgresql" or not database.settings_dict["CONN_MAX_AGE"]:
        cursor.execute(statement, values)
        return
    wire = database.connection
    before, wire.prepare_threshold = wire.prepare_threshold, 0
    try:
        cursor.execute(statement, values)
    finally:
        wire.prepare_threshold = before


def take_turns(key: int) -> None:
    """Wait until nobody else's transaction has taken this key; SQLite has one writer anyhow."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (key,))


def wait_briefly() -> None:
    """Give way, until the transaction ends, rather than wait for a lock for long."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '3s'")


def _copy(rows: Sequence[Model]) -> None:
    database = connections[connection.alias]
    quote = database.ops.quote_name
    options = rows[0]._meta
    fields: list[Field[Any, Any]] = list(options.concrete_fields)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    readers = [_reader(field, database) for field in fields]
    with database.cursor() as cursor, database.wrap_database_errors:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            (options.db_table, options.pk.column, len(rows)),
        )
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
        with cursor.copy(f"COPY {quote(options.db_table)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([reader(row) for reader in readers])
    for row in rows:
        row._state.adding = False
        row._state.db = database.alias


def _reader(field: "Field[Any, Any]", database: Any) -> Callable[[Model], Any]:
    """Return what reads a column of a row; texts and numbers that are given need no preparation."""
    is_given = type(field).pre_save is Field.pre_save
    if is_given and isinstance(field, _PLAIN):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, True), database)


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
