"""Saving many products together: what changes, what OrderFlow hears of, what is refused."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orderflow_bridge.catalog.changes import Change, ProductChange
from orderflow_bridge.catalog.models import (
    Category,
    Product,
    ProductCategory,
    ProductRelation,
    ProductWebsite,
)
from orderflow_bridge.catalog.services import check_products, save_products
from orderflow_bridge.common.choices import ExportStatus
from tests.factories import make_product, make_website

pytestmark = pytest.mark.django_db


def _exported(sku: str = "A", **values: Any) -> Product:
    """Make a product on one website that OrderFlow has fetched."""
    product = make_product(sku, orderflow_export_status=ExportStatus.EXPORTED, **values)
    ProductWebsite.objects.create(
        product=product,
        website=make_website(),
        orderflow_export_status=ExportStatus.EXPORTED,
        orderflow_due_at=None,
    )
    Product.objects.filter(pk=product.pk).write_export_state(status=ExportStatus.EXPORTED)
    return product


def _status(sku: str = "A") -> tuple[str, str]:
    """Return where a product stands: itself, and its row of a website."""
    product = Product.objects.get(sku=sku)
    return product.orderflow_export_status, product.website_links.get().orderflow_export_status


def _changes(skus: Iterable[str], **columns: Any) -> list[ProductChange]:
    return [ProductChange(sku, {"name": f"Product {sku}", **columns}) for sku in skus]


def test_a_product_that_is_not_there_is_created() -> None:
    website, category = make_website(), Category.objects.create(name="Bags")

    [verdict] = save_products(
        [
            ProductChange(
                "A",
                {"name": "Joust", "price": "34.5", "weight": Decimal("1.25"), "status": "2"},
                {"color": "red", "small_image": "/a/b.jpg"},
                website_ids=[website.pk],
                category_positions={category.pk: 7},
            )
        ]
    )

    product = Product.objects.get(sku="A")
    assert (verdict.change, verdict.product_id) == (Change.CREATED, product.pk)
    assert (product.name, product.price, product.weight, product.status) == (
        "Joust",
        Decimal("34.5"),
        Decimal("1.25"),
        2,
    )
    assert product.custom_attributes == {"color": "red", "small_image": "/a/b.jpg"}
    link = product.website_links.get()
    assert (link.website, link.orderflow_export_status) == (website, ExportStatus.PENDING)
    assert link.orderflow_due_at is not None
    assert product.category_links.get().position == 7


def test_a_new_product_that_is_not_simple_is_not_due() -> None:
    website = make_website()

    save_products([ProductChange("A", {"name": "A", "type_id": "virtual"}, joins=[website.pk])])

    assert ProductWebsite.objects.get().orderflow_due_at is None


def test_only_what_is_given_changes() -> None:
    product = _exported(price=Decimal(10), custom_attributes={"color": "red", "size": "L"})

    [verdict] = save_products(
        [ProductChange("A", {"name": "New"}, {"color": "blue", "size": None})]
    )

    product.refresh_from_db()
    assert (product.name, product.price) == ("New", Decimal(10))
    assert product.custom_attributes == {"color": "blue"}
    assert verdict.change is Change.UPDATED
    assert verdict.before == {
        "name": "Product A",
        "custom_attributes": {"color": "red", "size": "L"},
    }


def test_a_change_makes_the_product_pending_and_due() -> None:
    product = _exported()

    save_products([ProductChange("A", {"price": "11"})])

    assert _status() == (ExportStatus.PENDING, ExportStatus.PENDING)
    link = product.website_links.get()
    assert link.orderflow_due_at is not None
    assert link.orderflow_revision == 1


def test_visibility_which_orderflow_fetches_too_makes_the_product_pending() -> None:
    _exported()

    save_products([ProductChange("A", {"visibility": 1})])

    assert Product.objects.get().visibility == 1
    assert _status() == (ExportStatus.PENDING, ExportStatus.PENDING)


@pytest.mark.parametrize(
    ("columns", "attributes"),
    [
        ({"price": "10.00"}, {}),
        ({"price": 10, "name": "Product A"}, {"color": "red"}),
        ({"weight": None, "description": None}, {"nothing": None}),
        ({}, {"count": "5", "flags": ["1", "2"]}),
        ({"image": "/a.jpg"}, {"small_image": "/a.jpg", "thumbnail": "/a.jpg"}),
    ],
)
def test_the_same_values_again_change_nothing(
    columns: dict[str, Any], attributes: dict[str, Any]
) -> None:
    product = _exported(
        price=Decimal(10),
        image="/a.jpg",
        custom_attributes={"color": "red", "count": 5, "flags": [1, 2]},
    )
    before = Product.objects.filter(pk=product.pk).values().get()

    [verdict] = save_products([ProductChange("A", columns, attributes)])

    assert verdict.change is Change.UNCHANGED
    assert Product.objects.filter(pk=product.pk).values().get() == before
    assert _status() == (ExportStatus.EXPORTED, ExportStatus.EXPORTED)


def test_websites_are_the_whole_set() -> None:
    product, joined = _exported(), make_website()

    save_products([ProductChange("A", website_ids=[joined.pk])])

    link = product.website_links.get()
    assert (link.website, link.orderflow_export_status) == (joined, ExportStatus.PENDING)


def test_a_product_stays_on_its_websites_unless_they_are_named() -> None:
    product, other = _exported(), make_website()

    save_products([ProductChange("A", {"name": "New"}, joins=[other.pk])])

    assert product.website_links.count() == 1


def test_a_new_category_is_news_for_orderflow() -> None:
    product = _exported()
    old, new = Category.objects.create(name="Old"), Category.objects.create(name="New")
    ProductCategory.objects.bulk_create([ProductCategory(product=product, category=old)])
    ProductWebsite.objects.update(orderflow_export_status=ExportStatus.EXPORTED)

    save_products([ProductChange("A", category_positions={new.pk: None})])

    assert [link.category for link in product.category_links.all()] == [new]
    assert _status() == (ExportStatus.PENDING, ExportStatus.PENDING)


def test_variants_without_a_picture_hear_of_their_parents_new_one() -> None:
    parent = make_product("P", type_id=Product.Type.CONFIGURABLE)
    child = _exported("A")
    ProductRelation.objects.bulk_create([ProductRelation(parent=parent, child=child)])

    save_products([ProductChange("P", {"image": "/p.jpg"})])

    assert _status("A") == (ExportStatus.PENDING, ExportStatus.PENDING)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (ProductChange("", {"name": "A"}), '"sku" can not be empty.'),
        (ProductChange("x" * 65, {"name": "A"}), "the sku field"),
        (ProductChange("N"), '"name" can not be empty.'),
        (ProductChange("A", {"name": ""}), '"name" can not be empty.'),
        (ProductChange("A", {"name": "x" * 256}), "the name field"),
        (ProductChange("A", {"name": "A\0"}), "the name field"),
        (ProductChange("A", {"price": "ten"}), 'Invalid value of "ten" provided for the price'),
        (ProductChange("A", {"price": "-1"}), "the price field"),
        (ProductChange("A", {"price": "NaN"}), "the price field"),
        (ProductChange("A", {"price": 10**16}), "the price field"),
        (ProductChange("A", {"weight": "99999999.99999"}), "the weight field"),
        (ProductChange("A", {"status": 3}), "the status field"),
        (ProductChange("A", {"status": "1_0"}), "the status field"),
        (ProductChange("A", {"visibility": 1.5}), "the visibility field"),
        (ProductChange("A", {"type_id": "gift"}), "the type_id field"),
        (ProductChange("A", {"tax_class_id": 2**31}), "the tax_class_id field"),
        (ProductChange("A", {"description": ["a"]}), "the description field"),
        (ProductChange("A", website_ids=[999]), "website with id 999"),
        (ProductChange("N", {"name": "N"}, joins=[999]), "website with id 999"),
        (ProductChange("A", category_positions={999: 1}), "category with id 999"),
        (ProductChange("A", attributes={"": "x"}), "attribute code"),
        (ProductChange("A", attributes={"a": "x\0"}), "attribute code"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(change: ProductChange, text: str) -> None:
    product = make_product("A")
    before = Product.objects.filter(pk=product.pk).values().get()

    [verdict] = save_products([change])

    assert verdict.item_error is not None
    assert text in verdict.item_error.text
    assert Product.objects.values().get() == before


def test_a_bad_product_fails_alone() -> None:
    verdicts = save_products([*_changes(["A"]), ProductChange("B"), *_changes(["C"])])

    assert [verdict.item_error is None for verdict in verdicts] == [True, False, True]
    assert set(Product.objects.values_list("sku", flat=True)) == {"A", "C"}


def test_several_changes_of_one_product_follow_one_another() -> None:
    verdicts = save_products(
        [
            ProductChange("A", {"name": "First", "price": 1}),
            ProductChange("B", {"name": "Other"}),
            ProductChange("A", {"name": "Second"}),
        ]
    )

    assert [verdict.change for verdict in verdicts] == [
        Change.CREATED,
        Change.CREATED,
        Change.UPDATED,
    ]
    assert Product.objects.values_list("name", "price").get(sku="A") == ("Second", Decimal(1))


def test_judging_writes_nothing() -> None:
    make_product("A")

    verdicts = check_products([ProductChange("A", {"price": 12}), *_changes(["B"])])

    assert [verdict.change for verdict in verdicts] == [Change.UPDATED, Change.CREATED]
    assert verdicts[0].before == {"price": Decimal("10.0000")}
    assert Product.objects.count() == 1


@pytest.mark.parametrize("price", ["11", "12"])
def test_many_products_cost_no_more_statements_than_few(price: str) -> None:
    website = make_website()
    counts = []
    for size in (2, 30):
        skus = [f"{size}-{at}" for at in range(size)]
        save_products(
            [ProductChange(sku, {"name": sku}, joins=[website.pk]) for sku in skus[: size // 2]]
        )
        changes = [
            ProductChange(sku, {"name": sku, "price": price}, {"a": sku}, joins=[website.pk])
            for sku in skus
        ]
        with CaptureQueriesContext(connection) as captured:
            save_products(changes)
        counts.append(len(captured))

    assert counts[0] == counts[1]
