"""Reading CSV and Excel files: encodings, delimiters, quoting, and what is wrong with them."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderflow_bridge.file_transfer.cells import guarded, unguarded
from orderflow_bridge.file_transfer.reading import FileRefused, open_table
from tests.file_transfer.files import csv_of, xlsx_of


def read(content):
    """Return the rows of a file: number, values, problem."""
    with open_table(io.BytesIO(content)) as table:
        return list(table.rows)


def refusal(content):
    """Return why a file is refused."""
    with pytest.raises(FileRefused) as refused:
        read(content)
    return str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_csv_file_is_read_with_or_without_bom_and_with_any_usual_delimiter(encoding, delimiter):
    content = csv_of(
        ("sku", "name"), ("A-1", "Größe, mit; Komma"), delimiter=delimiter, encoding=encoding
    )

    [row] = read(content)

    assert row.number == 2
    assert row.values == {"sku": "A-1", "name": "Größe, mit; Komma"}


def test_a_quoted_line_break_belongs_to_its_cell_and_rows_are_counted_as_a_spreadsheet_does():
    first, second = read(b'sku,name\r\nA-1,"one\r\ntwo"\r\nA-2,x\r\n')

    assert first.values["name"] == "one\r\ntwo"
    assert (first.number, second.number) == (2, 3)


def test_empty_rows_are_left_out_and_counted():
    rows = read(b"sku,qty\n\nA-1,1\n,\nA-2,2\n")

    assert [(row.number, row.values["sku"]) for row in rows] == [(3, "A-1"), (5, "A-2")]


def test_cells_missing_at_the_end_of_a_row_are_empty():
    [row] = read(b"sku,name,qty\nA-1\n")

    assert row.values == {"sku": "A-1", "name": "", "qty": ""}
    assert row.problem == ""


def test_a_row_with_too_many_cells_has_a_problem_and_the_others_have_none():
    bad, good = read(b"sku,qty\nA-1,1,5\nA-2,2\n")

    assert "3 cells" in bad.problem
    assert good.problem == ""


def test_a_row_that_is_not_utf_8_fails_alone_and_says_what_to_do():
    bad, good = read("sku,name\nA-1,Größe\nA-2,x\n".encode("latin-1"))

    assert '"name" is not UTF-8' in bad.problem
    assert "CSV UTF-8" in bad.problem
    assert good.problem == ""


def test_a_nul_character_fails_its_row_alone():
    filler = b"".join(b"B-%d,x\n" % number for number in range(20_000))

    rows = read(b"sku,name\n" + filler + b"A-1,a\0b\nA-2,x\n")

    assert [row.values["sku"] for row in rows if row.problem] == ["A-1"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        ("sku,qty\nA,1".encode("utf-16"), "UTF-16"),
        (b"sku\0qty", "not UTF-8"),
        (b"sku,,qty\n", "Column 2 has no name"),
        (b"sku,qty,sku\n", "twice"),
        (b"gr\xf6\xdfe\n", "not UTF-8"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Excel"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"PK\x03\x04 not a workbook", "cannot be read"),
        (b'sku,name\nA-1,"' + b"x" * 5_000_000, "quotation mark"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_reason(content, said):
    assert said in refusal(content)


def test_a_zip_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")

    assert "cannot be read" in refusal(file.getvalue())


def test_a_workbook_is_read_as_people_see_it():
    content = xlsx_of(
        ("SKU", "ean", "price", "qty", "since", "flag", None),
        ("A-1", 5012345678900.0, 9.5, 3, date(2026, 11, 27), True),
        (None, None),
        ("A-2",),
    )

    first, second = read(content)

    assert first.values == {
        "sku": "A-1",
        "ean": "5012345678900",
        "price": "9.5",
        "qty": "3",
        "since": "2026-11-27 00:00:00",
        "flag": "1",
    }
    assert (second.number, second.values["price"]) == (4, "")


def test_a_workbook_cut_short_is_refused():
    content = xlsx_of(*[("sku", "qty")] + [(f"A-{number}", number) for number in range(100)])

    assert "cannot be read" in refusal(content[: len(content) // 2])


@pytest.mark.parametrize("text", ["=1+1", "+44 1", "-A", "@x", "\tx", "'=x", "''@", "=", "\r=x"])
def test_a_cell_that_would_run_as_a_formula_gets_an_apostrophe(text):
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "x=1", "-5", "-1.5", "12", "'tis", "A-1"])
def test_other_cells_stay_as_they_are(text):
    assert guarded(text) == text


@given(st.text(alphabet="'=+-@\t\r\n5.a"))
def test_guarding_a_cell_loses_nothing(text):
    assert unguarded(guarded(text)) == text


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_reading(content):
    try:
        rows = read(content)
    except FileRefused:
        return
    assert all(row.number > 1 for row in rows)
