"""A list as a file: exactly what is shown, all pages, for those who may see it."""

import csv
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from orderflow_bridge.configuration.sections import General
from orderflow_bridge.configuration.services import write_settings
from tests.admin.samples import make_nobody, queue_stock
from tests.factories import make_order, make_product

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/catalog/product/"


def csv_rows(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(StringIO(text)))


def sheet(client: Client, address: str):
    answer = client.get(address)
    content = answer.getvalue()
    return load_workbook(BytesIO(content)).active


def test_the_file_has_the_columns_filters_and_order_of_the_list_and_all_its_pages(boss):
    for number in range(25):
        make_product(f"A-{number:02}", price=number)
    make_product("B-1")

    titles, *rows = csv_rows(
        boss, f"{PRODUCTS}download/csv/?cols=sku&cols=price_text&sku=A-&o=-sku&per_page=20&p=2"
    )

    assert titles == ["SKU", "Price"]
    assert [row[0] for row in rows] == [f"A-{number:02}" for number in range(24, -1, -1)]
    assert rows[0] == ["A-24", "24"]


def test_the_file_has_every_row_of_a_list_of_thousands_once(boss):
    for number in range(3):
        make_product(f"A-{number}")
    queue_stock("71", [(f"A-{number % 3}", "5", str(number)) for number in range(2500)])
    request_list = "/admin/imports/importrequest/"
    boss.post(
        request_list,
        {"action": "process_selected", "select_across": "1", "confirmed": "yes", "index": "0",
         "_selected_action": "1"},
    )  # fmt: skip

    _, *rows = csv_rows(boss, f"{request_list}download/csv/")

    assert len(rows) == 1


def test_what_one_can_do_with_a_row_is_no_column_of_the_file(boss):
    make_product("24-MB01")

    titles, _ = csv_rows(boss, f"{PRODUCTS}download/csv/")

    assert "Action" not in titles
    assert "Export Status (OF)" in titles


def test_numbers_are_numbers_in_excel_and_formulas_are_none(boss):
    make_product("=cmd()", price="37.50")

    found = sheet(boss, f"{PRODUCTS}download/xlsx/?cols=number&cols=sku&cols=price_text")

    [_, row] = list(found.iter_rows())
    assert [type(cell.value) for cell in row] == [int, str, float]
    assert (row[1].value, row[1].data_type) == ("=cmd()", "s")


def test_a_formula_is_a_text_in_csv(boss):
    make_product("=cmd()", name="+name")

    assert csv_rows(boss, f"{PRODUCTS}download/csv/?cols=sku&cols=name")[1] == ["'=cmd()", "'+name"]


def test_times_are_the_shops_as_in_the_list(boss):
    write_settings(General, {"timezone": "America/New_York"})
    make_order(increment_id="5", created_at=datetime(2017, 3, 23, 3, 44, 24, tzinfo=UTC))
    address = "/admin/sales/order/"

    [_, row] = csv_rows(boss, f"{address}download/csv/?cols=purchase_date")
    [_, cells] = list(sheet(boss, f"{address}download/xlsx/?cols=purchase_date").iter_rows())

    assert row == ["2017-03-22 23:44:24"]
    assert str(cells[0].value) == "2017-03-22 23:44:24"
    assert "2017-03-22 23:44:24" in boss.get(address).content.decode()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_whoever_may_not_see_the_list_gets_no_file(kind):
    client = Client()
    client.force_login(make_nobody())

    assert client.get(f"{PRODUCTS}download/{kind}/").status_code == 403
    assert "/login/" in Client().get(f"{PRODUCTS}download/{kind}/")["Location"]


def test_there_are_no_other_kinds_of_file(boss):
    assert boss.get(f"{PRODUCTS}download/pdf/").status_code == 404


def test_the_list_offers_both_files_in_its_own_state(boss):
    grid = boss.get(f"{PRODUCTS}?sku=24&cols=sku&p=1").context["cl"]

    assert grid.downloads == [
        ("CSV", f"{PRODUCTS}download/csv/?cols=sku&sku=24"),
        ("Excel", f"{PRODUCTS}download/xlsx/?cols=sku&sku=24"),
    ]
