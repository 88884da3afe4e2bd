"""A despatch message from the inbox to the customer's mail, through the real queue."""

from typing import Any

import pytest
from django.core import mail

from imports.cron import import_shipments
from imports.inbox import accept_shipment
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.common.exceptions import ImportsDisabled
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Shipment
from tests.admin.samples import make_old
from tests.factories import make_order
from tests.imports.despatches import stored_despatch

pytestmark = pytest.mark.django_db


def accept(message_id: str, *items: Any, **values: Any) -> str:
    return accept_shipment(
        despatch=stored_despatch("000000005", *items, **values),
        message_id=message_id,
        body=b"<xml/>",
        received_by="orderflow",
    )


def test_the_guides_message_ships_the_order_and_mails_the_customer() -> None:
    order = make_order(items=[("24-MB01", 1)], increment_id="000000005")
    answer = accept("38", ("24-MB01", 1), comment="Shipment Created", email="1", includeComment="1")

    summary = import_shipments()

    order.refresh_from_db()
    assert answer == "Success - Message 38 Received"
    assert summary.startswith("1 request: 1 success")
    assert (order.status, order.shipments.count()) == ("complete", 1)
    assert [sent.to for sent in mail.outbox] == [["veronica.costello@example.com"]]
    assert "Shipment Created" in mail.outbox[0].body


def test_a_message_delivered_twice_is_applied_and_mailed_once() -> None:
    make_order(items=[("A", 2)], increment_id="000000005")
    accept("38", ("A", 1), email="1")
    accept("38", ("A", 1), email="1")

    processed = process_imports(Entity.SHIPMENT)

    assert (processed.successes, processed.duplicates) == (1, 1)
    assert Shipment.objects.count() == len(mail.outbox) == 1


def test_a_message_that_failed_is_processed_and_can_be_sent_again() -> None:
    accept("38", ("A", 1))
    make_old(Request.objects.get())
    process_imports(Entity.SHIPMENT)
    make_order(items=[("A", 1)], increment_id="000000005")
    accept("38", ("A", 1))

    processed = process_imports(Entity.SHIPMENT)

    assert processed.successes == 1
    assert not Request.objects.filter(processed_at=None).exists()


def test_a_mail_that_a_crash_left_behind_goes_out_with_the_next_run() -> None:
    """The shipment is committed and the worker dies before it delivers: the mail still waits."""
    make_order(items=[("A", 2)], increment_id="000000005")
    accept("38", ("A", 1), email="1")
    process_imports(Entity.SHIPMENT)
    OutgoingMail.objects.update(status="waiting", sent_at=None)
    mail.outbox.clear()
    accept("39", ("A", 1))

    process_imports(Entity.SHIPMENT)
    process_imports(Entity.SHIPMENT)

    assert len(mail.outbox) == 1


def test_only_the_shipment_imports_own_switch_counts() -> None:
    make_order(items=[("A", 1)], increment_id="000000005")
    write_settings(InventoryImport, {"is_enabled": False})
    accept("38", ("A", 1))

    assert process_imports(Entity.SHIPMENT).successes == 1


def test_with_shipment_imports_off_the_message_waits() -> None:
    make_order(items=[("A", 1)], increment_id="000000005")
    write_settings(ShipmentImport, {"is_enabled": False})
    accept("38", ("A", 1))

    with pytest.raises(ImportsDisabled):
        process_imports(Entity.SHIPMENT)

    assert Request.objects.get().processed_at is None
