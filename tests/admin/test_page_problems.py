"""What is wrong with what a page shows stands at its head, for those who may see the matter."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imports.models import Import, WaitingSku
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity
from orderflow_bridge.configuration.navigation import section_url
from orderflow_bridge.configuration.sections import InventoryImport, ShipmentImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.models import JobRun
from orderflow_bridge.problems import services
from orderflow_bridge.problems.kinds import (
    DESPATCH_FAILED,
    LATE_ORDER,
    STOCK_FAILED,
    UNKNOWN_SKU,
)
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import Finding, raise_problems
from orderflow_bridge.request_queue.models import Request
from orderflow_bridge.watch.runs import look_for_failed_jobs
from tests.admin.pages_with_problems import (
    PAGES,
    Made,
    change,
    comparison,
    endpoint,
    late_order,
    message_behind_a_mass_change,
    oversold_product,
    refused_user,
    section,
    story_of_an_order_that_is_not_there,
    story_of_an_unknown_sku,
    waiting_sku,
)
from tests.admin.problem_pages import browser, page_of, soup
from tests.admin.samples import make_old, queue_despatch, queue_stock
from tests.factories import make_product, make_request, make_website

pytestmark = pytest.mark.django_db


def notice(client: Client, address: str) -> list[Any]:
    """Return the lines at the head of a page that tell of what it shows."""
    return list(soup(client, address).select('section[aria-label="What is wrong here"] li'))


def told(client: Client, address: str) -> list[str]:
    """Return what is wrong here, by the subjects of the problems that the lines lead to."""
    pages = [line.select_one("a")["href"] for line in notice(client, address)]
    subjects = {page_of(problem): problem.subject for problem in Problem.objects.all()}
    return [subjects[page] for page in pages]


@pytest.mark.parametrize("make", PAGES, ids=lambda make: make.__name__)
def test_a_page_tells_what_is_wrong_with_what_it_shows(
    boss: Client, make: Callable[[], Made]
) -> None:
    address, finding = make()
    raise_problems([finding, Finding(LATE_ORDER, "elsewhere", "Another order is late.")])

    assert told(boss, address) == [finding.subject]


@pytest.mark.parametrize(
    ("make", "right"),
    [
        (late_order, "view_order"),
        (story_of_an_order_that_is_not_there, "view_order"),
        (oversold_product, "view_product"),
        (story_of_an_unknown_sku, "view_product"),
        (endpoint, "view_endpointstate"),
        (section, "view_apisettings"),
        (refused_user, "view_user"),
        (waiting_sku, "view_waitingsku"),
        (comparison, "view_stockcomparison"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_who_may_not_see_the_matter_is_told_nothing(make: Callable[[], Made], right: str) -> None:
    address, finding = make()
    raise_problems([finding])
    client = browser(right, "view_timeline")

    page = client.get(address, follow=True)

    assert page.status_code == 200
    assert finding.text not in page.content.decode()


def test_the_line_says_what_is_wrong_and_what_to_do_with_links(boss: Client) -> None:
    product = make_product("MUG")
    raise_problems(
        [Finding(STOCK_FAILED, "MUG", "SKU MUG holds no stock.", "See it.", "/admin/auth/user/")]
    )

    [line] = notice(boss, change("catalog/product", product.pk))
    details, remedy = line.select("a")

    assert "SKU MUG holds no stock: 1 line since" in line.text
    assert "contains failures" not in line.text
    assert details["href"] == page_of(Problem.objects.get())
    assert (remedy.text, remedy["href"]) == ("See it.", "/admin/auth/user/")


def test_what_to_do_is_no_link_on_the_page_that_does_it(boss: Client) -> None:
    address, finding = late_order()
    raise_problems([finding])

    [line] = notice(boss, address)

    assert "Ask OrderFlow." in line.text
    assert len(line.select("a")) == 1


def test_the_bar_does_not_say_again_what_the_page_tells(boss: Client) -> None:
    address, finding = late_order()
    raise_problems([finding, Finding(LATE_ORDER, "elsewhere", "Another order is late.")])

    page = boss.get(address).content.decode()
    bar = BeautifulSoup(page, "html.parser").select_one('[aria-label="What needs you now"]')

    assert page.count("It is late.") == 2  # the text, and the name of its link
    assert "Another order is late." in bar.text
    assert "It is late." not in bar.text


@pytest.mark.parametrize(
    "name", ["orderexport", "inventoryimport", "shipmentimport", "logcleaning"]
)
def test_that_nothing_runs_is_told_on_the_page_of_every_job(boss: Client, name: str) -> None:
    User.objects.update(date_joined=timezone.now() - timedelta(hours=1))

    [line] = notice(boss, f"/admin/configuration/{name}settings/")

    assert "No job has run yet." in line.text
    assert "Start beat and a worker, or add the cron entry." in line.text


def test_a_job_that_failed_is_told_on_the_page_of_its_settings_until_it_is_switched_off(
    boss: Client,
) -> None:
    page = section_url(ShipmentImport)
    make_website()
    JobRun.objects.create(
        job="orderflow_import_shipment_update",
        scheduled_for=timezone.now(),
        status=JobRun.Status.FAILED,
        summary="The database is full.",
    )

    look_for_failed_jobs(timezone.now())
    [line] = notice(boss, page)
    write_settings(ShipmentImport, {"is_enabled": False})
    look_for_failed_jobs(timezone.now())

    assert "The last run of the job Shipment Import failed: The database is full" in line.text
    assert told(boss, page) == []
    assert told(boss, section_url(InventoryImport)) == []


def test_a_message_its_import_and_its_sku_tell_of_an_unknown_sku(boss: Client) -> None:
    request = queue_stock("72", [("nope", "3", "520")])
    process_imports(Entity.INVENTORY)
    report = Import.objects.get()

    for address in (
        change("imports/importrequest", request.pk),
        change("imports/inventoryimport", report.pk),
        change("imports/waitingsku", WaitingSku.objects.get().pk),
        "/admin/timeline/timeline/product/NOPE/",
    ):
        assert told(boss, address) == ["nope"], address


def test_a_message_its_import_and_its_order_tell_of_a_failed_despatch(boss: Client) -> None:
    request = make_old(queue_despatch("39", "000000099"))
    process_imports(Entity.SHIPMENT)

    for address in (
        change("imports/importrequest", request.pk),
        change("imports/shipmentimport", Import.objects.get().pk),
        "/admin/timeline/timeline/order/000000099/",
    ):
        assert told(boss, address) == ["000000099"], address


def test_a_message_that_is_done_does_not_wait_for_its_queue(boss: Client) -> None:
    address, finding = message_behind_a_mass_change()
    raise_problems([finding])
    Request.objects.update(processed_at=timezone.now())

    assert told(boss, address) == []


def test_what_is_snoozed_or_resolved_is_not_told(boss: Client) -> None:
    address, finding = oversold_product()
    raise_problems([finding])
    services.snooze(Problem.objects.all(), by=User.objects.get())
    assert told(boss, address) == []

    services.resolve(Problem.objects.all(), by=User.objects.get())
    assert told(boss, address) == []


def test_three_are_told_worst_first_and_the_others_are_behind_a_link(boss: Client) -> None:
    request = make_request(processed_at=timezone.now())
    case = {"request": request.pk}
    raise_problems([Finding(UNKNOWN_SKU, f"S{n}", "Unknown.", evidence=case) for n in range(5)])
    raise_problems([Finding(DESPATCH_FAILED, "7", "Not booked.", evidence=case)])

    page = soup(boss, change("imports/importrequest", request.pk))
    shown = page.select_one('section[aria-label="What is wrong here"]')

    assert shown.select_one("li").text.count("Not booked") == 1
    assert len(shown.select("li")) == 3
    assert shown.select_one(".failure-left").text.strip() == "and 3 more"


@pytest.mark.parametrize(
    ("address", "count"),
    [
        ("/admin/sales/order/", 1),
        ("/admin/catalog/product/", 1),
        ("/admin/scheduler/jobrun/", 2),
        ("{order}", 2),
    ],
)
def test_a_page_asks_once_and_a_list_does_not_ask(boss: Client, address: str, count: int) -> None:
    order, finding = late_order()
    raise_problems([finding])
    JobRun.objects.create(job="orderflow_watch", scheduled_for=timezone.now())

    with CaptureQueriesContext(connection) as found:
        assert boss.get(address.format(order=order)).status_code == 200

    about = [each["sql"] for each in found if 'FROM "problems_problem"' in each["sql"]]
    assert len(about) == count
