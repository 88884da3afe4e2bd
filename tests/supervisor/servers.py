"""Real processes for tests: a bridge or a web server on a free port, and calls over a socket."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import psycopg

from tests.migrated import lay_copy, template

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """Return a port nobody uses at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def environment(data_dir: Path, **values: str) -> dict[str, str]:
    """Return the environment of a bridge with its own data folder and, by itself, no servers."""
    own = {"BRIDGE_DATA_DIR": str(data_dir), "DATABASE_URL": "", "REDIS_URL": ""}
    return {**os.environ, **own, **values}


@contextmanager
def servers_of_this_run(name: str, *, migrated_in: Path | None = None) -> Iterator[dict[str, str]]:
    """Yield DATABASE_URL and REDIS_URL for processes; on PostgreSQL, of a new database.

    The database is empty; or migrated, which takes longer than most of what is tested, if
    `migrated_in` names the data folder that will be used. On PostgreSQL it is empty all the same
    when no template was kept: whoever asks for a migrated one brings it up to date anyhow.

    Redis has a numbered database for each process of the tests, or the workers of two tests that
    run at once would take each other's jobs.
    """
    given = os.environ.get("DATABASE_URL", "")
    redis = {"REDIS_URL": _redis_of_this_process(os.environ.get("REDIS_URL", ""))}
    if not given.startswith("postgres"):
        if migrated_in:
            lay_copy(migrated_in)
        yield redis
        return
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        known = "SELECT datname FROM pg_database WHERE datname = %s"
        is_kept = migrated_in and connection.execute(known, [template()]).fetchone()
        source = f'TEMPLATE "{template()}"' if is_kept else ""
        connection.execute(f"CREATE DATABASE {name} {source}")
        yield {"DATABASE_URL": urlsplit(given)._replace(path=f"/{name}").geturl(), **redis}
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _redis_of_this_process(url: str) -> str:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if not url or not worker:
        return url
    return urlsplit(url)._replace(path=f"/{10 + int(worker.removeprefix('gw')) % 6}").geturl()


@contextmanager
def running(*command: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command with our Python in a session of its own; end it when the test is over.

    A failure of the test tells what the command wrote last. What does not end in time is killed
    with all that it started: an orphan would go on working in the test's database.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env=env, stdout=output, stderr=output,
            start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    except BaseException as error:
        last = log.read_text(errors="replace")[-4000:]
        error.add_note(f"{' '.join(command)} wrote last:\n{last}")
        raise
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_until(found: Callable[[], T], *, seconds: float = 30) -> T:
    """Return the first true answer of `found`; fail the test if there is none in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"Nothing after {seconds} seconds")


def status_of(port: int, path: str) -> int:
    """Return the HTTP status of a GET, 0 if nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def post_chunked(port: int, path: str, chunks: list[bytes]) -> tuple[int, bytes]:
    """Send a body in chunks, without a Content-Length; return status and answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", path, body=iter(chunks), encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def children_of(parent: int) -> dict[str, int]:
    """Return the pids of the bridge's programs (web, worker, beat, sandbox) under a supervisor."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = (stat.parent / "cmdline").read_bytes().decode().split("\0")
            # The name in brackets may hold spaces; state and parent follow it.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z":
            found[_program(words)] = int(stat.parent.name)
    return found


def members_of(sessions: set[int]) -> set[int]:
    """Return the living processes of these sessions."""
    living = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) in sessions and fields[0] != "Z":
            living.add(int(stat.parent.name))
    return living


def _program(words: list[str]) -> str:
    line = " ".join(words)
    found = re.search(r"gunicorn|worker|beat|sandbox(?= --)", line)
    return {"gunicorn": "web"}.get(found.group(), found.group()) if found else line
