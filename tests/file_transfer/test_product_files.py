"""Product files: Magento's columns, good rows whatever the bad ones, nothing twice."""

from decimal import Decimal

import pytest

from orderflow_bridge.catalog.models import Category, Product, ProductWebsite
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.file_transfer.models import FileImport, Kind
from orderflow_bridge.inventory.models import SourceItem
from tests.factories import make_product, make_source_item, make_website
from tests.file_transfer.files import checked, counts, csv_of, imported, told, xlsx_of

pytestmark = pytest.mark.django_db

HEADER = (
    "sku", "product_type", "name", "price", "qty", "weight", "status", "visibility",
    "product_websites", "categories", "additional_attributes", "base_image",
)  # fmt: skip
BAG = (
    "24-MB01", "simple", "Joust Duffle Bag", "34.50", "12", "1.5", "Enabled", "Catalog, Search",
    "base", "Default Category/Gear/Bags,Default Category/Sale", "color=red,barcode=501,size=S|L",
    "/m/b/mb01.jpg",
)  # fmt: skip


@pytest.fixture(autouse=True)
def websites():
    """Make the websites base (the default one) and uk."""
    return make_website(code="base", is_default=True), make_website(code="uk")


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_a_product_file_makes_products_with_stock_websites_categories_and_attributes(make):
    stored = imported(Kind.PRODUCTS, make(HEADER, BAG))

    product = Product.objects.get()
    assert counts(stored) == {"created": 1}
    assert (product.sku, product.name, product.price) == (BAG[0], BAG[2], Decimal("34.5"))
    assert (product.weight, product.status, product.visibility) == (Decimal("1.5"), 1, 4)
    assert (product.image, product.barcode) == ("/m/b/mb01.jpg", "501")
    assert product.custom_attributes == {"color": "red", "size": ["S", "L"]}
    assert [website.code for website in product.websites.all()] == ["base"]
    assert sorted(category.name for category in product.categories.all()) == ["Bags", "Sale"]
    bags = Category.objects.get(name="Bags")
    assert bags.parent.parent.name == "Default Category"
    item = SourceItem.objects.get()
    assert (item.source_id, item.quantity, item.status) == ("default", 12, 1)


def test_importing_the_same_file_again_changes_nothing():
    content = csv_of(HEADER, BAG)
    imported(Kind.PRODUCTS, content)
    Product.objects.all().write_export_state(status=ExportStatus.EXPORTED)
    before = Product.objects.values().get()

    stored = imported(Kind.PRODUCTS, content)

    assert counts(stored) == {"unchanged": 1}
    assert Product.objects.values().get() == before
    assert Category.objects.count() == 4


def test_a_dry_run_says_what_would_change_and_writes_nothing():
    make_source_item(make_product("A-1", name="Old", price=Decimal(10)), 3)
    content = csv_of(
        ("sku", "name", "price", "qty", "categories", "additional_attributes", "product_websites"),
        ("A-1", "New", "12", "5", "Gear", "color=red", "uk"),
        ("A-2", "Second", "1", "2", "", "", ""),
        ("A-3", "", "1", "", "", "", ""),
    )

    stored = checked(Kind.PRODUCTS, content)

    assert stored.status == FileImport.Status.CHECKED
    first, second, third = told(stored)
    assert first[:2] == (2, "updated")
    for text in ("name Old → New", "price 10 → 12", "color (empty) → red", "qty 3 → 5",
                 "website +uk", "new category Gear"):  # fmt: skip
        assert text in first[2]
    assert second == (3, "created", "new simple product “Second”, qty 2")
    assert third == (4, "failed", '"name" can not be empty.')
    assert Product.objects.get().name == "Old"
    assert not Category.objects.exists()


def test_a_changed_product_becomes_pending_and_one_with_new_stock_alone_does_not():
    for sku in ("A-1", "A-2"):
        ProductWebsite.objects.create(product=make_product(sku), website=make_website())
        make_source_item(sku, 1)
    Product.objects.all().write_export_state(status=ExportStatus.EXPORTED)

    imported(Kind.PRODUCTS, csv_of(("sku", "price", "qty"), ("A-1", "99", "1"), ("A-2", "", "7")))

    assert dict(Product.objects.values_list("sku", "orderflow_export_status")) == {
        "A-1": ExportStatus.PENDING,
        "A-2": ExportStatus.EXPORTED,
    }
    assert SourceItem.objects.get(product__sku="A-2").quantity == 7


