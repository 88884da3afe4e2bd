"""The dashboard: what waits, is stuck, fails and runs; each figure leads to its rows."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exports.models import Export
from imports.models import Import, ImportLine
from orderflow_bridge.catalog.models import ProductWebsite
from orderflow_bridge.common.choices import Entity, ExportStatus, Operation, Result
from orderflow_bridge.configuration.sections import OrderExport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.monitoring.statistics import Counted, Wanted, counted
from orderflow_bridge.outbox.mail.models import OutgoingMail
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.sales.models import Order
from tests.admin.samples import fill_shop, make_operator, tick
from tests.factories import make_order, make_product, make_request, make_website

pytestmark = pytest.mark.django_db

PAGE = "/admin/"
STATISTICS = "/admin/dashboard/statistics/"


def browser(*codenames):
    user = make_operator("clerk")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def statistics_of(client, page=PAGE):
    """Return the figures by title: their value, note and address."""
    answer = client.get(page)
    assert answer.status_code == 200
    found = BeautifulSoup(answer.content, "html.parser").select(".bridge-statistic")
    return {
        one.select_one(".bridge-statistic-title").text: (
            one.select_one(".bridge-statistic-value").text,
            one.select_one(".bridge-statistic-note").text,
            one["href"],
        )
        for one in found
    }


def rows_behind(client, url):
    """Return how many rows the list at this address shows."""
    answer = client.get(url)
    assert answer.status_code == 200, url
    return len(answer.context["cl"].result_list)


def on_website(status, **values):
    product = make_product()
    link = ProductWebsite.objects.create(product=product, website=make_website())
    values = {"orderflow_due_at": None, **values}
    ProductWebsite.objects.filter(pk=link.pk).update(orderflow_export_status=status, **values)
    return product


def test_waiting_messages_are_counted_with_the_oldest(boss):
    long_ago = timezone.now() - timedelta(hours=3)
    make_request(created_at=long_ago)
    make_request()
    make_request(processed_at=timezone.now())
    make_request(entity=Entity.SHIPMENT)

    found = statistics_of(boss)

    value, note, url = found["Stock messages waiting"]
    assert value == "2"
    assert note == f"Oldest from {long_ago:%Y-%m-%d %H:%M:%S}."
    assert rows_behind(boss, url) == 2
    assert found["Despatch messages waiting"][0] == "1"


def test_products_that_are_due_are_counted(boss):
    now = timezone.now()
    on_website(ExportStatus.PENDING, orderflow_due_at=now - timedelta(minutes=1))
    on_website(ExportStatus.PENDING, orderflow_due_at=now + timedelta(hours=1))
    on_website(ExportStatus.EXPORTED)

    assert statistics_of(boss)["Products to announce"][0] == "1"


def test_only_orders_that_qualify_wait_to_be_announced(boss):
    wanted, other = make_order(), make_order(invoiced=False)
    write_settings(OrderExport, {"exportable_status": ("processing",)})
    due = timezone.now() - timedelta(minutes=1)
    Order.objects.filter(pk__in=(wanted.pk, other.pk)).update(orderflow_due_at=due)

    assert statistics_of(boss)["Orders to announce"][0] == "1"


def test_what_is_stuck_is_told_by_how_it_is_stuck(boss):
    now = timezone.now()
    on_website(ExportStatus.FAILED)
    on_website(ExportStatus.FAILED, orderflow_due_at=now + timedelta(hours=1))
    on_website(ExportStatus.FAILED, orderflow_due_at=now + timedelta(hours=1))
    on_website(ExportStatus.QUEUED, orderflow_due_at=now - timedelta(minutes=1))
    on_website(ExportStatus.QUEUED, orderflow_due_at=now + timedelta(hours=1))

    found = statistics_of(boss)

    stuck = {name: found[f"Products {name}"] for name in ("given up", "failing", "not fetched")}
    assert [value for value, _, _ in stuck.values()] == ["1", "2", "1"]
    assert [rows_behind(boss, url) for _, _, url in stuck.values()] == [1, 2, 1]


def test_emails_that_did_not_leave_are_counted(boss):
    for status in ("failed", "sent"):
        OutgoingMail.objects.create(recipient="a@example.com", subject="x", text="x", status=status)

    value, _, url = statistics_of(boss)["E-mails failed"]

    assert value == "1"
    assert rows_behind(boss, url) == 1


def test_failed_lines_of_the_last_day_are_added_up(boss):
    for failures, hours in ((2, 1), (3, 2), (50, 30), (0, 1)):
        Import.objects.create(
            entity=Entity.INVENTORY,
            operation=Operation.UPDATE,
            failures=failures,
            created_at=timezone.now() - timedelta(hours=hours),
        )
    Export.objects.create(entity=Entity.ORDER, operation=Operation.CREATE, failures=4)
    lately, older = Import.objects.filter(failures__in=(2, 50)).order_by("failures")
    lines = ((lately, Result.FAILURE), (lately, Result.SUCCESS), (older, Result.FAILURE))
    for report, result in lines:
        line = ImportLine.objects.create(parent=report, reference="24-MB01", result=result)
        ImportLine.objects.filter(pk=line.pk).update(created_at=report.created_at)

    found = statistics_of(boss)

    assert found["Inventory import lines failed"][0] == "5"
    assert found["Order export lines failed"][0] == "4"
    assert found["Shipment import lines failed"][:2] == ("0", "Nothing failed.")
    assert rows_behind(boss, found["Inventory import lines failed"][2]) == 1


def test_the_lag_tells_the_median_and_the_95th_percentile(boss):
    now = timezone.now()
    for seconds in range(1, 101):
        request = make_request(created_at=now - timedelta(seconds=seconds), processed_at=now)
        Import.objects.create(
            entity=Entity.INVENTORY,
            operation=Operation.UPDATE,
            request=Request.objects.get(pk=request.pk),
            created_at=now,
        )

    value, note, _ = statistics_of(boss)["Inventory: received to applied"]

    assert value == "50.0 s"
    assert note == "Half of the last 100 messages; 95% took up to 1 min 35 s."


def test_the_charts_have_a_table_and_a_sentence(boss):
    Import.objects.create(
        entity=Entity.INVENTORY, operation=Operation.UPDATE, successes=7, failures=2
    )

    page = BeautifulSoup(boss.get(PAGE).content, "html.parser")

    imports, exports, pushes = page.select(".dashboard-chart")
    assert "In all 7 done and 2 failed" in imports.select_one("svg")["aria-label"]
    assert len(imports.select("svg g")) == len(imports.select("tbody tr")) == 24
    assert [cell.text for cell in imports.select("tbody tr")[-1].select("td")][1:] == ["7", "2"]
    assert "Nothing yet." in exports.text
    assert [cell.text for cell in pushes.select("tbody tr")[-1].select("td")][1:] == ["1"]


def test_every_job_is_told_with_its_last_and_next_run(boss):
    now = timezone.now()
    JobRun.objects.create(
        job="orderflow_import_inventory_update",
        scheduled_for=now,
        started_at=now,
        status=JobRun.Status.FAILED,
        summary="No.",
    )

    page = BeautifulSoup(boss.get(PAGE).content, "html.parser")

    row = next(row for row in page.select("tr") if row.a and row.a.text == "Inventory Import")
    cells = [cell.text for cell in row.select("td")]
    assert cells[1:4] == ["Every minute", f"{now:%Y-%m-%d %H:%M:%S}", "Failed"]
    assert rows_behind(boss, row.a["href"]) == 1


@pytest.mark.slow
def test_every_link_of_the_dashboard_leads_somewhere(boss):
    fill_shop()
    on_website(ExportStatus.FAILED)

    page = BeautifulSoup(boss.get(PAGE).content, "html.parser")

    links = {a["href"] for a in page.select("#content-main a")}
    assert len(links) > 30
    assert [url for url in links if boss.get(url, follow=True).status_code != 200] == []


def test_figures_are_only_for_those_who_may_see_their_list():
    make_request()

    assert statistics_of(browser("view_product")) == {}


def test_each_right_shows_its_figures():
    client = browser("view_importrequest", "view_inventoryimport")

    assert list(statistics_of(client)) == [
        "Stock messages waiting",
        "Despatch messages waiting",
        "Inventory import lines failed",
        "Inventory: received to applied",
    ]
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    titles = [each.text for each in page.select(".dashboard-chart h3")]
    assert titles == ["Import lines per hour", "Stock pushes per day"]


def test_the_figures_alone_are_what_the_page_shows(boss):
    fill_shop()

    assert statistics_of(boss, STATISTICS) == statistics_of(boss)
    assert "/login/" in Client().get(STATISTICS)["Location"]


@pytest.mark.usefixtures("configuration_read_once")
@pytest.mark.parametrize("page", [PAGE, STATISTICS])
def test_the_dashboard_takes_few_queries_and_little_text(boss, page):
    fill_shop()
    tick()
    for _ in range(12):
        on_website(ExportStatus.FAILED)

    boss.get(page)
    with CaptureQueriesContext(connection) as queries:
        answer = boss.get(page)

    assert len(queries) <= 18, [each["sql"][:80] for each in queries.captured_queries]
    assert len(answer.content) < 300 * 1024


def test_no_count_reads_more_than_its_cap(monkeypatch):
    for _ in range(5):
        make_request()
    rows = Request.objects.order_by("id")

    found = counted({"few": Wanted(rows, most=3), "none": Wanted(rows.filter(entity__in=()))})

    assert found["few"].count == 3
    assert found["none"] == Counted()


def test_a_capped_count_says_so():
    assert Counted(10_001).text == "10,000+"
    assert Counted(1_234).text == "1,234"
