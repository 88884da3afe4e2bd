"""A push that would empty the shop is held whole, told of at once, and nothing of it is written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.cron import import_inventory_updates
from imports.inventory.mass_changes import LARGEST_SHOWN, held_mass_change
from imports.mass_change_decisions import discard_change
from imports.models import Import, ImportLine
from orderflow_bridge.configuration.selectors import inventory_import
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.kinds import MASS_CHANGE
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems, resolve
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.stock import look_for_held_mass_changes
from tests.factories import make_order, make_user
from tests.imports.mass import configure, held, in_stock, make_shop, push, watches
from tests.imports.stock import process, queue

pytestmark = pytest.mark.django_db


def test_a_full_push_of_zeros_is_held_and_nothing_is_written() -> None:
    skus = make_shop(2_000)
    make_order(items=[(skus[7], 3)])
    request = push(skus, 0, 5)

    said = import_inventory_updates()

    assert said.startswith("1 request held: too much would run out of stock.")
    assert in_stock() == 2_000
    assert not Import.objects.exists()
    assert not ImportLine.objects.exists()
    assert set(SourceItem.objects.values_list("last_sequence_id", flat=True)) == {1}
    request.refresh_from_db()
    assert request.held_at
    assert (request.processed_at, request.claimed_until, request.attempts) == (None, None, 0)
    problem = open_problems(MASS_CHANGE).get()
    assert problem.severity == MASS_CHANGE.severity
    assert problem.text == (
        "2,000 of 2,000 items in stock at source default would run out within 60 minutes:"
        " a mass change, which is held."
    )
    change = held()
    assert problem.url == f"/admin/imports/masschange/{change.pk}/change/"
    assert (change.items, change.units, change.value) == (2_000, 14_000, 140_000)
    assert [each["sku"] for each in change.largest[:2]] == ["P-7", "P-0"]
    assert len(change.largest) == LARGEST_SHOWN
    assert change.received_by == request.received_by


def test_what_comes_later_waits_in_order() -> None:
    skus = make_shop(100)
    push(skus, 0, 5)
    process()
    later = push(skus[:1], 3, 6)

    assert process().requests == 0
    assert process(ids=[later.pk]).requests == 0

    later.refresh_from_db()
    assert (later.attempts, later.held_at, later.claimed_until) == (0, None, None)


def test_the_other_messages_of_the_batch_are_held_with_it() -> None:
    skus = make_shop(100)
    first = push(skus[:1], 3, 5)
    push(skus, 0, 6)

    process()

    first.refresh_from_db()
    assert first.held_at
    assert held().request_ids == list(Request.objects.order_by("id").values_list("pk", flat=True))


def test_many_small_messages_that_empty_the_shop_together_are_held() -> None:
    skus = make_shop(400)
    for start in range(0, 400, 10):
        push(skus[start : start + 10], 0, 5)

    for _ in range(40):
        process(limit=1)

    # The twelfth would have made it 120 of 400.
    assert in_stock() == 400 - 110
    (source,) = held().sources
    assert (source["gone"], source["in_stock"], source["earlier"]) == (120, 400, 110)
    assert held().items == 10


def test_what_ran_out_before_the_window_does_not_count() -> None:
    skus = make_shop(400)
    push(skus[:100], 0, 5)
    process()
    ImportLine.objects.update(created_at=timezone.now() - timedelta(minutes=61))
    push(skus[100:180], 0, 5)

    assert process().held == 0
    assert in_stock() == 220


def test_items_that_have_come_back_do_not_count() -> None:
    skus = make_shop(400)
    for sequence_id in range(5, 25, 2):
        push(skus[:100], 0, sequence_id)
        process()
        push(skus[:100], 8, sequence_id + 1)
        process()

    assert held_mass_change() is None
    assert in_stock() == 400


def test_figures_that_were_zero_already_do_not_count() -> None:
    skus = make_shop(100, quantity=0)
    push(skus, 0, 5)

    assert process().requests == 1


def test_a_stock_that_came_within_the_window_counts() -> None:
    skus = make_shop(100, quantity=0)
    push(skus, 9, 5)
    process()
    push(skus, 0, 6)

    assert process().held == 1
    assert in_stock() == 100


def test_a_zero_that_a_later_line_of_the_batch_overtakes_does_not_count() -> None:
    skus = make_shop(100)
    push(skus, 0, 5)
    push(skus, 9, 6)

    assert process().requests == 2
    assert in_stock() == 100


def test_each_source_is_judged_by_itself() -> None:
    skus = make_shop(100)
    make_shop(60, source="eu")
    queue(*((sku, 0, 5, "eu") for sku in skus[:60]), *((sku, 0, 5) for sku in skus[:20]))

    process()

    assert [each["source_code"] for each in held().sources] == ["eu"]
    assert open_problems(MASS_CHANGE).get().subject == "eu"
    assert (in_stock(), in_stock("eu")) == (100, 60)


@pytest.mark.parametrize(
    ("settings", "gone", "is_held"),
    [
        ({}, 60, True),
        ({}, 59, False),
        ({"hold_mass_changes": False}, 200, False),
        ({"mass_change_at_least": 61}, 60, False),
        ({"mass_change_at_least": 0, "mass_change_share": 1}, 2, True),
        ({"mass_change_at_least": 0, "mass_change_share": 1}, 1, False),
        ({"mass_change_share": 0, "mass_change_at_least": 3}, 3, True),
        ({"mass_change_share": 0, "mass_change_at_least": 3}, 2, False),
        ({"mass_change_share": 0, "mass_change_at_least": 0}, 200, False),
        ({"mass_change_share": 100}, 200, True),
        ({"mass_change_share": 100}, 199, False),
    ],
)
def test_both_limits_must_be_reached_and_each_can_be_switched_off(
    settings: dict[str, int], gone: int, is_held: bool
) -> None:
    configure(**settings)
    skus = make_shop(200)
    push(skus[:gone], 0, 5)

    assert process().held == int(is_held)
    assert in_stock() == (200 if is_held else 200 - gone)


def test_without_a_window_each_batch_is_looked_at_alone() -> None:
    configure(mass_change_within=0)
    skus = make_shop(400)
    for start in range(0, 300, 60):
        push(skus[start : start + 60], 0, 5)
        process()

    # 60 of 400, of 340, of 280 and of 220 are less than 30 %, 60 of 160 are more.
    assert held().items == 60
    assert in_stock() == 160


def test_a_problem_that_is_resolved_by_hand_is_raised_anew_until_somebody_decides() -> None:
    skus = make_shop(100)
    push(skus, 0, 5)
    process()
    resolve(open_problems(MASS_CHANGE), by=make_user())

    look_for_held_mass_changes(timezone.now())
    assert open_problems(MASS_CHANGE).get().count == 100

    discard_change(held(), by="alice")
    look_for_held_mass_changes(timezone.now())
    assert not open_problems(MASS_CHANGE).exists()


def statements_of(skus: list[str], sequence_id: int, *, last: int, is_watched: bool) -> int:
    """Return how many statements a batch takes in which one item gets another figure."""
    configure(hold_mass_changes=is_watched)
    inventory_import()
    push(skus[:-1], 9, sequence_id)
    push(skus[-1:], last, sequence_id)
    with CaptureQueriesContext(connection) as queries:
        assert process().requests == 2
    return len(queries)


@pytest.mark.parametrize("last", [9, 0])
def test_counting_costs_no_statement_but_one_on_sqlite_where_an_item_may_run_out(last: int) -> None:
    skus = make_shop(100)
    push(skus, 8, 5)
    process()

    plain = statements_of(skus, 6, last=9, is_watched=False)

    watched = statements_of(skus, 7, last=last, is_watched=True)
    assert watched - plain == int(connection.vendor == "sqlite" and last == 0)
    assert watches() == {}


def test_a_person_who_processes_a_held_message_by_hand_is_told_to_decide() -> None:
    skus = make_shop(100)
    request = push(skus, 0, 5)
    assert process(ids=[request.pk]).held == 1

    assert process(ids=[request.pk]).held == 0
    assert in_stock() == 100
    assert Problem.objects.count() == 1
