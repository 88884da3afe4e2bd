"""Groups and bundles in product files: `associated_skus` and `bundle_values`, in and out."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.bundles import bundle_options, set_bundle
from orderflow_bridge.catalog.groups import members_of
from orderflow_bridge.catalog.links import set_links
from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.file_transfer.models import Kind
from orderflow_bridge.file_transfer.writing import export_chunks
from tests.factories import make_product
from tests.file_transfer.files import checked, counts, csv_of, imported, told

pytestmark = pytest.mark.django_db

COLUMNS = ("sku", "name", "product_type", "associated_skus", "bundle_values")
MAGENTO = (
    "name=Sprite Stasis Ball,type=select,required=1,sku=BALL,price=0.0000,default=1,"
    "default_qty=1.0000,price_type=fixed,can_change_qty=0"
    "|name=Sprite Foam Yoga Brick,type=radio,required=0,sku=BRICK,price=10.5000,default=0,"
    "default_qty=2.0000,price_type=percent,can_change_qty=1"
    "|name=Sprite Stasis Ball,type=select,required=1,sku=STRAP,price=0.0000,default=0,"
    "default_qty=1.0000,price_type=fixed"
)


def make_parts() -> None:
    """Make three products."""
    for sku in ("BALL", "BRICK", "STRAP"):
        make_product(sku)


def row(sku: str, type_id: str = "simple", group: str = "", bundle: str = "") -> tuple[str, ...]:
    """Return a row of COLUMNS."""
    return (sku, f"The {sku}", type_id, group, bundle)


def exported() -> bytes:
    """Return the product file of the catalogue."""
    return b"".join(export_chunks(Kind.PRODUCTS, format="csv", website=None))


def everything() -> Any:
    """Return all products, and what consists of what."""
    return (
        list(Product.objects.order_by("pk").values()),
        set(ProductRelation.objects.values_list("parent", "child")),
    )


def test_a_row_in_magentos_syntax_makes_a_bundle() -> None:
    make_parts()

    stored = imported(Kind.PRODUCTS, csv_of(COLUMNS, row("KIT", "bundle", bundle=MAGENTO)))

    assert counts(stored) == {"created": 1}
    kit = Product.objects.get(sku="KIT")
    ball, brick = bundle_options(kit)
    assert (ball["title"], ball["type"], ball["required"]) == ("Sprite Stasis Ball", "select", True)
    assert [each["sku"] for each in ball["product_links"]] == ["BALL", "STRAP"]
    [link] = brick["product_links"]
    assert (link["qty"], link["price"], link["price_type"]) == (2, 10.5, 1)
    assert (link["is_default"], link["can_change_quantity"]) == (False, 1)
    assert kit.child_relations.count() == 3


def test_a_row_in_magentos_syntax_makes_a_group() -> None:
    make_parts()
    file = csv_of(COLUMNS, row("SET", "grouped", "BALL=2.0000,strap=0.0000,BRICK"))

    imported(Kind.PRODUCTS, file)

    members = members_of(Product.objects.get(sku="SET"))
    assert [(each.sku, qty) for each, qty in members] == [("BALL", 2), ("STRAP", 0), ("BRICK", 0)]


def test_the_parts_may_stand_in_the_same_file_even_below() -> None:
    file = csv_of(
        COLUMNS,
        row("SET", "grouped", "A=1,B=2"),
        row("KIT", "bundle", bundle="name=One,sku=A"),
        row("A"),
        row("B"),
    )

    dry_run = counts(checked(Kind.PRODUCTS, file))
    done = counts(imported(Kind.PRODUCTS, file))

    assert dry_run == done == {"created": 4}
    assert ProductRelation.objects.count() == 3


def test_a_row_adds_and_changes_what_it_names_again() -> None:
    make_parts()
    first = row("KIT", "bundle", bundle="name=One,sku=BALL"), row("SET", "grouped", "BALL=1")
    imported(Kind.PRODUCTS, csv_of(COLUMNS, *first))
    more = "name=One,sku=BALL,default_qty=3|name=One,sku=BRICK|name=Two,type=multi,sku=STRAP"

    stored = imported(
        Kind.PRODUCTS,
        csv_of(COLUMNS, row("KIT", "bundle", bundle=more), row("SET", "grouped", "BRICK=2,BALL=4")),
    )

    assert [text for _, _, text in told(stored)] == [
        "options 1 → 2; 2 more parts",
        "links 1 → 2; 1 more part",
    ]
    one, two = bundle_options(Product.objects.get(sku="KIT"))
    assert [(each["sku"], each["qty"]) for each in one["product_links"]] == [
        ("BALL", 3),
        ("BRICK", 1),
    ]
    assert (two["type"], two["product_links"][0]["sku"]) == ("multi", "STRAP")
    members = members_of(Product.objects.get(sku="SET"))
    assert [(each.sku, qty) for each, qty in members] == [("BALL", 4), ("BRICK", 2)]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (row("X", "grouped", "NOWHERE=1"), "associated_skus: there is no product NOWHERE."),
        (row("X", "grouped", "BALL=lots"), 'associated_skus "lots" is not a number from 0'),
        (row("X", "grouped", "=1"), 'associated_skus "=1" names no sku.'),
        (row("X", "simple", "BALL=1"), "associated_skus: only a grouped product"),
        (row("X", "bundle", "BALL=1", "name=A,sku=BALL"), "a product is a group or a bundle"),
        (row("X", "grouped", bundle="name=A,sku=BALL"), "bundle_values: only a bundle product"),
        (row("X", "bundle", bundle="name=A,sku=NOWHERE"), "bundle_values: there is no product"),
        (row("X", "bundle", bundle="sku=BALL"), "bundle_values: a choice names no name."),
        (row("X", "bundle", bundle="name=A"), "bundle_values: a choice names no sku."),
        (row("X", "bundle", bundle="BALL"), "is not of the form code=value"),
        (row("X", "bundle", bundle="name=A,sku=KIT"), "bundle_values: KIT consists of others"),
        (row("X", "bundle", bundle="name=A,sku=BALL,type=wheel"), 'option type "wheel"'),
        (row("X", "bundle", bundle="name=A,sku=BALL,default=yes"), 'default "yes" is neither'),
        (row("X", "bundle", bundle="name=A,sku=BALL,price_type=free"), "neither fixed nor percent"),
        (row("X", "bundle", bundle="name=A,sku=BALL,default_qty=0"), "must be above 0"),
        (row("X", "bundle", bundle="name=A,sku=BALL,price=1,50"), "is not a number from 0"),
        (row("X", "bundle", bundle="name=A,sku=BALL,colour=red"), '"colour" is not known'),
        (row("X", "grouped", "FAILED=1"), "associated_skus: there is no product FAILED."),
    ],
)
def test_what_cannot_be_fails_alone_with_its_reason(wrong: tuple[str, ...], text: str) -> None:
    make_parts()
    make_product("KIT", type_id="bundle")
    file = csv_of(COLUMNS, row("GOOD"), ("FAILED", "", "simple", "", ""), wrong)

    good, _, bad = [line[1:] for line in told(imported(Kind.PRODUCTS, file))]

    assert good[0] == "created"
    assert bad[0] == "failed"
    assert text in bad[1]
    assert not Product.objects.filter(sku="X").exists()


TITLES = st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
SKUS = st.sampled_from(["A", "b=1", "C,D", "e|f", 'G"h', "Ü i"])
QTY = st.sampled_from([1, 2, 0.5, 12.25])
LINK = st.fixed_dictionaries(
    {
        "sku": SKUS,
        "qty": QTY,
        "position": st.integers(0, 3),
        "is_default": st.booleans(),
        "price": st.sampled_from([0, 3, 1.5]),
        "price_type": st.sampled_from([0, 1]),
        "can_change_quantity": st.sampled_from([0, 1]),
    }
)
OPTION = st.fixed_dictionaries(
    {
        "title": TITLES,
        "required": st.booleans(),
        "type": st.sampled_from(["select", "radio", "checkbox", "multi"]),
        "position": st.integers(0, 3),
        "product_links": st.lists(
            LINK, min_size=1, max_size=3, unique_by=lambda each: str(each["sku"])
        ),
    }
)
BUNDLE = st.lists(OPTION, max_size=3, unique_by=lambda each: str(each["title"]))
GROUP = st.lists(
    st.tuples(SKUS, st.sampled_from([0, 1, 2.5]), st.integers(0, 3)),
    max_size=4,
    unique_by=lambda each: each[0],
)


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(bundles=st.lists(BUNDLE, max_size=2), groups=st.lists(GROUP, max_size=2))
def test_any_catalogue_with_groups_and_bundles_is_the_same_after_a_round_trip(
    bundles: list[Any], groups: list[Any]
) -> None:
    Product.objects.all().delete()
    for sku in ("A", "b=1", "C,D", "e|f", 'G"h', "Ü i"):
        make_product(sku)
    for number, options in enumerate(bundles):
        make_product(f"KIT-{number}", type_id="bundle")
        set_bundle(f"KIT-{number}", options)
    for number, members in enumerate(groups):
        make_product(f"SET-{number}", type_id="grouped")
        links = [
            {
                "link_type": "associated",
                "linked_product_sku": sku,
                "position": position,
                "extension_attributes": {"qty": qty},
            }
            for sku, qty, position in members
        ]
        set_links(f"SET-{number}", links)
    before, file = everything(), exported()

    again = imported(Kind.PRODUCTS, file)

    assert set(counts(again)) == {"unchanged"}
    assert everything() == before
    Product.objects.all().delete()
    assert set(counts(imported(Kind.PRODUCTS, file))) == {"created"}
    assert exported() == file
    assert ProductRelation.objects.count() == len(before[1])
