"""The go-live assistant: what is missing and what is done, and going on where one left off."""

from decimal import Decimal

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from orderflow_bridge.access.ready_roles import ADMINISTRATOR, OPERATOR
from orderflow_bridge.configuration.sections import Email, OrderExport, Reconciliation
from orderflow_bridge.configuration.selectors import order_export
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.induction.models import GoLive
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order
from orderflow_bridge.sandbox import sending
from orderflow_bridge.watch.models import StockComparison
from tests.factories import make_order, make_user, make_website
from tests.journeys.conftest import Trade, trade

__all__ = ("trade",)

ORDERS = "orderflow_export_order_create"
COMPARISON = "orderflow_reconcile_inventory"


def page_of(client, website):
    answer = client.get(f"/admin/induction/launch/{website.pk}/change/")
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def done(client, website):
    """Return the keys of the steps that are done."""
    steps = page_of(client, website).select(".setup-step[data-done]")
    return [each["id"].removeprefix("step-") for each in steps]


def action(client, website, slug, **values):
    url = f"/admin/induction/launch/{website.pk}/{slug}/"
    answer = client.post(url, values, follow=True)
    return " ".join(str(each) for each in answer.context["messages"])


def question(client, website, slug):
    answer = client.get(f"/admin/induction/launch/{website.pk}/{slug}/")
    return BeautifulSoup(answer.content, "html.parser").select_one(".bridge-confirm p").text


@pytest.fixture
def boss(db) -> Client:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    return client


@pytest.mark.django_db(transaction=True)
def test_a_website_goes_live_step_by_step(trade: Trade, boss: Client):
    website = trade.website
    write_settings(Email, {"admin_name": "Nina", "admin_email": "nina@shop.example"})
    write_settings(Reconciliation, {"is_enabled": True})
    write_settings(OrderExport, {"is_enabled": True}, website=website)
    bag = trade.sell("24-MB01")
    trade.job("orderflow_export_product_create")
    trade.warehouse.set_stock("24-MB01", Decimal(5))
    sending.push_stock(trade.sandbox)
    trade.job("orderflow_import_inventory_update")
    old = make_order(items=[(bag, 1)])
    assert done(boss, website) == []

    cut_over = timezone.now()
    said = action(boss, website, "cut-over", at=f"{cut_over:%Y-%m-%dT%H:%M:%S}")
    Order.objects.filter(pk=old.pk).update(created_at=cut_over.replace(year=2020))
    assert "1 stay here" in said or "0 stay here" in said
    assert done(boss, website) == ["cut"]
    assert order_export(website).min_order_datetime == cut_over.replace(microsecond=0)

    action(boss, website, "test-order", sku="24-MB01")
    waiting = done(boss, website)
    trade.run_errands()
    assert (waiting, done(boss, website)) == (["cut"], ["cut", "tried"])

    action(boss, website, "remove")
    assert done(boss, website) == ["cut", "tried", "cleared"]
    trade.warehouse.set_stock("24-MB01", Decimal(5))
    sending.push_stock(trade.sandbox)
    trade.job("orderflow_import_inventory_update")

    said = action(boss, website, "compare")
    assert said.startswith("Stock Comparison has been asked to run")
    trade.job(COMPARISON)
    assert StockComparison.objects.latest("pk").different == 0
    assert "compared" in done(boss, website)

    assert question(boss, website, "live").startswith(
        "Still missing: Take the first steps, Connect"
    )
    action(boss, website, "live")
    memory = GoLive.objects.get(website=website)
    assert (memory.live_by, memory.live_without) == (
        "boss",
        "Take the first steps; Connect OrderFlow",
    )
    assert "This website is live." in page_of(boss, website).text

    trade.job(ORDERS)
    old.refresh_from_db()
    assert old.orderflow_export_date is None


@pytest.mark.django_db(transaction=True)
def test_what_differs_is_corrected_or_accepted_by_name(trade: Trade, boss: Client):
    website = trade.website
    write_settings(Reconciliation, {"is_enabled": True})
    trade.sell("24-MB01")
    trade.warehouse.take_product("24-MB01", description="Bag", first_units=Decimal(5))
    sending.push_stock(trade.sandbox)
    trade.job("orderflow_import_inventory_update")
    SourceItem.objects.update(last_received=Decimal(4))
    trade.job(COMPARISON)
    step = page_of(boss, website).select_one("#step-compared")
    assert "See what differs" in step.text
    assert boss.get(step.select_one(".setup-gaps a")["href"]).status_code == 200

    said = action(boss, website, "accept")

    assert said == "The differences of the last comparison have been accepted."
    assert "Accepted by boss" in page_of(boss, website).select_one("#step-compared").text
    assert "compared" in done(boss, website)
    trade.job(COMPARISON)
    assert "compared" not in done(boss, website), "a newer comparison is not accepted with it"


@pytest.mark.django_db
def test_going_live_switches_the_websites_order_export_on_and_no_others(boss: Client):
    website, other = make_website(), make_website()
    write_settings(OrderExport, {"is_enabled": False})

    action(boss, website, "live")

    assert order_export(website).is_enabled
    assert not order_export(other).is_enabled
    assert page_of(boss, other).select_one("#step-live:not([data-done])")


@pytest.mark.django_db
def test_somebody_else_goes_on_where_the_first_one_left_off(boss: Client):
    website = make_website()
    action(boss, website, "cut-over", at="2026-12-01T08:00:00")
    colleague = Client()
    colleague.force_login(make_user("colleague", is_superuser=True))

    step = page_of(colleague, website).select_one("#step-cut")

    assert "2026-12-01 08:00:00" in step.text
    assert "Set by boss" in step.text
    assert done(colleague, website) == ["cut"]


@pytest.mark.django_db
def test_looking_writes_nothing_and_a_date_that_is_none_is_refused(boss: Client):
    website = make_website()
    page_of(boss, website)
    boss.post(f"/admin/induction/launch/{website.pk}/cut-over/", {"at": "some day"})

    assert not GoLive.objects.exists()
    assert order_export(website).min_order_datetime is None


@pytest.mark.django_db
def test_every_gap_leads_to_where_it_is_mended(boss: Client):
    website = make_website()

    links = {a["href"].partition("#")[0] for a in page_of(boss, website).select(".setup-gaps a")}

    assert len(links) > 8
    assert {boss.get(url, follow=True).status_code for url in links} == {200}


@pytest.mark.django_db
def test_an_administrator_takes_the_steps_and_an_operator_does_not_see_them():
    website = make_website()
    url = f"/admin/induction/launch/{website.pk}/"
    people = {}
    for role in (ADMINISTRATOR, OPERATOR):
        user = make_user(role.lower().replace(" ", "-"), is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        people[role] = Client()
        people[role].force_login(user)
    viewer = Client()
    viewer.force_login(make_user(is_staff=True, rights=["induction.view_launch"]))

    assert "Set The Cut-over" in page_of(people[ADMINISTRATOR], website).text
    assert people[OPERATOR].get(f"{url}change/").status_code == 403
    assert "Set The Cut-over" not in page_of(viewer, website).text
    for slug in ("cut-over", "test-order", "compare", "accept", "remove", "live"):
        assert viewer.post(f"{url}{slug}/").status_code == 403
    assert not GoLive.objects.exists()
