"""Connect OrderFlow: its steps are ticked by what OrderFlow really did, and its values are ours."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from exports.cancelling import cancel_order
from exports.models import Export, ExportLine
from imports.models import Import
from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR
from orderflow_bridge.configuration.sections import Api, ProblemReports
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.induction.models import Evidence, Proof
from orderflow_bridge.sandbox import sending
from tests.factories import make_order, make_store, make_website
from tests.journeys.conftest import Trade, trade
from tests.journeys.person import Person

__all__ = ("trade",)

FETCHED_BY = "orderflow_export_product_create"
ORDERS = "orderflow_export_order_create"
STOCK = "orderflow_import_inventory_update"
SHIPMENTS = "orderflow_import_shipment_update"


def page_of(client, website):
    """Open a website's page, as a browser would."""
    answer = client.get(f"/admin/induction/connection/{website.pk}/change/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def ticked(client, website):
    """Return the keys of the ticked steps."""
    found = page_of(client, website).select(".setup-step[data-done]")
    return [each["id"].removeprefix("step-") for each in found]


def values(page):
    """Return the values on offer, by name."""
    rows = page.select(".setup-values > div")
    return {row.dt.text: row.dd.code.text if row.dd.code else None for row in rows}


@pytest.fixture
def boss(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


@pytest.mark.django_db(transaction=True)
def test_every_step_is_ticked_by_what_orderflow_did_and_leads_to_it(trade: Trade, boss: Client):
    bag, box = trade.sell("24-MB01"), trade.sell("24-MB02")
    assert ticked(boss, trade.website) == []

    trade.job(FETCHED_BY)
    fetched = ticked(boss, trade.website)
    sending.push_stock(trade.sandbox)
    trade.job(STOCK)
    counted = ticked(boss, trade.website)
    order = make_order(items=[(bag, 1)])
    other = make_order(items=[(box, 1)], invoiced=False)
    trade.job(ORDERS)
    sending.despatch(trade.sandbox, order.increment_id)
    trade.job(SHIPMENTS)
    despatched = ticked(boss, trade.website)
    assert cancel_order(other, by="boss").is_canceled
    page = page_of(boss, trade.website)

    assert fetched == ["modules", "user", "properties", "channel"]
    assert {*counted} - {*fetched} == {"notification", "primary", "mapping", "chunks"}
    assert {*despatched} - {*counted} == {"listener", "activation"}
    assert {*ticked(boss, trade.website)} - {*despatched} == {"cancelling"}
    links = [each.a["href"] for each in page.select(".setup-seen") if each.a]
    assert len(links) == 11
    assert {boss.get(link).status_code for link in links} == {200}
    assert [each["id"] for each in page.select(".setup-step:not([data-done])")] == [
        "step-old_listener"
    ]


@pytest.mark.django_db(transaction=True)
def test_what_was_seen_once_stays_when_its_history_is_cleaned(trade: Trade, boss: Client):
    bag = trade.sell("24-MB01")
    trade.job(FETCHED_BY)
    trade.warehouse.set_stock("24-MB01", Decimal(3))
    sending.push_stock(trade.sandbox)
    trade.job(STOCK)
    before = page_of(boss, trade.website).select(".setup time")

    ExportLine.objects.all().delete()
    Export.objects.all().delete()
    Import.objects.all().delete()
    bag.delete()

    assert page_of(boss, trade.website).select(".setup time") == before
    assert len(before) == 7


@pytest.mark.django_db(transaction=True)
def test_a_website_is_not_ticked_by_what_anothers_orderflow_did(trade: Trade, boss: Client):
    other = make_website()
    trade.sell("24-MB01")
    trade.job(FETCHED_BY)

    assert ticked(boss, trade.website)
    assert ticked(boss, other) == []
    assert set(Evidence.objects.values_list("website", flat=True)) == {trade.website.pk}


@pytest.mark.django_db(transaction=True)
def test_looking_twice_writes_once(trade: Trade, boss: Client):
    trade.sell("24-MB01")
    trade.job(FETCHED_BY)

    ticked(boss, trade.website)
    seen = list(Evidence.objects.values_list("pk", "proof"))
    ticked(boss, trade.website)

    assert list(Evidence.objects.values_list("pk", "proof")) == seen
    assert {proof for _, proof in seen} == {Proof.ANNOUNCED, Proof.PRODUCT_FETCHED}


@pytest.mark.django_db
def test_the_values_are_those_of_this_installation(boss: Client):
    website = make_website(name="Main Website", is_default=True)
    make_store(website, code="german")
    Person("OrderFlow Import")
    write_settings(ProblemReports, {"base_url": "https://bridge.example:8443/of/"})
    account = {
        "endpoint": "https://of.example/web/",
        "username": "magento",
        "password": "Hidden-1",
        "organisation": "Mage Inc",
        "channel": "magento2",
    }
    write_settings(Api, account, website=website)

    shown = values(page_of(boss, website))

    assert shown["Magento 2 API SOAP base URL"] == "https://bridge.example:8443/of/soap/german"
    assert shown["Reference of the user"] == "magento"
    assert shown["Organisation"] == "Mage Inc"
    assert shown["Channel"] == shown["Primary Channel"] == "magento2"
    assert shown["Scope of the three properties"] == "none: this shop alone uses the OrderFlow"
    assert shown["inventory.process.based.notification"] == "true"
    assert None not in shown.values()


@pytest.mark.django_db
def test_shops_that_share_an_orderflow_are_told_the_scope_that_keeps_them_apart(boss: Client):
    one, other, third = make_website(), make_website(), make_website()
    shared = {"endpoint": "https://of.example/web/"}
    write_settings(Api, {**shared, "organisation": "A", "channel": "uk"}, website=one)
    write_settings(Api, {**shared, "organisation": "A", "channel": "de"}, website=other)
    write_settings(
        Api,
        {"endpoint": "https://OF.example/web", "organisation": "B", "channel": "fr"},
        website=third,
    )

    scopes = [
        values(page_of(boss, each))["Scope of the three properties"] for each in (one, other, third)
    ]

    assert scopes == ["channel uk", "channel de", "organisation B"]


@pytest.mark.django_db
def test_what_is_not_set_yet_leads_to_where_it_is_set(boss: Client):
    page = page_of(boss, make_website())

    mending = {link["href"] for link in page.select(".setup .bridge-warning a")}

    assert any("apisettings" in url for url in mending)
    assert any("problemreports" in url for url in mending)
    assert {boss.get(url, follow=True).status_code for url in mending} == {200}


@pytest.mark.django_db
def test_who_configures_the_shop_finds_it_in_the_menu_and_an_operator_does_not():
    make_website()
    administrator, operator = Person(ADMINISTRATOR), Person(OPERATOR)

    for each in (administrator, operator):
        each.client.force_login(each.user)

    assert "Connect OrderFlow" in administrator.look("/admin/").text
    assert "Connect OrderFlow" not in operator.look("/admin/").text
    assert operator.client.get("/admin/induction/connection/").status_code == 403


@pytest.mark.django_db
def test_the_time_of_what_was_seen_is_the_shops(boss: Client):
    website = make_website()
    Evidence.objects.create(
        website=website,
        proof=Proof.STOCK,
        seen_at=timezone.now(),
        text="SKU 1",
        page="inventory_sourceitem_change",
        object_id=1,
    )

    assert "Seen" in page_of(boss, website).select_one("#step-notification h5").text
