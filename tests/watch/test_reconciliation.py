"""Stock is compared with what OrderFlow holds: every difference is found, and nothing else told."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from exports.models import EndpointState
from imports.models import SkuAlias
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.configuration.sections import Api, Reconciliation
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
from orderflow_bridge.problems.kinds import STOCK_DIFFERS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import SiteSource, StockComparison, StockDifference
from orderflow_bridge.watch.reconciliation import services
from orderflow_bridge.watch.reconciliation.services import (
    JOB,
    ReconciliationFailed,
    reconcile_inventory,
)
from orderflow_bridge.watch.services import watch
from tests.configuration.storing import store
from tests.factories import make_order, make_product, make_source, make_source_item, make_website
from tests.fakes import Answer, FakeOrderFlow, Heard
from tests.imports.stock import apply, process, queue

pytestmark = pytest.mark.django_db

Kind, Why = StockDifference.Kind, StockDifference.Why


class Warehouse(FakeOrderFlow):
    """An OrderFlow that lists what it holds: rows of SKU, site, total, and whatever differs."""

    def __init__(self) -> None:
        super().__init__()
        self.stock: list[tuple[Any, ...]] = []

    def hold(self, *rows: tuple[Any, ...]) -> None:
        self.stock = list(rows)

    def choose(self, heard: Heard) -> Answer:
        if self.answers or "inventory.xml" not in heard.path:
            return super().choose(heard)
        records = (_record(*row) for row in self.stock)
        return Answer(f"<inventory>{''.join(records)}</inventory>".encode())


def _record(sku: str, site: str, total: Any, given: dict[str, str] | None = None) -> str:
    values = {"allocated": "0", "isAvailable": "true", "isFrozen": "false", **(given or {})}
    others = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f'<item externalReference="{sku}" site="{site}" total="{total}" {others}/>'


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    with Warehouse().running() as fake:
        yield fake


@pytest.fixture
def website(warehouse: Warehouse) -> Website:
    website = make_website(name="Main Website")
    connect(website, warehouse)
    make_source("default")
    store(Reconciliation, is_enabled=True)
    return website


def connect(website: Website, warehouse: FakeOrderFlow) -> None:
    store(
        Api,
        website,
        endpoint=warehouse.endpoint,
        username="u",
        password="p",
        organisation="o",
        channel="c",
    )


def look(after: timedelta = timedelta()) -> StockComparison:
    """Compare stock, `after` the comparison before."""
    if after:
        earlier = StockComparison.objects.latest("id")
        earlier.differences.update(first_seen=clock.now() - after)
        StockComparison.objects.filter(pk=earlier.pk).update(began_at=clock.now() - after)
    reconcile_inventory()
    return StockComparison.objects.latest("id")


def second_look() -> StockComparison:
    return look(after=timedelta(minutes=31))


def found(comparison: StockComparison) -> dict[str, tuple[int, int]]:
    rows = comparison.differences.values_list("sku", "kind", "why")
    return {sku: (kind, why) for sku, kind, why in rows}


def test_what_is_received_is_kept_as_it_came(website: Website) -> None:
    make_product("MUG")
    apply(("MUG", "-3.5", 10), ("MUG", 4, 9))
    assert SourceItem.objects.get().last_received == Decimal("-3.5")
    assert SourceItem.objects.get().quantity == 0

    apply(("MUG", 7, 11), ("MUG", 8, 12))
    assert SourceItem.objects.get().last_received == 8


def test_usable_units_are_added_up_by_sku_and_site(website: Website, warehouse: Warehouse) -> None:
    for sku in ("MUG", "CUP", "POT"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 0, 2), ("POT", 3, 3))
    warehouse.hold(
        ("mug", "S", 4),
        ("MUG", "S", 3, {"allocated": "2"}),
        ("CUP", "S", 9, {"isAvailable": "false"}),
        ("CUP", "S", 9, {"isFrozen": "true"}),
        ("POT", "S", 3),
    )

    comparison = look()

    assert (comparison.records, comparison.equal, comparison.different) == (5, 3, 0)
    assert warehouse.heard[0].method == "GET"


def test_what_was_sold_adjusted_or_edited_is_no_difference(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    SourceItem.objects.update(quantity=2)
    warehouse.hold(("MUG", "S", 5))

    assert look().equal == 1


def test_a_difference_counts_once_a_second_look_finds_it_again(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))

    first = look()
    assert (first.different, first.confirmed, first.to_confirm) == (1, 0, 1)
    assert not open_problems(STOCK_DIFFERS).exists()

    second = second_look()
    assert (second.confirmed, second.to_confirm, second.is_second) == (1, 0, True)
    problem = open_problems(STOCK_DIFFERS).get()
    host = warehouse.endpoint.split("/")[2]
    assert problem.text == (
        f"1 figure of {host} differs from what it last sent: MUG (3 there, 5 received)."
    )
    assert problem.url == f"/admin/watch/stockcomparison/{second.pk}/change/"

    apply(("MUG", 3, 2))
    assert look().equal == 1
    assert not open_problems(STOCK_DIFFERS).exists()


def test_the_problem_ends_without_a_look_once_newer_figures_are_applied(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("MUG", "CUP"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 5, 2))
    warehouse.hold(("MUG", "S", 3), ("CUP", "S", 3))
    look()
    second_look()

    apply(("MUG", 3, 3))
    watch()
    assert open_problems(STOCK_DIFFERS).exists()
    apply(("CUP", 3, 4))
    watch()
    assert not open_problems(STOCK_DIFFERS).exists()


def test_a_figure_that_came_between_makes_a_new_difference(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    look()
    apply(("MUG", 4, 2))

    assert (second_look().confirmed, Problem.objects.filter(kind=STOCK_DIFFERS.name).count()) == (
        0,
        0,
    )


def test_what_waits_or_was_written_meanwhile_is_left_for_another_look(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("WAITS", "NEW", "ALIAS", "HERE"):
        make_product(sku)
    SkuAlias.objects.create(sku="OF-ALIAS", product=Product.objects.get(sku="ALIAS"))
    apply(("WAITS", 5, 1), ("NEW", 5, 2), ("ALIAS", 5, 3), ("HERE", 5, 4))
    warehouse.hold(("WAITS", "S", 3), ("NEW", "S", 3), ("OF-ALIAS", "S", 3))
    queue(("waits", 3, 5), ("OF-ALIAS", 3, 6), ("HERE", 0, 7))
    ahead = timezone.now() + timedelta(minutes=1)
    SourceItem.objects.filter(product__sku="NEW").update(updated_at=ahead)

    comparison = look()

    assert (comparison.postponed, comparison.different, comparison.only_ours) == (4, 0, 0)


def test_an_alias_stands_for_its_product(website: Website, warehouse: Warehouse) -> None:
    SkuAlias.objects.create(sku="OF-MUG", product=make_product("MUG"))
    apply(("OF-MUG", 5, 1))
    warehouse.hold(("OF-MUG", "S", 4))

    assert found(look()) == {"MUG": (Kind.DIFFERENT, Why.MISSING)}


def test_it_is_said_why_as_far_as_it_is_known(website: Website, warehouse: Warehouse) -> None:
    for sku in ("LOST", "FAILED", "NEVER", "GONE"):
        make_product(sku)
    make_source_item("HAND", 7)
    apply(("LOST", 5, 1), ("FAILED", 5, 2), ("GONE", 5, 3), ("PARKED", 6, 4))
    apply(("FAILED", "many", 5))
    warehouse.hold(*((sku, "S", 4) for sku in ("LOST", "FAILED", "NEVER", "PARKED", "ALIEN")))

    comparison = look()

    assert found(comparison) == {
        "LOST": (Kind.DIFFERENT, Why.MISSING),
        "FAILED": (Kind.DIFFERENT, Why.FAILED),
        "NEVER": (Kind.ONLY_THEIRS, Why.NEVER),
        "PARKED": (Kind.ONLY_THEIRS, Why.WAITING),
        "ALIEN": (Kind.ONLY_THEIRS, Why.UNKNOWN_SKU),
        "GONE": (Kind.ONLY_OURS, Why.GONE),
        "HAND": (Kind.ONLY_OURS, Why.BY_HAND),
    }
    # What the shop lacks is a problem of its own, and stock of one's own is none.
    assert comparison.to_confirm == 4


def test_it_is_said_what_was_edited_by_hand_after_the_last_figure(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("EDITED", "LEFT"):
        make_product(sku)
    apply(("EDITED", 5, 1), ("LEFT", 5, 2))
    item = SourceItem.objects.get(product__sku="EDITED")
    item.updated_at += timedelta(microseconds=1)
    item.save()
    warehouse.hold(("EDITED", "S", 4), ("LEFT", "S", 4))

    rows = look().differences.values_list("sku", "is_edited")
    assert dict(rows) == {"EDITED": True, "LEFT": False}


def test_a_record_that_cannot_be_read_is_counted_and_never_taken_for_nothing(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("MUG", "CUP"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 5, 2))
    warehouse.hold(("MUG", "S", "many"), ("MUG", "S", 5), ("CUP", "S", "1e12"), ("", "S", 4))

    comparison = look()

    assert (comparison.unreadable, comparison.equal) == (3, 0)
    assert not comparison.differences.exists()


def test_figures_that_came_before_they_were_kept_are_not_known(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    SourceItem.objects.update(last_received=None)
    warehouse.hold(("MUG", "S", 3))

    comparison = look()

    assert (comparison.not_known, comparison.to_confirm) == (1, 0)


def test_sites_are_sources_as_the_table_says_and_others_are_told(
    website: Website, warehouse: Warehouse
) -> None:
    make_source("eu")
    make_product("MUG")
    apply(("MUG", 5, 1), ("MUG", 7, 2, "eu"))
    for site, source in (("North", "default"), ("South", "default"), ("Paris", "eu")):
        SiteSource.objects.create(site=site, source_id=source)
    SiteSource.objects.create(site="Paris", source_id="default", website=make_website())
    warehouse.hold(
        ("MUG", "North", 2), ("MUG", "South", 3), ("MUG", "Paris", 7), ("MUG", "Rome", 1)
    )

    summary = reconcile_inventory()

    comparison = StockComparison.objects.get()
    assert (comparison.equal, comparison.unmapped) == (2, {"Rome": 1})
    assert summary.endswith("no source is known for site Rome.")


def test_a_sole_site_is_the_default_source_only_where_there_is_no_other(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 5))
    assert look().equal == 1

    make_source("eu")
    comparison = look()
    assert (comparison.equal, comparison.unmapped) == (0, {"S": 1})


def test_two_orderflows_are_compared_each_with_its_own_products(
    website: Website, warehouse: Warehouse
) -> None:
    other = make_website(name="Other")
    with Warehouse().running() as second:
        connect(other, second)
        for sku, its in (("MUG", website), ("CUP", other)):
            make_product(sku).websites.set([its])
        apply(("MUG", 5, 1), ("CUP", 5, 2))
        warehouse.hold(("MUG", "S", 5))
        second.hold(("CUP", "S", 5))
        reconcile_inventory()

    assert list(StockComparison.objects.values_list("equal", "only_ours")) == [(1, 0), (1, 0)]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Answer(b"<inventory/>"), "OrderFlow listed no stock at all; nothing was compared."),
        (Answer(b"no", status=401), "OrderFlow refused the login (401)."),
        (Answer(b"<inventory><item"), "OrderFlow's answer is broken after 0 records"),
    ],
)
def test_a_look_without_an_answer_fails_and_reports_nothing(
    answer: Answer, text: str, website: Website, warehouse: Warehouse
) -> None:
    warehouse.answers = [answer]

    with pytest.raises(ReconciliationFailed) as caught:
        reconcile_inventory()

    assert text in str(caught.value)
    assert not StockComparison.objects.exists()


def test_a_failure_counts_for_the_endpoints_rest(website: Website, warehouse: Warehouse) -> None:
    warehouse.answers = [Answer(b"no", status=503)]
    with pytest.raises(ReconciliationFailed):
        reconcile_inventory()

    assert EndpointState.objects.get().failures == 1


def test_without_an_orderflow_the_job_is_skipped() -> None:
    with pytest.raises(JobNotReady):
        reconcile_inventory()


def test_a_second_look_is_ordered_once_after_half_an_hour(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    look()
    runs = JobRun.objects.filter(job=JOB)

    watch()
    assert not runs.exists()
    StockComparison.objects.update(began_at=clock.now() - timedelta(minutes=31))
    StockDifference.objects.update(first_seen=clock.now() - timedelta(minutes=31))
    watch()
    watch()
    run = run_job(runs.get().pk)
    assert (run.status, StockComparison.objects.latest("id").confirmed) == ("success", 1)

    watch(now=timezone.now() + timedelta(hours=1))
    assert runs.count() == 1


def test_the_job_is_off_until_it_is_switched_on(website: Website, warehouse: Warehouse) -> None:
    job = next(each for each in JOBS if each.name == JOB)
    assert job.is_enabled()
    store(Reconciliation, is_enabled=False)
    assert not job.is_enabled()
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    look()

    watch(now=timezone.now() + timedelta(hours=1))
    assert not JobRun.objects.filter(job=JOB).exists()


def test_a_run_by_hand_compares(website: Website, warehouse: Warehouse) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 5))
    job = next(each for each in JOBS if each.name == JOB)

    run = run_job(order_run(job, now=clock.now()).pk)

    assert run.summary.endswith("1 equal, 0 different, 0 only in OrderFlow, 0 only here.")


def test_old_comparisons_go(website: Website, warehouse: Warehouse) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    StockComparison.objects.bulk_create(
        [
            StockComparison(website=website, endpoint="x", finished_at=clock.now())
            for _ in range(services.KEPT)
        ]
    )
    oldest = StockComparison.objects.earliest("id")

    look()

    assert StockComparison.objects.count() == services.KEPT
    assert not StockComparison.objects.filter(pk=oldest.pk).exists()


def test_drift_among_thousands_is_found_completely_and_nothing_else(
    website: Website, warehouse: Warehouse
) -> None:
    random = Random(20_261_130)
    skus = [f"SKU-{number:05}" for number in range(3_000)]
    Product.objects.bulk_create([Product(sku=sku, name=sku) for sku in skus])
    theirs = {sku: random.randint(0, 50) for sku in skus}
    apply(*((sku, units, number) for number, (sku, units) in enumerate(theirs.items(), 1)))
    lost = random.sample(skus, 137)
    for sku in lost:
        theirs[sku] += random.randint(1, 9)
    sequence = 10_000

    def goes_on(count: int) -> None:
        """OrderFlow sells and says so, the shop sells; some messages wait, others are applied."""
        nonlocal sequence
        for step in range(count):
            sku = random.choice(skus)
            if sku in lost:
                continue
            theirs[sku] = random.randint(0, 50)
            sequence += 1
            queue((sku, theirs[sku], sequence))
            if step % 3:
                process()
        make_order(items=[(random.choice(skus), 1)])
        SourceItem.objects.filter(product__sku=random.choice(skus)).update(quantity=0)

    goes_on(20)
    warehouse.hold(*((sku, "S", units) for sku, units in theirs.items()))
    first = look()
    assert (first.confirmed, first.different) == (0, 137)
    process()
    goes_on(20)
    warehouse.hold(*((sku, "S", units) for sku, units in theirs.items()))
    second = second_look()

    confirmed = second.differences.filter(is_confirmed=True)
    assert sorted(confirmed.values_list("sku", flat=True)) == sorted(lost)
    assert open_problems(STOCK_DIFFERS).get().count == 137
