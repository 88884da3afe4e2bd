"""What Django does not ask SQLite."""

import sqlite3
import time
from typing import Any

from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE_OPTIONS = {
    # IMMEDIATE: a writer waits its turn instead of failing when it upgrades a read lock.
    # FULL: what was acknowledged survives a power cut as well as a crash.
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    # WAL is set once, when tables are made (keep_journal_ahead): SQLite does not wait its turn for
    # that one, so that processes opening at once would fail.
    "init_command": "PRAGMA synchronous=FULL; PRAGMA cache_size=-32000",
}
# While others have the file open, SQLite refuses at once to change its journal.
_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.05


def raise_parameter_limit(connection: BaseDatabaseWrapper, **signal: Any) -> None:
    """Tell Django how many parameters a statement of this SQLite may have.

    Django assumes 999 and would cut one bulk insert into many; Debian's library takes 250,000.
    """
    if connection.vendor == "sqlite":
        limit = connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER)
        connection.features.max_query_params = limit


def keep_journal_ahead(using: str, **signal: Any) -> None:
    """Before tables are made, turn a database file to write-ahead logging (WAL); it stays so.

    Readers then never wait for the writer. It belongs to the file, not to a connection, and is not
    asked for in each connection: SQLite answers "database is locked" without waiting when several
    processes ask at once. Raises OperationalError if others keep the file busy for half a minute.
    """
    connection = connections[using]
    if connection.vendor != "sqlite":
        return
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode")
                if cursor.fetchone()[0] == "delete":
                    cursor.execute("PRAGMA journal_mode=WAL")
                return
        except OperationalError:
            if time.monotonic() > give_up_at:
                raise
            time.sleep(_PAUSE_SECONDS)
