"""The comparison of stock as a job: sites, several OrderFlows, failures, second looks, cleaning."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exports.models import EndpointState
from orderflow_bridge.common import clock
from orderflow_bridge.common.exceptions import JobNotReady
from orderflow_bridge.configuration.sections import Reconciliation
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.jobs.runs import run_job
from orderflow_bridge.jobs.services import order_run
from orderflow_bridge.jobs.table import JOBS
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
from tests.factories import make_product, make_source, make_website
from tests.fakes import Answer
from tests.imports.stock import apply
from tests.watch.warehouse import (
    Warehouse,
    connect,
    look,
    warehouse,
    website,
)

__all__ = ("warehouse", "website")

pytestmark = pytest.mark.django_db

Kind, Why = StockDifference.Kind, StockDifference.Why


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
