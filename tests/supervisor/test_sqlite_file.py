"""The database file of an embedded bridge: prepared once, opened by many, killed at any time."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.migrated import lay_copy

pytestmark = [pytest.mark.processes, pytest.mark.one_database]

ROUNDS = 200
PROCESSES = 8
# Forks processes that open and close the file as Django does, writing now and then; kills one after
# the other at any time and forks another. What fails is written to standard error.
HERD = """
import os, random, signal, sys, time, traceback, django
django.setup()
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

def graze(number):
    choice = random.Random(number)
    try:
        while True:
            if choice.random() < 0.3:
                key = f"{number}-{choice.random():.17f}"
                Session.objects.create(session_key=key, expire_date=timezone.now())
            else:
                Session.objects.count()
            connection.close()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)

def start(number):
    return os.fork() or graze(number)

rounds, size = int(sys.argv[1]), int(sys.argv[2])
choice = random.Random(8)
running = [start(number) for number in range(size)]
for number in range(size, size + rounds):
    time.sleep(choice.random() / 20)
    victim = running.pop(choice.randrange(len(running)))
    os.kill(victim, signal.SIGKILL)
    if os.waitpid(victim, 0)[1] != signal.SIGKILL:
        print(f"{victim} had ended by itself", file=sys.stderr)
    running.append(start(number))
for process in running:
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
print(Session.objects.count() > 0)
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return the environment of an embedded bridge in a folder of its own."""
    return {
        **os.environ,
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "BRIDGE_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "orderflow_bridge.settings",
    }


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.Popen[str]:
    """Start a management command."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def journal_of(file: Path) -> str:
    """Return how the file keeps its journal."""
    with closing(sqlite3.connect(file)) as database:
        return str(database.execute("PRAGMA journal_mode").fetchone()[0])


def test_migrating_turns_the_file_to_write_ahead_logging(
    environment: dict[str, str], tmp_path: Path
) -> None:
    migrating = manage("migrate", "-v0", "--skip-checks", environment=environment)

    assert migrating.communicate(timeout=300) == ("", None)
    assert migrating.returncode == 0
    assert journal_of(tmp_path / "bridge.sqlite3") == "wal"


def test_hosts_that_prepare_an_empty_database_at_once_all_succeed(
    environment: dict[str, str], tmp_path: Path
) -> None:
    preparing = [manage("prepare", environment=environment) for _ in range(3)]

    outputs = [each.communicate(timeout=300)[0] for each in preparing]

    assert [each.returncode for each in preparing] == [0, 0, 0], outputs
    assert sum("Administrator: admin" in output for output in outputs) == 1


def test_processes_that_open_close_and_are_killed_never_find_the_file_locked(
    environment: dict[str, str], tmp_path: Path
) -> None:
    lay_copy(tmp_path)

    herd = subprocess.run(
        [sys.executable, "-c", HERD, str(ROUNDS), str(PROCESSES)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert (herd.stdout, herd.stderr) == ("True\n", "")
