"""Somebody applies, discards or undoes a mass change; whatever he decides, the stock is right."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from imports.inventory.mass_changes import held_mass_change
from imports.mass_change_decisions import apply_change, discard_change, undo_change
from imports.models import Import, ImportLine, MassChange, StockWatch
from orderflow_bridge.common.choices import Operation, Result
from orderflow_bridge.common.exceptions import ActionNotAvailable
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_user
from tests.imports.mass import configure, held, in_stock, make_shop, push
from tests.imports.stock import process, stock

pytestmark = pytest.mark.django_db


def hold_a_push(count: int = 100) -> list[str]:
    skus = make_shop(count)
    push(skus, 0, 5)
    process()
    assert in_stock() == count
    return skus


def test_applying_writes_the_push_and_ends_the_problem() -> None:
    hold_a_push()

    done = apply_change(held(), by="alice")

    assert done.requests == 1
    assert in_stock() == 0
    assert held_mass_change() is None
    assert not open_problems(MASS_CHANGE).exists()
    change = MassChange.objects.get()
    assert (change.decision, change.decided_by) == (MassChange.Decision.APPLIED, "alice")


def test_the_rest_of_an_applied_push_is_not_held_until_the_window_has_passed() -> None:
    skus = make_shop(400)
    for start in range(0, 400, 100):
        push(skus[start : start + 100], 0, 5)
    process(limit=1)
    assert process(limit=1).held == 1

    apply_change(held(), by="alice")

    assert process(limit=4).requests == 2
    assert in_stock() == 0


def test_after_the_window_the_same_is_held_again_and_what_was_approved_does_not_count() -> None:
    skus = hold_a_push(200)
    apply_change(held(), by="alice")
    push(skus, 9, 6)
    process()
    # The window of the decision has passed; the lines of the approved push lie just before its end.
    StockWatch.objects.update(approved_until=timezone.now())
    push(skus[:55], 0, 7)
    assert process().requests == 1

    push(skus[:60], 0, 8)
    push(skus[60:], 0, 8)
    process()
    assert held().sources[0]["earlier"] == 55


def test_without_a_window_applying_still_applies() -> None:
    configure(mass_change_within=0)
    hold_a_push()

    assert apply_change(held(), by="alice").requests == 1
    assert in_stock() == 0


def test_discarding_records_the_lines_and_a_good_push_with_the_same_ids_applies() -> None:
    skus = hold_a_push()

    assert discard_change(held(), by="alice") == 100

    report = Import.objects.get()
    assert (report.discarded, report.successes, report.request) == (100, 0, Request.objects.get())
    line = report.lines.order_by("id")[0]
    assert (line.result, line.sequence_id, line.reference) == (Result.DISCARDED, 5, skus[0])
    assert line.message == "Product quantity update to 0 discarded: it was part of a mass change."
    assert not open_problems(MASS_CHANGE).exists()
    assert set(SourceItem.objects.values_list("last_sequence_id", flat=True)) == {1}
    push(skus, 4, 5)
    assert process().successes == 100
    assert set(SourceItem.objects.values_list("quantity", flat=True)) == {4}


def test_what_waited_behind_goes_on_after_discarding() -> None:
    skus = hold_a_push()
    push(skus, 3, 6)
    discard_change(held(), by="alice")

    assert process().requests == 1
    assert {quantity for quantity, _, _ in stock().values()} == {3}


def test_a_good_push_that_is_applied_first_supersedes_what_is_applied_later() -> None:
    skus = hold_a_push()
    write_settings(InventoryImport, {"is_enabled": False})
    with pytest.raises(Exception, match="disabled"):
        apply_change(held(), by="alice")
    write_settings(InventoryImport, {"is_enabled": True})
    good = push(skus, 3, 6)
    process(ids=[good.pk])

    assert process().superseded == 100
    assert {quantity for quantity, _, _ in stock().values()} == {3}


def test_undoing_puts_back_what_ran_out_before_and_decides_nothing() -> None:
    skus = make_shop(400)
    push(skus[:100], 0, 5)
    process()
    push(skus[100:], 0, 5)
    process()
    push(skus[:1], 2, 6)

    done = undo_change(held(), by="alice")

    assert len(done.put_back) == 100
    assert in_stock() == 400
    assert held().is_open
    report = Import.objects.order_by("-id")[0]
    assert (report.operation, report.successes) == (Operation.RESTORE, 100)
    with pytest.raises(ActionNotAvailable, match=r"^Nothing was put back\."):
        undo_change(held(), by="alice")
    discard_change(held(), by="alice")
    process()
    assert {quantity for quantity, _, _ in stock().values()} == {2, 7}
    # The marks did not move: an old push stays old.
    push(skus[:100], 0, 4)
    assert process().superseded == 100


def test_nobody_decides_twice() -> None:
    hold_a_push()
    change = held()
    discard_change(change, by="alice")

    with pytest.raises(ActionNotAvailable, match="alice has decided before: discarded"):
        apply_change(change, by="bob")
    assert in_stock() == 100


def test_time_alone_decides_nothing() -> None:
    hold_a_push()
    MassChange.objects.update(held_at=timezone.now() - timedelta(days=30))

    assert process().requests == 0
    assert held().is_open
    assert in_stock() == 100


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True, is_staff=True))
    return client


def test_the_page_shows_what_would_change(client: Client) -> None:
    hold_a_push()
    url = open_problems(MASS_CHANGE).get().url

    page = client.get(url).content.decode()

    assert "100 of 100 items in stock at source default would run out within 60 minutes" in page
    assert "700" in page
    assert "7,000.00" in page
    assert "P-42" in page


@pytest.mark.parametrize(
    ("slug", "stocked", "text"),
    [
        ("apply", 0, "Applied: 1 request(s) have been processed."),
        ("discard", 100, "Discarded: 100 line(s) will not be applied."),
    ],
)
def test_a_decision_is_asked_for_and_then_made_by_post(
    client: Client, slug: str, stocked: int, text: str
) -> None:
    hold_a_push()
    change = held()
    url = f"/admin/imports/masschange/{change.pk}/{slug}/"

    assert client.get(url).status_code == 200
    assert held().is_open

    answer: Any = client.post(url, follow=True)
    assert text in answer.content.decode()
    assert in_stock() == stocked
    assert held_mass_change() is None
    assert LogEntry.objects.filter(object_id=str(change.pk)).count() == 1
    again: Any = client.post(url, follow=True)
    assert "has decided before" in again.content.decode()


def test_undoing_shows_before_what_it_would_put_back(client: Client) -> None:
    skus = make_shop(400)
    push(skus[:100], 0, 5)
    process()
    push(skus[100:], 0, 5)
    process()
    url = f"/admin/imports/masschange/{held().pk}/undo/"

    asked = client.get(url).content.decode()
    assert "0 → 7" in asked
    assert in_stock() == 300

    answer: Any = client.post(url, follow=True)
    assert "Old figures: 100 put back, 0 passed over." in answer.content.decode()
    assert in_stock() == 400


def test_a_held_message_says_so_and_processing_it_by_hand_leads_to_the_decision(
    client: Client,
) -> None:
    hold_a_push()
    request = Request.objects.get()
    page = client.get(f"/admin/imports/importrequest/{request.pk}/change/").content.decode()
    assert "Somebody&#x27;s decision: a mass change is held" in page

    answer: Any = client.post(f"/admin/imports/importrequest/{request.pk}/process/", follow=True)

    assert "Please apply or discard it first." in answer.content.decode()
    assert in_stock() == 100
    assert not ImportLine.objects.exists()
