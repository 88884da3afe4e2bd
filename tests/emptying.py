"""Emptying the database after a test that has committed, in a fraction of Django's time.

Django truncates every table, and PostgreSQL then gives each a new file: a second or more for a test
that has written ten rows. Here only the tables that hold any are deleted from, in one statement;
their foreign keys are checked when it commits.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

_DELETE = """
DO $$
DECLARE
    name text;
    is_full boolean;
BEGIN
    FOREACH name IN ARRAY ARRAY[{names}] LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_full;
        IF is_full THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
END $$
"""


def empty_by_deleting() -> None:
    """Let this process's connection to PostgreSQL empty its tables so from now on."""
    if connection.vendor != "postgresql":
        return

    def sql_flush(style: Any, tables: Sequence[str], **_: bool) -> list[str]:
        return [_DELETE.format(names=", ".join(f"'{table}'" for table in tables))] if tables else []

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]
