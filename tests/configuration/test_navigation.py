"""The way through the configuration: its pages side by side, and every change on one page."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.test import Client

from orderflow_bridge.configuration.sections import (
    SECTIONS,
    Api,
    General,
    InventoryImport,
    OrderExport,
)
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_website

pytestmark = pytest.mark.django_db

CHANGES = "/admin/configuration/changes/"


@pytest.fixture
def admin(client):
    client.force_login(User.objects.create_superuser("root"))
    return client


def clerk_with(*codenames):
    user = User.objects.create_user("clerk", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def page_of(response):
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows_of(client, query=""):
    """Return the cells of the list of changes, without their times."""
    rows = page_of(client.get(CHANGES + query)).select(".bridge-table tbody tr")
    return [[cell.text for cell in row.select("td")][1:] for row in rows]


def test_every_page_of_the_configuration_leads_to_every_other(admin):
    page = page_of(admin.get("/admin/configuration/orderexportsettings/"))

    links = page.select(".configuration-sections a")
    added = {"Mappings", "Couriers", "Shipping Methods", "Export and Import"}
    expected = [each.title for each in SECTIONS] + ["All Changes"]
    assert [link.text for link in links if link.text not in added] == expected
    assert added < {link.text for link in links}
    assert [link.text for link in links if link.get("aria-current")] == ["Order Export"]
    assert all(admin.get(link["href"]).status_code == 200 for link in links)


def test_the_menu_has_one_entry_for_the_configuration(admin):
    groups = admin.get("/admin/").context["sidebar_navigation"]

    titles = [item["title"] for group in groups for item in group["items"]]
    assert titles.count("Configuration") == 1
    assert admin.get("/admin/configuration/").url == "/admin/configuration/apisettings/"


def test_everybody_is_led_to_the_first_page_that_he_may_see():
    client = clerk_with("view_logcleaningsettings", "change_emailsettings")

    answer = client.get("/admin/configuration/", follow=True)

    page = page_of(answer)
    assert answer.redirect_chain == [("/admin/configuration/emailsettings/", 302)]
    assert [link.text for link in page.select(".configuration-sections a")] == [
        "Email Settings",
        "Log Cleaning",
        "All Changes",
    ]


def test_without_a_right_there_is_no_way_in():
    client = clerk_with("view_product")

    assert client.get("/admin/configuration/").status_code == 403
    assert client.get(CHANGES).status_code == 403
    titles = [each["title"] for each in client.get("/admin/").context["sidebar_navigation"]]
    # Everybody may fetch his own files of lists, and read which version runs.
    assert titles == ["Watch", "Catalog", "Data", "System"]


def test_all_changes_stand_on_one_page_with_old_and_new_value(admin):
    website = make_website(name="UK Website")
    write_settings(OrderExport, {"batch_size": 5}, website=website)
    write_settings(InventoryImport, {"batch_size": 50})
    write_settings(InventoryImport, {"batch_size": 60})
    write_settings(OrderExport, {"batch_size": None}, website=website)

    assert rows_of(admin) == [
        ["command line", "Order Export", "UK Website", "Batch Size", "5", "(inherited)"],
        ["command line", "Inventory Import", "Default Config", "Batch Size", "50", "60"],
        ["command line", "Inventory Import", "Default Config", "Batch Size", "(inherited)", "50"],
        ["command line", "Order Export", "UK Website", "Batch Size", "(inherited)", "5"],
    ]


def test_the_changes_of_two_scopes_are_not_taken_for_one_anothers(admin):
    website = make_website()
    write_settings(OrderExport, {"batch_size": 5})
    write_settings(OrderExport, {"batch_size": 7}, website=website)
    write_settings(OrderExport, {"batch_size": 6})

    assert [row[4:] for row in rows_of(admin)] == [
        ["5", "6"],
        ["(inherited)", "7"],
        ["(inherited)", "5"],
    ]


def test_the_changes_of_a_website_that_has_been_deleted_are_still_told(admin):
    website = make_website()
    write_settings(OrderExport, {"batch_size": 5}, website=website)
    pk = website.pk
    website.delete()

    assert [row[2:] for row in rows_of(admin)] == [
        [f"Website {pk} (deleted)", "Batch Size", "(inherited)", "5"]
    ]


def test_the_changes_of_one_saving_stay_in_the_pages_order_over_two_pages(admin):
    for size in range(1, 26):
        values = {"batch_size": size, "active_quote_cutoff": size, "unsent_order_cutoff": size}
        write_settings(InventoryImport, values)

    first = page_of(admin.get(CHANGES))
    second = page_of(admin.get(first.select_one(".bridge-pager a")["href"]))

    labels = [
        row.select("td")[4].text for page in (first, second) for row in page.select("tbody tr")
    ]
    assert labels == ["Batch Size", "Active Quote Cutoff", "Unsent Order Cutoff"] * 25


def test_the_list_of_changes_can_be_narrowed_to_a_section_and_a_scope(admin):
    website = make_website(code="uk")
    write_settings(OrderExport, {"batch_size": 5}, website=website)
    write_settings(OrderExport, {"batch_size": 6})
    write_settings(InventoryImport, {"batch_size": 7})

    assert [row[5] for row in rows_of(admin, "?section=orderexportsettings")] == ["6", "5"]
    assert [row[5] for row in rows_of(admin, "?scope=w-uk")] == ["5"]
    assert [row[5] for row in rows_of(admin, "?scope=default")] == ["7", "6"]
    assert [row[5] for row in rows_of(admin, "?section=nonsense&scope=nonsense")] == ["7", "6", "5"]


def test_older_changes_stand_on_further_pages(admin):
    with time_machine.travel(datetime(2026, 7, 1, 8, tzinfo=UTC), tick=False) as clock:
        for size in range(1, 53):
            write_settings(InventoryImport, {"batch_size": size})
            clock.shift(timedelta(minutes=1))

    first = page_of(admin.get(CHANGES))
    older = first.select_one(".bridge-pager a")["href"]
    second = page_of(admin.get(older))

    assert len(first.select("tbody tr")) == 50
    told = [[cell.text for cell in row.select("td")][-2:] for row in second.select("tbody tr")]
    assert told == [["1", "2"], ["(inherited)", "1"]]
    assert not second.select(".bridge-pager")


@pytest.mark.parametrize("before", ["nonsense", "2026-99-99", "2026-07-01T08:00:00", "%00"])
def test_any_beginning_of_a_page_is_answered(admin, before):
    assert admin.get(f"{CHANGES}?before={before}").status_code == 200


def test_no_password_appears_among_the_changes(admin):
    write_settings(Api, {"password": "top secret"})
    write_settings(Api, {"password": "more secret", "channel": "shop"})

    text = admin.get(CHANGES).content.decode()

    assert "top secret" not in text
    assert "more secret" not in text
    assert [row[3:] for row in rows_of(admin)].count(["Password", "******", "changed"]) == 2


def test_changes_of_a_section_are_only_for_those_who_may_see_it():
    write_settings(Api, {"channel": "hidden"})
    write_settings(InventoryImport, {"batch_size": 7})
    client = clerk_with("view_inventoryimportsettings")

    assert [row[1] for row in rows_of(client)] == ["Inventory Import"]
    assert [row[1] for row in rows_of(client, "?section=apisettings")] == ["Inventory Import"]


def test_the_list_of_changes_takes_few_queries(admin, django_assert_max_num_queries):
    for section in SECTIONS:
        filled = [each for each in section.settings() if each.default]
        values = {filled[0].name: filled[0].default} if filled else {"admin_name": "Veronica"}
        write_settings(section, values)
    admin.get(CHANGES)

    with django_assert_max_num_queries(13):
        page = page_of(admin.get(CHANGES))

    seen = [row.select("td")[2].text for row in page.select("tbody tr")]
    assert sorted(seen) == sorted(section.title for section in SECTIONS)


def test_a_page_leads_to_all_of_its_changes(admin):
    page = page_of(admin.get("/admin/configuration/apisettings/"))

    link = page.select_one(".configuration-changes a")
    assert link["href"] == f"{CHANGES}?section=apisettings"


def test_a_cron_expression_is_explained_while_it_is_typed(admin):
    write_settings(General, {"timezone": "Europe/London"})

    page = page_of(admin.get("/admin/configuration/schedule/", {"expression": "30 4 * * *"}))

    assert "At 04:30. Next:" in page.text
    assert [time.text[-5:] for time in page.select("time")] == ["04:30"] * 3
    assert "(Europe/London)" in page.text


@pytest.mark.parametrize("expression", ["", "nonsense", "0 0 31 2 *", "* * * *", "*" * 10_000])
def test_a_cron_expression_that_cannot_be_read_is_told_while_it_is_typed(admin, expression):
    page = page_of(admin.get("/admin/configuration/schedule/", {"expression": expression}))

    assert page.text.strip().startswith("Unable to parse the cron expression. ")


def test_the_pages_beside_the_sections_are_for_staff_only():
    for address in ("", "changes/", "schedule/"):
        assert "/login/" in Client().get(f"/admin/configuration/{address}")["Location"]
