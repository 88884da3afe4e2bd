"""What plugins make of the quantities of a stock message, on both databases."""

from decimal import Decimal
from typing import Any

import pytest

from imports.models import ImportLine
from orderflow_bridge.configuration.sections import Adjustment, InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.rules.models import SafetyStock
from orderflow_bridge.rules.services import see_that_it_is_kept
from orderflow_bridge.watch.services import watch
from tests.factories import make_order, make_product, make_source
from tests.imports.stock import apply, process, queue, stock
from tests.plugins.switching import switched_on

SUBTRACTING = {
    "multi_source_enabled": False,
    "adjust_inventory": Adjustment.UNSENT_ORDERS,
    "valid_unsent_order_statuses": ("processing",),
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_source()
    for sku in ("A", "B", "C"):
        make_product(sku)


def two_kept_back(lines):
    return {line.number: line.quantity - 2 for line in lines}


def halved(lines):
    return {line.number: line.quantity / 2 for line in lines if line.sku == "A"}


def raises_for_b(lines):
    if any(line.sku == "B" for line in lines):
        raise RuntimeError("no idea")


def quantities() -> dict[str, Decimal]:
    return {sku: quantity for (sku, _), (quantity, _, _) in stock().items()}


def test_a_plugin_is_asked_once_per_batch_and_sees_what_would_be_written():
    seen: list[Any] = []
    write_settings(InventoryImport, SUBTRACTING)
    make_order(items=[("A", 3)], status="processing")
    queue(("A", 10, 1), ("B", 4, 1))
    queue(("A", 12, 2), ("nowhere", 4, 1))

    with switched_on(first={"adjust_quantities": lambda lines: seen.append(lines)}):
        process()

    [lines] = seen
    assert [(each.sku, each.received, each.quantity, each.before) for each in lines] == [
        ("B", 4, 4, 0), ("A", 12, 9, 0),
    ]  # fmt: skip
    assert quantities() == {"A": 9, "B": 4}


def test_each_plugin_gets_what_those_before_it_have_made():
    with switched_on(
        first={"adjust_quantities": two_kept_back}, second={"adjust_quantities": halved}
    ):
        apply(("A", 10, 1), ("B", 10, 1))

    assert quantities() == {"A": 4, "B": 8}
    [a, b] = ImportLine.objects.order_by("id")
    assert (a.units_received, a.units_applied) == (10, 4)
    assert a.message == (
        "Product Quantity Successfully Updated to 4."
        " first set 8 in place of 10. second set 4 in place of 8."
    )
    assert b.message.endswith("Updated to 8. first set 8 in place of 10.")


def test_a_plugin_has_the_last_word_after_the_safety_stock():
    see_that_it_is_kept(SafetyStock.objects.create(amount=3, sku="A"))
    seen: list[Any] = []

    def two_more_kept_back(lines):
        seen.extend(line.quantity for line in lines)
        return two_kept_back(lines)

    with switched_on(first={"adjust_quantities": two_more_kept_back}):
        apply(("A", 10, 1))

    assert seen == [7]
    assert quantities() == {"A": 5}
    assert ImportLine.objects.get().units_safety == 3


def test_what_a_plugin_leaves_alone_is_written_as_without_it():
    with switched_on(first={"adjust_quantities": lambda lines: {}}):
        apply(("A", 10, 1))

    assert quantities() == {"A": 10}
    assert ImportLine.objects.get().reason == ""


def test_a_plugin_takes_no_product_below_zero_where_that_is_not_allowed():
    with switched_on(first={"adjust_quantities": two_kept_back}):
        apply(("A", 1, 1))

    assert quantities() == {"A": 0}


def test_what_a_plugin_takes_out_of_stock_may_be_a_mass_change():
    write_settings(InventoryImport, {"mass_change_share": 50, "mass_change_at_least": 2})
    apply(("A", 10, 1), ("B", 10, 1), ("C", 10, 1))

    with switched_on(first={"adjust_quantities": lambda lines: {each.number: 0 for each in lines}}):
        queue(("A", 11, 2), ("B", 11, 2), ("C", 11, 2))
        process()

    assert quantities() == {"A": 10, "B": 10, "C": 10}
    assert Problem.objects.get(kind="mass_change").resolved_at is None


def test_a_message_over_which_a_plugin_fails_waits_and_no_wrong_stock_is_written():
    with switched_on(careless={"adjust_quantities": raises_for_b}):
        good, bad = queue(("A", 10, 1)), queue(("B", 5, 1))
        done = process()
        watch()

        assert (done.successes, done.errors) == (1, 1)
        assert quantities() == {"A": 10}
        good.refresh_from_db()
        bad.refresh_from_db()
        assert good.processed_at is not None
        assert bad.processed_at is None
        assert "The plugin careless failed in adjust_quantities" in bad.last_error
        problem = Problem.objects.get(kind="plugin_failing")
        assert problem.subject == "careless"
        assert "RuntimeError: no idea" in problem.text

    process(ids=[bad.pk])

    assert quantities() == {"A": 10, "B": 5}
    assert Request.objects.filter(processed_at=None).count() == 0


@pytest.mark.parametrize(
    "answer",
    [{99: Decimal(1)}, {0: "7"}, {0: Decimal("NaN")}, {0: True}, {0: 1.5}, {0: 10**9}, [3], 7],
)
def test_an_answer_that_is_no_quantity_of_a_line_is_a_failure_and_never_stock(answer):
    with switched_on(odd={"adjust_quantities": lambda lines: answer}):
        queue(("A", 10, 1))
        done = process()

    assert done.errors == 1
    assert not SourceItem.objects.filter(last_sequence_id__isnull=False).exists()
