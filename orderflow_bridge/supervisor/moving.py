"""Moving a shop from SQLite to PostgreSQL: table by table, counted and summed, and repeatable.

Rows go from SQLite's cursor into PostgreSQL's COPY as texts, which each column's type reads; no
model is made of them. Each table is one transaction, together with the note that it is there, so
that a move which was cut short goes on with the next table.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import environ
from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection as here
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ConnectionHandler

from imports.history import partition_of
from imports.models import ImportLine
from orderflow_bridge.common.exceptions import BridgeError

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
ROWS_AT_ONCE = 5_000
_NOTES = "bridge_move"
# No text of PostgreSQL holds a NUL; ASCII has a character that stands for what cannot be shown.
_NUL, _INSTEAD = "\0", "\x1a"
Say = Callable[[str], object]
_Model = type[models.Model]


_Field: TypeAlias = "models.Field[Any, Any]"


class MoveRefused(BridgeError):
    """A shop cannot be moved as asked; the text says why. Nothing has changed."""


@dataclass(frozen=True)
class Sums:
    """What a table holds: its rows, and one sum per column (docs/production.md, "Moving")."""

    rows: int
    columns: tuple[int, ...]


def move_to(url: str, say: Say) -> int:
    """Copy everything from this SQLite file to the database of a PostgreSQL URL; return the rows.

    Nothing can be written here meanwhile. The target must be empty, or hold what an earlier move
    to it has left. `say` gets a line per table and per 200,000 rows. Raises MoveRefused, also when
    what arrived is not what was sent.
    """
    target = _target(url)
    _migrate(url)
    with here.cursor() as source, target.cursor() as cursor:
        source.execute("BEGIN IMMEDIATE")
        try:
            _begin(target, cursor)
            moved = sum(_move(model, source, target, say) for model in tables())
            _finish(target, cursor)
        finally:
            source.execute("ROLLBACK")
    target.close()
    return moved


def tables() -> list[_Model]:
    """Return the models that have a table, each after those that its foreign keys need."""
    found: list[_Model] = []

    def add(model: _Model) -> None:
        if model in found or model._meta.proxy or not model._meta.managed:
            return
        for field in model._meta.local_concrete_fields:
            related = field.related_model if field.remote_field else None
            if isinstance(related, type) and related is not model:
                add(related._meta.concrete_model or related)
        if model not in found:
            found.append(model)

    for each in apps.get_models(include_auto_created=True):
        add(each)
    return found


def _target(url: str) -> BaseDatabaseWrapper:
    """Return a connection to the database of a URL. Raises MoveRefused."""
    if here.vendor != "sqlite":
        raise MoveRefused("This shop is not on SQLite: DATABASE_URL is set. Use pg_dump.")
    try:
        described: dict[str, Any] = dict(environ.Env.db_url_config(url))
    except ValueError as error:
        raise MoveRefused(f"The URL cannot be read: {error}") from error
    if not str(described.get("ENGINE", "")).endswith("postgresql"):
        raise MoveRefused("Give a URL of PostgreSQL: postgres://user:password@host:5432/name")
    handler = ConnectionHandler({"default": {**described, "TIME_ZONE": None}})
    target: BaseDatabaseWrapper = handler["default"]
    try:
        target.ensure_connection()
    except Exception as error:
        raise MoveRefused(f"PostgreSQL cannot be reached: {error}") from error
    return target


def _migrate(url: str) -> None:
    """Make the tables there, by a process of its own: migrations use the default connection."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(MANAGE), "migrate", "--no-input", "--verbosity", "0"],
        env={**os.environ, "DATABASE_URL": url, "BRIDGE_DATA_DIR": str(settings.DATA_DIR)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MoveRefused(f"The tables could not be made: {done.stderr.strip()[-500:]}")


def _begin(target: BaseDatabaseWrapper, cursor: Any) -> None:
    """Empty the tables, unless an earlier move has begun to fill them. Raises MoveRefused."""
    cursor.execute("SELECT to_regclass(%s)", (_NOTES,))
    if cursor.fetchone()[0]:
        return
    for model in (apps.get_model("auth.User"), apps.get_model("request_queue.Request")):
        cursor.execute(f"SELECT EXISTS (SELECT FROM {model._meta.db_table})")  # noqa: S608
        if cursor.fetchone()[0]:
            raise MoveRefused(
                "That database holds a shop already. Name an empty one; nothing was changed."
            )
    names = [model._meta.db_table for model in tables()]
    flush = target.ops.sql_flush(no_style(), names, reset_sequences=True, allow_cascade=True)
    for statement in [*flush, f"CREATE TABLE {_NOTES} (name text PRIMARY KEY)"]:
        cursor.execute(statement)


def _finish(target: BaseDatabaseWrapper, cursor: Any) -> None:
    """Let new rows be numbered after those that came, and forget the notes."""
    for statement in target.ops.sequence_reset_sql(no_style(), tables()):
        cursor.execute(statement)
    cursor.execute(f"DROP TABLE {_NOTES}")
    cursor.execute("ANALYZE")


def _move(model: _Model, source: Any, target: BaseDatabaseWrapper, say: Say) -> int:
    """Copy one table in one transaction, compare, and return its rows."""
    table = model._meta.db_table
    fields = model._meta.local_concrete_fields
    sent = _sums(source, model, is_sqlite=True)
    cursor: Any
    with target.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {_NOTES} WHERE name = %s)", (table,))  # noqa: S608
        if cursor.fetchone()[0]:
            say(f"{table}: was there already")
            return sent.rows
        target.set_autocommit(False)
        try:
            if model is ImportLine:
                _make_partitions(source, cursor)
            source.execute(f"SELECT {_columns(fields)} FROM {_quoted(table)}")  # noqa: S608
            with cursor.copy(f"COPY {_quoted(table)} ({_columns(fields)}) FROM STDIN") as copy:
                for number, row in enumerate(_rows(source, fields), 1):
                    copy.write_row(row)
                    if number % 200_000 == 0:
                        say(f"{table}: {number:,} of {sent.rows:,}")
            arrived = _sums(cursor, model, is_sqlite=False)
            if arrived != sent:
                raise MoveRefused(f"{table} did not arrive as it was sent: {sent} became {arrived}")
            cursor.execute(f"INSERT INTO {_NOTES} VALUES (%s)", (table,))  # noqa: S608
            target.commit()
        except BaseException:
            target.rollback()
            raise
        finally:
            target.set_autocommit(True)
    say(f"{table}: {sent.rows:,}")
    return sent.rows


