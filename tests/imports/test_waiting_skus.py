"""Figures of SKUs that the shop lacks wait for the product, and are then applied as any other."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports.cron import import_inventory_updates
from imports.inventory.unknown_skus import (
    RECEIVED_BY,
    forget_aliases,
    ignore,
    queue_known,
    stop_ignoring,
)
from imports.models import IgnoredSku, Import, ImportLine, SkuAlias, WaitingSku
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Result
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.kinds import UNKNOWN_SKU
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.services import watch
from tests.factories import make_product, make_request, make_source, make_user
from tests.imports.stock import apply, process, queue, stock, stored

pytestmark = pytest.mark.django_db

SKUS = ("A", "x", "X", "Y")
SOURCES = ("default", "eu")


@pytest.fixture(autouse=True)
def _sources() -> None:
    for code in SOURCES:
        make_source(code)


def test_the_newest_figure_of_each_source_waits_and_lines_are_counted() -> None:
    apply(("MUG", 5, 10), ("MUG", 7, 10, "eu"), message_id=71)
    apply(("mug", 6, 12), ("MUG", 4, 11), ("MUG", "x", 13), message_id=72)

    rows = WaitingSku.objects.order_by("source_code")
    assert [
        (row.sku, row.source_code, row.quantity, row.sequence_id, row.message_id, row.count)
        for row in rows
    ] == [("mug", "default", 6, 12, "72", 3), ("MUG", "eu", 7, 10, "71", 1)]


def test_a_figure_is_applied_with_its_time_once_the_product_is_there() -> None:
    exported = datetime(2017, 3, 22, 15, tzinfo=UTC)
    make_request(lines=[stored("MUG", "5.5", 10, exported=exported.isoformat())], message_id="71")
    process()
    make_product("mug")
    import_inventory_updates()

    assert stock() == {("mug", "default"): (Decimal("5.5"), 1, 10)}
    assert not WaitingSku.objects.exists()
    report = Import.objects.latest("id")
    assert (report.message_id, report.successes, report.request.received_by) == (
        "71",
        1,
        RECEIVED_BY,
    )
    assert report.request.lines[0][4] == exported.isoformat()


def test_a_figure_that_was_overtaken_is_superseded() -> None:
    apply(("MUG", 5, 10))
    make_product("MUG")
    apply(("MUG", 8, 11))
    import_inventory_updates()

    assert stock() == {("MUG", "default"): (8, 1, 11)}
    assert ImportLine.objects.latest("id").result == Result.SUPERSEDED


def test_an_alias_stands_for_its_product_in_what_waits_and_in_what_comes() -> None:
    apply(("WMS-1", 5, 10))
    SkuAlias.objects.create(sku="WMS-1", product=make_product("MUG"))
    import_inventory_updates()
    assert stock() == {("MUG", "default"): (5, 1, 10)}

    forget_aliases()
    [line] = apply(("wms-1", 6, 11))
    assert (line.result, line.reference) == (Result.SUCCESS, "MUG")
    assert stock() == {("MUG", "default"): (6, 1, 11)}


def test_an_alias_and_the_product_itself_are_one_in_a_batch() -> None:
    SkuAlias.objects.create(sku="WMS-1", product=make_product("MUG"))
    queue(("WMS-1", 6, 11), ("MUG", 5, 10), ("MUG", 7, 12), ("WMS-1", 7, 12))
    process()

    assert stock() == {("MUG", "default"): (7, 1, 12)}
    results = ImportLine.objects.order_by("id").values_list("result", flat=True)
    assert list(results) == [Result.SUCCESS, Result.SUPERSEDED, Result.SUCCESS, Result.DUPLICATE]


def test_a_product_of_that_sku_comes_before_an_alias() -> None:
    SkuAlias.objects.create(sku="WMS-1", product=make_product("MUG"))
    make_product("WMS-1")
    apply(("WMS-1", 6, 11))

    assert stock() == {("WMS-1", "default"): (6, 1, 11)}


def test_an_ignored_sku_waits_without_a_problem_until_it_is_known() -> None:
    boss = make_user("boss")
    apply(("MUG", 5, 10), ("MUG", 6, 10, "eu"), ("CUP", 1, 1))
    assert ignore(WaitingSku.objects.filter(source_code="eu"), by=boss) == 1
    apply(("mug", 7, 12))
    watch()

    assert [problem.subject for problem in open_problems(UNKNOWN_SKU)] == ["CUP"]
    assert WaitingSku.objects.get(sku="mug").count == 2

    make_product("MUG")
    import_inventory_updates()
    assert stock()[("MUG", "default")] == (7, 1, 12)
    assert not IgnoredSku.objects.exists()


def test_a_sku_that_is_no_longer_ignored_is_a_problem_at_once() -> None:
    apply(("MUG", 5, 10))
    before = Problem.objects.values_list("text", "remedy", "url", "count", "open_key").get()
    ignore(WaitingSku.objects.all(), by=make_user("boss"))
    assert not open_problems(UNKNOWN_SKU).exists()

    assert stop_ignoring(WaitingSku.objects.all()) == 1
    assert (
        open_problems(UNKNOWN_SKU).values_list("text", "remedy", "url", "count", "open_key").get()
        == before
    )


def test_the_problem_of_an_unknown_sku_ends_with_an_alias() -> None:
    apply(("WMS-1", 5, 10))
    SkuAlias.objects.create(sku="wms-1", product=make_product("MUG"))
    watch()

    assert not open_problems(UNKNOWN_SKU).exists()


def test_a_figure_goes_to_the_queue_once_though_the_step_is_cut_off() -> None:
    apply(("MUG", 5, 10))
    make_product("MUG")
    with transaction.atomic():
        queue_known()
        transaction.set_rollback(True)
    assert WaitingSku.objects.count() == 1

    queue_known()
    queue_known()
    assert Request.objects.filter(processed_at=None).count() == 1
    import_inventory_updates()
    assert stock() == {("MUG", "default"): (5, 1, 10)}


def statements_of_known(lines: int) -> int:
    queue(*((f"{lines}-{number}", number, 1) for number in range(lines)))
    process()
    Product.objects.bulk_create(
        Product(sku=f"{lines}-{number}", name="x") for number in range(lines)
    )
    with CaptureQueriesContext(connection) as captured:
        assert queue_known() == lines
    return len(captured)


def test_a_thousand_figures_are_queued_in_as_many_statements_as_ten() -> None:
    assert statements_of_known(10) == statements_of_known(1_000)


@st.composite
def courses(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    """Draw what happens: messages of unknown and known SKUs, products, aliases, runs, crashes."""
    sequence = draw(st.permutations(range(1, 25)))
    made = [
        (draw(st.sampled_from(SKUS)), draw(st.integers(0, 40)), seq, draw(st.sampled_from(SOURCES)))
        for seq in sequence[: draw(st.integers(1, 24))]
    ]
    others = st.sampled_from(
        (("product", "X"), ("product", "Y"), ("alias", "X"), ("alias", "Y"), ("tick",), ("queue",),
         ("crash",), ("ignore",))
    )  # fmt: skip
    messages = st.lists(st.sampled_from(made), min_size=1, max_size=4)
    happening = st.one_of(st.tuples(st.just("lines"), messages), others)
    return (
        [("lines", made), *draw(st.lists(happening, max_size=14))]
        if draw(st.booleans())
        else draw(st.lists(happening, min_size=1, max_size=16))
    )


class Shop:
    """What should be, in plain words: of each product and source the line with the highest id."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, int, int, str]] = []
        self.means = {"A": "A"}

    def stock(self) -> dict[tuple[str, str], tuple[Decimal, int, int]]:
        found: dict[tuple[str, str], tuple[Decimal, int, int]] = {}
        for sku, qty, seq, source in sorted(self.lines, key=lambda line: line[2]):
            if product := self.means.get(sku.upper()):
                found[product, source] = (Decimal(qty), int(qty > 0), seq)
        return found

    def waiting(self) -> dict[tuple[str, str], tuple[Decimal, int]]:
        found = {}
        for sku, qty, seq, source in sorted(self.lines, key=lambda line: line[2]):
            if sku.upper() not in self.means:
                found[sku.lower(), source] = (Decimal(qty), seq)
        return found


