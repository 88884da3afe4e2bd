"""Processing the queue: what runs, what is put off, and what nobody else has to wait for."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from imports import cron
from imports.models import Import, ImportLine
from imports.services import IMPORTERS, Processed, process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ImportsDisabled
from orderflow_bridge.common.leases import LEASE
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_order, make_product, make_request, make_source
from tests.imports.despatches import stored_despatch
from tests.imports.stock import process, queue, stock
from tests.log_lines import written_lines

pytestmark = pytest.mark.django_db

POISON = "poison"


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_source()
    make_product("A")
    make_product("B")


@pytest.fixture
def refuse_poison() -> None:
    """Let the database itself refuse the history of a message whose id is POISON."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "ALTER TABLE imports_import ADD CONSTRAINT no_poison"
                " CHECK (message_id <> 'poison') NOT VALID"
            )
        else:
            cursor.execute(
                "CREATE TRIGGER no_poison BEFORE INSERT ON imports_import"
                " WHEN new.message_id = 'poison'"
                " BEGIN SELECT raise(ABORT, 'no_poison: too much'); END"
            )


def raise_fence_when_history_is_written(queued: Request) -> None:
    """Let the database take the request away in the middle of its batch, as a rival would."""
    take = f"UPDATE request_queue_request SET fence = 99 WHERE id = {queued.pk}"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION pg_temp.take() RETURNS trigger LANGUAGE plpgsql AS"
                f" $$ BEGIN {take}; RETURN NULL; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER take AFTER INSERT ON imports_import"
                " FOR EACH ROW EXECUTE FUNCTION pg_temp.take()"
            )
        else:
            cursor.execute(f"CREATE TRIGGER take AFTER INSERT ON imports_import BEGIN {take}; END")


def test_every_kind_of_import_has_its_importer() -> None:
    assert set(IMPORTERS) == {Entity.INVENTORY, Entity.SHIPMENT}


def test_the_outcomes_of_a_run_are_told() -> None:
    queue(("A", 1, 5), ("A", 1, 5), ("NOPE", 1, 1))
    queue(("A", 1, 4), ("B", 1, 9))

    assert process() == Processed(
        requests=2, successes=2, duplicates=1, superseded=1, failures=1, claimed=2
    )
    assert process() == Processed()


def test_a_processed_request_is_marked_and_never_processed_again() -> None:
    queued = queue(("A", 1, 5))

    process()
    again = process(ids=[queued.pk])

    queued.refresh_from_db()
    assert queued.processed_at is not None
    assert again == Processed()
    assert Import.objects.filter(request=queued).count() == 1


def test_the_configured_batch_size_counts_messages() -> None:
    write_settings(InventoryImport, {"batch_size": 2})
    for number in range(3):
        queue(("A", 1, number), ("B", 1, number), message_id=number)

    assert process().requests == 2
    assert process().requests == 1


def test_more_messages_than_a_transaction_holds_are_processed_in_one_run() -> None:
    for number in range(230):
        queue(("A", number, number), message_id=number)

    assert process(limit=220) == Processed(requests=220, successes=220, claimed=220)
    assert stock()["A", "default"] == (219, 1, 219)
    assert Request.objects.filter(processed_at=None).count() == 10


def test_only_the_requests_asked_for_are_processed() -> None:
    first, second = queue(("A", 1, 1)), queue(("B", 1, 1))

    assert process(ids=[second.pk]).requests == 1

    first.refresh_from_db()
    assert first.processed_at is None


@pytest.mark.parametrize(
    ("entity", "section", "name"),
    [
        (Entity.INVENTORY, InventoryImport, "Inventory"),
        (Entity.SHIPMENT, ShipmentImport, "Shipment"),
    ],
)
def test_an_import_that_is_off_processes_nothing_and_says_so(
    entity: Entity, section: Any, name: str
) -> None:
    write_settings(section, {"is_enabled": False})
    queued = make_request(entity=entity)

    with pytest.raises(ImportsDisabled) as caught:
        process_imports(entity, ids=[queued.pk])

    assert str(caught.value) == (
        f"{name} imports are currently disabled. Please review the OrderFlow module configuration."
    )
    queued.refresh_from_db()
    assert queued.attempts == 0


