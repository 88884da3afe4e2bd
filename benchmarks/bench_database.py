"""A scratch PostgreSQL database for measurements: made and dropped."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import SplitResult, urlsplit

import psycopg

NAME = "bridge_bench"


@contextmanager
def scratch_database(name: str = NAME) -> Iterator[str]:
    """Create the database on DATABASE_URL's server (else the local one) and yield its address."""
    server = urlsplit(os.environ.get("DATABASE_URL") or "postgres:///postgres")
    if not server.scheme.startswith("postgres"):
        raise SystemExit("The benchmark needs PostgreSQL: set DATABASE_URL.")
    drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
    with psycopg.connect(_address(server, "postgres"), autocommit=True) as administrator:
        administrator.execute(drop)
        administrator.execute(f"CREATE DATABASE {name}")
        try:
            yield _address(server, name)
        finally:
            administrator.execute(drop)


def _address(server: SplitResult, database: str) -> str:
    query = f"?{server.query}" if server.query else ""
    return f"postgres://{server.netloc}/{database}{query}"