def happen(shop: Shop, what: str, *more: Any) -> None:
    match what:
        case "lines":
            queue(*more[0])
            process()
            shop.lines += more[0]
        case "product" if more[0] not in shop.means:
            make_product(more[0])
            shop.means[more[0]] = more[0]
        case "alias" if more[0] not in shop.means:
            SkuAlias.objects.create(sku=more[0].lower(), product=Product.objects.get(sku="A"))
            shop.means[more[0]] = "A"
        case "tick":
            import_inventory_updates()
        case "queue":
            queue_known()
        case "crash":
            with transaction.atomic():
                queue_known()
                transaction.set_rollback(True)
        case "ignore":
            ignore(WaitingSku.objects.all(), by=make_user())


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(course=courses())
def test_whatever_comes_first_the_highest_figure_ends_as_stock_and_none_is_older(
    course: list[tuple[Any, ...]],
) -> None:
    for model in (ImportLine, Import, Request, SourceItem, WaitingSku, SkuAlias, IgnoredSku):
        model.objects.all().delete()
    Product.objects.all().delete()
    forget_aliases()
    make_product("A")
    shop = Shop()
    newest: dict[tuple[str, str], int] = {}

    for what, *more in course:
        happen(shop, what, *more)
        now = {key: seq for key, (_, _, seq) in stock().items()}
        assert all(now[key] >= seq for key, seq in newest.items())
        newest = now
    import_inventory_updates()
    import_inventory_updates()

    assert stock() == shop.stock()
    assert {
        (row.sku_key, row.source_code): (row.quantity, row.sequence_id)
        for row in WaitingSku.objects.all()
    } == shop.waiting()
