"""A year of faults: whatever OrderFlow does, nothing is lost and nothing told twice.

Two websites with an OrderFlow each, simulated time, and a seed that decides what goes wrong when.
BRIDGE_FAULT_ROUNDS makes it more than a year; with 400, there are about 19,000 calls.
"""

import os
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from exports.cron import export_orders_create, export_products_create, export_products_update
from exports.fetching import fetch_order, fetch_product, mark_exported_by_reference
from exports.models import EndpointState, ExportLine
from orderflow_bridge.access.rights import ORDERFLOW_IMPORT, ORDERS_VIEW, PRODUCTS_VIEW
from orderflow_bridge.access.selectors import Caller
from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.catalog.services import mark_changed
from orderflow_bridge.client import BreakerPolicy
from orderflow_bridge.common.choices import Entity, ExportStatus, Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.sales.models import Order
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.exports import (
    cause_of,
    look_for_failed_exports,
    look_for_what_is_not_fetched,
)
from tests.exports.misbehaviour import FAULTS, FaultyOrderFlow, ShuffledPushes, reference_of
from tests.exports.shop import make_due_orders, make_due_products, make_shop

pytestmark = pytest.mark.django_db

SEED = 20260114
ROUNDS = int(os.environ.get("BRIDGE_FAULT_ROUNDS", "42"))
FEWEST_CALLS = min(2_000, 40 * ROUNDS)
STUCK = timedelta(minutes=120)
STEPS = (
    timedelta(minutes=1), timedelta(minutes=20), timedelta(hours=3), timedelta(days=5),
    timedelta(days=33),
)  # fmt: skip
OUTAGES = 0.12
ORDERFLOW = Caller(1, "orderflow", frozenset({PRODUCTS_VIEW, ORDERS_VIEW, ORDERFLOW_IMPORT}))
ACCOUNT = {"connect_timeout": 1, "read_timeout": 1, "total_timeout": 2, "parallel_calls": 8}


class Side:
    """A website, its OrderFlow, and what must hold between them.

    `quiet` is until when a reference must not be announced; `late` is how many runs in a row have
    passed by something that was due, while OrderFlow was not being left alone.
    """

    def __init__(self, orderflow: FaultyOrderFlow) -> None:
        self.orderflow = orderflow
        settings = {"batch_size": 200}
        self.website = make_shop(orderflow, api=ACCOUNT, products=settings, orders=settings)
        self.quiet: dict[str, Any] = {}
        self.late: dict[str, int] = defaultdict(int)
        self.has_opened = False
        self._checked = self._accepted = 0

    def is_resting(self) -> bool:
        base = self.orderflow.endpoint
        return EndpointState.objects.filter(endpoint=base, opened_at__isnull=False).exists()

    def due(self) -> set[str]:
        now = timezone.now()
        links = ProductWebsite.objects.filter(website=self.website, orderflow_due_at__lte=now)
        orders = Order.objects.filter(website=self.website, orderflow_due_at__lte=now)
        return {
            *links.values_list("product__sku", flat=True),
            *orders.values_list("increment_id", flat=True),
        }

    def check_run(self, due: set[str], was_resting: bool) -> list[str]:
        """Check the calls of a run; return the references that OrderFlow has accepted in it."""
        calls = [reference_of(heard) for heard in self.orderflow.heard[self._checked :]]
        self._checked += len(calls)
        now = timezone.now()
        assert len(calls) == len(set(calls)), "something was told twice in one run"
        for reference in calls:
            assert self.quiet.get(reference, now) <= now, f"{reference} was told again"
        self.has_opened |= self.is_resting()
        if self.orderflow.is_down and len(calls) >= BreakerPolicy().threshold:
            assert self.is_resting(), "an outage did not open the breaker"
        if not (was_resting or self.is_resting()):
            for reference in due - set(calls):
                self.late[reference] += 1
                assert self.late[reference] < 2, f"{reference} was held up"
        for reference in calls:
            self.late.pop(reference, None)
        accepted = self.orderflow.accepted[self._accepted :]
        self._accepted += len(accepted)
        self.quiet.update(dict.fromkeys(accepted, now + STUCK - timedelta(minutes=1)))
        return accepted


@pytest.fixture
def sides() -> Iterator[list[Side]]:
    first = FaultyOrderFlow(SEED, rate=0.12)
    second = FaultyOrderFlow(SEED + 1, rate=0.12)
    with first.running(), second.running():
        yield [Side(first), Side(second)]


def run_jobs(sides: list[Side]) -> list[list[str]]:
    """Run the three jobs once; return what each OrderFlow has accepted."""
    before = [(side.due(), side.is_resting()) for side in sides]
    for job in (export_products_create, export_products_update, export_orders_create):
        job()
    return [side.check_run(*known) for side, known in zip(sides, before, strict=True)]


def fetch(side: Side, reference: str, *, by_name: bool = False) -> None:
    """Fetch what was announced, or only say that OrderFlow has it.

    From now on nothing but a change may cause another announcement.
    """
    order = Order.objects.filter(increment_id=reference).first()
    store_code = side.website.stores.get().code
    if by_name:
        entity = Entity.ORDER if order else Entity.PRODUCT
        mark_exported_by_reference(
            entity, reference, body=b"", received_by="orderflow", store_code=store_code
        )
    elif order:
        fetch_order(order.pk, caller=ORDERFLOW)
    else:
        fetch_product(reference, caller=ORDERFLOW, store_code=store_code)
    side.quiet[reference] = timezone.now() + timedelta(days=9999)


