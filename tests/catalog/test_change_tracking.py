"""A change that OrderFlow must hear of makes a product Pending, whichever way it came."""

import pytest
from django.utils import timezone

from orderflow_bridge.catalog.models import Category, Product, ProductRelation, ProductWebsite
from orderflow_bridge.catalog.services import mark_changed, refresh_export_status
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.configuration.sections import ProductExport
from orderflow_bridge.configuration.services import write_settings
from tests.factories import make_product, make_source_item, make_website

pytestmark = pytest.mark.django_db


def exported_product(**values):
    """Make a product that OrderFlow has fetched for a website."""
    product = make_product(**values)
    product.websites.add(make_website())
    settle(product)
    return Product.objects.get(pk=product.pk)


def settle(product):
    """Let OrderFlow fetch what is pending."""
    ProductWebsite.objects.filter(product=product).update(
        orderflow_export_status=ExportStatus.EXPORTED,
        orderflow_export_date=timezone.now(),
        orderflow_due_at=None,
        orderflow_attempts=2,
        orderflow_revision=7,
    )
    refresh_export_status([product.pk])


def export_state(product):
    """Return the status of the product and of its only row, whether it is due, and its revision."""
    row = ProductWebsite.objects.get(product=product)
    return (
        Product.objects.get(pk=product.pk).orderflow_export_status,
        row.orderflow_export_status,
        row.orderflow_due_at is not None,
        row.orderflow_revision,
    )


PENDING = ("Pending", "Pending", True, 8)
UNTOUCHED = ("Exported", "Exported", False, 7)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Other"), ("price", "11.00"), ("weight", 3), ("barcode", "501"), ("status", 2),
     ("image", "a.jpg"), ("sku", "OTHER"), ("custom_attributes", {"colour": "red"}),
     ("visibility", 1), ("attribute_set_id", 9)],
)  # fmt: skip
def test_saving_a_changed_field_makes_the_product_pending(field, value):
    product = exported_product()

    setattr(product, field, value)
    product.save()

    assert export_state(product) == PENDING


def test_saving_without_a_change_changes_nothing():
    product = exported_product(price="10.00")

    product.price = "10.0"
    product.save()

    assert export_state(product) == UNTOUCHED


def test_saving_only_some_fields_marks_the_product_too():
    product = exported_product()

    product.name = "Other"
    product.save(update_fields=["name"])

    assert export_state(product) == PENDING


def test_a_change_forgets_attempts_and_errors():
    product = exported_product()
    ProductWebsite.objects.update(orderflow_last_error="OrderFlow answered 500.")

    product.name = "Other"
    product.save()

    row = ProductWebsite.objects.get()
    assert (row.orderflow_attempts, row.orderflow_last_error) == (0, "")


def test_a_status_that_was_set_by_hand_stays():
    product = exported_product()

    product.name = "Other"
    product.orderflow_export_status = ExportStatus.FAILED
    product.save()

    assert export_state(product) == ("Failed", "Failed", False, 8)


def test_a_status_set_to_pending_by_hand_is_due():
    product = exported_product()

    product.orderflow_export_status = ExportStatus.PENDING
    product.save()

    assert export_state(product) == PENDING


def test_a_bulk_update_marks_all_products_it_matches():
    product, other = exported_product(barcode="1"), exported_product(barcode="2")

    Product.objects.filter(barcode="1").update(barcode="3")

    assert (export_state(product), export_state(other)) == (PENDING, UNTOUCHED)


def test_a_bulk_update_takes_one_statement_per_table(django_assert_num_queries):
    for _ in range(5):
        exported_product()

    with django_assert_num_queries(4):  # two tables within a savepoint
        Product.objects.update(name="Other")


def test_a_bulk_update_of_what_orderflow_does_not_get_changes_nothing():
    product = exported_product()

    Product.objects.update(updated_at=timezone.now())

    assert export_state(product) == UNTOUCHED


def test_saving_many_at_once_marks_them():
    product = exported_product()
    product.name = "Other"

    Product.objects.bulk_update([product], ["name"])

    assert export_state(product) == PENDING


