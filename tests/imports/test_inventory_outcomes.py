"""What becomes of stock lines, with the guide's rows and texts ("Inventory Import")."""

from decimal import Decimal
from typing import Any

import pytest

from imports.models import Import, ImportLine
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.common.choices import Entity, Operation, Result
from orderflow_bridge.configuration.sections import InventoryImport
from orderflow_bridge.configuration.services import write_settings
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_request, make_source, make_source_item
from tests.imports.stock import apply, process, queue, stock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    make_source()
    make_product("24-MB01")
    make_product("24-MB04")


def units(line: ImportLine) -> tuple[Any, ...]:
    return (line.units_received, line.units_quoted, line.units_unsent, line.units_applied)


def test_message_71_of_the_guide_sets_24_mb01_to_90() -> None:
    [line] = apply(("24-MB01", 90, 507), message_id=71)

    item = SourceItem.objects.get(product__sku="24-MB01")
    assert (item.quantity, item.status, item.last_sequence_id) == (90, 1, 507)
    assert (line.sequence_id, line.reference) == (507, "24-MB01")
    assert units(line) == (90, 0, 0, 90)
    assert line.result == Result.SUCCESS
    assert line.message == "Product Quantity Successfully Updated to 90"
    report = Import.objects.get()
    assert (report.message_id, report.entity, report.operation) == (
        "71",
        Entity.INVENTORY,
        Operation.UPDATE,
    )
    counters = (report.successes, report.duplicates, report.superseded, report.failures)
    assert counters == (1, 0, 0, 0)


def test_the_duplicates_of_the_guide_are_ignored_and_shown_with_zeros() -> None:
    apply(("24-MB01", 3, 525), ("24-MB04", 4, 519))

    first, second = apply(("24-MB01", 3, 525), ("24-MB04", 4, 519))

    assert [first.sequence_id, second.sequence_id] == [525, 519]
    for line in (first, second):
        assert line.result == Result.DUPLICATE
        assert line.message == "Duplicate Inventory Request Ignored."
        assert units(line) == (0, 0, 0, 0)
    assert Import.objects.latest("id").duplicates == 2


def test_a_stale_figure_is_discarded_and_names_the_newer_record() -> None:
    apply(("24-MB01", 5, 12))

    [line] = apply(("24-MB01", 9, 10))

    assert line.result == Result.SUPERSEDED
    assert line.message == (
        "Product quantity update to 9 discarded as already superseded by inventory record 12"
    )
    assert units(line) == (9, 0, 0, 0)
    assert stock()["24-MB01", "default"] == (5, 1, 12)


def test_an_old_figure_that_was_applied_once_is_a_duplicate() -> None:
    apply(("24-MB01", 9, 10))
    apply(("24-MB01", 5, 12))

    [line] = apply(("24-MB01", 9, 10))

    assert line.result == Result.DUPLICATE


def test_lines_of_one_message_are_judged_in_their_order() -> None:
    lines = apply(
        ("24-MB01", 9, 10), ("24-MB01", 9, 10), ("24-MB01", 5, 12), ("24-MB01", 9, 10),
        ("24-MB01", 7, 11), ("24-MB01", 7, 11), ("24-MB01", 5, 12),
    )  # fmt: skip

    assert [line.get_result_display() for line in lines] == [
        "Success", "Duplicate", "Success", "Duplicate", "Superseded", "Superseded", "Duplicate",
    ]  # fmt: skip
    assert lines[4].other_sequence_id == 12
    assert stock()["24-MB01", "default"] == (5, 1, 12)


def test_message_99_goes_before_message_100() -> None:
    queue(("24-MB01", 1, 8), message_id="100")
    queue(("24-MB01", 2, 7), message_id="99")

    process()

    assert list(Import.objects.order_by("id").values_list("message_id", flat=True)) == ["99", "100"]
    assert set(ImportLine.objects.values_list("result", flat=True)) == {Result.SUCCESS}
    assert stock()["24-MB01", "default"] == (1, 1, 8)


def test_sequence_zero_is_the_first_figure_of_a_product_never_counted() -> None:
    make_source_item("24-MB01", 100)

    [line] = apply(("24-MB01", 7, 0))

    assert line.result == Result.SUCCESS
    assert stock()["24-MB01", "default"] == (7, 1, 0)


def test_sources_are_counted_apart() -> None:
    make_source("eu")

    lines = apply(("24-MB01", 5, 10), ("24-MB01", 6, 9, "eu"), ("24-MB01", 7, 9, "default"))

    assert [line.result for line in lines] == [1, 1, 3]
    assert [line.source_code for line in lines] == ["default", "eu", "default"]
    assert stock() == {("24-MB01", "default"): (5, 1, 10), ("24-MB01", "eu"): (6, 1, 9)}


