"""Files of lists: what a spreadsheet might run is a text, numbers and times stay what they are."""

from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from orderflow_bridge.console.grids import downloads
from orderflow_bridge.console.grids.columns import NumberCell, Shown, number_cell, plain_value
from orderflow_bridge.console.pages import badge, link, money, time_cell, unbroken, units

RISKY = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


def sheet_of(titles, rows):
    answer = downloads.excel_file("list", titles, [rows])
    content = answer.getvalue()
    answer.file_to_stream.close()
    return load_workbook(BytesIO(content)).active


@pytest.mark.parametrize("text", RISKY)
def test_a_text_that_looks_like_a_formula_is_no_formula_in_csv(text):
    assert downloads.csv_value(text) == f"'{text}"


def test_numbers_keep_their_sign_in_csv():
    assert [downloads.csv_value(value) for value in (-5, Decimal("-1.5000"))] == ["-5", "-1.5"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+1", "@SUM(A1)"])
def test_a_text_that_looks_like_a_formula_is_a_text_in_excel(text):
    cell = sheet_of(["SKU"], [[text]])["A2"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


def test_numbers_and_times_are_numbers_and_times_in_excel():
    when = datetime(2017, 3, 23, 3, 44, 24)  # noqa: DTZ001  # Excel knows no zones
    sheet = sheet_of(["Units", "Price", "When"], [[90, Decimal("37.50"), when]])

    assert [cell.value for cell in sheet[2]] == [90, 37.5, when]


def test_control_characters_do_not_break_the_excel_file():
    assert sheet_of(["Message"], [["a\x00b\x0bc"]])["A2"].value == "abc"


def test_a_file_that_is_cut_says_so_in_its_last_line():
    cut = list(downloads.capped([[[1], [2]], [[3], [4]]], 3))

    assert cut[0] == [[1], [2]]
    assert cut[1][0] == [3]
    assert "Only the first 3 records" in str(cut[1][1][0])


def test_a_file_with_exactly_as_many_rows_as_allowed_is_whole():
    assert list(downloads.capped([[[1], [2]]], 2)) == [[[1], [2]]]


def test_cells_remember_what_they_show():
    when = datetime(2017, 3, 23, 3, 44, 24, tzinfo=UTC)

    assert plain_value(units(Decimal("90.0000"))) == 90
    assert plain_value(money(Decimal("37"), "CHF")) == 37
    assert plain_value(badge("Failure", "danger")) == "Failure"
    assert plain_value(badge(number_cell(3), "danger")) == 3
    assert plain_value(link(unbroken("24-MB01"), "/x/")) == "24-MB01"
    assert plain_value(Shown("<b>1</b>", None)) == ""
    assert plain_value(NumberCell("1,000", 1000)) == 1000
    assert plain_value(True) == "Yes"
    with timezone.override("America/New_York"):
        assert plain_value(time_cell(when)) == datetime(2017, 3, 22, 23, 44, 24)  # noqa: DTZ001


def test_markup_of_others_becomes_its_text():
    assert plain_value(badge("<b>&", "")) == "<b>&"
    assert plain_value("<b>") == "<b>"
