"""The kinds of bundles in product files, in Magento's words, in and out."""

import pytest

from orderflow_bridge.catalog.models import Product
from orderflow_bridge.file_transfer.models import Kind
from tests.factories import make_product
from tests.file_transfer.exported import cells_of, exported
from tests.file_transfer.files import counts, csv_of, imported, told

pytestmark = pytest.mark.django_db

KINDS = (
    "bundle_price_type", "bundle_sku_type", "bundle_weight_type", "bundle_price_view",
    "bundle_shipment_type",
)  # fmt: skip


def kinds_file(*cells: str) -> bytes:
    """Return a file of one bundle."""
    return csv_of(("sku", "name", "product_type", *KINDS), ("KIT", "Kit", "bundle", *cells))


def test_the_kind_of_a_bundle_is_read_and_written_in_magentos_words() -> None:
    words = ("fixed", "dynamic", "Fixed", "As low as", "separately")

    imported(Kind.PRODUCTS, kinds_file(*words))

    kit = Product.objects.get(sku="KIT")
    assert kit.custom_attributes == {
        "price_type": "1", "sku_type": "0", "weight_type": "1", "price_view": "1",
        "shipment_type": "1",
    }  # fmt: skip
    cells = cells_of("KIT")
    assert [cells[name] for name in KINDS] == [
        "fixed", "dynamic", "fixed", "As low as", "separately",
    ]  # fmt: skip
    assert cells["additional_attributes"] == ""
    assert counts(imported(Kind.PRODUCTS, exported())) == {"unchanged": 1}
    imported(Kind.PRODUCTS, kinds_file("dynamic", "", "__EMPTY__VALUE__", "Price Range", "0"))
    kit.refresh_from_db()
    assert kit.custom_attributes == {
        "price_type": "0", "sku_type": "0", "price_view": "0", "shipment_type": "0",
    }  # fmt: skip


def test_a_kind_that_nobody_knows_fails_its_row() -> None:
    stored = imported(Kind.PRODUCTS, kinds_file("fixed", "", "", "cheap", ""))

    assert [text for _, _, text in told(stored)] == [
        'bundle_price_view "cheap" is neither “Price range” nor “As low as”.'
    ]


def test_what_is_no_bundle_or_no_known_kind_stays_among_the_further_attributes() -> None:
    make_product("PLAIN", custom_attributes={"price_type": "1"})
    make_product("KIT", type_id="bundle", custom_attributes={"price_type": 7, "sku_type": True})

    assert cells_of("PLAIN")["additional_attributes"] == "price_type=1"
    assert cells_of("PLAIN")["bundle_price_type"] == ""
    assert cells_of("KIT")["additional_attributes"] == "price_type=7"
    assert cells_of("KIT")["bundle_sku_type"] == "fixed"
    assert counts(imported(Kind.PRODUCTS, exported())) == {"unchanged": 2}
