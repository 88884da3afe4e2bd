"""The migrated, empty database, kept between runs: migrating takes longer than most tests.

SQLite's test database lives in memory, and a copy of it is kept as a file; PostgreSQL's is made
from a template. What migrating depends on is part of the copy's name, so that a change migrates
anew; the day is too, because partitions are made for days, and copies of other days are removed.
A bridge that a test starts in a process of its own begins with such a copy, too.
"""

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

ROOT = Path(__file__).resolve().parent.parent
# Tables come from models and migrations; permissions and roles from pages, settings and rights.
_MAKERS = re.compile(
    r"/(migrations|models|admin|access|configuration|management)\b|/\w*(admin|menu|apps|settings)\.py$"
)
_NAME = "bridge.sqlite3"
_TEMPLATE = "bridge_template_"
_IN_MEMORY = "file:memorydb_default?mode=memory&cache=shared"
_kept: list[sqlite3.Connection] = []


def offer_copy() -> None:
    """Lay a kept copy where Django will look for its test database; without one, do nothing."""
    if connection.vendor == "postgresql":
        if template() in _templates():
            connection.settings_dict.setdefault("TEST", {})["TEMPLATE"] = template()
    elif _file().exists():
        # Shared memory lasts as long as somebody holds it open.
        memory = sqlite3.connect(_IN_MEMORY, uri=True)
        with closing(sqlite3.connect(_file())) as kept:
            kept.backup(memory)
        _kept.append(memory)


def keep_copy() -> None:
    """Keep a copy of the test database, which has just been migrated, if there is none yet."""
    if connection.vendor == "postgresql":
        _keep_template()
        return
    while _kept:
        _kept.pop().close()
    if not _file().exists():
        connection.ensure_connection()
        _keep_file(connection.connection)


def _keep_file(migrated: sqlite3.Connection) -> None:
    _file().parent.mkdir(parents=True, exist_ok=True)
    for other_day in _file().parent.glob("migrated-*.sqlite3"):
        if _today() not in other_day.name:
            other_day.unlink(missing_ok=True)
    unfinished = _file().with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as copy:
        migrated.backup(copy)
    unfinished.replace(_file())


def lay_copy(folder: Path) -> None:
    """Let the bridge of a data folder find its database migrated, as if it had run before."""
    if not _file().exists():
        _make_copy(folder)
    else:
        shutil.copy(_file(), folder / _NAME)
    with closing(sqlite3.connect(folder / _NAME)) as laid:
        laid.execute("PRAGMA journal_mode=WAL")  # as `migrate` leaves a file


def _make_copy(folder: Path) -> None:
    """Migrate in a process of its own, as the first start does, and keep what comes of it."""
    env = {**os.environ, "BRIDGE_DATA_DIR": str(folder), "DATABASE_URL": "", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, check=True)
    with closing(sqlite3.connect(folder / _NAME)) as migrated:
        _keep_file(migrated)


def template() -> str:
    """Return the name of the database on PostgreSQL that is kept to make migrated ones from."""
    return _TEMPLATE + _key()


def _keep_template() -> None:
    existing = _templates()
    if template() in existing:
        return
    source = connection.settings_dict["NAME"]
    connection.close()
    with connection._nodb_cursor() as cursor, suppress(DatabaseError):  # another run was faster
        cursor.execute(f'CREATE DATABASE "{template()}" TEMPLATE "{source}"')
        for other in existing:
            if _today() not in other:
                cursor.execute(f'DROP DATABASE IF EXISTS "{other}"')


def _templates() -> list[str]:
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{_TEMPLATE}%"])
        return [name for (name,) in cursor.fetchall()]


def _file() -> Path:
    return Path(settings.DATA_DIR) / f"migrated-{_key()}.sqlite3"


def _today() -> str:
    return f"{datetime.now(UTC):%Y%m%d}"


@cache
def _key() -> str:
    """Return today's date and a digest of all that migrating depends on."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    for room in ("exports", "imports", "orderflow_bridge", "soapapi"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if _MAKERS.search(f"/{path.relative_to(ROOT)}"):
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return f"{_today()}_{digest.hexdigest()[:16]}"
