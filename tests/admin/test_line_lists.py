"""Lines: all of them in lists of their own, and those of one report on its page."""

import csv
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from exports.models import ExportLine
from imports.models import ImportLine, InventoryImport
from imports.services import process_imports
from orderflow_bridge.common.choices import Entity, Result
from orderflow_bridge.request_queue.models import Request
from tests.admin.samples import make_nobody, make_operator, queue_stock
from tests.exports.shop import make_due_products, make_shop
from tests.factories import make_product

pytestmark = pytest.mark.django_db
IMPORTED = "/admin/imports/importline/"
EXPORTED = "/admin/exports/exportline/"
IMPORTS = "/admin/imports/inventoryimport/"
REQUESTS = "/admin/imports/importrequest/"


def rows(client: Client, address: str) -> list:
    return list(client.get(address).context["cl"].result_list)


def references(client: Client, address: str) -> list[str]:
    return [line.reference for line in rows(client, address)]


def csv_rows(client: Client, address: str) -> list[list[str]]:
    text = client.get(address).getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


@pytest.fixture
def report(db: None) -> InventoryImport:
    """An import with a success, a duplicate, and two failures."""
    make_product("24-MB01")
    queue_stock("70", [("24-MB01", "90", "507")])
    process_imports(Entity.INVENTORY)
    lines = [("24-MB01", "91", "508"), ("24-MB01", "90", "507"), ("nope", "3", "520")]
    queue_stock("71", [*lines, ("no", "x", "9")])
    process_imports(Entity.INVENTORY)
    return InventoryImport.objects.get(message_id="71")


def test_lines_of_all_imports_are_found_by_the_beginning_of_what_they_are_about(boss, report):
    assert references(boss, f"{IMPORTED}?q=24-") == ["24-MB01"] * 3
    assert references(boss, f"{IMPORTED}?reference=no") == ["no", "nope"]
    assert references(boss, f"{IMPORTED}?q=MB01") == []


def test_lines_are_filtered_by_result_sequence_and_day(boss, report):
    assert references(boss, f"{IMPORTED}?result={Result.FAILURE}") == ["no", "nope"]
    assert references(boss, f"{IMPORTED}?sequence_from=508&sequence_to=520") == ["nope", "24-MB01"]
    assert references(boss, f"{IMPORTED}?processed_to=2000-01-01") == []


def test_the_newest_line_comes_first_and_leads_to_report_message_and_timeline(boss, report):
    newest = rows(boss, IMPORTED)[0]
    text = boss.get(f"{IMPORTED}?q=nope").content.decode()

    assert newest.pk == ImportLine.objects.latest("id").pk
    assert f"{IMPORTS}{report.pk}/change/?q=nope#lines" in text
    assert f"{REQUESTS}{report.request_id}/change/" in text
    assert "/admin/timeline/timeline/product/nope/" in text


def test_the_columns_of_a_stock_line_are_shown(boss, report):
    _, *found = csv_rows(boss, f"{IMPORTED}download/csv/?q=24-&sequence_from=508")

    [line] = found
    assert line[:6] == ["24-MB01", "Success", "508", "91", "91", "Update"]
    assert line[6] == "Product Quantity Successfully Updated to 91"


def test_a_lines_own_address_leads_into_its_report(boss, report):
    line = ImportLine.objects.get(reference="nope")

    answer = boss.get(f"{IMPORTED}{line.pk}/change/")

    assert answer.url == f"{IMPORTS}{report.pk}/change/?q=nope#lines"


def test_a_line_whose_report_is_gone_does_not_break_the_list(boss, report):
    report.delete()
    line = ImportLine.objects.create(parent_id=987654, reference="orphan", result=Result.SUCCESS)

    answer = boss.get(f"{IMPORTED}?q=orphan")

    assert answer.status_code == 200
    assert boss.get(f"{IMPORTED}{line.pk}/change/").status_code == 302


def test_somebody_who_may_see_lines_alone_is_not_led_to_reports(report):
    client = Client()
    clerk = make_operator("clerk")
    clerk.user_permissions.add(Permission.objects.get(codename="view_importline"))
    client.force_login(clerk)

    soup = BeautifulSoup(client.get(IMPORTED).content, "html.parser")

    assert soup.select(".bridge-row-actions a") == []
    assert client.get(EXPORTED).status_code == 403
    assert client.get(f"{EXPORTED}1/change/").status_code == 403


def test_lines_of_exports_are_found_by_reference_result_and_day(boss, orderflow):
    website = make_shop(orderflow)
    for product in make_due_products(website, 2):
        boss.post(f"/admin/catalog/product/{product.pk}/export/")
    first, second = ExportLine.objects.order_by("id")

    assert [line.pk for line in rows(boss, f"{EXPORTED}?processed_from=2000-01-01")] == [
        second.pk,
        first.pk,
    ]
    assert references(boss, f"{EXPORTED}?q={first.reference}") == [first.reference]
    assert references(boss, f"{EXPORTED}?result={Result.FAILURE}") == []
    assert "View Export" in boss.get(EXPORTED).content.decode()


def test_a_reports_lines_are_filtered_by_result(boss, report):
    page = f"{IMPORTS}{report.pk}/change/"

    failed = boss.get(f"{page}?result={Result.FAILURE}").content.decode()
    both = boss.get(f"{page}?result={Result.FAILURE}&result={Result.DUPLICATE}").content.decode()
    everything = boss.get(page).content.decode()

    assert "2 records found" in failed
    assert "3 records found" in both
    assert "4 records found" in everything
    assert f"?result={Result.FAILURE}#lines" in everything


