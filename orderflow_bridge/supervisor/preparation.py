"""What must be there before the first process starts: tables, a queue, an administrator.

The SQLite broker's file must stay there, too: deleted under a running bridge, it is made anew and
all programs start again.
"""

import fcntl
import os
import secrets
import string
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from orderflow_bridge.access.ready_roles import ready_roles
from orderflow_bridge.access.services import fill_full_roles
from orderflow_bridge.celery import open_queue
from orderflow_bridge.exchange.services import take_name

ADMINISTRATOR = "admin"
PASSWORD_LETTERS = string.ascii_letters + string.digits
PASSWORD_LENGTH = 16
_ADVISORY_LOCK = 270_402


@dataclass(frozen=True)
class Administrator:
    """The user made at the first start. `password` is empty if it came from the environment."""

    username: str
    password: str


def prepare() -> Administrator | None:
    """Bring the database and the broker up to date; return the administrator if one was made.

    The broker's tables are made here, by one process, because worker and beat would race for it.
    Hosts that prepare one database at once take turns: the later ones find everything done.
    """
    with _one_at_a_time():
        is_new = not MigrationRecorder(connection).has_table()
        call_command("migrate", interactive=False, verbosity=0)
        fill_full_roles()
        take_name(is_new=is_new)
        _open_queue()
        return make_first_administrator()


def _open_queue() -> None:
    """Make the broker's queue. Each kind of broker has errors of its own."""
    try:
        open_queue()
    except Exception as error:
        raise CommandError(
            f"The broker cannot be used: {error}. See that its server runs, and that REDIS_URL or"
            " CELERY_BROKER_URL is right."
        ) from error


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Wait until nobody else prepares this database.

    On PostgreSQL the lock belongs to a transaction on a connection of its own, so that it also
    holds behind a pooler that hands out connections by the transaction.
    """
    if connection.vendor == "postgresql":
        guard = connection.copy()
        try:
            guard.set_autocommit(False)
            with guard.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
                yield
        finally:
            guard.close()
    else:
        with _lock_file() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _lock_file() -> IO[str]:
    try:
        return (settings.DATA_DIR / "prepare.lock").open("w")
    except OSError as error:
        raise CommandError(
            f"{settings.DATA_DIR} cannot be written to: {error.strerror}. Let the user that the"
            " bridge runs as write there, or name another folder in BRIDGE_DATA_DIR."
        ) from error


def pending() -> list[str]:
    """Return what `prepare` would do, or leave to somebody, a sentence each. Writes nothing."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    found = [f"Migration {each.app_label} {each.name} is not applied." for each, _ in plan]
    known = connection.introspection.table_names()
    # Before the first migrations there is nothing to look at.
    if Group._meta.db_table in known:
        if not get_user_model().objects.filter(is_superuser=True).exists():
            found.append(f"There is no superuser: {ADMINISTRATOR} would be made.")
        there = set(Group.objects.values_list("name", flat=True))
        missing = [name for name in ready_roles() if name not in there]
        # What a shop has deleted stays deleted; a migration that is due makes what is new.
        if any(each.app_label == "access" for each, _ in plan):
            found += [f"The ready role {name} would be made." for name in missing]
    if uncollected := uncollected_static_files():
        found.append(f"{uncollected} Run: manage.py collectstatic --no-input")
    return found


def uncollected_static_files() -> str:
    """Say that the folder of BRIDGE_STATIC_ROOT is not filled; "" if it is, or is not set."""
    if settings.STATIC_ROOT and not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return "The static files are not collected."
    return ""


def make_first_administrator() -> Administrator | None:
    """Make the superuser `admin` unless there is any superuser; return it if made.

    The password is BRIDGE_ADMIN_PASSWORD or a generated one.
    """
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists():
        return None
    given = os.environ.get("BRIDGE_ADMIN_PASSWORD", "")
    generated = "" if given else _password()
    users.create_superuser(username=ADMINISTRATOR, email="", password=given or generated)
    return Administrator(ADMINISTRATOR, generated)


def _password() -> str:
    """Return letters and digits only: a double click selects all of it."""
    return "".join(secrets.choice(PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH))
