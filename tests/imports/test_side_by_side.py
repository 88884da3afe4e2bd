"""A run works off the whole queue, with helpers where very many messages wait, or on arrival."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from imports import cron
from imports.models import ArrivalWake, Import, ImportHelper
from imports.side_by_side import help_out, wake_is_due, work_off
from imports.tasks import help_import
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.common import clock
from orderflow_bridge.common.choices import Entity, RequestType
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.sections.imports import WhenMoreWait
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.request_queue.claiming import claim_requests
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_order, make_product, make_request, make_source, make_user
from tests.imports.despatches import stored_despatch
from tests.imports.stock import queue, stock

NOW = timedelta()
SOON = timedelta(seconds=2)

on_postgresql = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer"),
]


def push(messages: int) -> None:
    """Queue so many messages about SKU A, each with a figure of its own."""
    for number in range(1, messages + 1):
        queue(("A", number, number), message_id=number)


@pytest.fixture
def api_token(db: None) -> str:
    return grant_token(make_user(rights=[ORDERFLOW_IMPORT]))


@pytest.fixture
def catalogue(db: None) -> None:
    make_source()
    make_product("A")


@pytest.mark.usefixtures("catalogue")
def test_a_run_goes_on_while_more_messages_wait() -> None:
    write_settings(InventoryImport, {"batch_size": 2})
    push(7)

    assert cron.import_inventory_updates().startswith("7 requests: 7 successes")
    assert stock() == {("A", "default"): (7, 1, 7)}


@pytest.mark.usefixtures("catalogue")
def test_a_run_leaves_the_rest_to_the_next_where_it_is_told_so() -> None:
    write_settings(InventoryImport, {"batch_size": 2, "when_more_wait": WhenMoreWait.NEXT_RUN})
    push(3)

    assert cron.import_inventory_updates().startswith("2 requests")
    assert cron.import_inventory_updates().startswith("1 request:")


@pytest.mark.usefixtures("catalogue")
def test_an_invitation_is_taken_up_once() -> None:
    push(3)
    invited = ImportHelper.objects.create(entity=Entity.INVENTORY, invited_at=clock.now())

    help_import.delay(invited.pk)
    push(3)

    assert help_out(invited.pk).requests == 0
    invited.refresh_from_db()
    assert (invited.processed["requests"], invited.finished_at is None) == (3, False)


@pytest.mark.usefixtures("catalogue")
def test_an_invitation_that_was_withdrawn_is_left_alone() -> None:
    push(1)

    assert help_out(4711).claimed == 0
    assert not Import.objects.exists()


class TestHelpers:
    """With PostgreSQL, where several workers write at once."""

    pytestmark = on_postgresql

    def test_helpers_take_their_share_and_the_run_adds_it_up(self) -> None:
        make_source()
        make_product("A")
        write_settings(InventoryImport, {"batch_size": 5, "parallel_workers": 3})
        push(120)
        helping: list[threading.Thread] = []

        def wake(helper_id: int) -> None:
            helping.append(threading.Thread(target=_help, args=(helper_id,)))
            helping[-1].start()

        done = work_off(Entity.INVENTORY, wake=wake)
        for each in helping:
            each.join()

        assert (done.requests, done.errors) == (120, 0)
        assert done.successes + done.superseded == 120
        assert done.helpers >= 1
        assert stock() == {("A", "default"): (120, 1, 120)}
        assert not ImportHelper.objects.filter(alive_until=None).exists()

    def test_nobody_is_invited_where_one_batch_is_enough(self) -> None:
        make_source()
        make_product("A")
        push(3)

        assert (
            work_off(Entity.INVENTORY, wake=lambda helper_id: pytest.fail("invited")).requests == 3
        )

    def test_an_invitation_that_nobody_takes_up_is_withdrawn(self) -> None:
        make_source()
        make_product("A")
        write_settings(InventoryImport, {"batch_size": 2})
        push(9)

        done = work_off(Entity.INVENTORY, wake=lambda helper_id: None)

        assert (done.requests, done.helpers) == (9, 0)
        assert not ImportHelper.objects.exists()

    def test_despatches_of_an_order_that_another_worker_books_wait(self) -> None:
        first, other = make_order(items=[("A", 9)]), make_order(items=[("A", 9)])
        for message_id, order in enumerate((first, first, other), 1):
            line = stored_despatch(order, ("A", 1))
            make_request(entity=Entity.SHIPMENT, message_id=message_id, lines=[line])

        def claim(limit: int) -> list[str]:
            claims = claim_requests(
                type=RequestType.IMPORT,
                entity=Entity.SHIPMENT,
                limit=limit,
                subject=lambda lines: lines[0]["orderIncrementId"],
            )
            return [each.message_id for each in claims]

        assert claim(1) == ["1"]
        assert claim(5) == ["3"]
        assert claim(5) == []


def _help(helper_id: int) -> None:
    try:
        help_out(helper_id)
    finally:
        connections.close_all()


@pytest.mark.django_db
def test_a_wake_up_follows_the_last_after_two_seconds_at_the_earliest() -> None:
    assert wake_is_due(Entity.INVENTORY) == NOW
    assert wake_is_due(Entity.INVENTORY) == SOON
    assert wake_is_due(Entity.INVENTORY) is None
    assert wake_is_due(Entity.SHIPMENT) == NOW


@pytest.mark.django_db
def test_a_wake_up_of_a_clock_that_was_ahead_holds_up_nothing() -> None:
    wake_is_due(Entity.INVENTORY)
    ArrivalWake.objects.update(wake_at=clock.now() + timedelta(days=1))

    assert wake_is_due(Entity.INVENTORY) == NOW


@pytest.mark.django_db
class TestArrival:
    """A message by REST, and what it wakes."""

    BODY = (
        '{"productQtys": [{"sku": "A", "qty": "5"}], "productSeqs": [{"sku": "A", "seq": "9"}],'
        ' "messageSeqId": 71}'
    )

    @pytest.mark.usefixtures("catalogue")
    @pytest.mark.parametrize("is_on", [True, False])
    def test_it_is_applied_at_once_only_where_that_is_switched_on(
        self, client: Client, api_token: str, is_on: bool, django_capture_on_commit_callbacks
    ) -> None:
        write_settings(InventoryImport, {"apply_on_arrival": is_on})

        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(
                "/rest/V1/orderflow/inventory/",
                self.BODY,
                content_type="application/json",
                headers={"authorization": f"Bearer {api_token}"},
            )

        assert "Success - Message 71 Received" in answer.content.decode()
        assert stock() == ({("A", "default"): (5, 1, 9)} if is_on else {})
        assert Request.objects.filter(processed_at=None).exists() is not is_on

    @pytest.mark.usefixtures("catalogue")
    def test_one_that_arrives_while_the_import_is_off_waits(
        self, client: Client, api_token: str, django_capture_on_commit_callbacks
    ) -> None:
        write_settings(InventoryImport, {"apply_on_arrival": True, "is_enabled": False})

        with django_capture_on_commit_callbacks(execute=True):
            client.post(
                "/rest/V1/orderflow/inventory/",
                self.BODY,
                content_type="application/json",
                headers={"authorization": f"Bearer {api_token}"},
            )

        assert Request.objects.filter(processed_at=None).count() == 1


@pytest.mark.django_db
def test_despatches_go_on_and_wait_by_settings_of_their_own() -> None:
    write_settings(ShipmentImport, {"batch_size": 1, "when_more_wait": WhenMoreWait.NEXT_RUN})
    for _ in range(2):
        line = stored_despatch(make_order(items=[("A", 1)]), ("A", 1))
        make_request(entity=Entity.SHIPMENT, lines=[line])

    assert cron.import_shipments().startswith("1 request:")
