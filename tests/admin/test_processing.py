"""Processing requests by hand, one and many."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.utils import timezone

from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from tests.admin.samples import queue_despatch, queue_stock
from tests.configuration.storing import store
from tests.factories import make_product

pytestmark = pytest.mark.django_db
LIST = "/admin/imports/importrequest/"


def page(request: Request) -> str:
    return f"{LIST}{request.pk}/change/"


def texts(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_processing_one_request_asks_acts_and_says_so(boss):
    make_product("24-MB01")
    request = queue_stock("71", [("24-MB01", "90", "507")])

    question = boss.get(f"{LIST}{request.pk}/process/").content.decode()
    answer = boss.post(f"{LIST}{request.pk}/process/")

    assert "Are you sure you wish to process this request?" in question
    assert LogEntry.objects.get().user.username == "boss"
    assert texts(answer) == ["The request has been processed."]
    assert SourceItem.objects.get(product__sku="24-MB01").quantity == 90


def test_a_processed_request_is_not_processed_again(boss):
    make_product("24-MB01")
    request = queue_stock("71", [("24-MB01", "90", "507")])
    boss.post(f"{LIST}{request.pk}/process/")

    answer = boss.post(f"{LIST}{request.pk}/process/")

    assert texts(answer)[-1] == "This request has already been processed."
    assert ">Process</a>" not in boss.get(page(request)).content.decode()


def test_a_request_that_was_put_off_is_processed_at_once_by_hand(boss):
    make_product("24-MB01")
    request = queue_stock("71", [("24-MB01", "90", "507")])
    Request.objects.filter(pk=request.pk).update(retry_at=timezone.now() + timedelta(hours=1))

    answer = boss.post(f"{LIST}{request.pk}/process/")

    assert texts(answer) == ["The request has been processed."]


def test_a_request_that_a_worker_has_claimed_is_left_to_it(boss):
    request = queue_stock("71", [("24-MB01", "90", "507")])
    Request.objects.filter(pk=request.pk).update(
        claimed_until=timezone.now() + timedelta(minutes=5), fence=1
    )

    answer = boss.post(f"{LIST}{request.pk}/process/")

    assert texts(answer) == ["The request is being processed by a worker just now."]


def test_with_the_import_switched_off_the_reason_is_told_and_nothing_is_done(boss):
    store(InventoryImport, is_enabled=False)
    request = queue_stock("71", [("24-MB01", "90", "507")])

    answer = boss.post(f"{LIST}{request.pk}/process/")

    request.refresh_from_db()
    assert "currently disabled" in texts(answer)[0]
    assert request.processed_at is None


def test_failed_lines_are_mentioned(boss):
    request = queue_stock("71", [("nope", "90", "507")])

    answer = boss.post(f"{LIST}{request.pk}/process/")

    assert texts(answer) == [
        "The request has been processed.",
        "Lines that failed: 1. See its report.",
    ]


def test_the_mass_action_asks_before_it_acts(boss):
    request = queue_stock("71", [("24-MB01", "90", "507")])

    answer = boss.post(LIST, {"action": "process_selected", "_selected_action": [request.pk]})

    request.refresh_from_db()
    assert "Are you sure you wish to process the selected requests?" in answer.content.decode()
    assert request.processed_at is None


def test_the_mass_action_tells_the_true_number(boss):
    store(ShipmentImport, wait_minutes=0)
    make_product("24-MB01")
    done = queue_stock("70", [("24-MB01", "9", "506")])
    boss.post(f"{LIST}{done.pk}/process/")
    waiting = queue_stock("71", [("24-MB01", "90", "507")])
    despatch = queue_despatch("38", "000000005")
    chosen = [done.pk, waiting.pk, despatch.pk]

    answer = boss.post(
        LIST,
        {"action": "process_selected", "_selected_action": chosen, "confirmed": "yes"},
    )

    assert "A total of 2 request(s) have been processed." in texts(answer)
    assert not Request.objects.filter(processed_at__isnull=True).exists()


def test_the_mass_action_is_not_offered_to_somebody_who_may_only_look(viewer):
    request = queue_stock("71", [("24-MB01", "90", "507")])

    viewer.post(
        LIST,
        {"action": "process_selected", "_selected_action": [request.pk], "confirmed": "yes"},
    )

    request.refresh_from_db()
    assert request.processed_at is None
    assert ">Process<" not in viewer.get(page(request)).content.decode()


def test_the_report_is_one_click_away(boss):
    make_product("24-MB01")
    request = queue_stock("71", [("24-MB01", "90", "507")])
    boss.post(f"{LIST}{request.pk}/process/")
    report = request.imports.get()

    assert f"/admin/imports/inventoryimport/{report.pk}/change/" in (
        boss.get(page(request)).content.decode()
    )
    of_request = boss.get(f"/admin/imports/inventoryimport/of-request/{request.pk}/")
    assert of_request.url == f"/admin/imports/inventoryimport/{report.pk}/change/"
