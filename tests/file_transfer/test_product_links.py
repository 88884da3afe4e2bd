"""Related products, cross-sells and up-sells in product files, in and out."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orderflow_bridge.catalog.groups import members_of
from orderflow_bridge.catalog.links import links_of, set_links
from orderflow_bridge.catalog.models import Product, ProductRelation
from orderflow_bridge.common.choices import ExportStatus
from orderflow_bridge.file_transfer.models import Kind
from tests.factories import make_product
from tests.file_transfer.exported import cells_of, exported
from tests.file_transfer.files import checked, counts, csv_of, imported, told

pytestmark = pytest.mark.django_db

COLUMNS = (
    "sku", "name", "related_skus", "related_position", "crosssell_skus", "crosssell_position",
    "upsell_skus", "upsell_position",
)  # fmt: skip
TYPES = ("related", "crosssell", "upsell")
SKUS = ("A", "b=1", "C,D", "e|f", 'G"h', "Ü i", "=1+1")


def row(sku: str, *links: str) -> tuple[str, ...]:
    """Return a row of COLUMNS."""
    return (sku, f"The {sku}", *links, *[""] * (len(COLUMNS) - 2 - len(links)))


def file_of(*rows: tuple[str, ...]) -> bytes:
    """Return a file of rows."""
    return csv_of(COLUMNS, *rows)


def linked(sku: str, link_type: str = "related") -> list[tuple[str, int]]:
    """Return the SKUs and positions of a product's links, as REST tells them."""
    return [
        (each["linked_product_sku"], each["position"] or 0) for each in links_of(sku, link_type)
    ]


def test_a_row_names_its_links_and_their_positions() -> None:
    for sku in ("A", "B", "C"):
        make_product(sku)

    stored = imported(Kind.PRODUCTS, file_of(row("X", "a, B", "7,3", "C", "", "C,A", ",5")))

    assert (counts(stored), stored.notes) == ({"created": 1}, [])
    assert linked("X") == [("B", 3), ("A", 7)]
    assert (linked("X", "crosssell"), linked("X", "upsell")) == ([("C", 1)], [("C", 1), ("A", 5)])
    [link] = links_of("X", "crosssell")
    assert (link["sku"], link["linked_product_type"]) == ("X", "simple")


def test_links_without_positions_follow_one_another_as_they_are_named() -> None:
    for sku in ("A", "B", "C"):
        make_product(sku)

    imported(Kind.PRODUCTS, file_of(row("X", "C,A,B")))

    assert linked("X") == [("C", 1), ("A", 2), ("B", 3)]


def test_a_row_adds_links_moves_those_it_names_again_and_leaves_the_others() -> None:
    for sku in ("A", "B", "C", "X"):
        make_product(sku)
    imported(Kind.PRODUCTS, file_of(row("X", "A,B", "1,2", "C", "9")))

    stored = imported(
        Kind.PRODUCTS, csv_of(COLUMNS[:1] + COLUMNS[2:], ("x", "b,C", "0,4", "C", "", "", ""))
    )

    assert [text for _, _, text in told(stored)] == ["links 3 → 4"]
    assert linked("X") == [("B", 0), ("A", 1), ("C", 4)]
    assert linked("X", "crosssell") == [("C", 9)]


def test_an_empty_cell_leaves_links_and_magentos_mark_takes_those_of_its_type() -> None:
    for sku in ("A", "B", "X"):
        make_product(sku)
    imported(Kind.PRODUCTS, file_of(row("X", "A,B", "", "A")))

    left = imported(Kind.PRODUCTS, file_of(row("X", "", "5", "")))
    assert counts(left) == {"unchanged": 1}
    assert len(linked("X")) == 2
    imported(Kind.PRODUCTS, file_of(row("X", "__EMPTY__VALUE__", "__EMPTY__VALUE__")))
    assert (linked("X"), linked("X", "crosssell")) == ([], [("A", 1)])
    imported(Kind.PRODUCTS, file_of(row("X", "", "", "__EMPTY__VALUE__")))

    assert "product_links" not in Product.objects.get(sku="X").custom_attributes
    again = imported(Kind.PRODUCTS, file_of(row("X", "__EMPTY__VALUE__")))
    assert counts(again) == {"unchanged": 1}


