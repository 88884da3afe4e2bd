"""Any order, repetition and grouping of despatch messages ends in the same shipments."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import ImportLine
from orderflow_bridge.common.choices import Result
from orderflow_bridge.request_queue.services import Claim
from orderflow_bridge.sales.models import Despatch, Order, ShipmentItem
from tests.factories import make_configurable_item, make_order, make_source
from tests.imports.despatches import a_despatch, ship

pytestmark = pytest.mark.django_db

PROPERTY = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ORDERED = {"A": 4, "B": 3, "CONF": 5}
OPEN = Counter(ORDERED)


def an_order() -> Order:
    """Make an order with two rows of A, one of B and a variant: 12 units in all."""
    order = make_order(items=[("A", 1), ("B", 3), ("A", 3)])
    make_configurable_item(order, "CONF", 5)
    return order


units = st.lists(
    st.tuples(
        st.sampled_from(sorted(ORDERED)), st.integers(1, 5), st.sampled_from(["", "eu", "us"])
    ),
    min_size=1,
    max_size=3,
)


def shipped_by_sku() -> Counter[str]:
    found: Counter[str] = Counter()
    for sku, qty in ShipmentItem.objects.values_list("sku", "qty"):
        found[sku] += int(qty)
    return found


def deliver(batches: Sequence[Sequence[Claim]]) -> list[ImportLine]:
    return [line for batch in batches if batch for line in ship(*batch)]


@PROPERTY
@given(data=st.data())
def test_splitting_an_order_in_any_way_ships_it_exactly_once(data: st.DataObject) -> None:
    """Parts that add up to the order, shuffled, repeated and cut into batches at random."""
    with transaction.atomic():
        make_source("eu")
        make_source("us")
        order = an_order()
        single = [(sku, 1) for sku, qty in ORDERED.items() for _ in range(qty)]
        pieces = data.draw(st.permutations(single))
        cuts = sorted(data.draw(st.sets(st.integers(1, len(pieces) - 1), max_size=5)))
        parts = [pieces[a:b] for a, b in zip([0, *cuts], [*cuts, len(pieces)], strict=True)]
        sent = data.draw(st.permutations([*range(len(parts)), *range(len(parts))]))
        messages = [a_despatch(number + 1, order, *parts[number]) for number in sent]
        at = data.draw(st.integers(0, len(messages)))

        lines = deliver([messages[:at], messages[at:]])

        order.refresh_from_db()
        results = Counter(line.result for line in lines)
        assert results == {Result.SUCCESS: len(parts), Result.DUPLICATE: len(parts)}
        assert shipped_by_sku() == OPEN
        assert order.state == "complete"
        transaction.set_rollback(True)


@PROPERTY
@given(data=st.data())
def test_whatever_is_sent_nothing_is_shipped_twice_or_too_much(data: st.DataObject) -> None:
    """Messages that may ask for too much, repeated; an oracle in plain numbers judges them."""
    with transaction.atomic():
        make_source("eu")
        make_source("us")
        order = an_order()
        contents = data.draw(st.lists(units, min_size=1, max_size=6))
        sent = data.draw(
            st.lists(st.integers(0, len(contents) - 1), min_size=1, max_size=2 * len(contents))
        )
        messages = [a_despatch(number + 1, order, *contents[number]) for number in sent]
        at = data.draw(st.integers(0, len(messages)))

        lines = deliver([messages[:at], messages[at:]])

        expected, left = _oracle(contents, sent)
        order.refresh_from_db()
        assert [line.result for line in lines] == expected
        assert shipped_by_sku() == OPEN - left
        assert Despatch.objects.count() == expected.count(Result.SUCCESS)
        assert (order.state == "complete") == (not +left)
        for row in order.items.all():
            assert Decimal(0) <= row.qty_shipped <= row.qty_ordered
        transaction.set_rollback(True)


def _oracle(
    contents: list[list[tuple[str, int, str]]], sent: list[int]
) -> tuple[list[Result], Counter[str]]:
    """Return each message's result, and the units left, as a clerk with a pencil would."""
    left, done, results = Counter(ORDERED), set(), []
    for number in sent:
        wanted: Counter[str] = Counter()
        for sku, qty, _ in contents[number]:
            wanted[sku] += qty
        if number in done:
            results.append(Result.DUPLICATE)
        elif all(qty <= left[sku] for sku, qty in wanted.items()):
            done.add(number)
            left -= wanted
            results.append(Result.SUCCESS)
        else:
            results.append(Result.FAILURE)
    return results, left
