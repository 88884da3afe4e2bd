"""Keeping and cleaning the history of imports, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports import history
from imports.history import delete_imports_before, drop_partitions_before, ensure_partitions
from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_product, make_request, make_source
from tests.imports.stock import apply, process, queue, stock

pytestmark = pytest.mark.django_db
postgresql = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="partitions are PostgreSQL's"),
]


def make_import(created_at: datetime, lines: int = 2) -> Import:
    ensure_partitions(created_at.astimezone(UTC).date(), ahead=0)
    report = Import.objects.create(
        entity=Entity.INVENTORY,
        operation=Operation.UPDATE,
        successes=lines,
        created_at=created_at,
        request=make_request(processed_at=created_at),
    )
    ImportLine.objects.bulk_create(
        ImportLine(
            parent=report,
            result=Result.SUCCESS,
            reference="A",
            sequence_id=n,
            created_at=created_at,
        )
        for n in range(lines)
    )
    return report


def partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits"
            " WHERE inhparent = 'imports_importline'::regclass ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_imports_before_the_time_go_with_their_lines() -> None:
    make_import(at("2020-03-01T10:00:00"))
    make_import(at("2020-03-03T09:59:59.999999"))
    kept = make_import(at("2020-03-03T10:00:00"))

    assert delete_imports_before(at("2020-03-03T10:00:00")) == 2

    assert list(Import.objects.all()) == [kept]
    assert set(ImportLine.objects.values_list("parent_id", flat=True)) == {kept.pk}


def test_cleaning_can_be_stopped_and_taken_up_again() -> None:
    for day in range(1, 6):
        make_import(at(f"2020-03-0{day}T10:00:00"))

    deleted = [delete_imports_before(at("2020-03-10T00:00:00"), limit=2) for _ in range(4)]

    assert deleted == [2, 2, 1, 0]


def test_a_large_import_is_deleted_in_a_transaction_of_its_own() -> None:
    for _ in range(3):
        report = make_import(at("2020-03-03T10:00:00"), lines=1)
        Import.objects.filter(pk=report.pk).update(
            successes=history.MOST_LINES_PER_TRANSACTION // 2 + 1
        )

    with CaptureQueriesContext(connection) as queries:
        delete_imports_before(at("2020-03-04T00:00:00"))

    deletes = [query["sql"] for query in queries if query["sql"].startswith("DELETE")]
    assert len([sql for sql in deletes if '"imports_import"' in sql]) == 3


def test_the_requests_and_the_protection_from_duplicates_stay() -> None:
    make_source()
    make_product("A")
    apply(("A", 5, 5))
    queue(("A", 9, 5))

    delete_imports_before(timezone.now())
    process()

    assert Request.objects.count() == 2
    assert stock()["A", "default"] == (5, 1, 5)
    assert [line.result for line in ImportLine.objects.all()] == [Result.DUPLICATE]


def test_an_old_replay_is_superseded_once_its_history_is_gone() -> None:
    make_source()
    make_product("A")
    apply(("A", 4, 4))
    apply(("A", 5, 5))
    delete_imports_before(timezone.now())

    [line] = apply(("A", 4, 4))

    assert line.result == Result.SUPERSEDED
    assert stock()["A", "default"] == (5, 1, 5)


class TestPartitions:
    """One table per day (UTC), made ahead of time."""

    pytestmark = postgresql

    def test_there_are_partitions_for_a_week_ahead_and_no_default_one(self) -> None:
        ensure_partitions(date(2031, 5, 1))

        names = [name for name in partitions() if "_p2031" in name]
        assert names == [f"imports_importline_p2031050{day}" for day in range(1, 9)]
        assert not any("default" in name for name in partitions())

    def test_nothing_missing_costs_one_look(self) -> None:
        ensure_partitions(date(2031, 5, 1))

        with CaptureQueriesContext(connection) as queries:
            ensure_partitions(date(2031, 5, 1))

        assert len(queries) == 1

    def test_a_gap_is_filled(self) -> None:
        ensure_partitions(date(2031, 5, 1), ahead=0)
        ensure_partitions(date(2031, 5, 3), ahead=0)

        ensure_partitions(date(2031, 5, 1), ahead=3)

        assert len([name for name in partitions() if "_p2031" in name]) == 4

    def test_a_day_without_a_partition_takes_no_line(self) -> None:
        with pytest.raises(IntegrityError, match="no partition"):
            ImportLine.objects.create(
                parent_id=1, result=Result.SUCCESS, reference="A", created_at=at("2031-05-01T00:00")
            )

    def test_imports_make_the_partitions_that_are_missing(self) -> None:
        make_source()
        make_product("A")
        with connection.cursor() as cursor:
            for name in partitions():
                cursor.execute(f"DROP TABLE {name}")

        [line] = apply(("A", 5, 5))

        assert line.result == Result.SUCCESS
        assert len(partitions()) == 8

    def test_lines_of_midnight_belong_to_the_new_day(self) -> None:
        make_import(at("2031-05-01T23:59:59.999999"), lines=1)
        make_import(at("2031-05-02T00:00:00"), lines=1)

        assert drop_partitions_before(date(2031, 5, 2)) >= 1

        [line] = ImportLine.objects.all()
        assert line.created_at == at("2031-05-02T00:00:00")

    def test_a_new_partition_has_the_indexes_of_the_others(self) -> None:
        ensure_partitions(date(2031, 5, 1), ahead=0)

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename, count(*) FROM pg_indexes WHERE tablename ~ '_p[0-9]{8}$'"
                " GROUP BY 1"
            )
            counts = dict(cursor.fetchall())
        assert set(counts.values()) == {6}
        assert "imports_importline_p20310501" in counts


@pytest.mark.postgresql
@pytest.mark.skipif(connection.vendor != "postgresql", reason="partitions are PostgreSQL's")
@pytest.mark.django_db(transaction=True)
def test_partitions_are_detached_beside_running_queries_and_an_interrupted_one_is_completed() -> (
    None
):
    make_import(at("2020-03-01T10:00:00"))
    make_import(at("2020-03-02T10:00:00"))
    with connection.cursor() as cursor:
        # What a crash between DETACH and DROP leaves behind.
        cursor.execute(
            "ALTER TABLE imports_importline DETACH PARTITION imports_importline_p20200301"
        )

    with CaptureQueriesContext(connection) as queries:
        dropped = drop_partitions_before(date(2020, 3, 3))

    statements: list[Any] = [query["sql"] for query in queries]
    assert dropped == 2
    assert sum("CONCURRENTLY" in sql for sql in statements) == 1
    assert not [name for name in partitions() if "_p2020" in name]
    assert ImportLine.objects.count() == 0
    assert delete_imports_before(at("2020-03-03T00:00:00")) == 2
    ensure_partitions(timezone.now().date() - timedelta(days=1))
