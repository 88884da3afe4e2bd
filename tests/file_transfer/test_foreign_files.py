"""Files as Excel and Magento make them: read, or explained in words."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.sales.models import Order
from tests.factories import make_source_item, make_store, make_website
from tests.file_transfer.files import checked, counts, csv_of, imported, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def website():
    return make_website(code="base", is_default=True)


@pytest.mark.parametrize(
    "content",
    [
        b"sep=;\r\nsku;name\r\nA;Bag\r\n",
        b"\xef\xbb\xbfsep=;\nsku;name\nA;Bag\n",
        b'"sep=;"\nsku;name\nA;Bag\n',
        b"SEP=,\nsku,name\nA,Bag\n",
        b"sep=\t\nsku\tname\nA\tBag\n",
        b"sep=^\nsku^name\nA^Bag\n",
        b"sep=;\rsku;name\rA;Bag\r",
    ],
)
def test_a_line_that_names_the_delimiter_is_obeyed(content):
    stored = imported(Kind.PRODUCTS, content)

    assert counts(stored) == {"created": 1}
    assert Product.objects.get().name == "Bag"
    assert stored.notes == []


def test_rows_keep_the_numbers_that_a_spreadsheet_shows_behind_such_a_line():
    stored = checked(Kind.STOCK, b"sep=;\nsku;quantity\nGONE;1\n")

    assert stored.lines.get().row == 3


@pytest.mark.parametrize("sku", ["4.01E+12", "4,01E+12", "4E+12", "4.01e+12"])
def test_a_sku_that_a_spreadsheet_has_shortened_is_warned_of(sku):
    stored = checked(Kind.PRODUCTS, csv_of(("sku", "name"), (sku, "Bag"), ("1E", "Fine")))

    assert stored.notes[0].startswith("Some SKUs, numbers or barcodes look as if")
    texts = dict(stored.lines.values_list("reference", "text"))
    assert texts[sku].endswith(
        f"Check sku: {sku} looks like a number that a spreadsheet has shortened."
    )
    assert "Check" not in texts["1E"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [("barcode", "4.01E+12"), ("additional_attributes", "color=red,ean=4.01E+12")],
)
def test_a_barcode_that_a_spreadsheet_has_shortened_is_warned_of(column, cell):
    stored = checked(Kind.PRODUCTS, csv_of(("sku", "name", column), ("A", "Bag", cell)))

    assert stored.notes
    assert "4.01E+12 looks like a number" in stored.lines.get().text


def test_the_result_warns_as_well_and_the_command_shows_it(tmp_path):
    path = tmp_path / "products.csv"
    path.write_bytes(csv_of(("sku", "name"), ("4.01E+12", "Bag")))
    out = io.StringIO()

    call_command("import", "products", str(path), stdout=out)

    assert "Some SKUs, numbers or barcodes" in out.getvalue()
    assert Product.objects.get().sku == "4.01E+12"


@pytest.mark.parametrize(
    ("kind", "columns", "row"),
    [
        (Kind.PRODUCTS, ("sku", "name", "price"), ("A", "Bag", "34,50")),
        (Kind.PRODUCTS, ("sku", "name", "weight"), ("A", "Bag", "34,50")),
        (Kind.PRODUCTS, ("sku", "name", "qty"), ("A", "Bag", "34,50")),
        (Kind.STOCK, ("sku", "quantity"), ("A", "34,50")),
        (Kind.ORDERS, ("increment_id", "customer_email", "sku", "qty_ordered"),
         ("1", "a@b.example", "A", "34,50")),
    ],
)  # fmt: skip
def test_a_decimal_comma_is_explained(kind, columns, row):
    make_store()
    stored = checked(kind, csv_of(columns, row, delimiter=";"))

    [(_, result, text)] = told(stored)
    assert result == "failed"
    assert text.endswith("Write it with a decimal point: 34.50.")


def test_in_a_shop_of_one_view_a_store_views_row_is_said_to_be_one():
    stored = checked(
        Kind.PRODUCTS,
        csv_of(("sku", "store_view_code", "name"), ("A", "", "Bag"), ("A", "de", "Tasche")),
    )

    assert counts(stored) == {"created": 1, "failed": 1}
    assert "the shop has one store view only" in told(stored)[1][2]


def test_an_unclosed_quotation_mark_costs_its_own_rows_alone():
    content = b'sku,name\nA,"Bag\nB,"Box"\nC,"Cup"\nD,"two\nlines"\nE,5" wide\nF,"open\nG,Glass\n'

    stored = checked(Kind.PRODUCTS, content)

    assert [(row, result) for row, result, _ in told(stored)] == [
        (2, "failed"), (3, "created"), (4, "created"), (5, "created"), (6, "failed"),
    ]  # fmt: skip
    problem = "A quotation mark is not closed, or not doubled inside the cell: 2 lines were read as"
    assert all(text.startswith(problem) for _, result, text in told(stored) if result == "failed")


def test_a_header_that_comes_again_makes_no_product():
    stored = checked(Kind.PRODUCTS, csv_of(("sku", "name"), ("A", "Bag"), ("SKU", "Name")))

    assert told(stored)[1][1:] == (
        "failed",
        "The row names the columns once more, as the first one does. It is left out.",
    )


@pytest.mark.parametrize("text", ["Catalog,Search", "catalog , search", "Catalog, Search", "4"])
def test_a_visibility_is_read_with_and_without_blanks(text):
    imported(Kind.PRODUCTS, csv_of(("sku", "name", "visibility"), ("A", "Bag", text)))

    assert Product.objects.get().visibility == 4


@pytest.mark.parametrize(
    ("column", "cell"),
    [("special_price", "7,50"), ("additional_attributes", "color=red,special_price=7,50")],
)
def test_a_decimal_comma_in_a_price_among_the_attributes_is_explained(column, cell):
    stored = checked(Kind.PRODUCTS, csv_of(("sku", "name", column), ("A", "Bag", cell)))

    assert told(stored)[0][2] == (
        'special_price "7,50" is not a number. Write it with a decimal point: 7.50.'
    )


def test_dates_and_bars_among_the_attributes_are_read_by_their_meaning():
    pairs = "special_from_date=3/1/26,meta_title=Bags | Shop,size=S|L"

    imported(Kind.PRODUCTS, csv_of(("sku", "name", "additional_attributes"), ("A", "Bag", pairs)))

    assert Product.objects.get().custom_attributes == {
        "special_from_date": "2026-03-01 00:00:00",
        "meta_title": "Bags | Shop",
        "size": ["S", "L"],
    }


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("3/1/26", "2026-03-01 00:00:00"),
        ("3/1/26, 10:30 PM", "2026-03-01 22:30:00"),
        ("3/1/26, 10:30\u202fPM", "2026-03-01 22:30:00"),
        ("11/29/2026", "2026-11-29 00:00:00"),
        ("Nov 29, 2026, 10:41:05 PM", "2026-11-29 22:41:05"),
        ("2026-11-29 10:41:05", "2026-11-29 10:41:05"),
    ],
)
def test_dates_are_read_as_magentos_exports_write_them(text, read):
    columns = ("sku", "name", "special_price_from_date")

    imported(Kind.PRODUCTS, csv_of(columns, ("A", "Bag", text)))

    assert Product.objects.get().custom_attributes == {"special_from_date": read}


@pytest.mark.parametrize("column", ["special_price_from_date", "new_to_date"])
@pytest.mark.parametrize(
    "text",
    ["31/12/26", "01.03.2026", "2026-02-30", "46082", "1/3/2026, 22:30", "soon", "3/1/26 noon"],
)
def test_what_is_no_date_fails_its_row_and_is_not_kept(column, text):
    stored = imported(Kind.PRODUCTS, csv_of(("sku", "name", column), ("A", "Bag", text)))

    assert counts(stored) == {"failed": 1}
    [(_, _, said)] = told(stored)
    assert f'"{text}" is no date such as 2026-03-01 or, month first, 3/1/26.' in said
    assert not Product.objects.exists()


@pytest.mark.parametrize("text", ["abc", "1.5.0", "£5", "1 000", "1e3", "٥"])
def test_what_is_no_number_among_the_attributes_fails_its_row(text):
    stored = imported(Kind.PRODUCTS, csv_of(("sku", "name", "special_price"), ("A", "Bag", text)))

    assert counts(stored) == {"failed": 1}
    assert not Product.objects.exists()


def test_a_comma_before_three_digits_is_explained_both_ways():
    stored = imported(Kind.STOCK, csv_of(("sku", "quantity"), ("A", "1,000")))

    [(_, _, said)] = told(stored)
    assert said.endswith("Write it as 1000, or with a decimal point: 1.000.")


@pytest.mark.parametrize(
    ("sku", "said"),
    [
        ("4012345678901.0", "looks like a number that a spreadsheet has shortened."),
        ("########", "looks like a number that a spreadsheet has shortened."),
        ("#REF!", "is what a spreadsheet shows for a formula that fails."),
        ("#N/A", "is what a spreadsheet shows for a formula that fails."),
    ],
)
def test_what_a_spreadsheet_puts_in_a_skus_place_is_warned_of(sku, said):
    stored = checked(Kind.PRODUCTS, csv_of(("sku", "name"), (sku, "Bag"), ("#1", "Fine")))

    texts = dict(stored.lines.values_list("reference", "text"))
    assert texts[sku].endswith(f"Check sku: {sku} {said}")
    assert "Check" not in texts["#1"]


def test_an_orders_date_is_read_as_magentos_exports_write_it(website):
    make_store(website)
    make_source_item("A", 5)
    columns = ("increment_id", "created_at", "customer_email", "sku", "qty_ordered")

    stored = imported(
        Kind.ORDERS, csv_of(columns, ("1", "Nov 29, 2026, 10:41:05 PM", "a@b.example", "A", "1"))
    )

    assert [text for _, result, text in told(stored) if result == "failed"] == []

    assert Order.objects.get().created_at.isoformat() == "2026-11-29T22:41:05+00:00"


def test_every_ignored_column_is_named():
    columns = ("sku", "name", "colour", "tax_class_name", "website_id", "page_layout")

    stored = imported(Kind.PRODUCTS, csv_of(columns, ("A", "Bag", "red", "Goods", "1", "")))

    assert stored.notes == [
        "Columns that are not known and were ignored: colour.",
        "Columns of Magento's that have no meaning here and were ignored: tax_class_name,"
        " website_id, page_layout.",
    ]


ENCLOSED = 'color="red",size="S,L",note="He said ""no"", twice",list="a|b",gone="__EMPTY__VALUE__"'
READ = {"color": "red", "size": "S,L", "note": 'He said "no", twice', "list": ["a", "b"]}


def test_fields_enclosure_is_a_tick_of_the_upload(client, django_user_model):
    client.force_login(User.objects.create_superuser("root"))
    content = csv_of(("sku", "name", "additional_attributes"), ("A", "Bag", ENCLOSED))
    file = io.BytesIO(content)
    file.name = "products.csv"

    page = client.get("/admin/file_transfer/fileimport/upload/products/")
    assert page.status_code == 200
    assert "Fields Enclosure" in page.content.decode()
    client.post("/admin/file_transfer/fileimport/upload/products/",
                {"file": file, "is_enclosed": "on"})  # fmt: skip

    assert FileImport.objects.get().is_enclosed


def test_values_in_quotes_are_read_with_fields_enclosure(tmp_path):
    path = tmp_path / "products.csv"
    path.write_bytes(csv_of(("sku", "name", "additional_attributes"), ("A", "Bag", ENCLOSED)))

    call_command("import", "products", str(path), "--fields-enclosure", stdout=io.StringIO())

    assert Product.objects.get().custom_attributes == READ


def test_what_is_not_in_quotes_is_explained_with_fields_enclosure():
    content = csv_of(("sku", "name", "additional_attributes"), ("A", "Bag", "color=red,size=S"))

    stored = checked(Kind.PRODUCTS, content, is_enclosed=True)

    [(_, result, text)] = told(stored)
    assert result == "failed"
    assert 'is not of the form code="value"' in text
