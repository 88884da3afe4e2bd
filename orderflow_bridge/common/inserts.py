"""Many new rows of one table at once.

On PostgreSQL they travel by COPY, several times as fast as Django's bulk_create
(docs/decisions/stock-in-sql.md); on SQLite it is bulk_create that inserts them.
"""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, connections
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
