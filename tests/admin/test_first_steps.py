"""What to do first, which settings cannot work, and where OrderFlow has to call."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone

from orderflow_bridge.catalog.models import Product, ProductWebsite
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import (
    Adjustment,
    Api,
    Email,
    InventoryImport,
    OrderExport,
    ProblemReports,
    ProductExport,
    WebServices,
)
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.monitoring.backups import record_backup
from orderflow_bridge.monitoring.models import ChecklistDismissal
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.outbox.mail.services import TEST_REFERENCE
from orderflow_bridge.problems.kinds import CONFIGURATION, Severity
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.sales.models import Despatch
from orderflow_bridge.watch.configuration import look_for_settings_that_cannot_work
from tests.admin.samples import make_operator, tick
from tests.factories import make_order, make_product, make_source_item, make_website

pytestmark = pytest.mark.django_db

ACCOUNT = {
    "endpoint": "https://of.example/web/",
    "username": "magento",
    "password": "secret",
    "organisation": "Mage Inc",
    "channel": "magento",
}


def page_of(client, page="/admin/"):
    answer = client.get(page)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def warnings_on(client, page):
    return [each.text.strip() for each in page_of(client, page).select(".bridge-warning")]


def needs_on(client):
    """What the dashboard says needs somebody, after the watch has looked."""
    look_for_settings_that_cannot_work(timezone.now())
    return [each.text for each in page_of(client).select(".dashboard-needs li > p:first-of-type")]


def told_of(client, section):
    """What is told of a section on the dashboard, and before that at once on its own page."""
    at_once = warnings_on(client, section_url(section))
    needs = needs_on(client)
    assert warnings_on(client, section_url(section)) == [], "the problem is told in its place"
    return needs, at_once


def make_api_user(username="orderflow", **values):
    user = User.objects.create_user(username, **values)
    user.groups.add(Group.objects.get(name="OrderFlow Import"))
    return user


def set_up():
    """Do all the first steps."""
    website = make_website(name="Main Website")
    write_settings(Api, ACCOUNT)
    write_settings(Email, {"admin_email": "admin@example.com"})
    write_settings(OrderExport, {"exportable_status": ("processing",)})
    make_api_user()
    tick()
    link = ProductWebsite.objects.create(product=make_product(), website=website)
    ProductWebsite.objects.filter(pk=link.pk).update(orderflow_export_date=timezone.now())


def try_it_out():
    """Do the first steps that try the way there and back."""
    [bag] = Product.objects.all()
    order = make_order(items=[(bag, 1)], orderflow_export_date=timezone.now())
    Despatch.objects.create(order=order, message_id="38")
    make_source_item(bag, last_sequence_id=1)
    OutgoingMail.objects.create(reference=TEST_REFERENCE, status=OutgoingMail.Status.SENT)
    record_backup("backup01", by="cron")
    write_settings(ProblemReports, {"base_url": "https://bridge.example"})


def ticked(client):
    return [item.a.text for item in page_of(client).select(".dashboard-checklist li[data-done]")]


# --- the checklist --------------------------------------------------------------------------------
def test_a_new_installation_has_everything_to_do(boss):
    make_website()

    items = page_of(boss).select(".dashboard-checklist li")

    assert [item.a.text for item in items] == [
        "Tell the bridge where OrderFlow is",
        "Enter login, organisation and channel",
        "Give OrderFlow a user",
        "Give the bridge its own address",
        "Let the schedules run",
        "Have a test e-mail arrive",
        "Make a back-up, and have it recorded",
        "Export a test product",
        "Export a test order",
        "Receive a stock figure",
        "Receive a despatch",
    ]
    assert ticked(boss) == []
    assert all(boss.get(item.a["href"], follow=True).status_code == 200 for item in items)


def test_the_steps_tick_themselves(boss):
    make_website()
    write_settings(Api, {"endpoint": "https://of.example/web/"})
    make_api_user()

    assert ticked(boss) == ["Tell the bridge where OrderFlow is", "Give OrderFlow a user"]


def test_a_website_without_an_account_of_its_own_is_not_forgotten(boss):
    make_website()
    other = make_website()
    write_settings(Api, ACCOUNT, website=other)

    assert "Tell the bridge where OrderFlow is" not in ticked(boss)


def test_an_incomplete_checklist_stays(boss):
    make_website()

    boss.post("/admin/dashboard/checklist/")

    assert page_of(boss).select(".dashboard-checklist")
    assert not page_of(boss).select(".dashboard-checklist form")


def test_a_complete_checklist_can_be_put_away_for_oneself(boss, settings):
    settings.ALLOWED_HOSTS = ["bridge.example", "testserver"]
    set_up()
    try_it_out()
    assert len(ticked(boss)) == 11
    form = page_of(boss).select_one(".dashboard-checklist form")

    boss.post(form["action"])

    assert not page_of(boss).select(".dashboard-checklist")
    other = Client()
    other.force_login(User.objects.create_superuser("other"))
    assert page_of(other).select(".dashboard-checklist")


def test_opening_the_address_puts_nothing_away(boss):
    set_up()

    assert boss.get("/admin/dashboard/checklist/").status_code == 405
    assert not ChecklistDismissal.objects.exists()


def test_the_checklist_is_for_those_who_may_configure(viewer):
    make_website()

    assert not page_of(viewer).select(".dashboard-checklist")


# --- warnings -------------------------------------------------------------------------------------
def test_a_bridge_that_is_set_up_warns_of_nothing(boss):
    set_up()

    for section in (Api, Email, OrderExport, ProductExport, InventoryImport, WebServices):
        assert told_of(boss, section) == ([], [])


def test_exports_without_an_account_are_told_on_their_page_at_once_and_as_a_problem(boss):
    set_up()
    write_settings(Api, {"endpoint": None, "password": None})

    text = (
        "Main Website exports orders and products, but Endpoint and Password are empty: nothing"
        " reaches OrderFlow."
    )
    remedy = "Fill in what is missing, or switch the exports off."
    [need], warnings = told_of(boss, Api)
    assert (need.startswith(text), warnings) == (True, [f"{text} {remedy}"])
    assert warnings_on(boss, section_url(Email)) == []
    problem = open_problems(CONFIGURATION).get()
    assert (problem.remedy, problem.severity) == (remedy, Severity.CRITICAL)
    assert boss.get(problem.url).status_code == 200

    write_settings(Api, ACCOUNT)
    assert told_of(boss, Api) == ([], [])


def test_a_website_that_exports_nothing_needs_no_account(boss):
    set_up()
    write_settings(Api, {"endpoint": None})
    write_settings(OrderExport, {"is_enabled": False})
    write_settings(ProductExport, {"is_enabled": False})

    assert told_of(boss, Api) == ([], [])


@pytest.mark.parametrize(
    ("section", "values", "text", "mended"),
    [
        (
            OrderExport,
            {"exportable_status": ()},
            "no Exportable Order Status is chosen: no order is exported",
            {"exportable_status": ("processing",)},
        ),
        (
            ProductExport,
            {"include_image_field": True},
            "Main Website includes the image field, but has no Default Image",
            {"placeholder_image": "none.png"},
        ),
        (
            Email,
            {"admin_email": None},
            "Main Website has no Admin Email",
            {"admin_email": "admin@example.com"},
        ),
        (
            InventoryImport,
            {"adjust_inventory": Adjustment.UNSENT_ORDERS},
            "no Unsent Order Status is chosen",
            {"adjust_inventory": Adjustment.NO},
        ),
    ],
)
def test_settings_that_cannot_work_are_told_until_they_are_changed(
    boss, section, values, text, mended
):
    set_up()
    write_settings(section, values)

    [need], [warning] = told_of(boss, section)
    assert (text in need, text in warning) == (True, True)
    assert open_problems(CONFIGURATION).get().url.startswith(section_url(section))

    write_settings(section, mended)
    assert told_of(boss, section) == ([], [])


def test_a_missing_api_user_is_told_until_orderflow_can_come_in(boss):
    set_up()
    User.objects.filter(username="orderflow").update(is_active=False)

    [_], [warning] = told_of(boss, WebServices)
    assert warning.startswith("No active user has the right OrderFlow Import")

    write_settings(WebServices, {"anonymous_addresses": ("192.0.2.1",)})
    assert told_of(boss, WebServices) == ([], [])


def test_settings_are_told_of_to_those_who_may_see_some():
    make_website(name="Main Website")
    for right, count in (("view_emailsettings", 1), ("view_jobrun", 0)):
        user, client = make_operator(right), Client()
        user.user_permissions.add(Permission.objects.get(codename=right))
        client.force_login(user)
        assert sum("Main Website has no Admin Email" in each for each in needs_on(client)) == count
