"""Nothing runs twice because two people clicked at once; the second one is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from imports.models import Import
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.repairs.services import WAITS_ALREADY
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Shipment
from tests.admin.samples import queue_despatch, queue_stock
from tests.factories import make_order, make_user
from tests.soapapi.posting import stock

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs concurrent transactions"),
    pytest.mark.django_db(transaction=True),
]

CLEAR = (
    "This request has already been processed.",
    "The request is being processed by a worker just now.",
)


def both_click(address: str, data: dict[str, str] | None = None) -> list[str]:
    """Let two people post to an address at the same moment; return what each one reads."""
    together = Barrier(2)
    people = [make_user(name, is_staff=True, is_superuser=True) for name in ("ann", "bob")]

    def click(person: object) -> str:
        browser = Client()
        browser.force_login(person)  # type: ignore[arg-type]
        together.wait(timeout=30)
        try:
            return browser.post(address, data or {}, follow=True).content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        return list(both.map(click, people))


def count(texts: list[str], found: Callable[[str], bool]) -> int:
    return sum(found(text) for text in texts)


def test_a_request_that_two_people_process_is_processed_once():
    make_order(items=[("A", 2)], increment_id="000000005")
    request = queue_despatch("38", "000000005")

    texts = both_click(f"/admin/imports/importrequest/{request.pk}/process/")

    assert Import.objects.count() == Shipment.objects.count() == 1
    assert count(texts, lambda text: "The request has been processed." in text) == 1
    assert count(texts, lambda text: any(words in text for words in CLEAR)) == 1


def test_lines_that_two_people_requeue_are_requeued_once():
    queue_stock("71", [("nope", "90", "507")])
    process_imports(Entity.INVENTORY)
    report = Import.objects.get()

    texts = both_click(f"/admin/imports/inventoryimport/{report.pk}/requeue/")

    assert Request.objects.filter(processed_at=None).count() == 1
    assert count(texts, lambda text: "1 failed line(s) have been requeued" in text) == 1
    assert count(texts, lambda text: "Nothing was requeued" in text) == 1


def test_a_message_that_two_people_replay_is_submitted_once():
    address = "/admin/imports/importrequest/replay/"

    texts = both_click(address, {"message": stock().decode()})

    assert Request.objects.count() == 1
    assert count(texts, lambda text: "has been submitted again" in text) == 1
    assert count(texts, lambda text: WAITS_ALREADY in text) == 1
