"""Cleaning in small bites: bounded in time, resumable, one failure does not stop the rest."""

import time

import pytest
from django.db import connection

from exports.models import Export
from orderflow_bridge.jobs.cleaning import CleaningIncomplete
from orderflow_bridge.jobs.cleaning_steps import Allowance, oldest_first
from orderflow_bridge.request_queue.models import Request
from tests.jobs.cleaning.samples import MIDNIGHT, cleaned, make_export, make_processed

pytestmark = pytest.mark.django_db

REMAINDER = "The time for one run was up: the rest goes at the next run."


def test_rows_come_oldest_first_in_batches():
    late = make_export(MIDNIGHT)
    early = make_export(MIDNIGHT.replace(day=1))
    twins = [make_export(MIDNIGHT.replace(day=9)) for _ in range(2)]

    batches = list(oldest_first(Export.objects.all(), Allowance(seconds=60, rows=2)))

    assert batches == [[early.pk, twins[0].pk], [twins[1].pk, late.pk]]


def test_rows_of_one_time_are_all_seen_once():
    made = [make_export(MIDNIGHT).pk for _ in range(5)]

    batches = oldest_first(Export.objects.all(), Allowance(seconds=60, rows=1))

    assert [pk for batch in batches for pk in batch] == made


def test_when_the_time_is_up_the_rest_is_left_and_said_so():
    for _ in range(5):
        make_processed(MIDNIGHT)

    report = cleaned(seconds=0, rows_at_once=16)

    assert Request.objects.count() == 3
    assert report.startswith("Deleted 0 exports, 0 imports, 2 requests;")
    assert report.endswith(REMAINDER)


def test_the_next_run_goes_on_where_the_last_one_stopped():
    for _ in range(5):
        make_processed(MIDNIGHT)
    cleaned(seconds=0, rows_at_once=16)

    report = cleaned()

    assert not Request.objects.exists()
    assert report.startswith("Deleted 0 exports, 0 imports, 3 requests;")
    assert REMAINDER not in report


def test_a_long_backlog_of_one_kind_does_not_keep_the_others_from_being_cleaned():
    for _ in range(3):
        make_export(MIDNIGHT)
        make_processed(MIDNIGHT)

    cleaned(seconds=0, rows_at_once=1)

    assert Export.objects.count() == 2
    assert Request.objects.count() == 2


def test_exactly_full_batches_leave_nothing_over():
    for _ in range(4):
        make_export(MIDNIGHT)

    report = cleaned(rows_at_once=40)

    assert not Export.objects.exists()
    assert "4 exports" in report


def refuse_to_delete(export):
    """Let the database refuse to delete one export, as a lock or a full disk would."""
    if connection.vendor == "postgresql":
        statements = [
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$",
            "CREATE TRIGGER refuse BEFORE DELETE ON exports_export FOR EACH ROW"
            f" WHEN (OLD.id = {export.pk}) EXECUTE FUNCTION refuse()",
        ]
        undo = ["DROP TRIGGER refuse ON exports_export", "DROP FUNCTION refuse()"]
    else:
        statements = [
            f"CREATE TRIGGER refuse BEFORE DELETE ON exports_export WHEN OLD.id = {export.pk}"
            " BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        ]
        undo = ["DROP TRIGGER refuse"]
    run_all(statements)
    return undo


def run_all(statements):
    """Execute statements one by one."""
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_failure_between_batches_loses_nothing_and_does_not_stop_the_other_kinds():
    exports = [make_export(MIDNIGHT, lines=2) for _ in range(3)]
    make_processed(MIDNIGHT)
    undo = refuse_to_delete(exports[1])

    with pytest.raises(CleaningIncomplete) as incomplete:
        cleaned(rows_at_once=1)
    run_all(undo)

    assert str(incomplete.value) == (
        "Deleted 0 imports, 1 request; emptied the bodies of 0 requests; removed 0 log files."
        " Not cleaned: exports; see the log."
    )
    assert list(Export.objects.order_by("pk")) == exports[1:]
    assert [export.lines.count() for export in Export.objects.all()] == [2, 2]
    assert cleaned(rows_at_once=1).startswith("Deleted 2 exports")


@pytest.mark.django_db(transaction=True)
def test_no_transaction_outlives_a_batch():
    for _ in range(3):
        make_export(MIDNIGHT)

    for _ in oldest_first(Export.objects.all(), Allowance(seconds=60, rows=1)):
        assert not connection.in_atomic_block


def test_an_allowance_ends_and_remembers_it():
    allowance = Allowance(seconds=0.02, rows=1)
    assert allowance.allows_more()
    assert not allowance.is_used_up

    time.sleep(0.03)

    assert not allowance.allows_more()
    assert allowance.is_used_up


def test_statements_grow_with_batches_and_not_with_rows(django_assert_max_num_queries):
    for _ in range(60):
        make_processed(MIDNIGHT)

    with django_assert_max_num_queries(45):
        cleaned()

    assert not Request.objects.exists()
