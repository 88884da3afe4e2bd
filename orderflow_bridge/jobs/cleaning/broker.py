"""Messages that the SQLite broker has delivered: its driver hides them and never deletes them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from orderflow_bridge.jobs.cleaning.batches import Allowance

_SCHEMES = ("sqla+sqlite", "sqlalchemy+sqlite")
_TIMEOUT_SECONDS = 30
_DELETE = """
    DELETE FROM kombu_message WHERE id IN
        (SELECT id FROM kombu_message WHERE visible = 0 ORDER BY id LIMIT ?)
"""


def broker_file(url: str) -> Path | None:
    """Return the database file of a SQLite broker; None for every other broker."""
    parts = urlsplit(url)
    return Path(parts.path.removeprefix("/")) if parts.scheme in _SCHEMES else None


def delete_delivered_messages(url: str, allowance: Allowance) -> int:
    """Delete the delivered messages of the broker at `url`, in batches; return how many.

    A message in delivery has been read already: its row is not looked at again.
    """
    file = broker_file(url)
    if file is None or not file.is_file():
        return 0
    uri = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_TIMEOUT_SECONDS)) as connection:
        if not connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'kombu_message'"
        ).fetchone():
            return 0
        return _delete_in_batches(connection, allowance)


def _delete_in_batches(connection: sqlite3.Connection, allowance: Allowance) -> int:
    deleted = 0
    while True:
        with connection:
            gone = connection.execute(_DELETE, (allowance.rows,)).rowcount
        deleted += gone
        if gone < allowance.rows or not allowance.allows_more():
            return deleted
