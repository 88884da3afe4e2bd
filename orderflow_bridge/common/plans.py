"""Statements that every message needs: the database is to plan them once."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper


def execute_planned(cursor: CursorWrapper, statement: str, values: Sequence[Any]) -> None:
    """Execute a statement whose plan PostgreSQL is to keep, since planning is much of its cost.

    Django leaves this off for the sake of poolers, whose connections change between transactions.
    It also pays only where connections are kept, which behind a pooler they are not.
    """
    database = cursor.db
    if database.vendor != "postgresql" or not database.settings_dict["CONN_MAX_AGE"]:
        cursor.execute(statement, values)
        return
    wire = database.connection
    before, wire.prepare_threshold = wire.prepare_threshold, 0
    try:
        cursor.execute(statement, values)
    finally:
        wire.prepare_threshold = before
