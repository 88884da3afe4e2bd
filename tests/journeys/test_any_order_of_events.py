"""A shop under orders, pushes, despatches, edits, cancellations and crashes, in any order.

First anything may fail, and nothing wrong may happen: no unit is shipped twice, no stock quantity
is one that OrderFlow never sent. Then all faults end, and everything must finish: what was
acknowledged is applied. The shop is the real one, by its SOAP and REST addresses, and a few lines
of plain Python say what it has to come to. A crash is a process killed before one of its
statements; what it had borrowed is free when its lease has run out.
"""

from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from imports.cron import import_inventory_updates, import_shipments
from imports.inventory.unknown_skus import forget_aliases
from imports.models import ImportLine
from orderflow_bridge.access.services import grant_token
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.access.crawling import undone
from tests.factories import make_order, make_product, make_source, make_user
from tests.soapapi.posting import despatch, post, stock

SKUS = ("24-MB01", "24-MB02")
JOBS = (import_inventory_updates, import_shipments)
MOST_ORDERS = 3
SOMETIMES = {
    "a crash in a job", "a crash in a call", "a late message", "a message sent again",
    "a figure superseded", "an order shipped in parts", "a despatch refused", "a cancellation",
    "an edit by hand",
}  # fmt: skip
seen: Counter[str] = Counter()


class Killed(BaseException):
    """The process is gone: nothing may catch it."""


@dataclass
class Model:
    """What the shop has to come to: ten lines of plain Python."""

    sent: dict[tuple[str, int], int] = field(default_factory=dict)
    newest: dict[str, int] = field(default_factory=dict)
    ordered: dict[str, int] = field(default_factory=dict)
    left: dict[str, dict[int, int]] = field(default_factory=dict)
    canceled: set[str] = field(default_factory=set)

    def pushed(self, sku: str, sequence: int) -> None:
        self.newest[sku] = max(sequence, self.newest.get(sku, 0))

    def must_be_shipped(self, order: str) -> int | None:
        """Return the units, or None where it depends on what came first."""
        units = sum(self.left[order].values())
        return None if order in self.canceled or units > self.ordered[order] else units


@contextmanager
def killed_at(statement: int, label: str) -> Any:
    """Kill the process before its n-th statement; if it has fewer, it ends by itself."""
    counted = 0

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal counted
        counted += 1
        if counted >= statement and not sql.startswith("ROLLBACK"):
            seen[label] += 1
            raise Killed
        return execute(sql, params, many, context)

    with suppress(Killed), connection.execute_wrapper(count):
        yield