def test_an_upsert_marks_what_it_changes():
    product = exported_product(sku="24-MB01")

    Product.objects.bulk_create(
        [Product(sku="24-mb01", name="Other")],
        update_conflicts=True, unique_fields=["sku_key"], update_fields=["name"],
    )  # fmt: skip

    assert export_state(product) == PENDING


def test_a_new_website_makes_the_product_pending_there_and_on_the_others():
    product = exported_product()

    product.websites.add(make_website())

    old, new = ProductWebsite.objects.order_by("id")
    assert (old.orderflow_export_status, new.orderflow_export_status) == ("Pending", "Pending")
    assert old.orderflow_due_at
    assert new.orderflow_due_at
    assert Product.objects.get().orderflow_export_status == "Pending"


def test_products_that_are_not_simple_never_become_due():
    product = make_product(type_id=Product.Type.VIRTUAL)
    product.websites.add(make_website())
    ProductWebsite.objects.create(product=product, website=make_website())
    product.name = "Other"
    product.save()
    mark_changed([product.pk])

    assert not ProductWebsite.objects.filter(orderflow_due_at__isnull=False).exists()


def test_a_product_that_becomes_simple_becomes_due():
    product = make_product(type_id=Product.Type.VIRTUAL)
    product.websites.add(make_website())

    Product.objects.update(type_id=Product.Type.SIMPLE)

    assert ProductWebsite.objects.get().orderflow_due_at


def test_a_product_that_is_no_longer_simple_is_not_due():
    product = exported_product()

    product.type_id = Product.Type.BUNDLE
    product.save()

    assert ProductWebsite.objects.get().orderflow_due_at is None


def test_category_links_are_a_part_of_the_product():
    product = exported_product()
    category = Category.objects.create(name="Bags")

    product.categories.add(category)
    after_adding = export_state(product)
    settle(product)
    product.categories.clear()

    assert (after_adding, export_state(product)) == (PENDING, PENDING)


def test_renaming_a_category_marks_its_products():
    product = exported_product()
    category = Category.objects.create(name="Bags")
    product.categories.add(category)
    settle(product)

    category.name = "Gear"
    category.save()

    assert export_state(product) == PENDING


def test_a_parents_picture_marks_the_children_that_show_it():
    parent = make_product(type_id=Product.Type.CONFIGURABLE)
    bare, dressed = exported_product(), exported_product(image="own.jpg")
    for child in (bare, dressed):
        ProductRelation.objects.create(parent=parent, child=child)

    parent.image = "parent.jpg"
    parent.save()

    assert (export_state(bare), export_state(dressed)) == (PENDING, UNTOUCHED)


def test_a_stock_change_changes_nothing():
    product = exported_product()

    make_source_item(product, 5)

    assert export_state(product) == UNTOUCHED


def test_the_products_status_is_the_worst_of_its_exporting_websites():
    product = exported_product()
    product.websites.add(make_website())
    settle(product)
    rows = ProductWebsite.objects.order_by("id")

    seen = []
    for status in ("Exported", "Queued", "Pending", "Failed"):
        ProductWebsite.objects.filter(pk=rows[1].pk).update(orderflow_export_status=status)
        refresh_export_status([product.pk])
        seen.append(Product.objects.get().orderflow_export_status)

    assert seen == ["Exported", "Queued", "Pending", "Failed"]


def test_a_website_that_does_not_export_does_not_count():
    product = exported_product()
    silent = make_website()
    write_settings(ProductExport, {"is_enabled": False}, website=silent)
    product.websites.add(silent)
    settle(product)
    ProductWebsite.objects.filter(website=silent).update(orderflow_export_status="Pending")

    refresh_export_status([product.pk])

    assert Product.objects.get().orderflow_export_status == "Exported"


def test_the_products_date_is_the_newest_of_its_websites():
    product = exported_product()
    newest = ProductWebsite.objects.get().orderflow_export_date

    assert Product.objects.get(pk=product.pk).orderflow_export_date == newest
