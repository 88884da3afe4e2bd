"""Inventory → Comparisons, Differences and OrderFlow Sites."""

import csv
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.sections import Reconciliation
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.watch.admin import ASKED, OFF
from orderflow_bridge.watch.models import SiteSource, StockComparison, StockDifference
from tests.configuration.storing import store
from tests.factories import make_request, make_source, make_website

pytestmark = pytest.mark.django_db

LIST = "/admin/watch/stockcomparison/"


def make_comparison(**values: int) -> StockComparison:
    return StockComparison.objects.create(
        website=make_website(),
        endpoint="https://of.example/web/",
        finished_at=timezone.now(),
        unmapped={"Rome": 3},
        **values,
    )


def make_difference(comparison: StockComparison, sku: str) -> StockDifference:
    return StockDifference.objects.create(
        comparison=comparison,
        kind=StockDifference.Kind.DIFFERENT,
        why=StockDifference.Why.MISSING,
        sku=sku,
        source_code="default",
        theirs=3,
        last_received=5,
        quantity=4,
        first_seen=timezone.now(),
        is_confirmed=True,
        is_edited=False,
    )


def test_a_comparison_shows_its_counts_its_differences_and_unknown_sites(boss: Client) -> None:
    comparison = make_comparison(equal=1_234, different=1, confirmed=1)
    make_difference(comparison, "MUG")

    listed = boss.get(LIST).content.decode()
    page = boss.get(f"{LIST}{comparison.pk}/change/").content.decode()

    assert "1234" in listed
    for text in ("1234", "MUG", "A message is missing", "Confirmed", "Rome"):
        assert text in page


def test_the_differences_of_one_comparison_are_a_file(boss: Client) -> None:
    make_difference(make_comparison(), "OLD")
    comparison = make_comparison()
    make_difference(comparison, "MUG")
    page = boss.get(f"{LIST}{comparison.pk}/change/").content.decode()
    query = f"?comparison_from={comparison.pk}&amp;comparison_to={comparison.pk}"
    assert f"/admin/watch/stockdifference/{query}" in page

    answer = boss.get(f"/admin/watch/stockdifference/download/csv/{query.replace('&amp;', '&')}")
    rows = list(csv.DictReader(b"".join(answer).decode("utf-8-sig").splitlines()))

    assert [(row["SKU"], row["OrderFlow's Figure"], row["Why"]) for row in rows] == [
        ("MUG", "3", "A message is missing")
    ]


def test_compare_now_asks_first_and_then_orders_a_run(boss: Client) -> None:
    assert f"{LIST}run/" in boss.get(LIST).content.decode()
    assert b"Ask OrderFlow for all its stock now?" in boss.get(f"{LIST}run/").content
    assert not JobRun.objects.exists()

    off = boss.post(f"{LIST}run/", follow=True).content.decode()
    assert OFF in off
    assert not JobRun.objects.exists()

    store(Reconciliation, is_enabled=True)
    on = boss.post(f"{LIST}run/", follow=True).content.decode()
    assert ASKED in on
    assert JobRun.objects.get().job == "orderflow_reconcile_inventory"


def test_a_site_is_entered_once_for_all_websites(boss: Client) -> None:
    make_source("eu")
    url = "/admin/watch/sitesource/add/"
    for _ in range(2):
        answer = boss.post(url, {"site": " Paris ", "source": "eu", "website": ""})

    assert answer.status_code == 200
    assert SiteSource.objects.get().site == "Paris"
    assert "Paris" in boss.get("/admin/watch/sitesource/").content.decode()


def test_the_numbers_of_todays_messages_are_shown_as_information(boss: Client) -> None:
    assert "Last Number" not in boss.get(LIST).content.decode()
    make_request(message_id=3, received_by="wms", created_at=timezone.now() - timedelta(days=1))
    make_request(message_id=12, received_by="wms, requeued by alice")
    for number in (71, 71, 72, 75, 77):
        make_request(message_id=number, entity=Entity.SHIPMENT, received_by="wms")
    make_request(message_id="comparison-4")

    page = boss.get(LIST).content.decode()

    assert "4, from 71 to 77" in page
    assert "73–74, 76" in page
    assert "a number that is missing here proves nothing" in page
