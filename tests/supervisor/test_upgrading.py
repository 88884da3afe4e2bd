"""`manage.py upgrade --check` says what a new version does to the database, and how long."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ModelState, ProjectState

from orderflow_bridge.supervisor.upgrading import due_work, in_words, judge, summary

LATEST = "0007_one_id_and_trace"
TABLE = "request_queue_request"
ROWS = {TABLE: 2_000_000}
INDEX = migrations.AddIndex("request", models.Index(fields=("fence",), name="by_fence"))
COLUMN = migrations.AddField("request", "mark", models.CharField(max_length=9, default=""))
TYPE = migrations.AlterField("request", "fence", models.BigIntegerField())
DATA = migrations.RunPython(migrations.RunPython.noop)
FIELDS: "list[tuple[str, models.Field[Any, Any]]]" = [
    ("id", models.BigAutoField(primary_key=True)),
    ("fence", models.IntegerField()),
]
NEW = migrations.CreateModel("Kept", FIELDS)


def state() -> ProjectState:
    """Return a state with one big table."""
    found = ProjectState()
    found.add_model(ModelState("request_queue", "Request", FIELDS))
    return found


@pytest.mark.parametrize(
    ("operation", "is_postgresql", "seconds", "does"),
    [
        (INDEX, True, 10, "makes indexes"),
        (COLUMN, True, 1, "changes columns"),
        (COLUMN, False, 30, "changes columns"),
        (TYPE, True, 30, "changes columns"),
        (DATA, True, 120, "goes over rows"),
        (NEW, True, 1, "makes tables"),
    ],
)
def test_a_migration_takes_as_long_as_what_it_does_to_so_many_rows(
    operation: migrations.operations.base.Operation, is_postgresql: bool, seconds: int, does: str
) -> None:
    next_one = type("Next", (migrations.Migration,), {"operations": [operation]})

    work = judge(next_one("0099_next", "request_queue"), state(), ROWS, is_postgresql=is_postgresql)

    assert (work.takes, work.does) == (timedelta(seconds=seconds), does)
    assert work.stops_accepting is (seconds > 1)
    if seconds == 10:
        assert work.sentence == (
            "Migration request_queue 0099_next: makes indexes in request_queue_request"
            " (2,000,000 rows); about 10 s, messages wait meanwhile."
        )
        assert summary([work, work]) == (
            "About 20 s in all. OrderFlow's messages wait for a part of it, or are sent again."
        )


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 s"), (59, "59 s"), (250, "4 min"), (7800, "2 h 10 min")]
)
def test_durations_are_said_as_one_would(seconds: int, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


@pytest.mark.django_db
def test_what_is_due_is_told_and_nothing_is_written() -> None:
    assert due_work() == []
    said = StringIO()
    MigrationRecorder(connection).record_unapplied("request_queue", LATEST)

    with pytest.raises(SystemExit) as ended:
        call_command("upgrade", check=True, stdout=said)

    assert ended.value.code == 1
    assert said.getvalue().splitlines()[0] == (
        f"Migration request_queue {LATEST}: changes columns and makes indexes; about 1 s."
    )
    applied = MigrationRecorder(connection).applied_migrations()
    assert ("request_queue", LATEST) not in applied


@pytest.mark.django_db
def test_without_check_it_is_done() -> None:
    said = StringIO()

    call_command("upgrade", stdout=said)

    assert said.getvalue().splitlines()[-1] == "The database is up to date."
