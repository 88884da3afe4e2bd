"""What OrderFlow's administrator has to know is also told where it happens."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from imports.models import Import
from orderflow_bridge.sandbox import sending
from tests.factories import make_user
from tests.journeys.conftest import Trade, trade

__all__ = ("trade",)

pytestmark = pytest.mark.django_db(transaction=True)

STOCK = "orderflow_import_inventory_update"


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    return client


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    page = BeautifulSoup(answer.content, "html.parser")
    return " ".join(page.select_one("#content").text.split())


def newest_report(client: Client) -> str:
    report = Import.objects.latest("pk")
    return text_of(client, f"/admin/imports/inventoryimport/{report.pk}/change/")


def test_a_report_full_of_duplicates_names_initialize_and_after_it_there_are_none(
    trade: Trade, boss: Client
):
    for number in range(5):
        trade.sell(f"P-{number}")
        trade.warehouse.take_product(f"P-{number}", description="Bag", first_units=Decimal(9))
    sending.push_stock(trade.sandbox)
    trade.job(STOCK)
    first = newest_report(boss)

    sending.push_stock(trade.sandbox)
    trade.job(STOCK)
    repeated = newest_report(boss)
    trade.warehouse.initialize()
    sending.push_stock(trade.sandbox)
    trade.job(STOCK)

    assert "Initialize" not in first
    assert "Nearly all of these figures had been applied before" in repeated
    assert "press Initialize there first" in repeated
    assert "Initialize" not in newest_report(boss)
    assert Import.objects.latest("pk").successes == 5


def test_one_figure_that_came_twice_is_no_push_full_of_duplicates(trade: Trade, boss: Client):
    trade.sell("P-1")
    trade.warehouse.take_product("P-1", description="Bag", first_units=Decimal(9))
    for _ in range(2):
        sending.push_stock(trade.sandbox)
        trade.job(STOCK)

    assert Import.objects.latest("pk").duplicates == 1
    assert "Initialize" not in newest_report(boss)


def test_once_orderflow_has_a_product_its_page_says_that_it_may_be_inactive_there(
    trade: Trade, boss: Client
):
    url = f"/admin/catalog/product/{trade.sell('24-MB01').pk}/change/"
    before = text_of(boss, url)

    trade.job("orderflow_export_product_create")

    assert "product.activation.required.fields" not in before
    assert "product.activation.required.fields" in text_of(boss, url)