def test_products_of_one_file_may_name_each_other() -> None:
    file = file_of(row("A", "b"), row("B", "A,C"), row("C"))

    dry_run = checked(Kind.PRODUCTS, file)
    done = imported(Kind.PRODUCTS, file)

    assert counts(dry_run) == counts(done) == {"created": 3}
    assert not any("no product" in text for _, _, text in told(dry_run) + told(done))
    assert (linked("A"), linked("B")) == ([("B", 1)], [("A", 1), ("C", 2)])
    assert counts(imported(Kind.PRODUCTS, file)) == {"unchanged": 3}


def test_products_of_rows_before_count_over_the_batches_of_a_file() -> None:
    others = [row(f"N{number}") for number in range(1_000)]
    file = file_of(row("A"), *others, row("B", "a"))

    dry_run = checked(Kind.PRODUCTS, file)

    assert counts(dry_run) == {"created": 1_002}
    assert not any("no product" in text for _, _, text in told(dry_run))
    imported(Kind.PRODUCTS, file)
    assert linked("B") == [("A", 1)]


def test_a_sku_that_there_is_not_is_told_and_the_row_is_taken_without_it() -> None:
    make_product("B")
    failing = ("FAILED", "", *[""] * 6)
    file = file_of(row("X", "NOWHERE,B,FAILED", "1,2,3", "GONE"), failing)

    for phase in (checked(Kind.PRODUCTS, file), imported(Kind.PRODUCTS, file)):
        assert counts(phase) == {"created": 1, "failed": 1}
        assert told(phase)[0][1:] == (
            "created",
            "new simple product “The X”. related_skus: there is no product NOWHERE, FAILED: not"
            " linked. crosssell_skus: there is no product GONE: not linked.",
        )
    assert (linked("X"), linked("X", "crosssell")) == ([("B", 2)], [])


def test_it_is_told_of_a_row_that_changes_nothing_too() -> None:
    make_product("X", name="The X")

    stored = imported(Kind.PRODUCTS, file_of(row("X", "NOWHERE"), row("X2")))

    assert counts(stored) == {"unchanged": 1, "created": 1}
    assert told(stored)[0][1:] == (
        "unchanged",
        "related_skus: there is no product NOWHERE: not linked.",
    )


def test_a_product_is_not_linked_with_itself() -> None:
    stored = imported(Kind.PRODUCTS, file_of(row("X", "x")))

    assert [text for _, _, text in told(stored)] == ["new simple product “The X”"]
    assert linked("X") == []


@pytest.mark.parametrize("position", ["first", "1.5", "²", "99999999999", "1,--2"])
def test_a_position_that_is_no_whole_number_fails_its_row_alone(position: str) -> None:
    make_product("A")

    stored = imported(Kind.PRODUCTS, file_of(row("X", "A,A", position), row("GOOD", "A")))

    bad, good = told(stored)
    assert bad[1] == "failed"
    assert bad[2].startswith('related_position "')
    assert "is not a whole number" in bad[2]
    assert good[1] == "created"


def test_the_dry_run_says_what_the_import_does_and_writes_nothing() -> None:
    for sku in ("A", "B", "X"):
        make_product(sku)
    file = file_of(row("X", "A,B"), row("A"))

    dry_run = checked(Kind.PRODUCTS, file)

    assert linked("X") == []
    done = imported(Kind.PRODUCTS, file)
    assert told(dry_run) == told(done)
    assert counts(dry_run) == counts(done)


def test_new_links_make_a_product_pending_as_by_rest_and_the_same_ones_do_not() -> None:
    for sku in ("A", "X"):
        make_product(sku, name=f"The {sku}")

    def after(file: bytes) -> str:
        Product.objects.all().write_export_state(status=ExportStatus.EXPORTED)
        imported(Kind.PRODUCTS, file)
        return str(Product.objects.get(sku="X").orderflow_export_status)

    assert after(file_of(row("X", "A"))) == ExportStatus.PENDING
    assert after(file_of(row("X", "A"))) == ExportStatus.EXPORTED
    assert after(file_of(row("X", "A", "1"))) == ExportStatus.EXPORTED
    assert Product.objects.get(sku="A").orderflow_export_status == ExportStatus.EXPORTED


