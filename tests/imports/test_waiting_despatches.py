"""A despatch waits for an order or a SKU that the shop has not got yet, and then fails."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from imports.inventory.unknown_skus import forget_aliases
from imports.models import Import, ImportLine, SkuAlias
from imports.preview import preview_requests
from imports.services import Processed, process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.configuration.sections import ShipmentImport
from orderflow_bridge.monitoring.selectors import waiting
from orderflow_bridge.problems.kinds import DESPATCH_FAILED, QUEUE_OLD, UNKNOWN_SKU
from orderflow_bridge.problems.models import ProblemNote
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.services import watch
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_request, make_source, make_user
from tests.imports.despatches import an_order, shipped, stored_despatch

pytestmark = pytest.mark.django_db


def receive(order: Any, *items: Any, message_id: int = 38) -> Request:
    """Queue a despatch."""
    return make_request(
        entity=Entity.SHIPMENT, message_id=message_id, lines=[stored_despatch(order, *items)]
    )


def run() -> Processed:
    return process_imports(Entity.SHIPMENT)


def pass_by(**time: int) -> None:
    """Let time go by: all that waits is older by that."""
    span = timedelta(**time)
    Request.objects.filter(processed_at=None).update(
        created_at=F("created_at") - span, retry_at=F("retry_at") - span
    )


def test_a_despatch_of_an_unknown_order_waits_and_is_booked_when_the_order_comes() -> None:
    queued = receive("000000005", ("A", 2))
    assert run() == Processed(claimed=1)
    queued.refresh_from_db()
    assert queued.processed_at is None
    assert queued.attempts == 0
    assert "Order 000000005 does not exist. The despatch waits for it until" in queued.last_error
    assert not Import.objects.exists()
    assert not open_problems(DESPATCH_FAILED).exists()

    assert run() == Processed()  # it rests
    order = an_order(("A", 2))
    pass_by(minutes=2)
    assert run().successes == 1
    assert shipped(order) == {"A": 2}
    queued.refresh_from_db()
    assert queued.last_error == ""


def test_it_is_tried_until_the_configured_time_and_fails_then() -> None:
    store(ShipmentImport, wait_minutes=10)
    queued = receive("000000005", ("A", 2))
    tries = 0
    for _ in range(9):
        run()
        queued.refresh_from_db()
        assert queued.retry_at
        assert queued.retry_at > timezone.now()
        tries += 1
        pass_by(minutes=1)
    assert (tries, queued.processed_at) == (9, None)

    pass_by(minutes=1)
    assert run().failures == 1
    line = ImportLine.objects.get()
    assert line.message == "Order 000000005 not shipped - Order 000000005 does not exist."
    assert open_problems(DESPATCH_FAILED).exists()


def test_a_despatch_waits_for_an_alias_and_its_sku_is_one_problem() -> None:
    make_source()
    order = an_order(("A", 2))
    receive(order, ("wms-a", 2))
    run()
    pass_by(minutes=5)
    run()
    problem = open_problems(UNKNOWN_SKU).get()
    assert problem.count == 1
    assert problem.text == "SKU wms-a is unknown: despatch 38 of order 000000005 names it."

    SkuAlias.objects.create(sku="WMS-A", product=order.items.get().product)
    forget_aliases()
    pass_by(minutes=5)
    assert run().successes == 1
    assert shipped(order) == {"A": 2}
    watch()
    assert not open_problems(UNKNOWN_SKU).exists()


def test_an_ordered_sku_comes_before_an_alias() -> None:
    order = an_order(("WMS-A", 2), ("A", 1))
    SkuAlias.objects.create(sku="WMS-A", product=order.items.get(sku="A").product)
    order.items.filter(sku="WMS-A").update(product=None)
    order.items.get(sku="A").product.__class__.objects.filter(sku="WMS-A").delete()
    receive(order, ("WMS-A", 2))

    assert run().successes == 1
    assert shipped(order) == {"WMS-A": 2, "A": 0}


def test_a_known_sku_that_is_not_on_the_order_fails_at_once() -> None:
    make_product("B")
    receive(an_order(("A", 2)), ("B", 1))

    assert run().failures == 1
    assert 'SKU: "B" does not exist.' in open_problems(DESPATCH_FAILED).get().text


def test_what_waits_holds_up_nothing_and_makes_no_queue_old() -> None:
    store(ShipmentImport, wait_minutes=600)
    for number in range(3):
        receive("unknown", message_id=number)
    run()
    pass_by(minutes=60)
    watch()
    assert not open_problems(QUEUE_OLD).exists()
    assert waiting() == []

    order = make_order(items=[("A", 1)])
    receive(order, message_id=50)
    assert run().successes == 1
    assert order.shipments.exists()


def test_a_preview_says_that_it_would_wait() -> None:
    queued = receive("000000005")

    assert "Order 000000005 does not exist." in preview_requests([queued.pk]).problem
    queued.refresh_from_db()
    assert queued.last_error == ""


def test_a_failed_despatch_is_settled_by_hand_with_a_note(client: Client) -> None:
    receive(an_order(("A", 2)), ("A", 3))
    run()
    report = Import.objects.get()
    client.force_login(make_user("boss", is_superuser=True, is_staff=True))
    address = f"/admin/imports/shipmentimport/{report.pk}/settle/"
    assert 'name="note"' in client.get(address).content.decode()
    assert "This field is required." in client.post(address, {"note": ""}).content.decode()
    assert open_problems(DESPATCH_FAILED).exists()

    client.post(address, {"note": "The third one was a gift."})
    assert not open_problems(DESPATCH_FAILED).exists()
    assert ProblemNote.objects.get().text == "Resolved. The third one was a gift."
    line = ImportLine.objects.get()
    assert line.result == Result.FAILURE
    assert "Settled by boss on 20" in line.message
    assert line.message.endswith("UTC: The third one was a gift.")
    watch()
    assert not open_problems(DESPATCH_FAILED).exists()


def test_many_are_settled_at_once(client: Client) -> None:
    order = an_order(("A", 2))
    for number in (38, 39):
        receive(order, ("A", 3), message_id=number)
    run()
    client.force_login(make_user("boss", is_superuser=True, is_staff=True))
    chosen = list(Import.objects.values_list("pk", flat=True))
    client.post(
        "/admin/imports/shipmentimport/",
        {
            "action": "settle_selected",
            "_selected_action": chosen,
            "confirmed": "yes",
            "new-note": "Seen to.",
        },
    )

    assert not open_problems(DESPATCH_FAILED).exists()
    assert ImportLine.objects.filter(reason__endswith="Seen to.").count() == 2