def test_a_reports_lines_come_as_a_file_as_they_are_shown(boss, report):
    titles, *lines = csv_rows(boss, f"{IMPORTS}{report.pk}/lines/csv/?result={Result.FAILURE}&q=no")

    assert titles == [
        "Sequence ID", "SKU", "Units Received", "Units Adjusted (Quotes)",
        "Units Adjusted (Queued)", "Updated Stock Qty", "Result", "Operation", "Message",
        "Processed",
    ]  # fmt: skip
    assert [line[:2] for line in lines] == [["9", "no"], ["520", "nope"]]


def shown(client: Client, report: InventoryImport, query: str) -> tuple[list[str], list[str]]:
    """Return the headings and the SKUs of a report's lines."""
    soup = BeautifulSoup(client.get(f"{IMPORTS}{report.pk}/change/{query}").content, "html.parser")
    lines = soup.select_one("#lines")
    headings = [each.get_text(strip=True) for each in lines.select("thead .text")]
    return headings, [each.get_text(strip=True) for each in lines.select('td[data-label="SKU"]')]


def test_a_reports_lines_are_sorted_filtered_and_their_columns_chosen_as_in_a_list(boss, report):
    headings, skus = shown(boss, report, "?cols=about&cols=outcome&cols=reserved&o=-about")
    assert headings == ["Choose", "SKU", "Result", "Units Adjusted (Reservations)"]
    assert skus == ["nope", "no", "24-MB01", "24-MB01"]

    assert shown(boss, report, "?reference=24-&sequence_from=508")[1] == ["24-MB01"]
    assert shown(boss, report, "?o=-applied")[1][0] == "24-MB01"
    assert shown(boss, report, "?processed_to=2000-01-01")[1] == []

    titles, *lines = csv_rows(
        boss, f"{IMPORTS}{report.pk}/lines/csv/?cols=outcome&cols=about&o=-about"
    )
    assert titles == ["Result", "SKU"]
    assert [line[1] for line in lines] == ["nope", "no", "24-MB01", "24-MB01"]


def test_an_exports_lines_are_sorted_and_their_columns_chosen(boss, orderflow):
    website = make_shop(orderflow)
    for product in make_due_products(website, 2):
        boss.post(f"/admin/catalog/product/{product.pk}/export/")
    first = ExportLine.objects.order_by("reference").first()
    ExportLine.objects.update(parent=first.parent_id)

    page = f"/admin/exports/productexport/{first.parent_id}"
    titles, *lines = csv_rows(boss, f"{page}/lines/csv/?cols=about&cols=sent&o=about")

    assert titles == ["SKU", "Sent"]
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    assert lines[0][0] == first.reference
    assert "product.modified" in lines[0][1]
    assert "Columns" in boss.get(f"{page}/change/").content.decode()


def test_the_lines_of_a_report_have_page_sizes(boss):
    make_product("A")
    queue_stock("71", [("A", "1", str(number)) for number in range(120)])
    process_imports(Entity.INVENTORY)
    page = f"{IMPORTS}{InventoryImport.objects.get().pk}/change/"

    twenty = boss.get(f"{page}?per_page=20").content.decode()

    assert 'aria-label="Page 6"' in twenty
    assert "?p=2&amp;per_page=20" in twenty.replace("?per_page=20&amp;p=2", "?p=2&amp;per_page=20")
    assert 'aria-label="Page 3"' in boss.get(page).content.decode()


def test_a_requests_lines_are_sorted_by_sequence_id_and_come_as_a_file(boss):
    request = queue_stock("71", [("b", "1", "20"), ("a", "2", "9"), ("c", "3", "")])

    titles, *lines = csv_rows(boss, f"{REQUESTS}{request.pk}/lines/csv/")

    assert titles == ["Sequence ID", "Request Data", "Processed"]
    assert [line[0] for line in lines] == ["9", "20", ""]
    assert lines[0][2] == "Pending"


def test_an_export_requests_lines_show_data_then_result(boss, orderflow):
    [product] = make_due_products(make_shop(orderflow), 1)
    boss.post(f"/admin/catalog/product/{product.pk}/export/")
    request = Request.objects.latest("id")

    titles, line = csv_rows(boss, f"/admin/exports/exportrequest/{request.pk}/lines/csv/")

    assert titles == ["Data", "Result", "Processed"]
    assert product.sku in line[0]
    assert "successfully notified" in line[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_whoever_may_not_see_a_report_gets_no_file_of_its_lines(report, kind):
    client = Client()
    client.force_login(make_nobody())

    assert client.get(f"{IMPORTS}{report.pk}/lines/{kind}/").status_code == 403
    assert client.get(f"{REQUESTS}{report.request_id}/lines/{kind}/").status_code == 403


def test_a_file_of_lines_that_does_not_exist_is_said_so(boss, report):
    assert boss.get(f"{IMPORTS}{report.pk}/lines/pdf/").status_code == 404
    assert boss.get(f"{IMPORTS}987654/lines/csv/").status_code == 302


def test_a_list_of_lines_takes_as_many_queries_for_three_lines_as_for_a_hundred(boss):
    make_product("A")
    queue_stock("71", [("A", "1", str(number)) for number in range(100)])
    queue_stock("72", [(sku, "1", "1") for sku in ("B", "C", "D")])
    process_imports(Entity.INVENTORY)
    boss.get(IMPORTED)

    with CaptureQueriesContext(connection) as few:
        boss.get(f"{IMPORTED}?result={Result.FAILURE}")
    with CaptureQueriesContext(connection) as many:
        boss.get(f"{IMPORTED}?per_page=200")

    assert len(rows(boss, f"{IMPORTED}?per_page=200")) == 103
    assert len(few) == len(many) <= 12
