"""A scratch PostgreSQL database for measurements: made and dropped."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, urlsplit

import psycopg

NAME = "bridge_bench"


@contextmanager
def scratch_database(name: str = NAME, *, keep: bool = False) -> Iterator[str]:
    """Create the database on DATABASE_URL's server (else the local one) and yield its address.

    It is dropped at the end, unless it is to be kept for another run.
    """
    server = _server()
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(_address(server, "postgres"), autocommit=True) as administrator:
        administrator.execute(drop)
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield _address(server, name)
        finally:
            if not keep:
                administrator.execute(drop)


def measured_on_scratch(module: str, name: str, **variables: str) -> int:
    """Run a benchmark again with --here, in a process on a scratch database; return its exit code.

    Django reads its settings once: a process that measures must find the database's address, a data
    folder of its own and `variables` in its environment from the beginning.
    """
    with tempfile.TemporaryDirectory() as folder, scratch_database(name) as address:
        env = {**os.environ, "DATABASE_URL": address, "BRIDGE_DATA_DIR": folder, **variables}
        command = [sys.executable, "-m", module, "--here", *sys.argv[1:]]
        return subprocess.run(command, env=env, check=False).returncode


def address_of(name: str) -> str:
    """Return the address of a database on the same server."""
    return _address(_server(), name)


def _server() -> SplitResult:
    server = urlsplit(os.environ.get("DATABASE_URL") or "postgres:///postgres")
    if not server.scheme.startswith("postgres"):
        raise SystemExit("The benchmark needs PostgreSQL: set DATABASE_URL.")
    return server


def _address(server: SplitResult, database: str) -> str:
    query = f"?{server.query}" if server.query else ""
    return f"postgres://{server.netloc}/{database}{query}"
