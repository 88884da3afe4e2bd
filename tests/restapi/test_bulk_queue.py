"""Bulk calls: accepted at once, carried out later, exactly once, each operation on its own."""

import pytest
from django.db import OperationalError
from django.utils import timezone

from orderflow_bridge.common.exceptions import NoSuchEntity
from orderflow_bridge.inventory.models import Source
from orderflow_bridge.restapi.bulk.kinds import Kind, Outcome, failed
from orderflow_bridge.restapi.bulk.models import Bulk, OperationStatus
from orderflow_bridge.restapi.bulk.selectors import count_operations, find_bulk, status_document
from orderflow_bridge.restapi.bulk.services import (
    MOST_OPERATIONS,
    accept,
    process_bulks,
    requeue_failures,
)

pytestmark = pytest.mark.django_db


class Crash(BaseException):
    """A worker is killed."""


def make_sources(operations, store_code):
    """Make a source per operation; "bad" fails, "raise" raises, "kill" kills the worker."""
    outcomes = []
    for operation in operations:
        code = operation["code"]
        if code == "kill":
            raise Crash
        if code == "raise":
            raise RuntimeError("broken")
        if code == "down":
            raise OperationalError("the database has gone away")
        if code == "bad":
            outcomes.append(failed("It is bad."))
            continue
        Source.objects.create(source_code=code, name=code)
        outcomes.append(Outcome(answer={"code": code}))
    return outcomes


KINDS = {"sources": Kind("sources", "Sources", "async.sources", "Sources::save", make_sources)}


def bulk_of(*codes):
    """Accept a bulk with an operation for each code."""
    return accept("sources", "async.sources", [{"code": code} for code in codes]).bulk


def made():
    """Return the codes of the sources that were made."""
    return set(Source.objects.exclude(pk="default").values_list("pk", flat=True))


def test_operations_are_carried_out_once():
    bulk = bulk_of("a", "b")

    first = process_bulks(KINDS)
    second = process_bulks(KINDS)

    bulk.refresh_from_db()
    assert (first.completed, second.completed) == (2, 0)
    assert (bulk.completed, bulk.failed) == (2, 0)
    assert bulk.finished_at
    assert made() == {"a", "b"}


def test_a_bad_operation_fails_alone_and_says_why():
    bulk = bulk_of("a", "bad", "raise", "b")

    process_bulks(KINDS)

    operations = status_document(find_bulk(str(bulk.uuid)), "Sources::save", is_detailed=False)
    assert [(each["status"], each["result_message"]) for each in operations["operations_list"]] == [
        (1, "Service execution success Sources::save"),
        (3, "It is bad."),
        (3, "The operation could not be carried out: RuntimeError."),
        (1, "Service execution success Sources::save"),
    ]
    assert made() == {"a", "b"}


def test_an_operation_that_is_no_object_fails_alone():
    bulk = accept("sources", "async.sources", [{"code": "a"}, 5, "x", None]).bulk

    process_bulks(KINDS)

    bulk.refresh_from_db()
    assert (bulk.completed, bulk.failed) == (1, 3)


def test_a_killed_worker_loses_nothing_and_repeats_nothing():
    first_portion = [f"s{number}" for number in range(MOST_OPERATIONS)]
    bulk = bulk_of(*first_portion, "c", "kill")
    with pytest.raises(Crash):
        process_bulks(KINDS)
    assert process_bulks(KINDS).bulks == 0, "the lease is still held"
    Bulk.objects.update(claimed_until=timezone.now())
    again = {"sources": Kind("sources", "", "", "", lambda given, _: [Outcome() for _ in given])}

    process_bulks(again)

    bulk.refresh_from_db()
    assert made() == set(first_portion), "the second portion was rolled back"
    assert (bulk.completed, bulk.finished_at is not None) == (MOST_OPERATIONS + 2, True)


def test_a_worker_that_comes_back_late_writes_nothing():
    bulk = bulk_of("a")

    def overtaken(operations, store_code):
        Bulk.objects.filter(pk=bulk.pk).update(fence=99)
        return make_sources(operations, store_code)

    process_bulks({"sources": Kind("sources", "", "", "", overtaken)})

    bulk.refresh_from_db()
    assert bulk.finished_at is None
    assert bulk.completed == 0
    assert made() == set()


def test_a_database_that_is_away_puts_the_bulk_off():
    bulk = bulk_of("a", "down")

    processed = process_bulks(KINDS)

    bulk.refresh_from_db()
    assert processed.errors == 1
    assert "gone away" in bulk.last_error
    assert bulk.retry_at > timezone.now()
    assert made() == set()


def test_a_bulk_that_keeps_killing_its_workers_is_given_up_and_can_be_requeued():
    bulk = bulk_of("a")
    Bulk.objects.update(attempts=50)

    process_bulks(KINDS)

    bulk.refresh_from_db()
    assert (bulk.failed, bulk.finished_at is not None) == (1, True)
    assert count_operations(bulk, OperationStatus.RETRIABLY_FAILED) == 1
    process_bulks(KINDS, ids=[requeue_failures(bulk, by="ann").pk])
    assert made() == {"a"}


def test_waiting_operations_are_open():
    bulk = bulk_of("a", "b")

    assert count_operations(bulk, OperationStatus.OPEN) == 2
    process_bulks(KINDS)
    bulk.refresh_from_db()
    assert count_operations(bulk, OperationStatus.OPEN) == 0
    assert count_operations(bulk, OperationStatus.COMPLETE) == 2
    assert count_operations(bulk, OperationStatus.FAILED) == 0


def test_the_detailed_status_has_parameters_and_answers():
    bulk = bulk_of("a")
    process_bulks(KINDS)

    document = status_document(bulk, "Sources::save", is_detailed=True)

    [operation] = document["operations_list"]
    assert operation["serialized_data"] == '{"code":"a"}'
    assert operation["result_serialized_data"] == '{"code":"a"}'
    assert document["operation_count"] == 1


def test_failed_operations_are_requeued_into_a_new_bulk():
    bulk = bulk_of("a", "bad", "b", "bad")
    process_bulks(KINDS)

    again = requeue_failures(bulk, by="ann")

    assert again.operation_count == 2
    assert again.requeued_from == bulk
    assert requeue_failures(again, by="ann") is None, "nothing of it has failed yet"


def test_an_unknown_bulk_is_not_found():
    for uuid in ("nonsense", "7f7b0e9f-6b06-4cf4-a9cd-6a9c0b0f0f0f"):
        with pytest.raises(NoSuchEntity):
            find_bulk(uuid)
