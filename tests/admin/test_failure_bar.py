"""The failure bar on every page: per user, newest first, every report reachable."""

import re

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exports.models import Export
from imports.models import Import
from orderflow_bridge.common.choices import Entity, Operation, RequestType
from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.jobs.cleaning.services import clean_logs
from orderflow_bridge.monitoring.notices import PER_PAGE
from orderflow_bridge.request_queue.models import ReadMark, ReadUpTo
from tests.admin.samples import make_operator

pytestmark = pytest.mark.django_db

ANY_PAGE = "/admin/stores/website/"


def imported(entity=Entity.INVENTORY, failures=1, **values):
    return Import.objects.create(
        entity=entity, operation=Operation.UPDATE, failures=failures, **values
    )


def exported(entity=Entity.PRODUCT, failures=1):
    return Export.objects.create(entity=entity, operation=Operation.UPDATE, failures=failures)


def browser(username, *codenames):
    user = make_operator(username)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


def bar_of(client, page=ANY_PAGE):
    """Return the bar's lines as pairs of text and the address behind "View Details"."""
    answer = client.get(page)
    assert answer.status_code == 200
    lines = BeautifulSoup(answer.content, "html.parser").select(".bridge-notice")
    return [
        (re.sub(r"\s+", " ", line.p.text).strip().removeprefix("error "), line.p.a["href"])
        for line in lines
    ]


def details(report):
    page = {
        Entity.INVENTORY: "imports/inventoryimport",
        Entity.SHIPMENT: "imports/shipmentimport",
        Entity.PRODUCT: "exports/productexport",
        Entity.ORDER: "exports/orderexport",
    }[report.entity]
    return f"/admin/{page}/{report.pk}/change/"


def test_the_bar_says_so_in_magentos_words(boss):
    failed_export, failed_import = exported(), imported()

    assert bar_of(boss) == [
        ("A recent OrderFlow export contains failures. View Details", details(failed_export)),
        ("A recent OrderFlow import contains failures. View Details", details(failed_import)),
    ]


def test_without_failures_there_is_no_bar(boss):
    imported(failures=0)
    exported(failures=0)

    assert bar_of(boss) == []


def test_the_bar_stands_on_every_kind_of_page(boss):
    imported()
    website = boss.get("/admin/stores/website/add/")
    assert website.status_code == 200

    for page in ("/admin/", "/admin/imports/importrequest/", "/admin/stores/website/add/",
                 "/admin/configuration/apisettings/", "/admin/auth/user/"):  # fmt: skip
        assert len(bar_of(boss, page)) == 1, page


def test_reading_the_newest_brings_up_the_next_older_one(boss):
    oldest, middle, newest = imported(), imported(Entity.SHIPMENT), imported()

    seen = []
    while bar := bar_of(boss):
        seen.append(bar[0][1])
        boss.get(bar[0][1])

    assert seen == [details(newest), details(middle), details(oldest)]


def test_the_report_that_is_being_read_is_not_in_the_bar_above_it(boss):
    report = imported()

    assert bar_of(boss, details(report)) == []


def test_what_one_has_read_another_has_not():
    report = imported()
    reader = browser("reader", "view_inventoryimport", "view_website")
    other = browser("other", "view_inventoryimport", "view_website")

    reader.get(details(report))

    assert bar_of(reader) == []
    assert len(bar_of(other)) == 1


def test_only_those_who_may_see_the_report_are_called_to_it():
    imported(Entity.INVENTORY)
    shipment = imported(Entity.SHIPMENT)
    exported()

    clerk = browser("clerk", "view_shipmentimport", "view_website")
    stranger = browser("stranger", "view_website")

    assert [url for _, url in bar_of(clerk)] == [details(shipment)]
    assert bar_of(stranger) == []


def test_the_bar_counts_and_leads_to_all_unread_reports(boss):
    reports = [imported() for _ in range(3)]
    boss.get(details(reports[1]))
    page = BeautifulSoup(boss.get(ANY_PAGE).content, "html.parser")

    link = page.select(".bridge-notice > a")[0]
    listed = BeautifulSoup(boss.get(link["href"]).content, "html.parser")

    assert link.text == "2 unread"
    assert [a["href"] for a in listed.select(".bridge-table a")] == [
        details(reports[2]),
        details(reports[0]),
    ]


