"""The test database as other processes see it."""

import os
import sqlite3
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.db import connection


@pytest.fixture
def database_url(transactional_db, tmp_path):
    """Return the address of the test database; SQLite's, which lives in memory, is copied."""
    if connection.vendor == "postgresql":
        name = connection.settings_dict["NAME"]
        return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    connection.ensure_connection()
    with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")  # as `migrate` leaves a file
    return f"sqlite:///{tmp_path / 'copy.sqlite3'}"


@pytest.fixture
def environment(database_url, tmp_path):
    """Return the environment of a bridge of its own: this database, its own broker and logs."""
    inherited = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
    return {**inherited, "DATABASE_URL": database_url, "BRIDGE_DATA_DIR": str(tmp_path / "bridge")}
