"""What is exported and imported again changes nothing; in an empty shop it makes the same."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.models import Category, Product, ProductWebsite
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import export_chunks
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.sales.models import Order, OrderItem
from tests.factories import (
    make_address,
    make_order,
    make_product,
    make_source,
    make_source_item,
    make_store,
    make_website,
)
from tests.file_transfer.files import counts, imported

pytestmark = pytest.mark.django_db


def exported(kind, format="csv", website=None):
    """Return an export as one file."""
    return b"".join(export_chunks(kind, format=format, website=website))


def make_catalogue():
    """Make products with everything a file can hold, and some things it cannot."""
    website = make_website(code="base", is_default=True)
    other = make_website(code="uk")
    gear = Category.objects.create(name='Gear/Bags, "big"')
    inner = Category.objects.create(name="Inner", parent=gear)
    bag = make_product(
        "=CMD('x')",
        name='@SUM(1), “quoted” "text"\nsecond line ',
        description="-1 + 1; <b>bold</b>,\r\nmore",
        price=Decimal("10.50"),
        weight=None,
        image="/a b.jpg",
        barcode="+44",
        status=2,
        visibility=1,
        type_id="virtual",
        tax_class_id=2,
        custom_attributes={
            "color": "red, blue=green",
            "sizes": ["S", "L"],
            "one": ["S"],
            "bar": "a|b",
            "count": 5,
            "flag": True,
            "note": '"quoted", and\nbroken',
            "nothing": "",
            "tier_prices": [{"qty": 1}],
            "document": {"a": 1},
        },
    )
    ProductWebsite.objects.create(product=bag, website=website)
    ProductWebsite.objects.create(product=bag, website=other)
    bag.categories.add(gear, inner)
    make_source("leeds")
    make_source_item(bag, "-3.5")
    make_source_item(bag, 7, source="leeds", status=0)
    plain = make_product("A-1", price=None)
    ProductWebsite.objects.create(product=plain, website=website)


def everything():
    """Return the rows of the catalogue and the stock, times and all."""
    return (
        list(Product.objects.order_by("pk").values()),
        list(SourceItem.objects.order_by("pk").values()),
        list(ProductWebsite.objects.order_by("pk").values()),
        list(Category.objects.order_by("pk").values()),
    )


@pytest.mark.parametrize("format", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", [Kind.PRODUCTS, Kind.STOCK])
def test_an_export_that_is_imported_again_changes_nothing(kind, format):
    make_catalogue()
    before = everything()

    stored = imported(kind, exported(kind, format))

    assert counts(stored) == {"unchanged": 2}
    assert everything() == before


def test_an_export_makes_the_same_products_in_an_empty_shop():
    make_catalogue()
    file = exported(Kind.PRODUCTS)
    ids = Product.objects.get(sku="=CMD('x')").pk
    wanted = Product.objects.values("sku", "name", "description", "price", "barcode").get(pk=ids)
    Product.objects.all().delete()

    imported(Kind.PRODUCTS, file)

    product = Product.objects.get(sku="=CMD('x')")
    assert {name: getattr(product, name) for name in wanted} == wanted
    assert {website.code for website in product.websites.all()} == {"base", "uk"}
    assert product.categories.count() == 2
    assert product.custom_attributes["note"] == '"quoted", and\nbroken'
    assert exported(Kind.PRODUCTS) == file


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    name=st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=30),
    attributes=st.dictionaries(
        st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True),
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=20)
        | st.lists(st.sampled_from(["S", "M", "x,y", ""]), min_size=1, max_size=3),
        max_size=4,
    ),
)
def test_any_text_survives_the_way_there_and_back(name, attributes):
    Product.objects.all().delete()
    make_product("A", name=name or "x", custom_attributes=attributes)
    before = Product.objects.values("name", "custom_attributes").get()

    imported(Kind.PRODUCTS, exported(Kind.PRODUCTS))

    assert Product.objects.values("name", "custom_attributes").get() == before


def test_no_cell_of_an_export_runs_as_a_formula():
    make_product("=1+1", name="+cmd|' /C calc'!A0", custom_attributes={"x": "@y"})
    make_product("-A", name="\t=1", price=Decimal("1"))

    lines = exported(Kind.PRODUCTS).decode("utf-8-sig").splitlines()

    cells = [cell.strip('"') for line in lines for cell in line.split(",")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]
    assert not [cell for cell in cells if cell.startswith("-") and not cell[1:2].isdigit()]


def make_orders():
    """Make a plain order and one with a variant, everything about them filled in."""
    store = make_store(make_website(code="base", is_default=True), code="default")
    for sku in ("A-1", "A-2"):
        make_source_item(sku, 100)
    first = make_order(
        items=[("A-1", 2), ("A-2", "1.5")],
        increment_id="000000005",
        store=store,
        subtotal=Decimal("35"),
        grand_total=Decimal("40"),
        base_grand_total=Decimal("40"),
        shipping_amount=Decimal("5"),
        shipping_method="flatrate_flatrate",
        customer_note="Ring\ntwice",
        created_at=datetime(2026, 11, 1, 12, 30, tzinfo=UTC),
    )
    make_address(first)
    make_address(first, address_type="billing", street="1 High St\nFlat 2")
    make_order(
        configurables=[("A-2", 1)],
        increment_id="000000006",
        store=store,
        invoiced=False,
        created_at=datetime(2026, 11, 2, tzinfo=UTC),
    )


def test_orders_that_are_exported_and_imported_again_change_nothing():
    make_orders()
    before = list(Order.objects.order_by("pk").values()), list(OrderItem.objects.values())

    stored = imported(Kind.ORDERS, exported(Kind.ORDERS))

    assert counts(stored) == {"unchanged": 2}
    assert (list(Order.objects.order_by("pk").values()), list(OrderItem.objects.values())) == before


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_exported_orders_make_the_same_orders_in_an_empty_shop(format):
    make_orders()
    file = exported(Kind.ORDERS, format)
    columns = ("increment_id", "state", "status", "grand_total", "customer_note", "created_at",
               "shipping_method", "subtotal", "total_qty_ordered")  # fmt: skip
    wanted = list(Order.objects.order_by("increment_id").values(*columns))
    rows = list(OrderItem.objects.order_by("pk").values("sku", "qty_ordered", "qty_invoiced"))
    Order.objects.all().delete()

    stored = imported(Kind.ORDERS, file)

    assert counts(stored) == {"created": 2}
    found = list(Order.objects.order_by("increment_id").values(*columns))
    for before, after in zip(wanted, found, strict=True):
        before["total_qty_ordered"] = after["total_qty_ordered"]
        assert after == before
    assert list(OrderItem.objects.order_by("pk").values(*rows[0])) == rows
    order = Order.objects.get(increment_id="000000005")
    assert order.addresses.get(address_type="billing").street == "1 High St\nFlat 2"
    assert OrderItem.objects.filter(parent_item__isnull=False).count() == 1


def test_an_export_of_a_website_has_only_what_belongs_to_it():
    make_catalogue()
    uk = ProductWebsite.objects.get(website__code="uk").website

    products = exported(Kind.PRODUCTS, website=uk).decode()
    stock = exported(Kind.STOCK, website=uk).decode()

    assert "CMD" in products
    assert "A-1" not in products
    assert stock.count("CMD") == 2


def test_a_file_is_the_same_in_every_language():
    make_catalogue()
    english = exported(Kind.PRODUCTS)

    with translation.override("de"):
        assert exported(Kind.PRODUCTS) == english
        assert imported(Kind.PRODUCTS, english).checked.keys() == {"3"}
