"""Stock is compared with what OrderFlow holds: every difference is found, and nothing else told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from imports.models import SkuAlias
from orderflow_bridge.catalog.models import Product
from orderflow_bridge.inventory.models import SourceItem
from orderflow_bridge.problems.kinds import STOCK_DIFFERS
from orderflow_bridge.problems.models import Problem
from orderflow_bridge.problems.services import open_problems
from orderflow_bridge.stores.models import Website
from orderflow_bridge.watch.models import StockDifference
from orderflow_bridge.watch.services import watch
from tests.factories import make_product, make_source_item
from tests.imports.stock import apply, queue
from tests.watch.warehouse import (
    Warehouse,
    found,
    look,
    second_look,
    warehouse,
    website,
)

__all__ = ("warehouse", "website")

pytestmark = pytest.mark.django_db

Kind, Why = StockDifference.Kind, StockDifference.Why


def test_what_is_received_is_kept_as_it_came(website: Website) -> None:
    make_product("MUG")
    apply(("MUG", "-3.5", 10), ("MUG", 4, 9))
    assert SourceItem.objects.get().last_received == Decimal("-3.5")
    assert SourceItem.objects.get().quantity == 0

    apply(("MUG", 7, 11), ("MUG", 8, 12))
    assert SourceItem.objects.get().last_received == 8


def test_usable_units_are_added_up_by_sku_and_site(website: Website, warehouse: Warehouse) -> None:
    for sku in ("MUG", "CUP", "POT"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 0, 2), ("POT", 3, 3))
    warehouse.hold(
        ("mug", "S", 4),
        ("MUG", "S", 3, {"allocated": "2"}),
        ("CUP", "S", 9, {"isAvailable": "false"}),
        ("CUP", "S", 9, {"isFrozen": "true"}),
        ("POT", "S", 3),
    )

    comparison = look()

    assert (comparison.records, comparison.equal, comparison.different) == (5, 3, 0)
    assert warehouse.heard[0].method == "GET"


def test_what_was_sold_adjusted_or_edited_is_no_difference(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    SourceItem.objects.update(quantity=2)
    warehouse.hold(("MUG", "S", 5))

    assert look().equal == 1


def test_a_difference_counts_once_a_second_look_finds_it_again(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))

    first = look()
    assert (first.different, first.confirmed, first.to_confirm) == (1, 0, 1)
    assert not open_problems(STOCK_DIFFERS).exists()

    second = second_look()
    assert (second.confirmed, second.to_confirm, second.is_second) == (1, 0, True)
    problem = open_problems(STOCK_DIFFERS).get()
    host = warehouse.endpoint.split("/")[2]
    assert problem.text == (
        f"1 figure of {host} differs from what it last sent: MUG (3 there, 5 received)."
    )
    assert problem.url == f"/admin/watch/stockcomparison/{second.pk}/change/"

    apply(("MUG", 3, 2))
    assert look().equal == 1
    assert not open_problems(STOCK_DIFFERS).exists()


def test_the_problem_ends_without_a_look_once_newer_figures_are_applied(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("MUG", "CUP"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 5, 2))
    warehouse.hold(("MUG", "S", 3), ("CUP", "S", 3))
    look()
    second_look()

    apply(("MUG", 3, 3))
    watch()
    assert open_problems(STOCK_DIFFERS).exists()
    apply(("CUP", 3, 4))
    watch()
    assert not open_problems(STOCK_DIFFERS).exists()


def test_a_figure_that_came_between_makes_a_new_difference(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    warehouse.hold(("MUG", "S", 3))
    look()
    apply(("MUG", 4, 2))

    assert (second_look().confirmed, Problem.objects.filter(kind=STOCK_DIFFERS.name).count()) == (
        0,
        0,
    )


def test_what_waits_or_was_written_meanwhile_is_left_for_another_look(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("WAITS", "NEW", "ALIAS", "HERE"):
        make_product(sku)
    SkuAlias.objects.create(sku="OF-ALIAS", product=Product.objects.get(sku="ALIAS"))
    apply(("WAITS", 5, 1), ("NEW", 5, 2), ("ALIAS", 5, 3), ("HERE", 5, 4))
    warehouse.hold(("WAITS", "S", 3), ("NEW", "S", 3), ("OF-ALIAS", "S", 3))
    queue(("waits", 3, 5), ("OF-ALIAS", 3, 6), ("HERE", 0, 7))
    ahead = timezone.now() + timedelta(minutes=1)
    SourceItem.objects.filter(product__sku="NEW").update(updated_at=ahead)

    comparison = look()

    assert (comparison.postponed, comparison.different, comparison.only_ours) == (4, 0, 0)


def test_an_alias_stands_for_its_product(website: Website, warehouse: Warehouse) -> None:
    SkuAlias.objects.create(sku="OF-MUG", product=make_product("MUG"))
    apply(("OF-MUG", 5, 1))
    warehouse.hold(("OF-MUG", "S", 4))

    assert found(look()) == {"MUG": (Kind.DIFFERENT, Why.MISSING)}


def test_it_is_said_why_as_far_as_it_is_known(website: Website, warehouse: Warehouse) -> None:
    for sku in ("LOST", "FAILED", "NEVER", "GONE"):
        make_product(sku)
    make_source_item("HAND", 7)
    apply(("LOST", 5, 1), ("FAILED", 5, 2), ("GONE", 5, 3), ("PARKED", 6, 4))
    apply(("FAILED", "many", 5))
    warehouse.hold(*((sku, "S", 4) for sku in ("LOST", "FAILED", "NEVER", "PARKED", "ALIEN")))

    comparison = look()

    assert found(comparison) == {
        "LOST": (Kind.DIFFERENT, Why.MISSING),
        "FAILED": (Kind.DIFFERENT, Why.FAILED),
        "NEVER": (Kind.ONLY_THEIRS, Why.NEVER),
        "PARKED": (Kind.ONLY_THEIRS, Why.WAITING),
        "ALIEN": (Kind.ONLY_THEIRS, Why.UNKNOWN_SKU),
        "GONE": (Kind.ONLY_OURS, Why.GONE),
        "HAND": (Kind.ONLY_OURS, Why.BY_HAND),
    }
    # What the shop lacks is a problem of its own, and stock of one's own is none.
    assert comparison.to_confirm == 4


def test_it_is_said_what_was_edited_by_hand_after_the_last_figure(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("EDITED", "LEFT"):
        make_product(sku)
    apply(("EDITED", 5, 1), ("LEFT", 5, 2))
    item = SourceItem.objects.get(product__sku="EDITED")
    item.updated_at += timedelta(microseconds=1)
    item.save()
    warehouse.hold(("EDITED", "S", 4), ("LEFT", "S", 4))

    rows = look().differences.values_list("sku", "is_edited")
    assert dict(rows) == {"EDITED": True, "LEFT": False}


def test_a_record_that_cannot_be_read_is_counted_and_never_taken_for_nothing(
    website: Website, warehouse: Warehouse
) -> None:
    for sku in ("MUG", "CUP"):
        make_product(sku)
    apply(("MUG", 5, 1), ("CUP", 5, 2))
    warehouse.hold(("MUG", "S", "many"), ("MUG", "S", 5), ("CUP", "S", "1e12"), ("", "S", 4))

    comparison = look()

    assert (comparison.unreadable, comparison.equal) == (3, 0)
    assert not comparison.differences.exists()


def test_figures_that_came_before_they_were_kept_are_not_known(
    website: Website, warehouse: Warehouse
) -> None:
    make_product("MUG")
    apply(("MUG", 5, 1))
    SourceItem.objects.update(last_received=None)
    warehouse.hold(("MUG", "S", 3))

    comparison = look()

    assert (comparison.not_known, comparison.to_confirm) == (1, 0)
