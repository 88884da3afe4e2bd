"""Statements that every message needs: the database is to plan them once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def kept_plan() -> Iterator[None]:
    """Have PostgreSQL keep the plan of a statement, where planning is much of its cost.

    Django leaves this off for the sake of poolers, whose connections change between transactions.
    It also pays only where connections are kept, which behind a pooler they are not.
    """
    if connection.vendor != "postgresql" or not connection.settings_dict["CONN_MAX_AGE"]:
        yield
        return
    wire = connection.connection
    before, wire.prepare_threshold = wire.prepare_threshold, 0
    try:
        yield
    finally:
        wire.prepare_threshold = before