def test_the_switch_of_one_import_leaves_the_other_alone() -> None:
    write_settings(InventoryImport, {"is_enabled": False})
    order = make_order(items=[("A", 1)])
    make_request(entity=Entity.SHIPMENT, lines=[stored_despatch(order, ("A", 1))])

    assert process_imports(Entity.SHIPMENT).successes == 1


@pytest.mark.usefixtures("refuse_poison")
def test_a_message_that_cannot_be_processed_holds_up_no_other() -> None:
    queue(("A", 1, 1), message_id="1")
    poison = queue(("A", 99, 99), message_id=POISON)
    queue(("B", 3, 3), message_id="3")

    processed = process()

    assert processed == Processed(requests=2, successes=2, errors=1, claimed=3)
    assert stock() == {("A", "default"): (1, 1, 1), ("B", "default"): (3, 1, 3)}
    poison.refresh_from_db()
    assert poison.processed_at is None
    assert "no_poison" in poison.last_error
    assert poison.claimed_until is None
    assert poison.retry_at is not None
    assert poison.retry_at > timezone.now()
    assert not ImportLine.objects.filter(sequence_id=99).exists()


@pytest.mark.usefixtures("refuse_poison")
def test_the_log_says_which_messages_were_taken_apart_and_which_failed() -> None:
    good, poison = queue(("A", 1, 1), message_id="1"), queue(("A", 99, 99), message_id=POISON)

    with written_lines() as log:
        process()

    [split] = log("import_batch_split")
    assert split["import_requests"] == [good.pk, poison.pk]
    [failed] = log("import_request_failed")
    assert (failed["import_request"], failed["message_id"]) == (poison.pk, POISON)
    assert "import_requests" not in failed


@pytest.mark.usefixtures("refuse_poison")
def test_a_message_that_failed_rests_longer_every_time() -> None:
    poison = queue(("A", 99, 99), message_id=POISON)
    rests = []
    for _ in range(4):
        process(ids=[poison.pk])
        poison.refresh_from_db()
        assert poison.retry_at is not None
        rests.append(round((poison.retry_at - timezone.now()) / timedelta(minutes=1)))

    assert rests == [1, 2, 4, 8]
    assert poison.attempts == 4
    assert process() == Processed()


@pytest.mark.usefixtures("refuse_poison")
def test_a_run_by_hand_tries_each_request_once() -> None:
    poison = [queue(("A", 9, 9), message_id=POISON) for _ in range(3)]

    assert process(ids=[queued.pk for queued in poison]) == Processed(errors=3, claimed=3)

    assert set(Request.objects.values_list("attempts", flat=True)) == {1}


def test_a_message_that_took_its_worker_down_is_met_after_the_others_and_alone() -> None:
    # Two workers have died with it: attempts were counted, nothing was processed or released.
    suspect = queue(("A", 1, 1), message_id="1")
    Request.objects.filter(pk=suspect.pk).update(
        attempts=2, fence=2, claimed_until=timezone.now() - LEASE
    )
    queue(("B", 1, 1), message_id="2")

    process()

    assert list(Import.objects.order_by("id").values_list("message_id", flat=True)) == ["2", "1"]


def test_a_lost_lease_undoes_the_effect() -> None:
    queued = queue(("A", 5, 5))
    raise_fence_when_history_is_written(queued)

    processed = process()

    queued.refresh_from_db()
    assert processed == Processed(claimed=1)
    assert stock() == {}
    assert not Import.objects.exists()
    assert queued.processed_at is None
    assert queued.last_error == ""


def test_the_jobs_say_what_they_did() -> None:
    assert cron.import_inventory_updates() == "Nothing was waiting."
    queue(("A", 1, 5), ("A", 1, 5), ("NOPE", 1, 1))
    queue(("B", 1, 1))

    assert cron.import_inventory_updates() == (
        "2 requests: 2 successes, 1 duplicate, 0 superseded, 1 failure."
    )
    order = make_order(items=[("A", 1)])
    make_request(entity=Entity.SHIPMENT, lines=[stored_despatch(order, ("A", 1))])
    assert cron.import_shipments() == (
        "1 request: 1 success, 0 duplicates, 0 superseded, 0 failures."
    )


@pytest.mark.usefixtures("refuse_poison")
def test_the_jobs_say_what_could_not_be_done() -> None:
    queue(("A", 1, 5), message_id=POISON)

    assert cron.import_inventory_updates() == (
        "0 requests: 0 successes, 0 duplicates, 0 superseded, 0 failures."
        " 1 request could not be processed; see Requests."
    )
