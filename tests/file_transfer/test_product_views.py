"""Rows of store views, pictures, variants and stock settings in product files."""

import pytest

from orderflow_bridge.catalog.models import Product, ProductWebsite, StoreValue
from orderflow_bridge.catalog.variants import options_of, variants_of
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.inventory.models import SourceItem, StockSettings
from orderflow_bridge.stores.models import Store
from tests.factories import make_product, make_store, make_website
from tests.file_transfer.files import checked, counts, csv_of, imported, told

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def views():
    """Make three views, the first two of the default website."""
    base = make_website(code="base", is_default=True)
    make_store(base, code="en")
    make_store(base, code="de")
    make_store(code="fr")


def values() -> dict[tuple[str, str], str]:
    """Return the values of all views."""
    rows = StoreValue.objects.values_list("store__code", "attribute", "value")
    return {(view, code): value for view, code, value in rows}


def test_a_store_views_row_writes_what_differs_there():
    columns = ("sku", "store_view_code", "name", "short_description", "price", "status")

    stored = imported(
        Kind.PRODUCTS,
        csv_of(columns, ("A", "", "Bag", "Long", "7", ""), ("A", "de", "Tasche", "", "", "2")),
    )

    assert counts(stored) == {"created": 1, "updated": 1}
    assert told(stored)[1][2] == ("de: name Bag → Tasche; en: status 1 → 2; de: status 1 → 2")
    assert values() == {("de", "name"): "Tasche", ("de", "status"): 2, ("en", "status"): 2}
    assert Product.objects.get().name == "Bag"


def test_an_empty_cell_leaves_a_views_value_and_the_mark_empties_it():
    make_product("A", name="Bag", description="Long")
    columns = ("sku", "store_view_code", "name", "description")
    imported(Kind.PRODUCTS, csv_of(columns, ("A", "de", "Tasche", "Lang")))

    imported(Kind.PRODUCTS, csv_of(columns, ("A", "de", "", "__EMPTY__VALUE__")))

    assert values() == {("de", "name"): "Tasche", ("de", "description"): ""}


def test_a_row_of_a_view_or_product_that_is_not_there_is_refused_in_words():
    columns = ("sku", "store_view_code", "name")

    stored = checked(
        Kind.PRODUCTS, csv_of(columns, ("A", "", "Bag"), ("A", "xx", "?"), ("B", "de", "Tasche"))
    )

    texts = [text for _, result, text in told(stored) if result == "failed"]
    assert texts[0].startswith('store_view_code: there is no store view "xx". There are en, de, fr')
    assert texts[1].startswith("There is no product with this SKU")


def test_a_views_row_that_changes_something_tells_orderflow():
    product = make_product("A", name="Bag")
    row = ProductWebsite.objects.create(
        product=product, website=Store.objects.get(code="de").website
    )
    ProductWebsite.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    imported(Kind.PRODUCTS, csv_of(("sku", "store_view_code", "name"), ("A", "de", "Tasche")))

    row.refresh_from_db()
    assert row.orderflow_export_status == ExportStatus.PENDING


def test_pictures_are_added_in_their_order_with_labels_and_roles():
    columns = ("sku", "name", "base_image", "small_image", "base_image_label", "additional_images",
               "additional_image_labels", "hide_from_product_page")  # fmt: skip

    imported(
        Kind.PRODUCTS,
        csv_of(columns, ("A", "Bag", "/a.jpg", "/b.jpg", "Front", "/a.jpg,/b.jpg,/c.jpg",
                         'Front,"Side, left"', "/c.jpg")),
    )  # fmt: skip

    product = Product.objects.get()
    gallery = product.custom_attributes["media_gallery_entries"]
    assert [(each["file"], each["label"], each["types"], each["disabled"]) for each in gallery] == [
        ("/a.jpg", "Front", ["image"], False),
        ("/b.jpg", "Side, left", ["small_image"], False),
        ("/c.jpg", "", [], True),
    ]
    assert (product.image, product.custom_attributes["image_label"]) == ("/a.jpg", "Front")

    imported(Kind.PRODUCTS, csv_of(("sku", "additional_images"), ("A", "/d.jpg")))

    product.refresh_from_db()
    files = [each["file"] for each in product.custom_attributes["media_gallery_entries"]]
    assert files == ["/a.jpg", "/b.jpg", "/c.jpg", "/d.jpg"]


def test_a_new_image_takes_the_role_over_in_a_gallery():
    columns = ("sku", "name", "base_image", "additional_images")
    imported(Kind.PRODUCTS, csv_of(columns, ("A", "Bag", "/a.jpg", "/a.jpg,/b.jpg")))

    imported(Kind.PRODUCTS, csv_of(columns, ("A", "Bag", "/b.jpg", "")))

    product = Product.objects.get()
    roles = {e["file"]: e["types"] for e in product.custom_attributes["media_gallery_entries"]}
    assert (product.image, roles) == ("/b.jpg", {"/a.jpg": [], "/b.jpg": ["image"]})