def test_every_unread_report_is_reachable_page_by_page(boss):
    reports = [imported() for _ in range(PER_PAGE + 2)]
    seen, address = [], "/admin/notices/import/"

    while address:
        page = BeautifulSoup(boss.get(address).content, "html.parser")
        seen += [a["href"] for a in page.select(".bridge-table a")]
        older = page.select_one(".bridge-pager a")
        address = f"/admin/notices/import/{older['href']}" if older else ""

    assert seen == [details(each) for each in reversed(reports)]


def test_all_can_be_marked_as_read_after_a_question(boss):
    imported()
    exported()

    question = BeautifulSoup(boss.get("/admin/notices/import/read/").content, "html.parser")
    up_to = question.select_one("[name=up_to]")["value"]
    assert len(bar_of(boss)) == 2
    boss.post("/admin/notices/import/read/", {"up_to": up_to})

    assert [text.split()[3] for text, _ in bar_of(boss)] == ["export"]


def test_what_fails_after_the_question_was_put_stays_unread(boss):
    shown = imported()
    later = imported()

    boss.post("/admin/notices/import/read/", {"up_to": shown.pk})

    assert [url for _, url in bar_of(boss)] == [details(later)]


def test_marking_as_read_cannot_reach_into_the_future(boss):
    imported()

    boss.post("/admin/notices/import/read/", {"up_to": "999999999999"})
    later = imported()

    assert [url for _, url in bar_of(boss)] == [details(later)]


def test_marking_all_as_read_is_for_oneself_only(boss):
    report = imported()
    other = browser("other", "view_inventoryimport", "view_website")

    boss.post("/admin/notices/import/read/", {"up_to": report.pk})

    assert bar_of(boss) == []
    assert len(bar_of(other)) == 1


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 40])
def test_a_forged_answer_marks_nothing_wrongly(boss, up_to):
    imported()

    assert boss.post("/admin/notices/import/read/", {"up_to": up_to}).status_code == 302
    assert ReadUpTo.objects.filter(report_id__gt=Import.objects.latest("pk").pk).count() == 0


def test_the_list_is_refused_without_the_right():
    client = browser("clerk", "view_shipmentimport")

    assert client.get("/admin/notices/import/").status_code == 200
    assert client.get("/admin/notices/export/").status_code == 403
    assert client.post("/admin/notices/export/read/", {"up_to": 1}).status_code == 403
    assert client.get("/admin/notices/nonsense/").status_code == 404


def test_a_post_without_the_pages_token_marks_nothing():
    imported()
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("boss"))

    assert client.post("/admin/notices/import/read/", {"up_to": 9}).status_code == 403
    assert not ReadUpTo.objects.exists()


def test_the_bar_takes_one_query_however_much_has_failed(boss):
    boss.get(ANY_PAGE)
    for _ in range(150):
        imported()
        exported()

    with CaptureQueriesContext(connection) as found:
        page = BeautifulSoup(boss.get(ANY_PAGE).content, "html.parser")

    about = [q for q in found.captured_queries if "request_queue_readmark" in q["sql"]]
    assert len(about) == 1
    assert page.select_one(".bridge-notice > a").text == "99+ unread"


def test_somebody_without_the_right_costs_no_query():
    client = browser("stranger", "view_website")
    with CaptureQueriesContext(connection) as found:
        client.get(ANY_PAGE)

    assert not [q for q in found.captured_queries if "readmark" in q["sql"]]


def test_marks_of_deleted_reports_are_cleaned_away(boss):
    gone, kept = imported(), imported()
    for report in (gone, kept):
        boss.get(details(report))
    gone.delete()

    sentence = clean_logs()

    assert list(ReadMark.objects.values_list("type", "report_id")) == [
        (RequestType.IMPORT, kept.pk)
    ]
    assert "1 read mark" in sentence


@pytest.mark.parametrize(
    "page",
    [ANY_PAGE, "/admin/", "/admin/stores/website/add/", "/admin/configuration/generalsettings/"],
)
def test_every_page_names_the_time_zone(boss, page):
    write_settings(General, {"timezone": "Asia/Kolkata"})

    zone = BeautifulSoup(boss.get(page).content, "html.parser").select_one(".bridge-zone")

    assert zone.text.startswith("Times are in Asia/Kolkata (UTC+0530), now ")
