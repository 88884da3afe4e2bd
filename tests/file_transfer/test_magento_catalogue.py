"""Magento's catalogue goes in and out without loss: configurables, pictures, views, settings."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.attribute_set import AttributeSet, forget
from orderflow_bridge.catalog.models import Product, ProductRelation, StoreValue
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import export_chunks
from tests.factories import make_store, make_website
from tests.file_transfer.files import checked, counts, imported
from tests.file_transfer.magento_catalogue import COLUMNS, SETS, VIEWS, catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop():
    """Make a website with two views beside the default one's, and the attribute sets."""
    make_store(make_website(code="base", is_default=True), code="default")
    for place, code in enumerate(VIEWS, start=1):
        make_store(make_website(code=f"of-{code}", sort_order=place), code=code)
    for number, name in enumerate(SETS, start=4):
        AttributeSet.objects.update_or_create(id=number, defaults={"name": name})
    forget()


def exported(format: str = "csv") -> bytes:
    """Return an export of the products as one file."""
    return b"".join(export_chunks(Kind.PRODUCTS, format=format))


def emptied() -> None:
    """Take all products out of the shop."""
    Product.objects.all().delete()
    assert not StoreValue.objects.exists()


def check_round_trip(file: bytes) -> None:
    """See that a file is taken whole, that nothing changes by it again, and nothing gets lost."""
    first = imported(Kind.PRODUCTS, file)
    assert "failed" not in counts(first), list(first.lines.filter(change=4).values("row", "text"))
    assert set(counts(imported(Kind.PRODUCTS, file))) == {"unchanged"}
    before = exported()
    assert set(counts(imported(Kind.PRODUCTS, before))) == {"unchanged"}
    emptied()
    assert "failed" not in counts(imported(Kind.PRODUCTS, before))
    assert exported() == before


def test_a_catalogue_of_all_columns_is_the_same_after_a_round_trip():
    assert len(COLUMNS) == 70
    file = catalogue(120)

    check_round_trip(file)

    assert ProductRelation.objects.count() > 20
    assert StoreValue.objects.count() > 20
    assert Product.objects.filter(custom_attributes__has_key="product_links").count() > 20
    assert Product.objects.filter(custom_attributes__has_key="media_gallery_entries").exists()
    assert set(Product.objects.values_list("attribute_set_id", flat=True)) == {4, 5, 6}


def test_an_excel_file_of_it_says_the_same():
    imported(Kind.PRODUCTS, catalogue(30, seed=2))
    before = exported()

    stored = imported(Kind.PRODUCTS, exported("xlsx"))

    assert set(counts(stored)) == {"unchanged"}
    assert exported() == before


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.integers(1, 12), st.integers(0, 2**32))
def test_any_small_catalogue_is_the_same_after_a_round_trip(size, seed):
    emptied()

    check_round_trip(catalogue(size, seed))


def test_the_dry_run_of_a_new_catalogue_promises_what_the_import_does():
    file = catalogue(40, seed=3)

    dry_run = counts(checked(Kind.PRODUCTS, file))

    done = counts(imported(Kind.PRODUCTS, file))
    assert dry_run["created"] == done["created"] == 40
    assert "failed" not in {**dry_run, **done}


def test_what_is_ignored_of_it_is_named():
    stored = checked(Kind.PRODUCTS, catalogue(1))

    [note] = stored.notes
    assert note.split(": ")[1] == (
        "tax_class_name, created_at, updated_at, map_price, custom_design, page_layout,"
        " website_id, custom_options."
    )
