"""What is cleaned beside our tables: old log files, and what a SQLite broker has delivered."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import structlog

from orderflow_bridge.jobs.cleaning_steps import Allowance

# Files are named after their day (orderflow_bridge/logs.py): one that nobody has written to for a
# day and an hour belongs to a day that is over in every process.
_IN_USE = timedelta(hours=25)

log = structlog.get_logger(__name__)
_SQLITE_SCHEMES = ("sqla+sqlite", "sqlalchemy+sqlite")
_BROKER_TIMEOUT_SECONDS = 30
_DELETE_DELIVERED = """
    DELETE FROM kombu_message WHERE id IN
        (SELECT id FROM kombu_message WHERE visible = 0 ORDER BY id LIMIT ?)
"""


def remove_old_files(directory: Path, *, cutoff: datetime | None, now: datetime) -> int:
    """Remove the files last written at or before `cutoff`, never one in use; return how many.

    A file that cannot be removed is named in the log and left.
    """
    if cutoff is None or not directory.is_dir():
        return 0
    latest = min(cutoff, now - _IN_USE).timestamp()
    return sum(_removed(path, latest) for path in sorted(directory.iterdir()))


def _removed(path: Path, latest: float) -> bool:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_mtime > latest:
            return False
        path.unlink()
    except FileNotFoundError:  # another process of this host was faster
        return False
    except OSError as error:
        log.warning("log_file_not_removed", path=str(path), error=str(error))
        return False
    return True


def broker_file(url: str) -> Path | None:
    """Return the database file of a SQLite broker; None for every other broker."""
    parts = urlsplit(url)
    return Path(parts.path.removeprefix("/")) if parts.scheme in _SQLITE_SCHEMES else None


def delete_delivered_messages(url: str, allowance: Allowance) -> int:
    """Delete the delivered messages of the broker at `url`, in batches; return how many.

    A message in delivery has been read already: its row is not looked at again.
    """
    file = broker_file(url)
    if file is None or not file.is_file():
        return 0
    uri = f"{file.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=_BROKER_TIMEOUT_SECONDS)) as connection:
        if not connection.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'kombu_message'"
        ).fetchone():
            return 0
        return _delete_in_batches(connection, allowance)


def _delete_in_batches(connection: sqlite3.Connection, allowance: Allowance) -> int:
    deleted = 0
    while True:
        with connection:
            gone = connection.execute(_DELETE_DELIVERED, (allowance.rows,)).rowcount
        deleted += gone
        if gone < allowance.rows or not allowance.allows_more():
            return deleted