def _rows(source: Any, fields: Sequence[_Field]) -> Iterator[list[Any]]:
    """Yield rows as COPY takes them: SQLite's times are UTC and do not say so."""
    times = [place for place, each in enumerate(fields) if isinstance(each, models.DateTimeField)]
    while rows := source.fetchmany(ROWS_AT_ONCE):
        for row in rows:
            values = [
                value.replace(_NUL, _INSTEAD) if isinstance(value, str) and _NUL in value else value
                for value in row
            ]
            for place in times:
                if values[place] is not None:
                    values[place] = f"{values[place]}+00"
            yield values


def _make_partitions(source: Any, cursor: Any) -> None:
    """Make the days of the history that the target has no place for yet."""
    source.execute(f"SELECT DISTINCT date(created_at) FROM {ImportLine._meta.db_table}")  # noqa: S608
    for (day,) in source.fetchall():
        name, statement = partition_of(date.fromisoformat(day))
        cursor.execute("SELECT to_regclass(%s)", (name,))
        if cursor.fetchone()[0] is None:
            cursor.execute(statement)


def _sums(cursor: Any, model: _Model, *, is_sqlite: bool) -> Sums:
    """Add up a table's columns, alike on both databases."""
    fields = model._meta.local_concrete_fields
    parts = ", ".join(_sum(field, is_sqlite=is_sqlite) for field in fields)
    cursor.execute(f"SELECT count(*), {parts} FROM {_quoted(model._meta.db_table)}")  # noqa: S608
    rows, *columns = cursor.fetchone()
    return Sums(rows, tuple(int(each or 0) for each in columns))


def _sum(field: _Field, *, is_sqlite: bool) -> str:
    column = _quoted(str(field.column))
    if isinstance(field, models.JSONField):  # PostgreSQL writes it in its own way
        return f"count({column})"
    if isinstance(field, models.DecimalField):
        scaled = f"round({column} * {10**field.decimal_places})"
        return f"sum(CAST({scaled} AS integer))" if is_sqlite else f"sum({scaled})"
    if isinstance(field, models.BooleanField):
        return f"sum({column})" if is_sqlite else f"sum({column}::integer)"
    if isinstance(field, models.CharField | models.TextField | models.BinaryField):
        return (
            f"sum(length(CAST({column} AS BLOB)))" if is_sqlite else f"sum(octet_length({column}))"
        )
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.IntegerField):
        return f"sum({column})"
    return f"count({column})"


def _columns(fields: Iterable[_Field]) -> str:
    return ", ".join(_quoted(str(field.column)) for field in fields)


def _quoted(name: str) -> str:
    return f'"{name}"'
