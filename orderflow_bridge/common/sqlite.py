"""What Django does not ask SQLite."""

import sqlite3
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def raise_parameter_limit(connection: BaseDatabaseWrapper, **signal: Any) -> None:
    """Tell Django how many parameters a statement of this SQLite may have.

    Django assumes 999 and would cut one bulk insert into many; Debian's library takes 250,000.
    """
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit
