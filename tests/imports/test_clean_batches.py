"""On PostgreSQL a batch of new lines is written by one statement; any other is judged in steps."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from imports.inventory.clean_in_postgresql import BEGIN_CLEAN, WRITE_CLEAN
from imports.inventory.decide_in_postgresql import DECIDE
from imports.models import ImportLine
from orderflow_bridge.common.choices import Result
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_source
from tests.imports.stock import process, queue, stock

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's way of writing"),
]
PATIENCE = 20


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    source = make_source()
    for sku in "ABCD":
        SourceItem.objects.create(product=make_product(sku), source=source, quantity=9)


def is_judged(queries: CaptureQueriesContext) -> bool:
    """Tell whether a batch was judged step by step."""
    return any(query["sql"].strip() == DECIDE.strip() for query in queries)


def test_new_lines_are_not_judged_step_by_step_and_one_old_one_has_all_judged() -> None:
    queue(("A", 5, 5), ("B", 6, 6), ("A", 7, 7))
    with CaptureQueriesContext(connection) as first:
        process()
    queue(("B", 1, 8), ("A", 3, 6))
    with CaptureQueriesContext(connection) as second:
        process()

    assert (is_judged(first), is_judged(second)) == (False, True)
    assert stock()["A", "default"] == (7, 1, 7)
    assert stock()["B", "default"] == (1, 1, 8)
    lines = ImportLine.objects.order_by("sequence_id", "id")
    assert [(line.reference, line.result, line.units_before) for line in lines] == [
        ("A", Result.SUCCESS, 9),
        ("B", Result.SUCCESS, 9),
        ("A", Result.SUPERSEDED, None),
        ("A", Result.SUCCESS, 9),
        ("B", Result.SUCCESS, 6),
    ]


def test_lines_belong_to_the_reports_of_their_own_messages() -> None:
    for number, sku in enumerate("CABD", start=1):
        queue((sku, number, number), message_id=9 - number)

    process()

    found = ImportLine.objects.values_list("parent__message_id", "reference")
    assert sorted(found) == [("5", "D"), ("6", "B"), ("7", "A"), ("8", "C")]


@pytest.fixture
def buyer() -> Iterator["Buyer"]:
    buyer = Buyer()
    buyer.start()
    yield buyer
    buyer.may_go.set()
    buyer.join(PATIENCE)


class Buyer(threading.Thread):
    """Somebody who takes five units of B off the shelf while an import waits for the row."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.has_locked, self.may_go = threading.Event(), threading.Event()

    def run(self) -> None:
        try:
            with transaction.atomic():
                SourceItem.objects.filter(product__sku="B").update(quantity=4)
                self.has_locked.set()
                self._wait_for_the_import()
        finally:
            connections.close_all()

    def _wait_for_the_import(self) -> None:
        until = time.monotonic() + PATIENCE
        with connection.cursor() as cursor:
            while time.monotonic() < until and not self.may_go.is_set():
                cursor.execute(
                    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND"
                    " pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
                )
                if cursor.fetchone()[0]:
                    return
                time.sleep(0.02)


def test_what_was_sold_while_the_statement_waited_is_what_was_there_before(buyer: Buyer) -> None:
    assert buyer.has_locked.wait(PATIENCE)
    queue(("A", 5, 5), ("B", 6, 6), ("C", 7, 7))

    with CaptureQueriesContext(connection) as queries:
        process()

    assert is_judged(queries), "the statement should have noticed"
    assert {key: quantity for (key, _), (quantity, _, _) in stock().items()} == {
        "A": 5, "B": 6, "C": 7,
    }  # fmt: skip
    before = dict(ImportLine.objects.values_list("reference", "units_before"))
    assert before == {"A": 9, "B": 4, "C": 9}


def test_items_are_updated_in_the_order_of_their_ids() -> None:
    """Two workers cannot wait for each other: a nested loop goes through the sorted items."""
    parameters: dict[str, Any] = {
        "negative": False, "lines": 1, "overtaken": [], "now": None, "requests": [1],
        "lines_each": [1], "is_watched": False, "since": None, "counted_since": None,
    }  # fmt: skip
    queue(("A", 5, 5))
    process()  # the temporary table is there now
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BEGIN_CLEAN)
        cursor.execute(f"EXPLAIN (COSTS OFF) {WRITE_CLEAN}", parameters)
        plan = [line.strip() for (line,) in cursor.fetchall()]

    update = plan.index("->  Update on inventory_sourceitem i")
    inner = plan[update : update + 12]
    assert "->  Nested Loop" in inner
    scan = inner.index("->  CTE Scan on found f")
    assert "->  Tid Scan on inventory_sourceitem i" in inner[scan:]
    assert plan[plan.index("CTE found") + 1] == "->  Sort"