def change(sides: list[Side], products: list[Product]) -> None:
    mark_changed(product.pk for product in products)
    for side in sides:
        for product in products:
            side.quiet.pop(product.sku, None)


def stock_the_shop(sides: list[Side]) -> list[Product]:
    """Make products sold by both websites; a few of them OrderFlow always refuses."""
    for side in sides:
        make_due_orders(side.website, 5)
    products = make_due_products(sides[0].website, 90)
    for product in products:
        product.websites.add(sides[1].website)
    for side in sides:
        side.orderflow.poisoned = {product.sku for product in products[:4]}
    return products


def live_through(sides: list[Side], clock: Any) -> None:
    """Let time go by: runs, outages, fetches and forgotten fetches, changes, new orders.

    How many calls an outage lets through depends on how their threads take turns, and so does how
    often a fetch is drawn. Each round draws by a seed of its own, so no later outage hangs on that.
    """
    products = stock_the_shop(sides)
    pushes = ShuffledPushes([product.sku for product in products], random.Random(SEED))
    for number in range(ROUNDS):
        chance = random.Random(f"{SEED} {number}")
        for side in sides:
            side.orderflow.is_down = chance.random() < OUTAGES
        step = chance.choice(STEPS)
        changed = chance.sample(products[4:], chance.randint(12, 28))
        buyer, new_orders = chance.choice(sides), chance.randint(0, 2)
        for side, accepted in zip(sides, run_jobs(sides), strict=True):
            for reference in sorted(accepted):
                if chance.random() < 0.85:
                    fetch(side, reference, by_name=chance.random() < 0.7)
        pushes.push()
        change(sides, changed)
        make_due_orders(buyer.website, new_orders)
        clock.shift(step)
    pushes.push_the_rest()
    assert_stock_is(pushes.newest)


def calm_down(sides: list[Side], clock: Any) -> None:
    """Let OrderFlow behave, except for what it refuses, until nothing is left to do."""
    for side in sides:
        side.orderflow.rate, side.orderflow.is_down = 0.0, False
    for _ in range(12):
        for side, accepted in zip(sides, run_jobs(sides), strict=True):
            for reference in accepted:
                fetch(side, reference)
        clock.shift(timedelta(hours=8))


@pytest.mark.slow
def test_a_year_of_faults_loses_nothing_and_tells_nothing_twice(
    sides: list[Side],
) -> None:
    print(f"seed {SEED}")
    with time_machine.travel("2026-01-14T08:00:00Z") as clock:
        start = timezone.now()
        live_through(sides, clock)
        calm_down(sides, clock)
        assert timezone.now() - start > timedelta(days=365)

        for side in sides:
            assert_nothing_is_lost(side.website)
            assert side.has_opened, "the breaker has never opened"
            assert not side.is_resting()
        assert_failures_are_explained()
        assert_each_call_has_its_line(sides)


def assert_nothing_is_lost(website: Website) -> None:
    """Everything is Exported, or was given up with a reason that the list of problems tells."""
    look_for_failed_exports(timezone.now())
    look_for_what_is_not_fetched(timezone.now())
    problems = Problem.objects.filter(website=website, resolved_at=None)
    told = {kind: " ".join(some) for kind, some in _subjects(problems).items()}
    links = ProductWebsite.objects.filter(website=website).select_related("product")
    export_states: list[Any] = [*links, *Order.objects.filter(website=website)]
    given_up = 0
    for row in export_states:
        assert row.orderflow_due_at is None, row
        if row.orderflow_export_status == ExportStatus.EXPORTED:
            continue
        given_up += 1
        reference = row.increment_id if isinstance(row, Order) else row.product.sku
        assert row.orderflow_last_error, reference
        if row.orderflow_export_status == ExportStatus.FAILED:
            cause = cause_of(row.orderflow_last_error, reference)[:200]
            assert cause in told["export_failed"], reference
        else:
            assert ("orders" if isinstance(row, Order) else "products") in told["not_fetched"]
    assert 4 <= given_up < 4 + len(export_states) / 10


def _subjects(problems: Iterable[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in problems:
        found.setdefault(each.kind, []).append(each.subject)
    return found


def assert_stock_is(newest: dict[str, int]) -> None:
    items = SourceItem.objects.filter(product__sku__in=newest)
    assert {
        item.product.sku: int(item.quantity) for item in items.select_related("product")
    } == newest


def assert_failures_are_explained() -> None:
    """Every failure is one plain line; it may quote how a broken answer began."""
    reasons = set(ExportLine.objects.filter(result=Result.FAILURE).values_list("reason", flat=True))
    assert len(reasons) >= len(FAULTS)
    for reason in reasons:
        assert reason.startswith("OrderFlow"), reason
        assert len(reason) <= 300, reason
        assert not re.search(r"\n|[a-z]Error:|Errno|Traceback|object at 0x", reason), reason


def assert_each_call_has_its_line(sides: list[Side]) -> None:
    """The history holds a line for every call, and every kind of fault has happened."""
    calls = sum(len(side.orderflow.heard) for side in sides)
    print(f"{calls} calls, faults {[dict(side.orderflow.seen_faults) for side in sides]}")
    assert calls >= FEWEST_CALLS, calls
    assert ExportLine.objects.exclude(call="").count() == calls
    for name in FAULTS:
        assert any(side.orderflow.seen_faults[name] for side in sides), name
