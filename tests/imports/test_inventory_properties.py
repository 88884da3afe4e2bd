"""Whatever the order, repetition and batching of stock messages: the same stock at the end."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.models import Import, ImportLine
from orderflow_bridge.common.choices import Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from tests.factories import make_product, make_source
from tests.imports.stock import Oracle, Short, process, queue, results, stock

pytestmark = pytest.mark.django_db

SKUS = ("A", "B", "C")
SOURCES = ("default", "eu")
Message = list[Short]


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    for code in SOURCES:
        make_source(code)
    for sku in SKUS:
        make_product(sku)


def forget_all() -> None:
    """Begin again: one database serves all examples of a property."""
    for model in (ImportLine, Import, Request, SourceItem):
        model.objects.all().delete()


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Message], list[Message]]:
    """Draw the messages as OrderFlow made them, and as they arrive.

    Sequence ids rise from line to line. Messages may arrive in any order and several times; a line
    may come again in other messages, and several times in one.
    """
    keys = st.tuples(
        st.sampled_from((*SKUS, "NOPE")), st.integers(-3, 40), st.sampled_from(SOURCES)
    )
    drawn = draw(st.lists(st.lists(keys, min_size=1, max_size=6), min_size=1, max_size=8))
    sequence = iter(range(draw(st.sampled_from([0, 7, 2**62])), 2**63))
    made = [[(sku, qty, next(sequence), source) for sku, qty, source in lines] for lines in drawn]
    every = [line for message in made for line in message]
    again = draw(st.lists(st.lists(st.sampled_from(every), min_size=1, max_size=6), max_size=4))
    repeated = draw(st.lists(st.sampled_from(made), max_size=4))
    arriving = draw(st.permutations([*made, *again, *repeated]))
    return made, [draw(st.permutations(message)) for message in arriving]


def process_in_batches(sizes: Iterator[int]) -> None:
    while process(limit=next(sizes)).requests:
        pass


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(delivery=deliveries(), sizes=st.lists(st.integers(1, 7), min_size=1, max_size=4))
def test_any_delivery_ends_in_the_stock_of_the_orderly_one(
    delivery: tuple[list[Message], list[Message]], sizes: list[int]
) -> None:
    made, arriving = delivery
    forget_all()
    orderly, oracle = Oracle(), Oracle()
    orderly.apply([line for message in made for line in message], known=SKUS)
    expected = oracle.apply([line for message in arriving for line in message], known=SKUS)

    for number, message in enumerate(arriving, start=1):
        queue(*message, message_id=number)
    process_in_batches(iter([*sizes, *[3] * len(arriving)]))

    assert stock() == oracle.stock == orderly.stock
    assert results() == expected
    counted = [
        (
            report.successes,
            report.duplicates,
            report.superseded,
            report.failures,
            report.discarded,
        )
        for report in Import.objects.order_by("id")
    ]
    assert counted == [tally(report) for report in Import.objects.order_by("id")]


def tally(report: Import) -> tuple[Any, ...]:
    lines = list(report.lines.values_list("result", flat=True))
    return tuple(lines.count(result) for result in Result)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(delivery=deliveries())
def test_without_its_history_the_shop_still_applies_no_figure_again(
    delivery: tuple[list[Message], list[Message]],
) -> None:
    made, arriving = delivery
    forget_all()
    oracle = Oracle()
    oracle.apply([line for message in made for line in message], known=SKUS)

    for message in made:
        queue(*message)
    process_in_batches(iter([2] * 20))
    ImportLine.objects.all().delete()
    Import.objects.all().delete()
    for message in arriving:
        queue(*message)
    process_in_batches(iter([3] * 20))

    assert stock() == oracle.stock
    assert Result.SUCCESS not in results()