class ShopMachine(RuleBasedStateMachine):
    """Rules are what may happen; hypothesis chooses their order."""

    orders = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.is_over = undone()
        self.is_over.__enter__()
        forget_aliases()
        make_source()
        self.products = {sku: make_product(sku) for sku in SKUS}
        user = make_user(
            rights=["access.orderflow_import", "access.orders_cancel", "access.source_items"]
        )
        self.token = grant_token(user)
        self.client = Client()
        self.model = Model()
        self.marks = dict.fromkeys(SKUS, 0)
        self.number = 0
        self.on_the_way: list[tuple[Any, bytes]] = []

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            self.is_over.__exit__(None, None, None)

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def sends(self, note: Any, body: bytes) -> None:
        """Send a message; only what is acknowledged has to be applied."""
        answer = post(self.client, body, bearer=self.token)
        assert answer.status_code == 200, answer.content
        note()

    @precondition(lambda self: len(self.model.ordered) < MOST_ORDERS)
    @rule(target=orders, sku=st.sampled_from(SKUS), units=st.integers(2, 6))
    def order(self, sku: str, units: int) -> str:
        number = make_order(items=[(self.products[sku], units)], invoiced=False).increment_id
        self.model.ordered[number], self.model.left[number] = units, {}
        return number

    @rule(sku=st.sampled_from(SKUS), qty=st.integers(0, 99), is_late=st.booleans())
    def push(self, sku: str, qty: int, is_late: bool) -> None:
        sequence = self.next_number()
        self.model.sent[sku, sequence] = qty
        body = stock(
            f"<productQtys><item><sku>{sku.lower()}</sku><qty>{qty}</qty></item></productQtys>"
            f"<productSeqs><item><sku>{sku.lower()}</sku><seq>{sequence}</seq></item></productSeqs>"
            f"<messageSeqId>{sequence}</messageSeqId>"
        )
        self.leaves(lambda: self.model.pushed(sku, sequence), body, is_late)

    @rule(number=orders, units=st.integers(1, 2), is_late=st.booleans())
    def despatch(self, number: str, units: int, is_late: bool) -> None:
        message = self.next_number()
        sku = Order.objects.get(increment_id=number).items.get().sku
        body = despatch(
            f"<orderIncrementId>{number}</orderIncrementId>"
            f"<skuQty><item><sku>{sku}</sku><qty>{units}</qty></item></skuQty>"
            f"<messageSeqId>{message}</messageSeqId>"
        )
        self.leaves(lambda: self.model.left[number].update({message: units}), body, is_late)

    def leaves(self, note: Any, body: bytes, is_late: bool) -> None:
        """Send a message now, or let it be overtaken by others."""
        self.on_the_way.append((note, body))
        if not is_late:
            self.sends(note, body)

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data())
    def arrive(self, data: st.DataObject) -> None:
        """A message arrives that is late, or that OrderFlow sends again for want of an answer."""
        note, body = data.draw(st.sampled_from(self.on_the_way))
        seen["a late message"] += 1
        self.sends(note, body)

    @precondition(lambda self: self.on_the_way)
    @rule(data=st.data(), statement=st.integers(1, 12))
    def crash_in_a_call(self, data: st.DataObject, statement: int) -> None:
        _, body = data.draw(st.sampled_from(self.on_the_way))
        with killed_at(statement, "a crash in a call"):
            post(self.client, body, bearer=self.token)
        self.client = Client()

    @precondition(lambda self: len(self.model.ordered) == MOST_ORDERS)
    @rule(number=orders)
    def cancel(self, number: str) -> None:
        pk = Order.objects.get(increment_id=number).pk
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = self.client.post(f"/rest/V1/orders/{pk}/cancel", headers=headers)
        assert answer.status_code == 200, answer.content
        if answer.json() is True:
            seen["a cancellation"] += 1
            self.model.canceled.add(number)

    @rule(sku=st.sampled_from(SKUS), qty=st.integers(0, 99))
    def edit(self, sku: str, qty: int) -> None:
        item = {"sku": sku, "source_code": "default", "quantity": qty, "status": 1}
        answer = self.client.post(
            "/rest/V1/inventory/source-items", {"sourceItems": [item]}, "application/json",
            headers={"Authorization": f"Bearer {self.token}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content
        seen["an edit by hand"] += 1

    @rule(job=st.sampled_from(JOBS))
    def work(self, job: Any) -> None:
        job()

    @rule(job=st.sampled_from(JOBS), statement=st.integers(1, 40))
    def crash_in_a_job(self, job: Any, statement: int) -> None:
        with killed_at(statement, "a crash in a job"):
            job()

    @rule()
    def leases_run_out(self) -> None:
        """Five minutes pass, and what a dead worker had borrowed is free."""
        past = timezone.now() - timedelta(minutes=1)
        Request.objects.filter(claimed_until__isnull=False).update(claimed_until=past)
        Request.objects.filter(retry_at__isnull=False).update(retry_at=past)

    @invariant()
    def no_quantity_is_made_up_or_replaced_by_an_older_one(self) -> None:
        for item in SourceItem.objects.exclude(last_sequence_id=None).select_related("product"):
            sent = self.model.sent[item.product.sku, item.last_sequence_id]
            assert item.last_received == sent
            assert item.last_sequence_id >= self.marks[item.product.sku]
            self.marks[item.product.sku] = item.last_sequence_id

    @invariant()
    def no_unit_is_shipped_twice(self) -> None:
        for number, units in self.shipped().items():
            assert units <= self.model.ordered[number]
        booked = Counter(
            ImportLine.objects.filter(parent__entity=Entity.SHIPMENT, result=Result.SUCCESS)
            .values_list("parent__message_id", flat=True)
        )  # fmt: skip
        assert set(booked.values()) <= {1}

    def shipped(self) -> dict[str, int]:
        rows = Order.objects.values_list("increment_id").annotate(Sum("items__qty_shipped"))
        return {number: int(units or 0) for number, units in rows}

    def finish(self) -> None:
        """All faults end: OrderFlow sends everything again, the newest first, and the jobs run."""
        for note, body in reversed(self.on_the_way):
            seen["a message sent again"] += 1
            self.sends(note, body)
            import_inventory_updates()
        for _ in range(3):
            self.leases_run_out()
            for job in JOBS:
                job()
        assert not Request.objects.filter(processed_at=None).exists()
        newest = {
            item.product.sku: item.last_sequence_id
            for item in SourceItem.objects.exclude(last_sequence_id=None).select_related("product")
        }
        assert newest == self.model.newest
        shipped = self.shipped()
        for number in self.model.ordered:
            must = self.model.must_be_shipped(number)
            assert must is None or shipped[number] == must, (number, shipped, self.model)
        parts = Order.objects.annotate(parts=Count("shipments"))
        seen["an order shipped in parts"] += parts.filter(parts__gt=1).count()
        for result, label in (
            (Result.SUPERSEDED, "a figure superseded"),
            (Result.FAILURE, "a despatch refused"),
        ):
            seen[label] += ImportLine.objects.filter(result=result).count()
        told = set(ImportLine.objects.values_list("parent__message_id", flat=True))
        assert {str(number) for number in range(1, self.number + 1)} <= told


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_the_shop_comes_to_what_was_acknowledged() -> None:
    seen.clear()

    run_state_machine_as_test(
        ShopMachine, settings=settings(derandomize=True, stateful_step_count=40)
    )

    # A campaign in which something never happened has not tried it.
    assert {label for label in SOMETIMES if not seen[label]} == set()