def test_an_empty_cell_leaves_what_is_there_and_magentos_mark_empties_it():
    make_product("A-1", weight=Decimal(2), description="Good", custom_attributes={"color": "red"})

    imported(
        Kind.PRODUCTS,
        csv_of(
            ("sku", "weight", "description", "additional_attributes"),
            ("A-1", "", "__EMPTY__VALUE__", "color=__EMPTY__VALUE__"),
        ),
    )

    product = Product.objects.get()
    assert (product.weight, product.description, product.custom_attributes) == (2, "", {})


def test_websites_and_categories_are_added_to_those_that_are_there(websites):
    base, _ = websites
    product = make_product("A-1")
    ProductWebsite.objects.create(product=product, website=base)
    category = Category.objects.create(name="Gear")
    product.categories.add(category)

    imported(
        Kind.PRODUCTS,
        csv_of(("sku", "product_websites", "categories"), ("A-1", "uk", "Gear/Bags")),
    )

    assert {website.code for website in product.websites.all()} == {"base", "uk"}
    assert {category.name for category in product.categories.all()} == {"Gear", "Bags"}


def test_a_product_that_names_no_website_joins_the_one_of_the_file_or_the_default_one(websites):
    _, uk = websites

    imported(Kind.PRODUCTS, csv_of(("sku", "name"), ("A-1", "A")), website=uk)
    imported(Kind.PRODUCTS, csv_of(("sku", "name"), ("A-2", "A")))

    links = ProductWebsite.objects.values_list("product__sku", "website__code")
    assert dict(links) == {"A-1": "uk", "A-2": "base"}


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("price", "ten", 'Invalid value of "ten" provided for the price field.'),
        ("price", "-1", "the price field"),
        ("qty", "many", 'qty "many" is not a number'),
        ("status", "maybe", 'status "maybe" is none of'),
        ("visibility", "somewhere", "visibility"),
        ("product_type", "gift", "type_id field"),
        ("product_websites", "mars", 'there is no website "mars"'),
        ("additional_attributes", "color", "not of the form"),
        ("is_in_stock", "x", "neither 1 nor 0"),
        ("store_view_code", "german", "one store view only"),
        ("attribute_set_code", "Sprite", 'there is no attribute set "Sprite"'),
        ("manage_stock", "maybe", 'manage_stock "maybe" is neither 1 nor 0'),
        ("allow_backorders", "7", "the backorders field"),
        ("configurable_variations", "sku=G", "only a configurable product has variants"),
        ("name", "n" * 256, "the name field"),
        ("categories", "x" * 300, "longer than 255"),
    ],
)
def test_a_bad_cell_fails_its_row_alone_and_says_why(column, cell, said):
    columns = ["sku", "name", column] if column != "name" else ["sku", "name"]
    bad = ("B", "Bad", cell) if column != "name" else ("B", cell)
    good = ("G", "Good", "") if column != "name" else ("G", "Good")

    stored = imported(Kind.PRODUCTS, csv_of(columns, bad, good))

    assert Product.objects.get().sku == "G"
    [(row, _, text)] = [line for line in told(stored) if line[1] == "failed"]
    assert row == 2
    assert said in text


def test_a_sku_that_is_there_twice_is_taken_once():
    stored = imported(
        Kind.PRODUCTS, csv_of(("sku", "name"), ("A", "First"), ("B", "Other"), ("A", "Second"))
    )

    assert Product.objects.get(sku="A").name == "First"
    assert told(stored)[-1] == (
        4,
        "failed",
        "It is in the file twice: row 2 counts, this one was left out.",
    )


def test_a_type_that_holds_no_stock_gets_none():
    imported(
        Kind.PRODUCTS,
        csv_of(("sku", "name", "product_type", "qty"), ("A", "A", "configurable", "0")),
    )

    assert not SourceItem.objects.exists()


def test_an_attribute_may_hold_commas_and_quotes():
    cell = '"note=a, b=c and ""d""",color=red, blue'

    imported(Kind.PRODUCTS, csv_of(("sku", "name", "additional_attributes"), ("A", "A", cell)))

    assert Product.objects.get().custom_attributes == {
        "note": 'a, b=c and "d"',
        "color": "red, blue",
    }