def test_a_shipment_with_the_same_number_is_no_duplicate() -> None:
    report = Import.objects.create(entity=Entity.SHIPMENT, operation=Operation.CREATE)
    ImportLine.objects.create(
        parent=report, sequence_id=10, result=Result.SUCCESS, reference="24-MB01"
    )
    apply(("24-MB01", 5, 12))

    [line] = apply(("24-MB01", 9, 10))

    assert line.result == Result.SUPERSEDED


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (("NOPE", 1, 5), "SKU Does Not Exist"),
        (("", 1, 5), "SKU is missing."),
        (("24-MB01", "abc", 5), 'Quantity "abc" is not valid.'),
        (("24-MB01", "", 5), "Quantity is missing."),
        (("24-MB01", 1, None), "Sequence ID is missing."),
        (("24-MB01", 1, "x"), 'Sequence ID "x" is not valid.'),
        (("24-MB01", 1, 5, "eu"), 'Source "eu" does not exist.'),
        (("24-MB01", 1, 5, None, "soon"), 'Last order exported "soon" is not valid.'),
        (("BAG", 1, 5), 'Product type "configurable" does not hold stock.'),
    ],
)
def test_a_bad_line_fails_alone_and_says_why(line: tuple[Any, ...], reason: str) -> None:
    make_product("BAG", type_id=Product.Type.CONFIGURABLE)
    before = apply(("24-MB01", 3, 1), ("24-MB04", 3, 1))

    good, bad, also_good = apply(("24-MB04", 4, 2), line, ("24-MB04", 5, 3))

    assert (bad.result, bad.message) == (Result.FAILURE, reason)
    assert bad.reference == line[0]
    assert bad.units_applied == 0
    assert [each.result for each in (*before, good, also_good)] == [1, 1, 1, 1]
    assert stock() == {("24-MB01", "default"): (3, 1, 1), ("24-MB04", "default"): (5, 1, 3)}
    assert Import.objects.latest("id").failures == 1


def test_a_failed_line_may_be_sent_again() -> None:
    apply(("24-MB01", "abc", 5))

    [line] = apply(("24-MB01", 6, 5))

    assert line.result == Result.SUCCESS


def test_virtual_and_downloadable_products_hold_stock() -> None:
    make_product("V", type_id=Product.Type.VIRTUAL)
    make_product("D", type_id=Product.Type.DOWNLOADABLE)

    lines = apply(("V", 1, 1), ("D", 2, 2))

    assert [line.result for line in lines] == [1, 1]


def test_hostile_text_is_kept_as_it_came() -> None:
    sku = "a\\tb\t\n'; DROP TABLE x; -- %s 漢字 \\N"

    [line] = apply((sku, "\\.", 5, "\\N\tx"))

    assert line.reference == sku
    assert line.source_code == "\\N\tx"
    assert line.message == 'Quantity "\\." is not valid.'


def test_a_line_that_is_no_line_fails_alone() -> None:
    queued = make_request(lines=["junk", ["24-MB01", "4", None, "5", None], {"sku": "24-MB01"}])

    process(ids=[queued.pk])

    lines = ImportLine.objects.order_by("id")
    assert [line.message for line in lines] == [
        "The line cannot be read.",
        "Product Quantity Successfully Updated to 4",
        "The line cannot be read.",
    ]


def test_a_message_without_lines_is_reported_as_a_failure() -> None:
    [line] = apply()

    assert line.result == Result.FAILURE
    assert line.message
    assert Import.objects.get().failures == 1


@pytest.mark.parametrize(("allowed", "kept"), [(False, 0), (True, -5)])
def test_negative_figures_become_zero_unless_they_are_allowed(allowed: bool, kept: int) -> None:
    write_settings(InventoryImport, {"negative_qtys_enabled": allowed})

    [line] = apply(("24-MB01", -5, 1))

    assert stock()["24-MB01", "default"] == (kept, 0, 1)
    assert (line.units_received, line.units_applied) == (-5, kept)
    assert line.message == f"Product Quantity Successfully Updated to {kept}"


def test_fractions_and_the_largest_figures_are_exact() -> None:
    lines = apply(("24-MB01", "0.0001", 1), ("24-MB04", "99999999.9999", 1))

    assert [line.units_applied for line in lines] == [Decimal("0.0001"), Decimal("99999999.9999")]
    assert stock()["24-MB01", "default"] == (Decimal("0.0001"), 1, 1)
    assert stock()["24-MB04", "default"] == (Decimal("99999999.9999"), 1, 1)


def test_a_stock_change_leaves_the_product_and_its_export_status_alone() -> None:
    Product.objects.update(orderflow_export_status="Exported")
    before = Product.objects.get(sku="24-MB01")

    apply(("24-MB01", 90, 507))

    after = Product.objects.get(sku="24-MB01")
    assert after.orderflow_export_status == "Exported"
    assert after.updated_at == before.updated_at


def test_the_stock_row_says_when_it_was_written() -> None:
    item = make_source_item("24-MB01", 1)

    [line] = apply(("24-MB01", 90, 507))

    written = SourceItem.objects.get(pk=item.pk).updated_at
    assert written > item.updated_at
    assert written == line.created_at == line.parent.created_at