def test_a_group_keeps_its_products_beside_its_links() -> None:
    for sku in ("A", "B", "C"):
        make_product(sku)
    columns = ("sku", "name", "product_type", "associated_skus", "related_skus", "upsell_skus")
    rows = ("SET", "Set", "grouped", "A=2,B=1", "C", ""), ("NEW", "New", "simple", "", "SET", "")
    imported(Kind.PRODUCTS, csv_of(columns, *rows))

    imported(
        Kind.PRODUCTS,
        csv_of(columns, ("SET", "", "", "C=4", "__EMPTY__VALUE__", "A,NEW")),
    )

    group = Product.objects.get(sku="SET")
    assert [(each.sku, qty) for each, qty in members_of(group)] == [("A", 2), ("B", 1), ("C", 4)]
    assert (linked("SET"), linked("SET", "upsell")) == ([], [("A", 1), ("NEW", 2)])
    assert links_of("NEW", "related")[0]["linked_product_type"] == "grouped"
    assert ProductRelation.objects.count() == 3


def test_an_export_writes_links_as_magento_does_but_none_to_what_is_gone() -> None:
    for sku in ("A", "B", "C", "X"):
        make_product(sku)
    links = [("related", "A", 5), ("related", "B", 2), ("upsell", "C", 0), ("related", "C", 9)]
    set_links(
        "X",
        [
            {"link_type": link_type, "linked_product_sku": sku, "position": position}
            for link_type, sku, position in links
        ],
    )
    Product.objects.filter(sku="C").delete()

    cells = cells_of("X")

    assert (cells["related_skus"], cells["related_position"]) == ("B,A", "2,5")
    assert (cells["upsell_skus"], cells["upsell_position"]) == ("", "")
    assert (cells["crosssell_skus"], cells["crosssell_position"]) == ("", "")


def test_links_cost_no_more_statements_for_many_rows_than_for_few() -> None:
    for sku in ("A", "B"):
        make_product(sku)
    numbers = []
    for size in (1, 40, 80):  # the first one also reads what is kept afterwards
        skus = [f"{size}-{number}" for number in range(size)]
        made = file_of(*(row(sku, f"A,{skus[0]},{skus[-1]},NOWHERE") for sku in skus))
        moved = file_of(*(row(sku, "B,A", "8,9") for sku in skus))
        with CaptureQueriesContext(connection) as captured:
            assert counts(imported(Kind.PRODUCTS, made)) == {"created": size}
            assert counts(imported(Kind.PRODUCTS, moved)) == {"updated": size}
            exported()
        numbers.append(len(captured))

    assert numbers[1] == numbers[2]


LINK = st.tuples(st.sampled_from(TYPES), st.sampled_from(SKUS), st.sampled_from([0, 1, 2, -3, 40]))
LINKS = st.lists(LINK, max_size=6, unique_by=lambda each: each[:2])


@settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(wanted=st.dictionaries(st.sampled_from(SKUS), LINKS, max_size=4))
def test_any_links_are_the_same_after_a_round_trip(wanted: dict[str, Any]) -> None:
    Product.objects.all().delete()
    for sku in SKUS:
        make_product(sku)
    for sku, links in wanted.items():
        set_links(
            sku,
            [
                {"link_type": link_type, "linked_product_sku": other, "position": position}
                for link_type, other, position in links
                if other != sku
            ],
        )
    before, file = list(Product.objects.order_by("pk").values()), exported()

    assert set(counts(imported(Kind.PRODUCTS, file))) == {"unchanged"}
    assert list(Product.objects.order_by("pk").values()) == before
    kept = {(sku, each): linked(sku, each) for sku in SKUS for each in TYPES}
    Product.objects.all().delete()
    assert set(counts(imported(Kind.PRODUCTS, file))) == {"created"}
    assert exported() == file
    for key, links in kept.items():
        assert linked(*key) == links
