"""Stock files: Magento's columns of stock sources."""

import pytest

from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_source, make_source_item
from tests.file_transfer.files import checked, counts, csv_of, imported, told

pytestmark = pytest.mark.django_db

HEADER = ("source_code", "sku", "status", "quantity")


def quantities():
    """Return what lies where: quantity and status by SKU and source."""
    return {
        (item.product.sku, item.source_id): (item.quantity, item.status)
        for item in SourceItem.objects.select_related("product")
    }


def test_a_dry_run_lists_what_would_change_and_writes_nothing():
    make_source_item("A-1", 3)
    make_product("A-2")
    content = csv_of(
        HEADER,
        ("default", "A-1", 1, 7),
        ("default", "A-2", "", "1.5"),
        ("default", "nope", 1, 7),
        ("default", "A-1", 1, 9),
    )

    stored = checked(Kind.STOCK, content)

    assert stored.status == FileImport.Status.CHECKED
    assert counts(stored) == {"updated": 1, "created": 1, "failed": 2}
    assert told(stored) == [
        (2, "updated", "3, in stock → 7, in stock at default"),
        (3, "created", "1.5, in stock at default"),
        (4, "failed", 'Product with requested "sku": "nope" was not found.'),
        (5, "failed", "It is in the file twice: row 2 counts, this one was left out."),
    ]
    assert quantities() == {("A-1", "default"): (3, 1)}


def test_good_rows_are_imported_whatever_the_bad_ones_are():
    make_source_item("A-1", 3, last_sequence_id=77)
    make_source("leeds")
    make_product("B-1", type_id="bundle")
    content = csv_of(
        HEADER,
        ("leeds", "A-1", 0, 7),
        ("", "A-1", "In Stock", "-2"),
        ("mars", "A-1", 1, 1),
        ("default", "A-1", "maybe", 1),
        ("default", "A-1", 1, "many"),
        ("default", "", 1, 1),
        ("default", "B-1", 1, 1),
    )

    stored = imported(Kind.STOCK, content)

    assert quantities() == {("A-1", "leeds"): (7, 0), ("A-1", "default"): (-2, 1)}
    assert [text for _, change, text in told(stored) if change == "failed"] == [
        'Source with code "mars" does not exist.',
        "It is in the file twice: row 3 counts, this one was left out.",
        "It is in the file twice: row 3 counts, this one was left out.",
        "sku is empty.",
        'Product type "bundle" does not hold stock.',
    ]
    assert SourceItem.objects.get(source="default").last_sequence_id == 77


def test_zeros_behind_a_quantity_say_nothing_and_an_exponent_is_no_quantity():
    make_source_item("A-1", 3)
    make_source_item("A-2", 3)

    stored = imported(
        Kind.STOCK,
        csv_of(HEADER, ("default", "A-1", 1, "5.00000"), ("default", "A-2", 1, "1E+3")),
    )

    assert quantities() == {("A-1", "default"): (5, 1), ("A-2", "default"): (3, 1)}
    assert told(stored)[1][2] == 'quantity "1E+3" is not a number such as 12 or 1.5.'


def test_importing_the_same_file_again_changes_nothing():
    make_product("A-1")
    content = csv_of(HEADER, ("default", "A-1", 1, 7))
    imported(Kind.STOCK, content)
    before = SourceItem.objects.get().updated_at

    stored = imported(Kind.STOCK, content)

    assert counts(stored) == {"unchanged": 1}
    assert SourceItem.objects.get().updated_at == before


def test_a_file_without_a_needed_column_is_refused():
    stored = checked(Kind.STOCK, csv_of(("sku", "amount"), ("A-1", 1)))

    assert stored.status == FileImport.Status.REFUSED
    assert "no column “quantity”" in stored.refusal


def test_columns_nobody_knows_are_named_and_ignored():
    make_product("A-1")

    stored = imported(Kind.STOCK, csv_of(("sku", "quantity", "colour"), ("A-1", 1, "red")))

    assert stored.notes == ["Columns that are not known and were ignored: colour."]
    assert counts(stored) == {"created": 1}


def test_a_stock_file_does_not_make_its_product_pending():
    product = make_product("A-1", orderflow_export_status="Exported")

    imported(Kind.STOCK, csv_of(HEADER, ("default", "A-1", 1, 7)))

    product.refresh_from_db()
    assert product.orderflow_export_status == "Exported"