VARIANT = ("sku", "product_type", "name", "additional_attributes", "configurable_variations",
           "configurable_variation_labels")  # fmt: skip
SMALL = ("T-S", "simple", "Tee S", "size=S,color=Red", "", "")
LARGE = ("T-L", "simple", "Tee L", "size=L,color=Red", "", "")
TEE = ("T", "configurable", "Tee", "", "sku=T-S,size=S,color=Red|sku=T-L,size=L,color=Red",
       "size=Size,color=Colour")  # fmt: skip


def test_a_configurables_row_makes_options_and_links_its_variants():
    stored = imported(Kind.PRODUCTS, csv_of(VARIANT, SMALL, LARGE, TEE))

    tee = Product.objects.get(sku="T")
    assert counts(stored) == {"created": 3}
    assert [variant.sku for variant in variants_of(tee)] == ["T-S", "T-L"]
    assert [(each["label"], each["values"]) for each in options_of(tee)] == [
        ("Size", ["S", "L"]),
        ("Colour", ["Red"]),
    ]
    assert counts(imported(Kind.PRODUCTS, csv_of(VARIANT, SMALL, LARGE, TEE))) == {"unchanged": 3}


def test_a_variant_more_is_added_to_those_that_are_there():
    imported(Kind.PRODUCTS, csv_of(VARIANT, SMALL, LARGE, TEE))
    medium = ("T-M", "simple", "Tee M", "size=M,color=Red", "", "")
    more = ("T", "configurable", "Tee", "", "sku=T-M,size=M,color=Red", "")

    stored = imported(Kind.PRODUCTS, csv_of(VARIANT, medium, more))

    assert told(stored)[1][1:] == ("updated", "options 2 → 2; 1 more variant")
    tee = Product.objects.get(sku="T")
    assert [variant.sku for variant in variants_of(tee)] == ["T-S", "T-L", "T-M"]
    assert options_of(tee)[0]["values"] == ["S", "L", "M"]


@pytest.mark.parametrize(
    ("variation", "said"),
    [
        ("sku=GONE,size=S", "there is no product GONE"),
        ("sku=T-S,fit=slim", "T-S has no value for fit"),
        ("size=S", "names no sku"),
    ],
)
def test_variations_that_cannot_be_are_refused_in_words(variation, said):
    row = ("T", "configurable", "Tee", "", variation, "")

    stored = imported(Kind.PRODUCTS, csv_of(VARIANT, SMALL, row))

    assert said in next(text for _, result, text in told(stored) if result == "failed")
    assert not Product.objects.filter(sku="T").exists()


def test_variations_in_quotes_are_read_with_fields_enclosure():
    small = ("T-S", "simple", "Tee S", 'size="S|XS"', "", "")
    tee = ("T", "configurable", "Tee", "", 'sku="T-S",size="S|XS"', 'size="Size"')

    stored = imported(Kind.PRODUCTS, csv_of(VARIANT, small, tee), is_enclosed=True)

    assert counts(stored) == {"created": 2}
    assert [variant.sku for variant in variants_of(Product.objects.get(sku="T"))] == ["T-S"]


def test_stock_settings_count_and_change_the_status_at_once():
    columns = ("sku", "name", "qty", "out_of_stock_qty", "use_config_min_qty", "allow_backorders",
               "manage_stock", "max_cart_qty")  # fmt: skip
    imported(Kind.PRODUCTS, csv_of(columns, ("A", "Bag", "0", "0", "1", "", "", "")))
    assert (StockSettings.objects.count(), SourceItem.objects.get().status) == (0, 0)

    stored = imported(Kind.PRODUCTS, csv_of(columns, ("A", "", "", "-9", "0", "1", "", "3")))

    assert told(stored)[0][2] == (
        "min_qty (configuration) → -9; max_sale_qty (configuration) → 3;"
        " backorders (configuration) → 1"
    )
    settings = StockSettings.objects.get()
    assert (settings.min_qty, settings.backorders) == (-9, 1)
    assert SourceItem.objects.get().status == 1


def test_stock_that_is_not_managed_is_a_setting_of_the_file():
    columns = ("sku", "name", "manage_stock", "use_config_manage_stock")

    imported(Kind.PRODUCTS, csv_of(columns, ("A", "Bag", "0", "0")))
    assert Product.objects.get().custom_attributes["manage_stock"] == "0"

    imported(Kind.PRODUCTS, csv_of(columns, ("A", "", "1", "1")))
    assert "manage_stock" not in Product.objects.get().custom_attributes
